"""How fast claims come out of a database server: `script/bench claims`; see Benchmarks/README.md.

Two tables, one with all the rows and one with a tenth of them, are read by foundling and by a floor that only counts;
the four take turns. What lies between the two tables is the claims phase: connecting, listing and reporting cost the
same with either. (The certificate's snapshot times are whole seconds, too coarse for this.)
"""

import argparse
import json
import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FLOORS = f"{REPOSITORY}/Benchmarks/Floor"
DATABASE = "foundling_bench"
RELEASED = "status = 'deleted'"
TARGET = 0.8
MANIFEST = """\
database: {{ url: "{url}" }}
store: {{ root: data }}
safety: {{ min_age: 0s }}
resources:
  items:
    entries: items/*
    records:
      - {{ table: {table}, key: id, claims: ["{{path}}"], released: "{released}" }}
"""
# Row i names a file in an entry, the entries in an order that no cache foresees; one entry in a hundred has only
# released rows. `missing` percent of the rows, but for the first of each entry, name an entry that is not there.
ROWS = """\
SELECT i, CONCAT('items/', CASE WHEN i >= {entries} AND i % 100 < {missing} THEN 'gone-' ELSE '' END,
                 LPAD({text}, 6, '0'), '/', LPAD({number}, 10, '0'), '.jpg'),
       CASE WHEN {entry} % 100 = 0 THEN 'deleted' ELSE 'ready' END
FROM {series}"""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def call(*arguments):
    done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


class Postgres:
    name, variable, library = "postgres", "FOUNDLING_TEST_POSTGRES", "libpq"
    floor = "pg-floor"

    def __init__(self, url):
        self.base = url
        # Both without TLS, which would hide a part of foundling's own work behind work that both must do.
        self.url = urllib.parse.urlsplit(url)._replace(path=f"/{DATABASE}", query="sslmode=disable").geturl()

    def client(self, url, sql):
        return call("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql)

    def open(self, rows):
        self.client(self.base, f"DROP DATABASE IF EXISTS {DATABASE}")
        self.client(self.base, f"CREATE DATABASE {DATABASE}")
        return "PostgreSQL " + self.client(self.base, "SHOW server_version").split()[0]

    def fill(self, table, rows, entries, missing):
        entry = f"(i * 7919 % {entries})"
        select = ROWS.format(
            entries=entries, missing=missing, entry=entry, text=f"{entry}::text", number="i::text",
            series=f"generate_series(0::bigint, {rows - 1}) AS i")
        self.client(self.url, f"CREATE TABLE {table} (id bigint PRIMARY KEY, path varchar(255), status varchar(20))")
        self.client(self.url, f"INSERT INTO {table} {select}")
        self.client(self.url, f"VACUUM ANALYZE {table}")

    def close(self):
        self.client(self.base, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")

    def floor_arguments(self, table):
        # What foundling asks: Sources/FoundlingCatalog/Query/SourceQuery.swift.
        return [self.url, f'SELECT "id", "path", CASE WHEN ({RELEASED}\n) THEN 1 END FROM "public"."{table}"']


class MariaDB:
    name, variable, library = "mariadb", "FOUNDLING_TEST_MARIADB", "libmariadb"
    floor = "mysql-floor"

    def __init__(self, url):
        self.parts = urllib.parse.urlsplit(url)
        self.url = self.parts._replace(path=f"/{DATABASE}", query="ssl-mode=disabled").geturl()
        self.pool = None

    def client(self, sql):
        return call(
            "mariadb", "--no-defaults", "--skip-column-names", f"--host={self.parts.hostname}",
            f"--port={self.parts.port}", f"--user={self.parts.username}", f"--execute={sql}")

    def open(self, rows):
        # InnoDB passes the page cache by: what does not fit into its own would be read from the disk each time.
        pool = int(self.client("SELECT @@innodb_buffer_pool_size"))
        if pool < rows * 300:
            self.client(f"SET GLOBAL innodb_buffer_pool_size = {rows * 300}")
            self.pool = pool
        self.client(f"DROP DATABASE IF EXISTS {DATABASE}; CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4")
        return "MariaDB " + self.client("SELECT VERSION()").split("-")[0]

    def fill(self, table, rows, entries, missing):
        entry = f"(i * 7919 % {entries})"
        select = ROWS.format(
            entries=entries, missing=missing, entry=entry, text=entry, number="i",
            series=f"(SELECT seq AS i FROM seq_0_to_{rows - 1}) AS numbers")
        columns = "id bigint PRIMARY KEY, path varchar(255), status varchar(20)"
        self.client(
            f"USE {DATABASE}; CREATE TABLE {table} ({columns}) ENGINE=InnoDB; INSERT INTO {table} {select}; "
            f"ANALYZE TABLE {table}")

    def close(self):
        self.client(f"DROP DATABASE IF EXISTS {DATABASE}")
        if self.pool:
            self.client(f"SET GLOBAL innodb_buffer_pool_size = {self.pool}")

    def floor_arguments(self, table):
        sql = f"SELECT `id`, `path`, CASE WHEN ({RELEASED}\n) THEN 1 END FROM `{DATABASE}`.`{table}`"
        return [self.parts.hostname, str(self.parts.port or 3306), self.parts.username, DATABASE, sql]


ENGINES = {"postgres": Postgres, "mariadb": MariaDB}


class Standing:
    """The runs of one command over one table."""

    def __init__(self, name, rows, arguments):
        self.name, self.rows, self.arguments = name, rows, arguments
        self.seconds, self.processor, self.peaks = [], [], []

    def output(self):
        return call(*self.arguments)

    def run(self):
        started = time.monotonic()
        silent = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
        child = os.posix_spawn(self.arguments[0], self.arguments, os.environ, file_actions=silent)
        _, status, usage = os.wait4(child, 0)
        if status != 0:
            sys.exit(f"bench: {' '.join(self.arguments)}: exit {os.waitstatus_to_exitcode(status)}")
        self.seconds.append(time.monotonic() - started)
        self.processor.append(usage.ru_utime + usage.ru_stime)
        self.peaks.append(usage.ru_maxrss * 1024)

    @property
    def median(self):
        return statistics.median(self.seconds)

    @property
    def peak(self):
        return statistics.median(self.peaks)


def compile_floor(engine, directory):
    flags = call("pkg-config", "--cflags", "--libs", engine.library).split()
    compiler = os.environ.get("CC") or next(filter(shutil.which, ["cc", "gcc", "clang"]), "cc")
    path = f"{directory}/{engine.floor}"
    call(compiler, "-O2", "-Wall", f"{FLOORS}/{engine.floor}.c", "-o", path, *flags)
    return path


def make_store(path, entries):
    for entry in range(entries):
        os.makedirs(f"{path}/data/items/{entry:06}")


def standings(engine, foundling, path, sizes, entries, missing):
    """Both commands over both tables, each having shown that it read the rows it is timed for."""
    floor = compile_floor(engine, path)
    ours, floors = [], []
    for table, rows in sizes:
        say(f"{engine.name}: filling {table} with {rows:,} rows")
        engine.fill(table, rows, entries, missing)
        manifest = f"{path}/{engine.name}-{table}.yaml"
        with open(manifest, "w") as handle:
            handle.write(MANIFEST.format(url=engine.url, table=table, released=RELEASED))
        scan = [foundling, "scan", "--manifest", manifest, "--sizes", "none", "--format", "json", "--quiet"]
        ours.append(Standing("foundling", rows, scan))
        floors.append(Standing(engine.floor, rows, [floor, *engine.floor_arguments(table)]))
        check(ours[-1], floors[-1], rows, entries)
    return ours, floors


def check(ours, floor, rows, entries):
    say(f"warming up: {rows:,} rows")
    found = json.loads(ours.output())
    read, orphaned = found["certificate"]["sources"][0]["rows"], found["resources"][0]["orphaned"]
    expected = (entries + 99) // 100
    if (read, orphaned) != (rows, expected):
        sys.exit(f"bench: foundling read {read} rows and found {orphaned} orphans, not {rows} and {expected}")
    counted = floor.output()
    if not counted.startswith(f"{rows} rows,"):
        sys.exit(f"bench: {floor.name} counted {counted}, not {rows}")


def megabytes(size):
    # Linux counts a child's memory from before its exec: less than our own cannot be seen.
    least = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return f"{size / 1e6:.1f} MB" if size > least else f"< {least / 1e6:.0f} MB"


def report(engine, version, ours, floors):
    rows = ours[-1].rows
    more = rows - ours[0].rows
    system = os.uname()
    print(f"### claims: {rows:,} rows of {version}\n")
    machine = f"{system.sysname} {system.release} {system.machine}, {os.cpu_count()} cores"
    print(
        f"{machine}; {len(ours[0].seconds)} runs each, alternating, after one untimed. "
        f"`script/bench {' '.join(['claims', *sys.argv[1:]])}`\n")
    print("| | rows | median | fastest to slowest | processor time | max RSS |\n|---|---:|---:|---:|---:|---:|")
    for one in [ours[-1], floors[-1], ours[0], floors[0]]:
        spread = f"{min(one.seconds):.2f}–{max(one.seconds):.2f} s"
        processor = f"{statistics.median(one.processor):.2f} s"
        print(f"| {one.name} | {one.rows:,} | {one.median:.2f} s | {spread} | {processor} | {megabytes(one.peak)} |")
    print(f"\n| claims phase, {more:,} rows | seconds | rows a second | slowest to fastest |\n|---|---:|---:|---:|")
    rates = {}
    for few, many in [ours, floors]:
        phases = [seconds - few.median for seconds in many.seconds]
        rates[many.name] = more / statistics.median(phases)
        spread = f"{more / max(phases):,.0f}–{more / min(phases):,.0f}"
        print(f"| {many.name} | {statistics.median(phases):.2f} s | {rates[many.name]:,.0f} | {spread} |")
    ratio = rates["foundling"] / rates[engine.floor]
    verdict = "met" if ratio >= TARGET else "**missed**"
    growth = round((ours[-1].peak - ours[0].peak) / more, 1) + 0.0
    print("\n| | ratio | target |\n|---|---:|---|")
    print(f"| foundling / {engine.floor}, rows a second | {ratio:.2f} | ≥ {TARGET}: {verdict} |")
    print(f"| foundling, max RSS a row beyond {ours[0].rows:,} | {growth:.1f} bytes | about 0 |\n", flush=True)
    return {
        "engine": engine.name, "version": version, "ratio": ratio, "bytes_per_row": growth, "rates": rates,
        "commands": [
            {"name": one.name, "rows": one.rows, "seconds": one.seconds, "processor": one.processor,
             "max_rss": one.peaks} for one in ours + floors]}


def compete(engine, chosen, path):
    foundling = os.path.abspath(chosen.foundling)
    try:
        version = engine.open(chosen.rows)
        sizes = [("a_tenth", chosen.rows // 10), ("items", chosen.rows)]
        ours, floors = standings(engine, foundling, path, sizes, chosen.entries, chosen.missing)
        for number in range(chosen.runs):
            say(f"{engine.name}: round {number + 1} of {chosen.runs}")
            for one in [ours[1], floors[1], ours[0], floors[0]]:
                one.run()
        return report(engine, version, ours, floors)
    finally:
        engine.close()


def main():
    options = argparse.ArgumentParser(prog="script/bench claims")
    options.add_argument("--rows", type=int, default=5_000_000, help="at least 1,000")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--engine", choices=ENGINES, help="only this one")
    options.add_argument("--entries", type=int, default=100_000, help="in the store; at most a tenth of the rows")
    options.add_argument("--missing", type=int, default=0, help="percent of the rows that name no entry")
    options.add_argument("--foundling", default=f"{REPOSITORY}/.build/release/foundling")
    options.add_argument("--json", metavar="FILE", help="every run's figures go there too")
    chosen = options.parse_args()
    if chosen.rows < 1000 or chosen.runs < 1:
        options.error("--rows takes 1000 or more, --runs 1 or more")
    chosen.entries = min(chosen.entries, chosen.rows // 10)
    engines = [ENGINES[chosen.engine]] if chosen.engine else list(ENGINES.values())
    if not any(engine.variable in os.environ for engine in engines):
        names = [engine.name for engine in engines]
        command = [f"{REPOSITORY}/script/with-servers", *names, "--", sys.executable, __file__, *sys.argv[1:]]
        # A server that is not installed leaves its variable unset: the second time there must be one.
        if os.environ.get("FOUNDLING_BENCH_SERVERS"):
            sys.exit("bench: there is no server to read from")
        os.execve(command[0], command, {**os.environ, "FOUNDLING_BENCH_SERVERS": "1"})
    # So that what was made is removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    outcomes = []
    base = os.environ.get("FOUNDLING_BENCH_DIR", "/tmp")
    with tempfile.TemporaryDirectory(dir=base, prefix="foundling-bench-claims-") as path:
        say(f"making {chosen.entries:,} directories")
        make_store(path, chosen.entries)
        for engine in engines:
            if engine.variable in os.environ:
                outcomes.append(compete(engine(os.environ[engine.variable]), chosen, path))
    if chosen.json:
        with open(chosen.json, "w") as handle:
            json.dump(outcomes, handle, indent=1)


main()

"""How fast deletions are drained: `script/bench drain`; see Benchmarks/README.md.

Rows are deleted, the triggers fill the outbox, and `foundling worker --once` moves what the rows claimed aside. A
Celery worker that finds its queue filled renames the same directories, and takes turns with it. Each run makes its own
world, since draining uses one up. With --overhead: what the triggers add to a deletion, without any worker.
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FLOOR = f"{REPOSITORY}/Benchmarks/Floor"
DATABASE = "foundling_bench"
LIVING = 100
TARGET = 5
DELETE = "DELETE FROM items WHERE path LIKE 'items/dead-%'"
POOLS = {"solo": ["--pool=solo"], "prefork": ["--pool=prefork", "--concurrency=1"]}
MANIFEST = """\
database: {{ url: "{url}" }}
store: {{ root: data }}
safety: {{ min_age: 0s, max_orphans: 100%, max_bytes: 100% }}
resources:
  items:
    entries: items/*
    records:
      - {{ table: items, key: id, claims: ["{{path}}"] }}
"""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def call(*arguments, **options):
    done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


# Engines: `make` makes an empty table, in a database of its own; `delete` returns what the one statement took.


class SQLite:
    name, title, variable, url = "sqlite", "SQLite", None, "sqlite:app.db"

    def open(self):
        return f"SQLite {sqlite3.sqlite_version}"

    def make(self, path):
        self.path = f"{path}/app.db"
        self.run("CREATE TABLE items (id TEXT PRIMARY KEY, path TEXT)")

    def run(self, sql):
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as database:
            return [str(cell) for (cell, *_) in database.execute(sql)]

    def fill(self, state, count):
        numbers = f"WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < {count - 1})"
        name = f"'{state}-' || printf('%06d', i)"
        self.run(f"INSERT INTO items {numbers} SELECT {name}, 'items/' || {name} FROM n")

    def settle(self):
        os.sync()

    def delete(self):
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as database:
            started = time.monotonic()
            database.execute(DELETE)
            return time.monotonic() - started

    def tables(self):
        return self.run("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")

    def close(self):
        pass


class Postgres:
    name, title, variable = "postgres", "PostgreSQL", "FOUNDLING_TEST_POSTGRES"

    def __init__(self):
        self.base = os.environ[self.variable]
        # Without TLS, as Celery speaks to Redis.
        parts = urllib.parse.urlsplit(self.base)
        self.url = parts._replace(path=f"/{DATABASE}", query="sslmode=disable").geturl()

    def client(self, url, *commands):
        arguments = [argument for command in commands for argument in ("-c", command)]
        return call("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, *arguments)

    def open(self):
        return "PostgreSQL " + self.client(self.base, "SHOW server_version").split()[0]

    def make(self, path):
        self.close()
        self.client(self.base, f"CREATE DATABASE {DATABASE}")
        self.run("CREATE TABLE items (id text PRIMARY KEY, path text)")

    def run(self, sql):
        return self.client(self.url, sql).splitlines()

    def fill(self, state, count):
        name = f"'{state}-' || lpad(i::text, 6, '0')"
        self.run(f"INSERT INTO items SELECT {name}, 'items/' || {name} FROM generate_series(0, {count - 1}) AS i")

    def settle(self):
        # Neither vacuum nor a checkpoint is to fall into the time that is taken.
        self.client(self.url, "VACUUM ANALYZE items", "CHECKPOINT")
        os.sync()

    def delete(self):
        return float(re.search(r"Time: ([\d.]+) ms", self.client(self.url, r"\timing on", DELETE)).group(1)) / 1000

    def tables(self):
        return self.run(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")

    def close(self):
        self.client(self.base, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


class MariaDB:
    name, title, variable = "mariadb", "MariaDB", "FOUNDLING_TEST_MARIADB"

    def __init__(self):
        self.parts = urllib.parse.urlsplit(os.environ[self.variable])
        self.url = self.parts._replace(path=f"/{DATABASE}", query="ssl-mode=disabled").geturl()

    def run(self, sql, database=DATABASE):
        return call(
            "mariadb", "--no-defaults", "--skip-column-names", "--batch", f"--host={self.parts.hostname}",
            f"--port={self.parts.port or 3306}", f"--user={self.parts.username}", f"--database={database}",
            f"--execute={sql}").splitlines()

    def open(self):
        return "MariaDB " + self.run("SELECT VERSION()", "mysql")[0].split("-")[0]

    def make(self, path):
        self.close()
        self.run(f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4", "mysql")
        # It takes no text without a length as a key.
        self.run("CREATE TABLE items (id varchar(64) PRIMARY KEY, path text) ENGINE=InnoDB")

    def fill(self, state, count):
        name = f"CONCAT('{state}-', LPAD(seq, 6, '0'))"
        self.run(f"INSERT INTO items SELECT {name}, CONCAT('items/', {name}) FROM seq_0_to_{count - 1}")

    def settle(self):
        self.run("ANALYZE TABLE items")
        os.sync()

    def delete(self):
        # The client itself counts whole milliseconds.
        taken = "SELECT TIMESTAMPDIFF(MICROSECOND, @started, SYSDATE(6))"
        return int(self.run(f"SET @started = SYSDATE(6); {DELETE}; {taken}")[0]) / 1e6

    def tables(self):
        return self.run(f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{DATABASE}'")

    def close(self):
        self.run(f"DROP DATABASE IF EXISTS {DATABASE}", "mysql")


ENGINES = {"sqlite": SQLite, "postgres": Postgres, "mariadb": MariaDB}


def store(path, dead):
    """So many directories to go and 100 to stay, each with one small file, which says what it was."""
    shutil.rmtree(path, ignore_errors=True)
    for state, count in [("dead", dead), ("alive", LIVING)]:
        for number in range(count):
            entry = f"{path}/data/items/{state}-{number:06}"
            os.makedirs(entry)
            with open(f"{entry}/file", "w") as handle:
                handle.write(f"{state}-{number:06}")


def check_store(path, trash, dead, output=""):
    """Every directory to go lies in the trash, whole, and every one to stay where it was."""
    contents = {}
    for place in ["items", trash]:
        contents[place] = []
        for directory, _, files in os.walk(f"{path}/data/{place}"):
            if "file" in files:
                with open(f"{directory}/file") as handle:
                    contents[place].append(handle.read())
    living = [f"alive-{number:06}" for number in range(LIVING)]
    gone = [f"dead-{number:06}" for number in range(dead)]
    left = sorted(os.listdir(f"{path}/data/items"))
    if left != living or sorted(contents["items"]) != living or sorted(contents[trash]) != gone:
        sys.exit(
            f"bench: {len(left)} directories are left, {len(contents['items'])} of them whole, not {LIVING}; "
            f"{len(contents[trash])} lie in {trash}, not {dead}\n{output}")


def application(engine, foundling, path, dead, triggers=True):
    """The database of the store, accepted by foundling, with its triggers."""
    engine.make(path)
    engine.fill("alive", LIVING)
    engine.fill("dead", dead)
    with open(f"{path}/foundling.yaml", "w") as handle:
        handle.write(MANIFEST.format(url=engine.url))
    if triggers:
        # Only to accept them. Not to /dev/null: run as root, an older build puts a plain file in the device's place.
        call(foundling, "plan", "-m", "foundling.yaml", "-q", "--output", "plan.jsonl", cwd=path)
        call(foundling, "triggers", "install", "-m", "foundling.yaml", cwd=path)


def drain_foundling(engine, foundling, path, count):
    """The wall time of the whole process, start-up and syncs included."""
    store(path, count)
    application(engine, foundling, path, count)
    engine.delete()
    engine.settle()
    command = [foundling, "worker", "-m", "foundling.yaml", "--once", "-q"]
    started = time.monotonic()
    done = subprocess.run(command, cwd=path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    seconds = time.monotonic() - started
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(command)}: exit {done.returncode}\n{done.stdout}")
    check_store(path, ".foundling", count, done.stdout)
    shutil.rmtree(path)
    return seconds


class Celery:
    """A virtual environment, and a Redis on loopback that lives as long as this does."""

    def __init__(self, directory, python):
        self.directory, self.bin, self.python = directory, f"{directory}/venv/bin", python
        self.port = self.server = None

    def __enter__(self):
        program = shutil.which("redis-server")
        if not program:
            sys.exit("bench: there is no redis-server; on Debian: apt-get install redis-server")
        say("installing Celery")
        call(self.python, "-m", "venv", f"{self.directory}/venv")
        call(f"{self.bin}/pip", "install", "--quiet", "--disable-pip-version-check", "celery[redis]>=5,<6")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        # It saves nothing to disk, which can only make it faster.
        self.server = subprocess.Popen(
            [program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.directory, "--save", ""],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)
        try:
            for _ in range(100):
                with contextlib.suppress(OSError):
                    self.redis("PING")
                    return self
                if self.server.poll() is not None:
                    break
                time.sleep(0.1)
            sys.exit("bench: redis-server does not answer")
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        stop(self.server)

    def redis(self, command):
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(f"{command}\r\n".encode())
            return connection.recv(65536).decode()

    @property
    def title(self):
        code = "import celery, platform, redis; print(platform.python_version(), celery.__version__, redis.__version__)"
        python, celery, client = call(f"{self.bin}/python", "-c", code).split()
        server = re.search(r"v=(\S+)", call("redis-server", "--version")).group(1)
        return f"Celery {celery}, redis-py {client}, Python {python}, Redis {server}"

    def drain(self, pool, path, count):
        """From the first rename's beginning to the last one's end: the worker's start-up is left out."""
        store(path, count)
        os.mkdir(f"{path}/data/trash")
        environment = {
            **os.environ, "BENCH_BROKER": f"redis://127.0.0.1:{self.port}/0", "BENCH_STORE": f"{path}/data",
            "BENCH_COUNT": str(count), "PYTHONDONTWRITEBYTECODE": "1"}
        self.redis("FLUSHALL")
        call(f"{self.bin}/python", f"{FLOOR}/rename_task.py", env=environment)
        queued = self.redis("LLEN celery").strip()
        if queued != f":{count}":
            sys.exit(f"bench: the queue's length is {queued}, not {count}")
        os.sync()
        command = [f"{self.bin}/celery", f"--workdir={FLOOR}", "--app=rename_task", "worker", *POOLS[pool]]
        with open(f"{path}/log", "w+") as log:
            worker = subprocess.Popen(
                command, cwd=path, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True)
            try:
                while not os.path.exists(f"{path}/data/times") and worker.poll() is None:
                    time.sleep(0.05)
            finally:
                stop(worker)
            log.seek(0)
            if not os.path.exists(f"{path}/data/times"):
                sys.exit(f"bench: {' '.join(command)}: exit {worker.returncode}\n{log.read()}")
            check_store(path, "trash", count, log.read())
        with open(f"{path}/data/times") as handle:
            first, last = map(float, handle.read().split())
        shutil.rmtree(path)
        return last - first


def stop(process):
    """Ends a process that we began; in a session of its own, so that its children go with it."""
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def heading(text, chosen, *names):
    system = os.uname()
    print(f"### {text}\n")
    print(
        f"{system.sysname} {system.release} {system.machine}, {os.cpu_count()} cores; {', '.join(names)}; "
        f"{chosen.runs} runs each, alternating. `script/bench {' '.join(['drain', *sys.argv[1:]])}`\n")


def drain(engine, chosen, base):
    foundling, path = os.path.abspath(chosen.foundling), f"{base}/world"
    names, contestants = [], {}
    with contextlib.ExitStack() as stack:
        if chosen.only != "celery":
            names.append(engine.open())
            stack.callback(engine.close)
            contestants["foundling worker --once"] = lambda: drain_foundling(engine, foundling, path, chosen.count)
        if chosen.only != "foundling":
            celery = stack.enter_context(Celery(base, chosen.python))
            names.append(celery.title)
            for pool, options in POOLS.items():
                contestants[f"celery worker {' '.join(options)}"] = (
                    lambda pool=pool: celery.drain(pool, path, chosen.count))
        times = {name: [] for name in contestants}
        for number in range(chosen.runs):
            say(f"round {number + 1} of {chosen.runs}")
            for name, contestant in contestants.items():
                times[name].append(contestant())
    heading(f"drain: {chosen.count:,} deletions", chosen, *names)
    print("| | median | fastest to slowest | deletions a second |\n|---|---:|---:|---:|")
    rates = {name: chosen.count / statistics.median(seconds) for name, seconds in times.items()}
    for name, seconds in times.items():
        spread = f"{min(seconds):.2f}–{max(seconds):.2f} s"
        print(f"| {name} | {statistics.median(seconds):.2f} s | {spread} | {rates[name]:,.0f} |")
    if not chosen.only:
        ours, *theirs = rates.values()
        ratio = ours / max(theirs)
        verdict = "met" if ratio >= TARGET else "**missed**"
        print("\n| | ratio | target |\n|---|---:|---|")
        print(f"| foundling / the faster celery, deletions a second | {ratio:.1f} | ≥ {TARGET}: {verdict} |")


def overhead(engines, chosen, base):
    foundling, path = os.path.abspath(chosen.foundling), f"{base}/world"
    results = []
    for engine in engines:
        version = engine.open()
        times = {False: [], True: []}
        try:
            for number in range(chosen.runs):
                say(f"{engine.name}: round {number + 1} of {chosen.runs}")
                for triggers in times:
                    times[triggers].append(delete_timed(engine, foundling, path, chosen.rows, triggers))
        finally:
            engine.close()
        results.append((version, times))
    heading(f"drain --overhead: one statement deletes {chosen.rows:,} rows", chosen, *(name for name, _ in results))
    print("| microseconds a row | without triggers | with triggers | overhead |\n|---|---:|---:|---:|")
    for version, times in results:
        shown = []
        for seconds in times.values():
            low, middle, high = [
                second * 1e6 / chosen.rows for second in (min(seconds), statistics.median(seconds), max(seconds))]
            shown.append((f"{middle:.2f} ({low:.2f}–{high:.2f})", middle))
        print(f"| {version} | {shown[0][0]} | {shown[1][0]} | {shown[1][1] - shown[0][1]:.2f} |")


def delete_timed(engine, foundling, path, rows, triggers):
    store(path, 0)
    application(engine, foundling, path, rows, triggers)
    engine.settle()
    seconds = engine.delete()
    counts = {table: int(engine.run(f"SELECT count(*) FROM {table}")[0]) for table in engine.tables()}
    items = next(table for table in counts if table.split(".")[-1] == "items")
    # The triggers fired: whatever the outbox is called, one of its tables has a row for each.
    told = max((count for table, count in counts.items() if table != items), default=0)
    if counts[items] != LIVING or told != (rows if triggers else 0):
        sys.exit(f"bench: after deleting {rows} rows {'with' if triggers else 'without'} triggers: {counts}")
    shutil.rmtree(path)
    return seconds


def main():
    options = argparse.ArgumentParser(prog="script/bench drain")
    options.add_argument("--count", type=int, default=10_000, help="deletions to drain")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--engine", choices=ENGINES, help="sqlite, or all of them with --overhead")
    options.add_argument("--only", choices=["foundling", "celery"], help="without the other")
    options.add_argument("--overhead", action="store_true", help="time the deleting itself, with and without triggers")
    options.add_argument("--rows", type=int, default=200_000, help="to delete, with --overhead")
    options.add_argument("--foundling", default=f"{REPOSITORY}/.build/release/foundling")
    # Debian's Python is built with more optimization than many that come first on a path.
    python = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable
    options.add_argument("--python", default=python, help="the one that Celery runs with")
    chosen = options.parse_args()
    if not (1 <= chosen.count < 1_000_000 and 1 <= chosen.rows < 1_000_000) or chosen.runs < 1:
        options.error("--count and --rows take 1 to 999999, --runs 1 or more")
    names = [chosen.engine] if chosen.engine else list(ENGINES) if chosen.overhead else ["sqlite"]
    servers = [name for name in names if ENGINES[name].variable]
    missing = [name for name in servers if ENGINES[name].variable not in os.environ]
    if missing and chosen.only != "celery":
        # A server that is not installed leaves its variable unset: the second time there must be one.
        if os.environ.get("FOUNDLING_BENCH_SERVERS"):
            sys.exit(f"bench: there is no server: {', '.join(missing)}")
        command = [f"{REPOSITORY}/script/with-servers", *missing, "--", sys.executable, __file__, *sys.argv[1:]]
        os.execve(command[0], command, {**os.environ, "FOUNDLING_BENCH_SERVERS": "1"})
    # So that what was made is removed, and what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    base = os.environ.get("FOUNDLING_BENCH_DIR", "/tmp")
    with tempfile.TemporaryDirectory(dir=base, prefix="foundling-bench-drain-") as path:
        if chosen.overhead:
            overhead([ENGINES[name]() for name in names], chosen, path)
        else:
            engine = None if chosen.only == "celery" else ENGINES[names[0]]()
            drain(engine, chosen, path)


main()

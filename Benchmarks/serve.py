"""How the daemon answers with a million findings: `script/bench serve`; see Benchmarks/README.md.

First as fast as wrk can ask for the summary, then at a steady pace while a scan is at work. There each request counts
from when it was due, not from when there was time for it: a server that stands still for a second then shows in every
request of that second.
"""

import argparse
import concurrent.futures
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

from daemon import Daemon

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
A_DIRECTORY = 1000
SUMMARY, PAGE = "/api/v1/orphans/summary", "/api/v1/orphans?limit=100&sort=-size"
PAGES = {
    "the 100 largest": PAGE, "the 100 oldest": "/api/v1/orphans?limit=100&sort=newest",
    "100 by path, below a directory": "/api/v1/orphans?limit=100&sort=path&below=items/000500",
    "100 whose path holds a text": "/api/v1/orphans?limit=100&contains=0777",
    "100 of a megabyte at least: none": "/api/v1/orphans?limit=100&min_bytes=2000000",
    "metrics": "/metrics",
}
MANIFEST = """\
database: { url: "sqlite:app.db" }
store: { root: data }
safety: { min_age: 0s, max_orphans: 100%, max_bytes: 100% }
resources:
  items:
    entries: items/*/*
    records:
      - { table: items, key: id, claims: ["{path}"] }
serve:
  state: state
  schedules: { scan: off, purge: off, clean: off }
"""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def make(path, count):
    """So many files that nobody claims, of sizes that differ, and one that a row claims."""
    say(f"making {count:,} files")
    for number in range(count):
        if number % A_DIRECTORY == 0:
            directory = os.path.join(path, "data/items", f"{number // A_DIRECTORY:06}")
            os.makedirs(directory)
        descriptor = os.open(f"{directory}/{number:08}", os.O_CREAT | os.O_WRONLY, 0o644)
        # Sparse: sorted by size, they are in another order than by name.
        os.ftruncate(descriptor, number * 7919 % 1_000_003)
        os.close(descriptor)
    os.makedirs(f"{path}/data/items/alive")
    with open(f"{path}/data/items/alive/one", "w"):
        pass
    with sqlite3.connect(f"{path}/app.db") as database:
        database.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, path TEXT)")
        database.execute("INSERT INTO items VALUES (1, 'items/alive/one')")
    database.close()
    with open(f"{path}/foundling.yaml", "w") as handle:
        handle.write(MANIFEST)


def await_first(daemon, limit):
    """Seconds until the scan that the daemon begins by itself is done."""
    began = time.monotonic()
    while time.monotonic() - began < limit:
        if daemon.ask("GET", SUMMARY)[0] == 200:
            return time.monotonic() - began
        time.sleep(0.2)
    sys.exit(f"bench: no scan was done within {limit} s\n{daemon.log()}")


def await_scan(daemon, limit, location):
    """Seconds until a scan that was asked for is done."""
    began = time.monotonic()
    while time.monotonic() - began < limit:
        state = daemon.scan_state(location)
        if state["state"] == "done":
            return time.monotonic() - began
        if state["state"] not in ("queued", "running"):
            sys.exit(f"bench: the scan ended as {state}\n{daemon.log()}")
        time.sleep(0.2)
    sys.exit(f"bench: no scan was done within {limit} s\n{daemon.log()}")


def seconds(text):
    """What wrk calls 1.23ms."""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60}[unit]


def storm(daemon, chosen):
    """wrk's word: requests a second, percentiles, errors; and how memory went meanwhile."""
    command = [
        "wrk", "--threads", "2", "--connections", str(chosen.connections), "--duration", f"{chosen.seconds}s", "--latency",
        f"http://127.0.0.1:{daemon.port}{SUMMARY}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as wrk:
        time.sleep(chosen.seconds / 3)
        early = daemon.memory()[0]
        time.sleep(chosen.seconds / 2)
        late = daemon.memory()[0]
        output = wrk.communicate()[0]
    done = subprocess.CompletedProcess(command, wrk.returncode, output)
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(command)}: exit {done.returncode}\n{done.stdout}")
    errors = sum(map(int, re.findall(r"\d+", (re.search(r"Socket errors:.*", done.stdout) or [""])[0])))
    errors += int((re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout) or [0, 0])[1])
    return {
        "rate": float(re.search(r"Requests/sec: +([\d.]+)", done.stdout)[1]), "errors": errors,
        "memory": (early, late), "p50": seconds(re.search(r"50% +(\S+)", done.stdout)[1]),
        "p99": seconds(re.search(r"99% +(\S+)", done.stdout)[1])}


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def pace(daemon, chosen):
    """So many requests a second, summary and page in turn, until a scan that begins with them is done."""
    taken, errors = {SUMMARY: [], PAGE: []}, []

    def ask(target, due):
        try:
            status, _, body = daemon.ask("GET", target)
            if status != 200:
                errors.append(f"{target}: {status} {body[:200]!r}")
        except OSError as error:
            errors.append(f"{target}: {error}")
        taken[target].append(time.monotonic() - due)

    location = None
    while location is None:
        location = daemon.begin_scan()
        time.sleep(0 if location else 0.2)
    with concurrent.futures.ThreadPoolExecutor(128) as pool:
        scan = pool.submit(await_scan, daemon, chosen.patience, location)
        began, number = time.monotonic(), 0
        while not scan.done() or number < 5 * chosen.rate:
            due = began + number / chosen.rate
            time.sleep(max(0, due - time.monotonic()))
            pool.submit(ask, PAGE if number % 2 else SUMMARY, due)
            number += 1
    return scan.result(), taken, errors


def once(daemon, target):
    """Seconds that an answer takes, and the answer."""
    began = time.monotonic()
    status, _, body = daemon.ask("GET", target, timeout=60)
    taken = time.monotonic() - began
    if status != 200:
        sys.exit(f"bench: {target}: {status} {body[:400]!r}")
    return taken, body


def pages(daemon, chosen):
    """Medians of each kind of page, one request after the other; the deepest is a cursor that was walked to."""
    found = {name: percentile([once(daemon, target)[0] for _ in range(9)], 0.5) for name, target in PAGES.items()}
    target, walked, longest = PAGE.replace("limit=100", "limit=500"), 0, []
    while walked < chosen.count // 10:
        taken, body = once(daemon, target)
        longest.append(taken)
        page = json.loads(body)
        walked += len(page["items"])
        if not page.get("next"):
            break
        cursor = urllib.parse.quote(page["next"], safe="")
        target = PAGE.replace("limit=100", "limit=500") + f"&cursor={cursor}"
    deep = PAGE + f"&cursor={cursor}"
    found[f"100 behind {walked:,} larger ones"] = percentile([once(daemon, deep)[0] for _ in range(9)], 0.5)
    return found


def busy(pid):
    """Seconds of processor time that it has had."""
    with open(f"/proc/{pid}/stat") as handle:
        fields = handle.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def size(path):
    return sum(
        os.lstat(os.path.join(directory, name)).st_blocks * 512 for directory, _, names in os.walk(path) for name in names)


def idle(daemon, chosen):
    """Processor seconds in so many seconds in which nobody asks."""
    before = busy(daemon.process.pid)
    time.sleep(chosen.idle)
    return busy(daemon.process.pid) - before


def report(chosen, daemon, figures):
    system = os.uname()
    print(f"### serve: {chosen.count:,} findings\n")
    print(
        f"{system.sysname} {system.release} {system.machine}, {os.cpu_count()} cores, which client, daemon and scan "
        f"share. `script/bench {' '.join(['serve', *sys.argv[1:]])}`\n")
    calm, (scan, taken, errors) = figures["storm"], figures["pace"]
    print("| | requests | a second | p50 | p99 | slowest | errors |\n|---|---:|---:|---:|---:|---:|---:|")
    print(
        f"| summary, {chosen.connections} connections, {chosen.seconds} s | {calm['rate'] * chosen.seconds:,.0f} | "
        f"{calm['rate']:,.0f} | {calm['p50'] * 1e3:.1f} ms | {calm['p99'] * 1e3:.1f} ms | | {calm['errors']} |")
    for name, target in (("summary", SUMMARY), ("the 100 largest", PAGE)):
        values = taken[target]
        lost = sum(error.startswith(f"{target}:") for error in errors)
        print(
            f"| {name}, during a scan | {len(values):,} | {chosen.rate / 2:g} | {percentile(values, 0.5) * 1e3:.1f} ms | "
            f"{percentile(values, 0.99) * 1e3:.1f} ms | {max(values) * 1e3:.1f} ms | {lost} |")
    print("\n| | |\n|---|---:|")
    print(f"| until it answers | {figures['start']:.2f} s |\n| first scan, findings written | {figures['first']:.1f} s |")
    print(f"| scan while it is asked | {scan:.1f} s |\n| until it ends, after SIGTERM | {figures['end']:.2f} s |")
    print(f"| state directory | {figures['state'] / 1e6:.0f} MB |")
    if chosen.idle:
        print(f"| processor time in {chosen.idle} s that nobody asks | {figures['idle']:.2f} s |")
    print(
        "| memory while wrk asks, after a third and five sixths of the time | "
        + ", ".join(f"{value / 1e6:.0f} MB" for value in calm["memory"]) + " |")
    for name in ("at the start", "after the first scan", "after wrk", "after all"):
        now, peak = figures[name]
        print(f"| memory {name}, and at most | {now / 1e6:.0f} MB, {peak / 1e6:.0f} MB |")
    print("\n| one request after the other | median |\n|---|---:|")
    for name, taken in figures["pages"].items():
        print(f"| {name} | {taken * 1e3:.1f} ms |")
    for error in errors[:5]:
        print(f"\n{error}")
    return 1 if calm["errors"] or errors else 0


def measure(chosen, path):
    daemon = Daemon(os.path.abspath(chosen.foundling), path, "bench")
    daemon.authorize()
    figures = {}
    try:
        figures["start"] = daemon.start()
        figures["at the start"] = daemon.memory()
        say("first scan")
        figures["first"] = await_first(daemon, chosen.patience)
        # Its end is a moment later: then what it needed goes back.
        time.sleep(2)
        figures["after the first scan"] = daemon.memory()
        status, _, body = daemon.ask("GET", SUMMARY)
        if status != 200 or str(chosen.count) not in body.decode().replace(",", ""):
            sys.exit(f"bench: the summary does not speak of {chosen.count} orphans: {status} {body[:400]!r}")
        figures["state"] = size(f"{path}/state")
        say("pages")
        figures["pages"] = pages(daemon, chosen)
        if chosen.idle:
            say(f"nothing, {chosen.idle} s")
            figures["idle"] = idle(daemon, chosen)
        say(f"wrk, {chosen.seconds} s")
        figures["storm"] = storm(daemon, chosen)
        figures["after wrk"] = daemon.memory()
        say(f"a scan, and {chosen.rate} requests a second")
        figures["pace"] = pace(daemon, chosen)
        time.sleep(2)
        figures["after all"] = daemon.memory()
        began = time.monotonic()
        ended = daemon.stop()
        figures["end"] = time.monotonic() - began
        if ended != 0:
            sys.exit(f"bench: after SIGTERM it ended with {ended}\n{daemon.log()}")
        return report(chosen, daemon, figures)
    finally:
        daemon.stop()


def main():
    options = argparse.ArgumentParser(prog="script/bench serve")
    options.add_argument("--count", type=int, default=1_000_000, help="orphans in the store")
    options.add_argument("--connections", type=int, default=50)
    options.add_argument("--seconds", type=int, default=30, help="that wrk asks")
    options.add_argument("--rate", type=float, default=20, help="requests a second during a scan")
    options.add_argument("--patience", type=int, default=600, help="seconds that a scan may take")
    options.add_argument("--idle", type=int, default=60, help="seconds that it is left alone, to see what that costs")
    options.add_argument("--keep", action="store_true", help="leave the store for the next run")
    options.add_argument("--foundling", default=f"{REPOSITORY}/.build/release/foundling")
    chosen = options.parse_args()
    if not shutil.which("wrk"):
        sys.exit("bench: there is no wrk; on Debian: apt-get install wrk")
    # So that the daemon ends with us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    base = os.environ.get("FOUNDLING_BENCH_DIR", "/tmp")
    if chosen.keep:
        path = f"{base}/foundling-bench-serve-{chosen.count}"
        if not os.path.exists(f"{path}/foundling.yaml"):
            shutil.rmtree(path, ignore_errors=True)
            os.makedirs(path)
            make(path, chosen.count)
        shutil.rmtree(f"{path}/state", ignore_errors=True)
        sys.exit(measure(chosen, path))
    with tempfile.TemporaryDirectory(dir=base, prefix="foundling-bench-serve-") as path:
        make(path, chosen.count)
        sys.exit(measure(chosen, path))


main()

"""How fast moving aside, giving back and removing are: `script/bench act`; see Benchmarks/README.md.

Each round makes its own world, since acting uses one up; foundling and `rm -rf` take turns. Times are wall times of the
whole command, start-up and syncs included.
"""

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MANIFEST = """\
database: {url: "sqlite:app.db"}
store: {root: data}
safety: {min_age: 0s, max_orphans: 100%, max_bytes: 100%}
resources:
  items:
    entries: items/*
    records:
      - {table: items, key: id, claims: ["items/{id}"]}
"""


def world(path, entries, files):
    """A store of so many orphans with so many files each, and one living entry."""
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(f"{path}/data/items/alive")
    for entry in range(entries):
        os.mkdir(f"{path}/data/items/{entry:06}")
        for file in range(files):
            with open(f"{path}/data/items/{entry:06}/{file:06}", "w") as handle:
                handle.write("x")
    database = sqlite3.connect(f"{path}/app.db")
    database.executescript("CREATE TABLE items (id TEXT PRIMARY KEY); INSERT INTO items VALUES ('alive')")
    database.close()
    with open(f"{path}/foundling.yaml", "w") as handle:
        handle.write(MANIFEST)
    os.sync()


def timed(arguments, directory, expected=0):
    started = time.monotonic()
    done = subprocess.run(arguments, cwd=directory, capture_output=True, text=True)
    seconds = time.monotonic() - started
    if done.returncode != expected:
        sys.exit(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return seconds, done.stdout


def run_of(output, wanted, count):
    outcome = json.loads(output)
    if outcome["counts"][wanted] != count:
        sys.exit(f"{wanted}: {outcome['counts']}, expected {count}")
    return outcome["runs"][0]


def shown(name, seconds, target=""):
    spread = f"{min(seconds):.2f}–{max(seconds):.2f} s"
    print(f"| {name} | {statistics.median(seconds):.2f} s | {spread} | {target} |", flush=True)


def act(foundling, base, runs, entries):
    times = {"plan": [], "apply": [], "restore": []}
    path = f"{base}/foundling-bench-act"
    world(path, entries, 1)
    for _ in range(runs):
        times["plan"].append(timed([foundling, "plan", "-q"], path)[0])
        seconds, output = timed([foundling, "apply", "foundling.plan.jsonl", "--format", "json"], path)
        times["apply"].append(seconds)
        run = run_of(output, "moved", entries)
        seconds, output = timed([foundling, "restore", run, "--format", "json"], path)
        times["restore"].append(seconds)
        run_of(output, "restored", entries)
    shutil.rmtree(path)
    for name, target in [("plan", ""), ("apply", "< 5 s"), ("restore", "< 5 s")]:
        shown(f"{name} of {entries:,} entries", times[name], target)


def founding(foundling, base, runs):
    seconds = []
    path = f"{base}/foundling-bench-demo"
    for _ in range(runs):
        shutil.rmtree(path, ignore_errors=True)
        timed([foundling, "demo", path], base)
        started = time.monotonic()
        timed([foundling, "plan", "-q"], path)
        with open(f"{path}/foundling.plan.jsonl") as handle:
            plan = json.loads(handle.readline())["hash"]
        _, output = timed([foundling, "apply", "foundling.plan.jsonl", "--approve", plan, "--format", "json"], path)
        seconds.append(time.monotonic() - started)
        run_of(output, "moved", 83)
    shutil.rmtree(path)
    shown("the founding world's plan + apply", seconds, "< 1 s")


def purge(foundling, base, runs, entries, files):
    times = {"foundling": [], "rm": []}
    path = f"{base}/foundling-bench-purge"
    for _ in range(runs):
        world(path, entries, files)
        timed([foundling, "plan", "-q"], path)
        _, output = timed([foundling, "apply", "foundling.plan.jsonl", "--format", "json"], path)
        run = run_of(output, "moved", entries)
        seconds, output = timed([foundling, "purge", run, "--now", "--yes", "--format", "json"], path)
        times["foundling"].append(seconds)
        run_of(output, "purged", entries)
        world(path, entries, files)
        seconds, _ = timed(["rm", "-rf", "data/items"], path)
        times["rm"].append(seconds)
    shutil.rmtree(path)
    name = f"purge of {entries * files:,} files in {entries:,} entries"
    shown(name, times["foundling"])
    shown("the same with `rm -rf`", times["rm"])
    ratio = statistics.median(times["foundling"]) / statistics.median(times["rm"])
    print(f"| purge / rm -rf | {ratio:.2f} | | ≤ 1 |")


def main():
    options = argparse.ArgumentParser(prog="script/bench act")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--entries", type=int, default=10_000)
    options.add_argument("--files", type=int, default=200_000)
    options.add_argument("--foundling", default=f"{REPOSITORY}/.build/release/foundling")
    chosen = options.parse_args()
    base = os.environ.get("FOUNDLING_BENCH_DIR", "/tmp")
    foundling = os.path.abspath(chosen.foundling)
    print("| | median | fastest to slowest | target |\n|---|---:|---:|---|")
    act(foundling, base, chosen.runs, chosen.entries)
    founding(foundling, base, chosen.runs)
    purge(foundling, base, chosen.runs, 200, chosen.files // 200)


main()

"""A world with the real daemon at work in it, for the walk of walk.py."""

import os
import queue
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

HERE = Path(__file__).parent

# Rows whose deletion is a task: a fifth of them may go at a time.
TASKS = """\
database: { url: "sqlite:app.db" }
store: { root: data }
safety: { min_age: 0s, max_orphans: 20% }
resources:
  items:
    entries: items/*
    records:
      - { table: items, key: id, claims: ["items/{id}"] }
serve:
  schedules: { scan: off, purge: off, clean: off }
"""


class Served:
    """The daemon in a directory of its own."""

    def __init__(self, binary, directory):
        self.binary, self.directory = str(binary), Path(directory)
        self.process, self.base = None, None

    def run(self, *arguments):
        """What a command prints; it must succeed."""
        done = subprocess.run([self.binary, *arguments], cwd=self.directory, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"foundling {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout.strip()

    def start(self, scans=True):
        """Returns once it listens, and its first scan is done, where it can make one."""
        self.process = subprocess.Popen(
            [self.binary, "serve", "--port", "0"], cwd=self.directory, stderr=subprocess.PIPE, text=True)
        lines = queue.Queue()

        def drain(stream):
            for line in stream:
                lines.put(line)
            lines.put(None)

        threading.Thread(target=drain, args=(self.process.stderr,), daemon=True).start()
        said = []
        while True:
            line = lines.get(timeout=60)
            said.append(line or "")
            if line is None:
                sys.exit(f"the daemon ended:\n{''.join(said)}")
            if found := re.search(r"listening on (http://\S+)", line):
                self.base = found[1]
            if self.base and (not scans or any("scan id=" in told and "state=done" in told for told in said)):
                return self

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
            self.process = None

    def token(self, name, role="operator"):
        return self.run("token", "create", "--name", name, "--role", role, "--quiet")

    def revoke(self, token):
        self.run("token", "revoke", token.split("_")[1])

    def sql(self, text):
        database = sqlite3.connect(self.directory / "app.db", timeout=30)
        with database:
            database.execute(text)
        database.close()

    def locked(self):
        """A lock under which nothing can be read: what is at work waits until it is closed."""
        database = sqlite3.connect(self.directory / "app.db", timeout=30, isolation_level=None)
        database.execute("BEGIN EXCLUSIVE")
        return database

    def away(self, name):
        """Moves something away; calling what comes back brings it back."""
        path, aside = self.directory / name, self.directory / f"{name}.away"
        path.rename(aside)
        return lambda: aside.rename(path)


def accepted(served, prevention=True):
    """A person made a plan here; with triggers, unless nothing is to be prevented."""
    served.run("plan", "-q", "--output", "plan.jsonl")
    if prevention:
        served.run("triggers", "install")
    return served


def demo(binary, directory):
    """The demo world, of which nothing is scanned by the clock."""
    subprocess.run([binary, "demo", directory], check=True, stdout=subprocess.DEVNULL)
    with open(Path(directory) / "foundling.yaml", "a") as manifest:
        manifest.write("serve:\n  schedules: { scan: off, purge: off, clean: off }\n")
    return Served(binary, directory)


def hostile(binary, directory, count):
    """Names that want to be something else than names, and so many plain ones."""
    subprocess.run([sys.executable, HERE / "hostile_world.py", directory, str(count)], check=True)
    return Served(binary, directory)


def deletions(binary, directory, rows=20):
    """Rows with a directory each, and nothing that is amiss."""
    os.makedirs(directory)
    (Path(directory) / "foundling.yaml").write_text(TASKS)
    database = sqlite3.connect(Path(directory) / "app.db")
    database.execute("CREATE TABLE items (id TEXT PRIMARY KEY)")
    for number in range(rows):
        place = Path(directory) / "data" / "items" / f"i{number:02}"
        place.mkdir(parents=True)
        (place / "data").write_text("x" * 5000)
        database.execute("INSERT INTO items VALUES (?)", (place.name,))
    database.commit()
    database.close()
    return Served(binary, directory)


def fill(directory, part=48):
    """Gives sparse files room on the disk, a part of what they look like: for pictures."""
    for path in Path(directory).rglob("*"):
        if path.is_file() and (size := path.stat().st_size // part) > 4096:
            with open(path, "r+b") as file:
                os.posix_fallocate(file.fileno(), 0, size)


def gone(directory):
    shutil.rmtree(directory, ignore_errors=True)

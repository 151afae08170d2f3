"""What a daemon has to bear in a year, in some minutes: `script/soak`.

An application writes and deletes rows and their files on PostgreSQL, while `foundling serve` takes along what is deleted
and answers requests. Every so often the database is restarted, the store goes away and comes back, or is an empty
mount point for a while, the daemon is killed, ended, told to read its manifest again, asked for a scan, asked to move
aside all orphans. The application is as bad as applications are: it leaves files without a row, deletes a row and writes
it again in one transaction, and writes new files for a key that it deleted just now. At the end: whatever a row claims is
there, whole; whatever a row claimed that was deleted lies in quarantine, whole, once; the daemon says that it is well, and
holds no more descriptors, threads and connections than it did.

Whether all that would be seen is tried with a build for debugging, from which one safeguard is taken out:
`FOUNDLING_WITHOUT=ageOfTask script/soak --minutes 1 --foundling .build/debug/foundling` must find lost files.
"""

import argparse
import contextlib
import datetime
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from daemon import Daemon

DATABASE = "foundling_soak"
MANIFEST = """\
database: {{ url: "{url}" }}
store: {{ root: data }}
safety: {{ min_age: {age}s, max_orphans: 100%, max_bytes: 100% }}
resources:
  items:
    entries: items/*
    records:
      - {{ table: items, key: id, claims: ["items/{{id}}", "{{path}}"] }}
serve:
  state: state
  schedules: {{ scan: "* * * * *", purge: "* * * * *", clean: off }}
"""


# Seconds: what the application writes has its row by then, or is not its own any more.
MIN_AGE = 5
# Descriptors, threads and connections that come and go.
SLACK = 12


class Application:
    """Writes files, then commits their rows; deletes rows and leaves their files to others; remembers all of it.

    What it was not told of, because the server went away in between, it asks for until it knows.
    """

    def __init__(self, path, url, seed):
        self.store, self.url, self.random = f"{path}/data", url, random.Random(seed)
        self.living, self.gone, self.strays = {}, {}, set()
        # What it removed itself, by name; and whose row came so late that nobody can be blamed.
        self.removed, self.late = {}, set()
        self.number, self.trouble, self.ended = 0, 0, threading.Event()
        self.revived, self.reused = 0, 0
        self.trash = f"{path}/trash"
        os.makedirs(self.trash)

    def sql(self, statement):
        """The rows, or nothing where the server did not answer."""
        done = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.url, "-c", statement],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            self.trouble += 1
            return None
        return done.stdout.split()

    def known(self, names):
        """Which of these have a row, asked for until there is an answer."""
        listed = ", ".join(f"'{name}'" for name in names)
        while (rows := self.sql(f"SELECT id FROM items WHERE id IN ({listed})")) is None:
            time.sleep(0.1)
        return set(rows)

    def write(self):
        contents, began = {}, time.monotonic()
        for _ in range(self.random.randint(1, 20)):
            self.number += 1
            name = f"item-{self.number:07}"
            if text := self.make(name):
                contents[name] = text
        if not contents or self.random.random() < 0.05:
            return
        self.commit(contents, began)

    def make(self, name):
        """What it wrote, or nothing where it could not."""
        text = f"{name} {self.random.getrandbits(64):016x}\n"
        try:
            # Never the store's own directories: while they are away, this is what fails.
            os.mkdir(f"{self.store}/items/{name}")
            self.strays.add(name)
            with open(f"{self.store}/items/{name}/file", "w") as handle:
                handle.write(text)
            return text
        except OSError:
            self.trouble += 1
            time.sleep(0.02)
            return None

    def commit(self, contents, began):
        # Either claim keeps it; an application's row may name a file in it.
        rows = ", ".join(f"('{name}', 'items/{name}/file')" for name in contents)
        if self.sql(f"INSERT INTO items VALUES {rows}") is None:
            kept = self.known(contents)
        else:
            kept = set(contents)
        for name in kept:
            self.living[name] = contents[name]
            self.strays.discard(name)
            if time.monotonic() - began > MIN_AGE * 0.8:
                self.late.add(name)

    def some(self):
        return self.random.sample(sorted(self.living), min(len(self.living), self.random.randint(1, 20)))

    def revive(self):
        """Deletes rows and writes them again, all or nothing: each is there before and after, and so are its files."""
        if not (names := self.some()):
            return
        listed, rows = ", ".join(f"'{name}'" for name in names), ", ".join(f"('{name}', NULL)" for name in names)
        if self.sql(f"DELETE FROM items WHERE id IN ({listed}); INSERT INTO items VALUES {rows}") is not None:
            self.revived += len(names)

    def reuse(self):
        """Deletes rows, takes their files away itself, and writes new files and rows for the same keys at once."""
        before = set(self.gone)
        self.delete()
        contents, began = {}, time.monotonic()
        for name in self.gone.keys() - before:
            try:
                os.rename(f"{self.store}/items/{name}", f"{self.trash}/{name}-{self.random.getrandbits(64):016x}")
            except OSError:
                # Somebody was quicker, or the store is away.
                continue
            self.removed.setdefault(name, []).append(self.gone.pop(name))
            if text := self.make(name):
                contents[name] = text
        # Long enough for a worker to come by: nothing but their age says that these will have a row.
        self.ended.wait(self.random.choice([0, 0, 1.5]))
        if contents:
            self.commit(contents, began)
            self.reused += len(contents)

    def delete(self):
        names = self.some()
        if not names:
            return
        listed = ", ".join(f"'{name}'" for name in names)
        if self.sql(f"DELETE FROM items WHERE id IN ({listed})") is None:
            left = self.known(names)
        else:
            left = set()
        for name in names:
            if name not in left:
                self.gone[name] = self.living.pop(name)

    def run(self):
        while not self.ended.is_set():
            # A few hundred live at any time.
            if self.random.random() < (0.7 if len(self.living) < 400 else 0.4):
                self.write()
            else:
                self.random.choice([self.delete, self.delete, self.revive, self.reuse])()


class Reader:
    """Asks the daemon whatever may be asked, all the time; counts the answers, and those that should not be."""

    TARGETS = ["/healthz", "/readyz", "/metrics", "/api/v1/orphans/summary", "/api/v1/orphans?limit=100&sort=-size"]

    def __init__(self, daemon):
        self.daemon, self.answers, self.wrong, self.ended = daemon, {}, [], threading.Event()

    def run(self):
        number = 0
        while not self.ended.is_set():
            number += 1
            target = self.TARGETS[number % len(self.TARGETS)]
            try:
                status, _, body = self.daemon.ask("GET", target)
            except OSError:
                status, body = "none", b""
            self.answers[status] = self.answers.get(status, 0) + 1
            # 503: not ready, the store or the database is away. 404: there is no scan yet.
            if status not in (200, 404, 503, "none") and len(self.wrong) < 10:
                self.wrong.append(f"{target}: {status} {body[:200]!r}")
            time.sleep(0.05)


class Gauge:
    """Looks at what the daemon holds, each second of each of its lives."""

    def __init__(self, daemon):
        self.daemon, self.lives, self.ended = daemon, {}, threading.Event()

    def run(self):
        while not self.ended.wait(1):
            pid, held = self.daemon.process.pid, self.daemon.holdings()
            if held:
                self.lives.setdefault(pid, []).append(held)

    def findings(self):
        for looks in self.lives.values():
            # Compared by the middle of the first and of the last third: a single look may see anything.
            if len(looks) < 15:
                continue
            third = len(looks) // 3
            for index, name in enumerate(["descriptors", "threads"]):
                first, last = (sorted(look[index] for look in part)[third // 2] for part in (looks[:third], looks[-third:]))
                if last > first + SLACK:
                    yield f"{name} went from {first} to {last} in {len(looks)} s"

    def most(self):
        return tuple(max((look[index] for looks in self.lives.values() for look in looks), default=0) for index in (0, 1))


class Soak:
    def __init__(self, chosen, path, url):
        self.path, self.random, self.findings, self.done = path, random.Random(chosen.seed), [], {}
        self.restart = os.environ["FOUNDLING_RESTART"]
        self.application = Application(path, url, chosen.seed)
        self.daemon = Daemon(os.path.abspath(chosen.foundling), path, "soak")
        self.began, self.limit = time.monotonic(), chosen.minutes * 60

    def say(self, text):
        print(f"{time.monotonic() - self.began:6.0f} s  {text}", flush=True)

    def wait(self, seconds):
        self.application.ended.wait(seconds)

    # What happens to it

    def database_restarts(self):
        subprocess.run([self.restart], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def store_goes_away(self):
        os.rename(f"{self.path}/data", f"{self.path}/away")
        self.wait(self.random.uniform(1, 5))
        os.rename(f"{self.path}/away", f"{self.path}/data")

    def mount_point_is_empty(self):
        os.rename(f"{self.path}/data", f"{self.path}/away")
        os.mkdir(f"{self.path}/data")
        self.wait(self.random.uniform(1, 5))
        try:
            os.rmdir(f"{self.path}/data")
        except OSError:
            self.findings.append(f"something was made in an empty mount point: {os.listdir(f'{self.path}/data')}")
            shutil.rmtree(f"{self.path}/data")
        os.rename(f"{self.path}/away", f"{self.path}/data")

    def daemon_is_killed(self):
        self.daemon.kill()
        self.daemon.start()

    def daemon_is_ended(self):
        ended = self.daemon.stop()
        if ended != 0:
            self.findings.append(f"after SIGTERM the daemon ended with {ended}")
        self.daemon.start()

    def manifest_is_read_again(self):
        with open(f"{self.path}/foundling.yaml", "a") as handle:
            handle.write("# changed\n")
        self.daemon.process.send_signal(signal.SIGHUP)

    def scan_is_asked_for(self):
        with contextlib.suppress(OSError):
            self.daemon.begin_scan()

    def orphans_are_cleaned(self):
        """As a person would in the browser: a plan of all orphans, and the same plan applied."""
        with contextlib.suppress(OSError):
            if hash := (self.activity("/api/v1/plans", {}) or {}).get("plan"):
                self.activity("/api/v1/runs", {"act": "apply", "plan": hash, "reason": "soak"})

    def activity(self, target, body):
        """What came of it; nothing where it was refused, or took too long for us to wait."""
        status, headers, answer = self.daemon.ask("POST", target, body=body)
        if status >= 500 and status != 503:
            self.findings.append(f"POST {target}: {status} {answer[:300]!r}")
        location = {key.lower(): value for key, value in headers.items()}.get("location")
        deadline = time.monotonic() + 20
        while status == 202 and time.monotonic() < deadline:
            found = self.daemon.scan_state(location)
            if found["state"] not in ("queued", "running"):
                return found["result"]
            time.sleep(0.1)
        return None

    def happen(self):
        events = [
            self.database_restarts, self.store_goes_away, self.mount_point_is_empty, self.daemon_is_killed,
            self.daemon_is_ended, self.manifest_is_read_again, self.scan_is_asked_for, self.orphans_are_cleaned]
        deck = []
        while time.monotonic() - self.began < self.limit:
            # Each of them before any comes again.
            if not deck:
                deck = self.random.sample(events, len(events))
            self.wait(self.random.uniform(2, 8) if self.limit > 120 else self.random.uniform(2, 4))
            if self.daemon.process.poll() is not None:
                self.findings.append(f"the daemon ended by itself: {self.daemon.process.returncode}\n{self.daemon.log()}")
                self.daemon.start()
            event = deck.pop()
            self.say(event.__name__.replace("_", " "))
            event()
            self.done[event.__name__] = self.done.get(event.__name__, 0) + 1

    # How it was

    def await_files(self):
        """Until what was deleted is gone from its place; a task that failed meanwhile waits for its turn."""
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            left = self.application.gone.keys() & set(os.listdir(f"{self.path}/data/items"))
            if not left:
                return
            # What failed is put off by up to an hour; people do not wait that long either.
            self.daemon.call("tasks", "retry", "-m", "foundling.yaml", okay=(0, 4))
            time.sleep(2)
        tasks = self.daemon.call("tasks", "-m", "foundling.yaml", okay=(0, 4))
        self.findings.append(f"{len(left)} deletions' files are still there after 3 minutes: {sorted(left)[:5]}\n{tasks}")

    def check_files(self):
        quarantine = {}
        for directory, _, files in os.walk(f"{self.path}/data/.foundling"):
            if "file" in files:
                with open(f"{directory}/file") as handle:
                    text = handle.read()
                quarantine.setdefault(text.split(" ")[0], []).append(text)
        for name, text in self.application.living.items():
            if name in self.application.late:
                continue
            try:
                with open(f"{self.path}/data/items/{name}/file") as handle:
                    found = handle.read()
            except OSError as error:
                found = str(error)
            if found != text:
                self.findings.append(f"LOST: {name} lives, and its file is: {found}")
        for name, text in self.application.gone.items():
            # Files that the application took away under the same name may lie there as well.
            found = [each for each in quarantine.get(name, []) if each not in self.application.removed.get(name, [])]
            if found != [text]:
                self.findings.append(f"{name} was deleted; in quarantine lies {found}")
        for name in self.application.strays:
            if not os.path.exists(f"{self.path}/data/items/{name}") and name not in quarantine:
                self.findings.append(f"{name}, which never got its row, is nowhere")

    def check_daemon(self):
        deadline = time.monotonic() + 60
        while (ready := self.daemon.ask("GET", "/readyz"))[0] != 200 and time.monotonic() < deadline:
            time.sleep(0.5)
        if ready[0] != 200:
            self.findings.append(f"/readyz: {ready[0]} {ready[2][:300]!r}")
        figures = self.daemon.ask("GET", "/metrics")[2].decode()
        for name, wanted in [("foundling_store_up", 1), ("foundling_catalog_up", 1), ('foundling_items_total{state="lost"}', 0)]:
            found = re.search(rf"^{re.escape(name)} (\S+)$", figures, re.M)
            if not found or float(found[1]) != wanted:
                self.findings.append(f"{name} is {found[1] if found else 'not there'}, not {wanted}")
        self.check_schedules()
        held = self.application.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'foundling%' AND datname = current_database()")
        if not held or int(held[0]) > SLACK:
            self.findings.append(f"{held and held[0]} connections to the database are held")
        self.daemon.call("ledger", "verify", "-m", "foundling.yaml")
        found = json.loads(self.daemon.call("scan", "-m", "foundling.yaml", "--quiet", "--format", "json"))
        kinds = {}
        for finding in found["findings"]:
            kinds.setdefault(finding["kind"], set()).add(finding["path"])
        strays = {f"items/{name}" for name in self.application.strays}
        if kinds.get("dangling"):
            self.findings.append(f"rows whose files are gone: {sorted(kinds['dangling'])[:5]}")
        if wrong := kinds.get("orphan", set()) - strays:
            self.findings.append(f"orphans that were none of ours: {sorted(wrong)[:5]}")

    def check_schedules(self):
        """What is due every minute must have run in the last two, whatever happened before."""
        if self.limit < 180:
            return
        jobs = json.loads(self.daemon.ask("GET", "/api/v1/schedules")[2])["items"]
        for job in (job for job in jobs if job["cron"]):
            last = job["last"] and datetime.datetime.fromisoformat(job["last"]["started"].replace("Z", "+00:00")).timestamp()
            if not last or time.time() - last > 150:
                self.findings.append(f"the schedule has stopped: {job}")

    def run(self):
        self.daemon.call("plan", "-m", "foundling.yaml", "--quiet", "--output", "plan.jsonl")
        self.daemon.call("triggers", "install", "-m", "foundling.yaml")
        self.daemon.authorize()
        reader, gauge = Reader(self.daemon), Gauge(self.daemon)
        threads = [threading.Thread(target=one.run, daemon=True) for one in (self.application, reader, gauge)]
        try:
            self.say(f"it answers after {self.daemon.start():.1f} s")
            for thread in threads:
                thread.start()
            self.happen()
            self.say("the application ends")
            self.application.ended.set()
            threads[0].join()
            self.await_files()
            memory = self.daemon.memory()
            self.check_daemon()
        finally:
            reader.ended.set()
            gauge.ended.set()
            ended = self.daemon.stop()
        if ended != 0:
            self.findings.append(f"at the end, after SIGTERM, it ended with {ended}\n{self.daemon.log()}")
        self.check_files()
        self.findings += gauge.findings()
        return self.report(reader, memory, gauge)

    def report(self, reader, memory, gauge):
        application = self.application
        # What did not happen was not tried.
        for name, count in [
            ("deleted", len(application.gone)), ("written again in a transaction", application.revived),
            ("written anew", application.reused), ("answered with 200", reader.answers.get(200, 0))]:
            if not count:
                self.findings.append(f"nothing was {name}: this run shows nothing")
        if len(application.late) * 20 > len(application.living):
            self.findings.append(f"{len(application.late)} rows came late: the machine is too slow for this to show anything")
        self.findings += [f"an answer that should not be: {wrong}" for wrong in reader.wrong]
        print(f"\nIn {(time.monotonic() - self.began) / 60:.1f} minutes:")
        print(
            f"  {len(application.living) + len(application.gone):,} records written, {len(application.gone):,} deleted, "
            f"{len(application.living):,} live, {len(application.strays)} files without a row, {application.trouble} statements or "
            "writes that failed")
        print(f"  {application.revived:,} deleted and written again at once, {application.reused:,} with new files")
        print("  descriptors and threads at most {}, {}".format(*gauge.most()))
        print("  " + ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in sorted(self.done.items())))
        print("  answers: " + ", ".join(f"{count:,} × {status}" for status, count in sorted(reader.answers.items(), key=str)))
        print(f"  memory {memory[0] / 1e6:.0f} MB, at most {memory[1] / 1e6:.0f} MB since it was started last")
        if self.findings:
            print(f"\n{len(self.findings)} findings:")
            for finding in self.findings[:20]:
                print(f"  {finding}")
            return 1
        print("  no live file lost, every deletion's files in quarantine, the daemon is well")
        return 0


def main():
    options = argparse.ArgumentParser(prog="script/soak")
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=int(time.time()), help="draws the same moves again")
    options.add_argument("--keep", action="store_true", help="leave the world, and say where")
    options.add_argument("--foundling", required=True)
    chosen = options.parse_args()
    base = os.environ.get("FOUNDLING_TEST_POSTGRES")
    if not base or not shutil.which("psql"):
        sys.exit("soak: it needs PostgreSQL and psql; on Debian: apt-get install postgresql")
    # So that daemon and database end with us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    url = urllib.parse.urlsplit(base)._replace(path=f"/{DATABASE}", query="sslmode=disable").geturl()
    administer = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d"]
    subprocess.run([*administer, base, "-c", f"CREATE DATABASE {DATABASE}"], check=True)
    subprocess.run([*administer, url, "-c", "CREATE TABLE items (id text PRIMARY KEY, path text)"], check=True)
    path = tempfile.mkdtemp(prefix="foundling-soak-")
    print(f"soak: {chosen.minutes:g} minutes, seed {chosen.seed}, in {path}", flush=True)
    try:
        # One that lives from the beginning: a store that is empty proves nothing.
        os.makedirs(f"{path}/data/items/item-0000000")
        with open(f"{path}/data/items/item-0000000/file", "w") as handle:
            handle.write("item-0000000 first\n")
        subprocess.run([*administer, url, "-c", "INSERT INTO items VALUES ('item-0000000', NULL)"], check=True)
        with open(f"{path}/foundling.yaml", "w") as handle:
            handle.write(MANIFEST.format(url=url, age=MIN_AGE))
        # It is not among those that are deleted, so that neither table nor store is ever empty.
        sys.exit(Soak(chosen, path, url).run())
    finally:
        if not chosen.keep:
            shutil.rmtree(path, ignore_errors=True)


main()

"""The demo, changed so that every list of the API has something in it; and whether it lost anything afterwards.

    world.py make FOUNDLING DIR    the demo in DIR: more records, runs, pins, tasks in every state
    world.py plan URL TOKEN        the daemon at URL makes some plans
    world.py expire DIR NAME       the token NAME has ended a minute ago
    world.py check DIR             every file that a record claims is there
"""

import json
import pathlib
import sqlite3
import subprocess
import sys
import time
import urllib.request

# What of the demo's orphans gets a record again, so that there is something to delete.
MORE_TRAININGS = 25
# In the order of the application's own claims: table, columns that say where its files are.
CLAIMS = {
    "trainings": ["checkpoint_dir"],
    "datasets": ["raw_path"],
    "activation_extractions": ["output_path"],
    "models": ["file_path"],
}


def make(program, directory):
    def run(*arguments, expecting=(0,)):
        done = subprocess.run([program, *arguments], cwd=directory, capture_output=True, text=True)
        if done.returncode not in expecting:
            sys.exit(f"foundling {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    subprocess.run([program, "demo", directory], check=True, stdout=subprocess.DEVNULL)
    root = pathlib.Path(directory)
    database = sqlite3.connect(root / "app.db")
    claimed = {name for name, in database.execute("SELECT id FROM trainings")}
    found = sorted(path.name for path in (root / "data/trainings").iterdir() if path.name not in claimed)
    revived = found[-MORE_TRAININGS:]
    with database:
        database.executemany(
            "INSERT INTO trainings VALUES (?, 'completed', ?)",
            [(name, f"/data/trainings/{name}/checkpoints") for name in revived],
        )
        # A record whose files are gone.
        database.execute("INSERT INTO models VALUES ('m_00000001', 'READY', '/data/models/raw/m_00000001')")
    (root / "data/models/raw/unheard of").mkdir()

    # The first plan accepts the database and the store. What it names is moved aside, and part of it comes back.
    run("plan", "--quiet", "--only", "trainings", "--output", "plan.jsonl")
    plan = json.loads(run("plan", "--quiet", "--only", "trainings", "--output", "plan.jsonl", "--format", "json"))
    run("apply", "plan.jsonl", "--approve", plan["hash"], "--quiet", "--reason", "API test")
    moved = json.loads(run("ledger", "--format", "json"))["runs"][0]["run"]
    run("restore", moved, "--item", "1", "--item", "2", "--quiet")
    run("pin", "datasets/novaset_books", "--why", "asked for", "--quiet")
    run("pin", "datasets/novaset_news", "--until", "2090-01-01", "--quiet")

    # Deletions: one that a worker carries out, others that a guard holds, one that was given up, one that waits.
    run("triggers", "install", "--quiet")
    with database:
        database.execute("DELETE FROM trainings WHERE id = ?", (revived[0],))
    run("worker", "--once", "--quiet", expecting=(0, 4))
    with database:
        database.executemany("DELETE FROM trainings WHERE id = ?", [(name,) for name in revived[1:4]])
    newest = [task for task, in database.execute("SELECT id FROM foundling_outbox ORDER BY id DESC LIMIT 3")]
    states = [("held", "max_orphans"), ("dead", "the disk is away"), ("dead", "a mount point")]
    with database:
        for task, (state, reason) in zip(newest, states):
            database.execute(
                "UPDATE foundling_outbox SET state = ?, reason = ?, attempts = 3 WHERE id = ?", (state, reason, task)
            )
    # What is there, for schemathesis.toml: names that nobody would guess.
    words = {
        "runs": [moved],
        "keys": [name for name, in database.execute("SELECT id FROM trainings ORDER BY id LIMIT 10")],
    }
    for name, values in words.items():
        (root / f"{name}.dict").write_text("".join(f'"{value}"\n' for value in values))
    database.close()


def plan(url, token):
    """Has the daemon make plans: of one entry each, of some, and of everything."""

    def ask(path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(url + path, data, headers)) as answer:
            return json.load(answer)

    paths = [orphan["path"] for orphan in ask("/api/v1/orphans?sort=path&resource=datasets")["items"]]
    for body in [{"paths": [path]} for path in paths[:6]] + [{"paths": paths[6:9]}, {}]:
        made = ask("/api/v1/plans", body)
        while made["state"] in ("queued", "running"):
            time.sleep(0.05)
            made = ask(f"/api/v1/activities/{made['id']}")
        if made["state"] != "done":
            sys.exit(f"a plan came to this: {made}")


def expire(directory, name):
    for path in pathlib.Path(directory).rglob("tokens.json"):
        document = json.loads(path.read_text())
        for token in document["tokens"]:
            if token["name"] == name:
                token["expires"] = time.time_ns() - 60_000_000_000
        path.write_text(json.dumps(document))


def check(directory):
    root = pathlib.Path(directory)
    database = sqlite3.connect(root / "app.db")
    count = 0
    for table, columns in CLAIMS.items():
        for record, *paths in database.execute(f"SELECT id, {', '.join(columns)} FROM {table}"):
            for path in paths:
                lies = root / "data" / path.removeprefix("/data/").removeprefix("data/")
                if record == "m_00000001":
                    continue
                if not lies.is_dir():
                    sys.exit(f"'{path}' is gone, and the record {record} of {table} still claims it")
                count += 1
    print(f"{count} claimed paths are all there")


if __name__ == "__main__":
    {"make": make, "plan": plan, "expire": expire, "check": check}[sys.argv[1]](*sys.argv[2:])

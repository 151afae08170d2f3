"""Makes a store of names that want to be something else than names, and a database that is no better.

    python hostile_world.py DIR [COUNT]

COUNT adds so many plain orphans.
"""

import os
import sqlite3
import sys
from pathlib import Path

NAMES = [
    b"<img src=x onerror=alert(1)>",
    b"<script>alert(2)<script>",
    b"\"><svg onload=alert(3)>",
    b"' onmouseover='alert(4)",
    # A quote and an accent are one character; an escape that looks at characters lets them pass.
    "accent\"\u0301 onfocus=alert(5) autofocus x=".encode(),
    "accent<\u0301img src=x onerror=alert(6)>".encode(),
    b"{{{css}}}{{> banners}}",
    b"--><!-- ]]> &lt;b&gt; &amp;",
    b"new\nline\r\ttab",
    "\u202egnp.exe\u2066\u200b".encode(),
    b"not \xff\xfe UTF-8 \xc3",
    b"escape \x1b[2J\x07 and \x7f",
    "\u0301begins with an accent".encode(),
    "日本語の名前 – 🗂️ and עברית".encode(),
    b"b" * 250,
    "wide " .encode() + "字".encode() * 80,
    b"back\\slash `tick` $(rm) %00 %2e%2e",
    b"</title></style></code></details>".replace(b"/", b"\\"),
]

MANIFEST = """
database:
  url: sqlite:app.db
store:
  root: data
safety:
  min_age: 0s
resources:
  things:
    entries: things/*
    records:
      - { table: things, key: id, claims: ["{path}"], requires: ["{path}"] }
      - { table: other_things, key: id, claims: ["{path}"], may_be_empty: true }
  files:
    entries: files/*
    shape: '^(?<key>[a-z0-9]+)$'
    records:
      - { table: files, key: id, claims: ["files/{id}"] }
"""


def write(path, size):
    """A file as long as asked for, without taking its room."""
    with open(path, "wb") as file:
        file.truncate(size)


def main():
    world = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    for place in ("things", "files"):
        (world / "data" / place).mkdir(parents=True)
    (world / "foundling.yaml").write_text(MANIFEST)
    things = os.fsencode(world / "data" / "things")
    for i, name in enumerate(NAMES):
        write(things + b"/" + name, (i + 1) << 20)
    for name in (b"living", b"Nearly"):
        write(things + b"/" + name, 1 << 20)
    (world / "data" / "files" / "UPPER <i>").mkdir()
    write(world / "data" / "files" / "a1", 3 << 20)
    write(world / "data" / "files" / "b2", 2 << 20)
    for i in range(count):
        write(things + b"/plain_%07d" % i, 1000 + i % 5000)
    database = sqlite3.connect(world / "app.db")
    for table in ("things", "other_things"):
        database.execute(f"CREATE TABLE {table} (id TEXT PRIMARY KEY, path TEXT)")
    database.execute("CREATE TABLE files (id TEXT PRIMARY KEY)")
    database.executemany("INSERT INTO things VALUES (?, ?)", [
        ("1", "things/living"), ("2", "things/nearly"),
        ("<b>3</b>\u202e", "things/gone \"><script>alert(7)</script>"),
        ("4\n\u0301", "../outside/<i>"), ("5", "things/" + "long " * 60),
    ])
    database.executemany("INSERT INTO files VALUES (?)", [("a1",)])
    database.commit()


main()

"""What a short script does instead: every id in a set, every name looked up in it. scandir.py DIRECTORY DATABASE"""
import os
import sqlite3
import sys


def main(directory, database):  # in a function, since names are looked up faster there
    ids = {id for (id,) in sqlite3.connect(database).execute("SELECT id FROM items")}
    orphans = 0
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.name not in ids:
                orphans += 1
    print(orphans, "orphans")


main(*sys.argv[1:])

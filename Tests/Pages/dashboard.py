"""Walks through the dashboard in Chromium: every page, every form, every state, every look; see script/check-pages.

    python dashboard.py FOUNDLING [--only NAME] [--keep DIR] [--pictures DIR]

Starts daemons in worlds of its own. Exits with 1 and says what is wrong. `--pictures` makes those of the guide instead.
"""

import argparse
import sys
import tempfile
import time
import traceback
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

import looks
import pictures
import served
import walk
import walk_trouble

def without_database(world):
    world.bring_back = world.away("app.db")
    return world


# What is walked in each world, in this order: each step goes on from where the one before ended.
WORLDS = {
    "new": (lambda binary, place: without_database(served.demo(binary, place)), [walk.before_the_first_scan]),
    "demo": (
        lambda binary, place: served.accepted(served.demo(binary, place), prevention=False),
        [walk.signing_in, walk.a_scan, walk.a_scan_without_script,
         walk.two_orphans_there_and_back, walk.keeping_nothing_by_chance, walk.a_plan_over_a_limit, walk.who_sends_a_form,
         looks.full, walk.purging, walk_trouble.nothing_there],
    ),
    "hostile": (
        lambda binary, place: served.accepted(served.hostile(binary, place, 250), prevention=False),
        [walk.narrowing_and_paging, looks.hostile, walk.keeping],
    ),
    "deletions": (
        lambda binary, place: served.accepted(served.deletions(binary, place)),
        [looks.empty, walk_trouble.deletions, walk_trouble.orders_that_come_late, looks.tasks],
    ),
}


@contextmanager
def chromium(playwright, path):
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
    try:
        yield browser
    finally:
        browser.close()


def walk_world(browser, name, binary, place, only):
    """The names of the steps that failed."""
    make, steps = WORLDS[name]
    world, failed = make(binary, place), []
    tokens = {"operator": world.token("ops"), "viewer": world.token("eye", "viewer")}
    world.start(scans=name != "new")
    try:
        for step in steps:
            if only and only not in f"{name}.{step.__name__}":
                continue
            began = time.monotonic()
            try:
                step(browser, world, tokens)
                print(f"ok      {name}: {step.__doc__} ({time.monotonic() - began:.1f} s)", flush=True)
            except Exception as error:  # whatever it is, the other steps still tell something
                failed.append(step.__name__)
                trace = "" if isinstance(error, AssertionError) else "".join(traceback.format_tb(error.__traceback__)[-2:])
                at = traceback.extract_tb(error.__traceback__)[1].lineno
                print(f"FAILED  {name}: {step.__name__}, line {at}: {error}\n{trace}", flush=True)
    finally:
        world.stop()
    return failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("foundling", type=Path)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--only", default="")
    parser.add_argument("--pictures", type=Path)
    arguments = parser.parse_args()
    failed = []
    with tempfile.TemporaryDirectory(prefix="foundling-pages-") as work, sync_playwright() as playwright:
        with chromium(playwright, arguments.chromium) as browser:
            if arguments.pictures:
                return pictures.make(browser, arguments.foundling.resolve(), Path(work), arguments.pictures)
            for name in WORLDS:
                failed += walk_world(browser, name, arguments.foundling.resolve(), Path(work) / name, arguments.only)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

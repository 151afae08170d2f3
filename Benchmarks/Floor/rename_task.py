"""What the worker competes with: a Celery task that moves one directory aside. `../drain.py` starts it, and says where.

Run as a program it fills the queue. A worker notes when its first rename began and when its last one ended.
"""
import os
import time

from celery import Celery

STORE, COUNT = os.environ["BENCH_STORE"], int(os.environ["BENCH_COUNT"])
# Nothing is set but the broker: no result is kept, a task is acknowledged before it runs, four are fetched ahead.
app = Celery("rename_task", broker=os.environ["BENCH_BROKER"])
first, moved = None, 0


@app.task(name="move")
def move(name):
    global first, moved
    if first is None:
        first = time.monotonic()
    os.rename(f"{STORE}/items/{name}", f"{STORE}/trash/{name}")
    moved += 1
    if moved == COUNT:
        last = time.monotonic()
        with open(f"{STORE}/times.new", "w") as handle:
            handle.write(f"{first} {last}")
        os.rename(f"{STORE}/times.new", f"{STORE}/times")


if __name__ == "__main__":
    for number in range(COUNT):
        move.delay(f"dead-{number:06}")

"""Time of a confirmation: until the application is in the database and in its second copy.

Timed beside the same two writes, flushed side by side (the floor), beside one bare flush of the
same bytes, beside SQLite's driver alone, and beside a store that has delivered a million. Once on
this disk as it is, and once with every flush as slow as on the disk that the target was set on: the
store and its floors alike.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from io import FileIO
from itertools import count
from pathlib import Path
from statistics import median, quantiles

from kiosk.delivery.submission import submit
from kiosk.storage.database import SETTINGS
from kiosk.storage.store import Store
from kiosk.units import MIB
from script.benches.applicants import AT, central_key, id_of, invent
from script.benches.figures import BenchFigure
from script.benches.storage.delivered_rows import fill
from script.benches.storage.power_cut import open_terminal, sender

ROOT = Path(__file__).resolve().parents[3]
SEED = 20261386
MOST_TIMES_FLOOR = 1.3
MOST_GROWTH = 1.10
RESAMPLES = 1_000
CONFIDENCE = 0.95
COMPILERS = ("tcc", "cc", "gcc")
SLOW_FLUSH_US = 3_800
"""Added to each flush: with what this disk needs by itself, about the 3.96 ms of delivery.md's."""


def speeds(rows: int, times: int, starts: int) -> dict[str, BenchFigure]:
    """Return the time of a confirmation and of a start, for a new and an old store.

    `rows`: delivered applications of the old store; `times`, `starts`: how often each is timed.
    """
    with tempfile.TemporaryDirectory(prefix="kiosk-filing-") as folder:
        new, old = Path(folder) / "new.db", Path(folder) / "old.db"
        for path in (new, old):
            opened(path).close()
        fill(old, rows)
        opening = interleaved({"new": start_of(new), "old": start_of(old)}, starts)
        with closing(opened(new)) as one, closing(opened(old)) as other:
            waits = confirmations(Path(folder), {"new": one, "old": other}, times)
    return {
        "delivered_rows": BenchFigure(rows, "rows"),
        **beside_floor(waits["new"], waits["two"]),
        **beside_flush(waits["new"], waits["bare"]),
        **beside_driver(waits["new"], waits["sqlite"]),
        **growth("confirm", waits),
        "start_ms": BenchFigure(median(opening["new"]), "ms"),
        **growth("start", opening),
        **{f"slow_disk.{name}": figure for name, figure in on_slow_disk(times).items()},
    }


def on_slow_disk(times: int) -> dict[str, BenchFigure]:
    """Return the time of a confirmation beside its floors with slow flushes."""
    command = [sys.executable, "-m", __name__, str(times)]
    with tempfile.TemporaryDirectory(prefix="kiosk-slow-") as folder:
        # Not by strace: it delays a flush that begins during another's until that one has ended, so
        # two flushes side by side would look like one after the other.
        env = os.environ | {"LD_PRELOAD": str(slow_flushes(Path(folder)))}
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=env,
            check=True,
            capture_output=True,
            timeout=600,
            process_group=0,
        )
    waits: dict[str, list[float]] = json.loads(done.stdout)
    return {
        **beside_floor(waits["new"], waits["two"]),
        **beside_flush(waits["new"], waits["bare"]),
        **beside_driver(waits["new"], waits["sqlite"]),
    }


def slow_flushes(folder: Path) -> Path:
    """Compile the library that slows each flush down; return its path.

    Raises RuntimeError when no compiler is installed.
    """
    compiler = next(filter(None, map(shutil.which, COMPILERS)), None)
    if compiler is None:
        raise RuntimeError("script/bootstrap --test installs a compiler: tcc")
    library, delay = folder / "slow_flush.so", f"-DSLOW_FLUSH_US={SLOW_FLUSH_US}"
    source = Path(__file__).with_name("slow_flush.c")
    command = [compiler, "-shared", "-fPIC", delay, "-o", str(library), str(source)]
    subprocess.run(command, check=True)
    return library


def beside_flush(waits: list[float], bare: list[float]) -> dict[str, BenchFigure]:
    """Return the ratio to one bare flush of the same bytes; no target, since two are needed."""
    slow, slow_bare = (quantiles(one, n=20)[-1] for one in (waits, bare))
    return {
        "one_flush_p50_ms": BenchFigure(median(bare), "ms"),
        "confirm_p50_times_one_flush": BenchFigure(median(waits) / median(bare), "times"),
        "confirm_p95_times_one_flush": BenchFigure(slow / slow_bare, "times"),
    }


def beside_floor(waits: list[float], bare: list[float]) -> dict[str, BenchFigure]:
    """Return median and 95th percentile beside those of two writes flushed side by side."""
    middle, floor = median(waits), median(bare)
    slow, slow_floor = (quantiles(one, n=20)[-1] for one in (waits, bare))
    return {
        "confirm_p50_ms": BenchFigure(middle, "ms", None, floor),
        "confirm_p95_ms": BenchFigure(slow, "ms", None, slow_floor),
        "confirm_own_p50_ms": BenchFigure(middle - floor, "ms"),
        "confirm_p50_times_floor": BenchFigure(middle / floor, "times", MOST_TIMES_FLOOR),
        "confirm_p95_times_floor": BenchFigure(slow / slow_floor, "times", MOST_TIMES_FLOOR),
    }


def beside_driver(waits: list[float], bare: list[float]) -> dict[str, BenchFigure]:
    """Return the comparison with the same bytes written by SQLite's driver alone."""
    slow, slow_bare = (quantiles(one, n=20)[-1] for one in (waits, bare))
    return {
        "bare_sqlite_p50_ms": BenchFigure(median(bare), "ms"),
        "bare_sqlite_p95_ms": BenchFigure(slow_bare, "ms"),
        "confirm_p50_times_bare_sqlite": BenchFigure(median(waits) / median(bare), "times"),
        "confirm_p95_times_bare_sqlite": BenchFigure(slow / slow_bare, "times"),
    }


def growth(name: str, waits: dict[str, list[float]]) -> dict[str, BenchFigure]:
    """Return how many times as long the old store takes, with a bootstrap interval."""
    drawn = random.Random(SEED)  # noqa: S311
    new, old = waits["new"], waits["old"]
    ratios = sorted(
        median(drawn.choices(old, k=len(old))) / median(drawn.choices(new, k=len(new)))
        for _ in range(RESAMPLES)
    )
    tail = int(RESAMPLES * (1 - CONFIDENCE) / 2)
    return {
        f"{name}_growth": BenchFigure(median(old) / median(new), "times", MOST_GROWTH),
        f"{name}_growth_low": BenchFigure(ratios[tail], "times"),
        f"{name}_growth_high": BenchFigure(ratios[-1 - tail], "times"),
    }


def confirmations(folder: Path, stores: dict[str, Store], times: int) -> dict[str, list[float]]:
    """Return milliseconds of confirmations, bare flushes of the same body, and the bare driver."""
    body = b"\x5a" * waiting_bytes(stores["new"])
    with (
        (folder / "bare").open("wb", buffering=0) as file,
        (folder / "second").open("wb", buffering=0) as second,
        closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as database,
        ThreadPoolExecutor(1) as thread,
    ):
        flush, flush_second = bare_flush(file, body), bare_flush(second, body)

        def flush_both() -> None:
            other = thread.submit(flush_second)
            flush()
            other.result()

        works = {
            **{name: confirmation(store) for name, store in stores.items()},
            "bare": lambda: flush,
            "two": lambda: flush_both,
            "sqlite": bare_sqlite(database, body),
        }
        return interleaved(works, times)


def bare_flush(file: FileIO, body: bytes) -> Callable[[], None]:
    """Return a function that writes and flushes a body.

    The file is written round and round, as a write-ahead log is: one that grows would have the file
    system flush its own journal, too.
    """
    file.write(bytes(MIB))
    os.fsync(file.fileno())

    def flush() -> None:
        if file.tell() + len(body) > MIB:
            file.seek(0)
        file.write(body)
        os.fdatasync(file.fileno())

    return flush


def bare_sqlite(database: sqlite3.Connection, body: bytes) -> Callable[[], Callable[[], None]]:
    """Return a work that writes the same bytes with the driver alone, nothing sealed."""
    for setting in SETTINGS:
        database.execute(setting)
    columns = "id TEXT PRIMARY KEY, sequence INTEGER UNIQUE, body BLOB"
    database.execute(f"CREATE TABLE outbox ({columns})")
    database.execute("CREATE TABLE audit (sequence INTEGER PRIMARY KEY, detail TEXT)")
    numbers = count(1)

    def write() -> None:
        number = next(numbers)
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO outbox VALUES (?, ?, ?)", (id_of(number), number, body))
        database.execute("INSERT INTO audit VALUES (?, ?)", (number, "d" * 400))
        database.execute("COMMIT")

    return lambda: write


def waiting_bytes(store: Store) -> int:
    """Return the length in bytes of one confirmed application's body."""
    who = sender(central_key(SEED))
    _none(submit(store, who, invent(0), datetime.fromisoformat(AT)))
    return len(store.due(0.0)[0].body)


def confirmation(store: Store) -> Callable[[], Callable[[], None]]:
    """Return a function that prepares the next confirmation; only what it returns is timed."""
    numbers, who, at = count(1), sender(central_key(SEED)), datetime.fromisoformat(AT)

    def prepare() -> Callable[[], None]:
        application = invent(next(numbers))
        return lambda: _none(submit(store, who, application, at))

    return prepare


def start_of(path: Path) -> Callable[[], Callable[[], None]]:
    """Return a work that opens a store and looks for due records, as a start does."""

    def start() -> None:
        with closing(opened(path)) as store:
            store.all_due()
            store.next_due(time.time())
            store.due(time.time())

    return lambda: start


def interleaved(
    works: dict[str, Callable[[], Callable[[], None]]], times: int
) -> dict[str, list[float]]:
    """Return milliseconds of each work, done in turn and in changing order."""
    order, waits = random.Random(SEED), {name: list[float]() for name in works}  # noqa: S311
    for _ in range(times):
        for name in order.sample(tuple(works), len(works)):
            work = works[name]()
            began = time.perf_counter()
            work()
            waits[name].append((time.perf_counter() - began) * 1_000)
    return waits


def opened(path: Path) -> Store:
    """Return the store at `path`; it must open."""
    store = open_terminal(path)
    assert isinstance(store, Store), store
    return store


def _none(failure: object) -> None:
    assert failure is None, failure


def main() -> None:
    """Print the milliseconds of each work as JSON; run in the process whose flushes are slow."""
    with tempfile.TemporaryDirectory(prefix="kiosk-filing-") as folder:
        path = Path(folder)
        with closing(opened(path / "new.db")) as store:
            print(json.dumps(confirmations(path, {"new": store}, int(sys.argv[1]))))


if __name__ == "__main__":
    main()

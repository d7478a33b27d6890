"""Is no application lost, and how long does a person wait until hers is safe?

Power cuts and kills, each beside a control that must fail; then the confirmation beside a bare
flush of the same bytes in the same run, and beside a store that has delivered a million.
"""

from __future__ import annotations

import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from statistics import median, quantiles

from kiosk.filing.database import SETTINGS
from kiosk.filing.store import Store, open_store
from kiosk.filing.submission import submit
from script.benches.applicants import AT, central_key, id_of, invent
from script.benches.delivered_rows import fill
from script.benches.figures import Figure, Report
from script.benches.hostile_proxy import Fault
from script.benches.kills import Campaign
from script.benches.power_cut import cut_power, sender

SEED = 20261386  # its first 40 connections bring every fault, the treacherous ones six times
FEWEST_IMAGES = 3_000
MOST_TIMES_FLOOR = 1.3
MOST_GROWTH = 1.10
RESAMPLES = 1_000
MIB = 1 << 20
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Size:
    """How much is done."""

    applications: int
    cuts_every: int
    kills: int
    control_kills: int
    rows: int
    confirmations: int
    starts: int


WHOLE = Size(30, 1, 200, 30, 1_000_000, 600, 100)
QUICK = Size(8, 5, 20, 8, 50_000, 120, 20)


def measure(*, quick: bool) -> Report:
    """Cut, kill, and measure; the seed stands on standard error."""
    print(f"filing: seed {SEED}", file=sys.stderr)
    size = QUICK if quick else WHOLE
    figures = speeds(size)
    figures |= power_cuts(size, 0 if quick else FEWEST_IMAGES)
    figures |= kills(size)
    return Report("filing", figures)


def power_cuts(size: Size, fewest: int) -> dict[str, Figure]:
    """Return what the cuts of the power did, and whether the weaker setting was found out."""
    found = cut_power(applications=size.applications, seed=SEED, every=size.cuts_every)
    control = cut_power(
        applications=size.applications // 2,
        seed=SEED,
        every=2 * size.cuts_every,
        synchronous="NORMAL",
    )
    if found.violations:
        print(found, file=sys.stderr)
    return {
        "cut.acknowledged": Figure(found.acknowledged, "confirmations"),
        "cut.writes": Figure(found.writes, "writes"),
        "cut.images": Figure(found.images, "images", floor=fewest or None),
        "cut.images_too_few": Figure(max(0, fewest - found.images), "images", 0),
        "cut.violations": Figure(found.violations.total(), "violations", 0),
        "cut.control_violations": Figure(control.violations.total(), "violations"),
        "cut.control_most_lost": Figure(control.worst, "applications"),
        "cut.control_blind": Figure(not control.violations["acknowledged and gone"], "", 0),
    }


def kills(size: Size) -> dict[str, Figure]:
    """Return what the kills did, and whether the naive sender was found out."""
    with tempfile.TemporaryDirectory(prefix="kiosk-kills-") as folder:
        safe = Campaign(Path(folder) / "safe", SEED, naive=False).run(size.kills)
        naive = Campaign(Path(folder) / "naive", SEED, naive=True).run(size.control_kills)
    if safe.lost or safe.doubled or safe.wrong or safe.leaks:
        print(safe, file=sys.stderr)
    blind = not (naive.lost and naive.doubled and naive.leaks)
    return {
        "kill.terminal": Figure(safe.terminal_kills, "kills"),
        "kill.server": Figure(safe.server_kills, "kills"),
        "kill.acknowledged": Figure(safe.acknowledged, "applications"),
        "kill.connections": Figure(safe.met.total(), "connections"),
        "kill.faults": Figure(safe.met.total() - safe.met[Fault.NONE], "connections"),
        "kill.lost": Figure(safe.lost, "applications", 0),
        "kill.doubled": Figure(safe.doubled, "applications", 0),
        "kill.wrong": Figure(len(safe.wrong), "kinds", 0),
        "kill.leaks": Figure(len(safe.leaks), "files", 0),
        "kill.control_acknowledged": Figure(naive.acknowledged, "applications"),
        "kill.control_lost": Figure(naive.lost, "applications"),
        "kill.control_doubled": Figure(naive.doubled, "applications"),
        "kill.control_blind": Figure(blind, "", 0),
    }


def speeds(size: Size) -> dict[str, Figure]:
    """Return how long a confirmation and a start take: new, old, and a bare flush."""
    with tempfile.TemporaryDirectory(prefix="kiosk-filing-") as folder:
        new, old = Path(folder) / "new.db", Path(folder) / "old.db"
        for path in (new, old):
            opened(path).close()
        fill(old, size.rows)
        starts = interleaved({"new": start_of(new), "old": start_of(old)}, size.starts)
        with closing(opened(new)) as one, closing(opened(old)) as other:
            waits = confirmations(Path(folder), one, other, size.confirmations)
    return {
        "delivered_rows": Figure(size.rows, "rows"),
        **beside_floor(waits["new"], waits["bare"]),
        **beside_driver(waits["new"], waits["sqlite"]),
        **growth("confirm", waits),
        "start_ms": Figure(median(starts["new"]), "ms"),
        **growth("start", starts),
    }


def beside_floor(waits: list[float], bare: list[float]) -> dict[str, Figure]:
    """Return median and 95th percentile beside those of the bare flush."""
    middle, floor = median(waits), median(bare)
    slow, slow_floor = (quantiles(one, n=20)[-1] for one in (waits, bare))
    return {
        "confirm_p50_ms": Figure(middle, "ms", None, floor),
        "confirm_p95_ms": Figure(slow, "ms", None, slow_floor),
        "confirm_own_p50_ms": Figure(middle - floor, "ms"),
        "confirm_p50_times_floor": Figure(middle / floor, "times", MOST_TIMES_FLOOR),
        "confirm_p95_times_floor": Figure(slow / slow_floor, "times", MOST_TIMES_FLOOR),
    }


def beside_driver(waits: list[float], bare: list[float]) -> dict[str, Figure]:
    """Return how it compares to the same bytes written by SQLite's driver alone."""
    slow, slow_bare = (quantiles(one, n=20)[-1] for one in (waits, bare))
    return {
        "bare_sqlite_p50_ms": Figure(median(bare), "ms"),
        "bare_sqlite_p95_ms": Figure(slow_bare, "ms"),
        "confirm_p50_times_bare_sqlite": Figure(median(waits) / median(bare), "times"),
        "confirm_p95_times_bare_sqlite": Figure(slow / slow_bare, "times"),
    }


def growth(name: str, waits: dict[str, list[float]]) -> dict[str, Figure]:
    """Return how many times longer the old store takes, with a bootstrap interval."""
    drawn = random.Random(SEED)  # noqa: S311
    new, old = waits["new"], waits["old"]
    ratios = sorted(
        median(drawn.choices(old, k=len(old))) / median(drawn.choices(new, k=len(new)))
        for _ in range(RESAMPLES)
    )
    tail = int(RESAMPLES * (1 - CONFIDENCE) / 2)
    return {
        f"{name}_growth": Figure(median(old) / median(new), "times", MOST_GROWTH),
        f"{name}_growth_low": Figure(ratios[tail], "times"),
        f"{name}_growth_high": Figure(ratios[-1 - tail], "times"),
    }


def confirmations(folder: Path, new: Store, old: Store, times: int) -> dict[str, list[float]]:
    """Time confirmations in both stores and a bare write and flush of the sealed body.

    The bare file is written round and round, as a write-ahead log is: one that grows would have
    the file system flush its own journal, too.
    """
    body = b"\x5a" * waiting_bytes(new)
    with (folder / "bare").open("wb", buffering=0) as file:
        file.write(bytes(MIB))
        os.fsync(file.fileno())

        def flush() -> None:
            if file.tell() + len(body) > MIB:
                file.seek(0)
            file.write(body)
            os.fdatasync(file.fileno())

        with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as database:
            works = {
                "new": confirmation(new),
                "old": confirmation(old),
                "bare": lambda: flush,
                "sqlite": bare_sqlite(database, body),
            }
            return interleaved(works, times)


def bare_sqlite(database: sqlite3.Connection, body: bytes) -> Callable[[], Callable[[], None]]:
    """Return what writes the same bytes with the driver alone: no library, nothing sealed."""
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
    """Return how long the body of one confirmed application is."""
    who = sender(central_key(SEED))
    _none(submit(store, who, invent(0), datetime.fromisoformat(AT)))
    return len(store.due(0.0)[0].body)


def confirmation(store: Store) -> Callable[[], Callable[[], None]]:
    """Return what prepares the next confirmation; only what that returns is timed."""
    numbers, who, at = count(1), sender(central_key(SEED)), datetime.fromisoformat(AT)

    def prepare() -> Callable[[], None]:
        application = invent(next(numbers))
        return lambda: _none(submit(store, who, application, at))

    return prepare


def start_of(path: Path) -> Callable[[], Callable[[], None]]:
    """Return what opens a store and looks for work, as a start does."""

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
    """Open a store that must open."""
    store = open_store(path)
    assert isinstance(store, Store), store
    return store


def _none(failure: object) -> None:
    assert failure is None, failure

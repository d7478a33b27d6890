"""Whatever the machine's clock does: a draft is not lost by it, and does not lie there for ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kiosk.failures import Failure
from kiosk.storage.database import StoreError
from kiosk.storage.drafts import Drafts
from kiosk.storage.monotonic_wall_clock import A_START_COSTS, KEPT_EVERY, NAME, MonotonicWallClock
from kiosk.storage.store import Store, open_store
from kiosk.storage.tables import DRAFT, TERMINAL_NOTE
from tests.kiosk.storage.test_drafts import CONTENT, DAY, LIU, DraftKey, NoiseBytes
from tests.kiosk.storage.test_full_disk import PageLimit, fill

TODAY = 1_795_000_000
Y1970 = 0
YEARS = 10 * 365 * 86_400

RUN = st.tuples(st.just("run"), st.integers(0, 30_000))
OFF = st.tuples(st.just("off"), st.integers(0, 40_000))
BEHIND = st.tuples(st.just("behind"), st.integers(0, TODAY))  # the truth
SET = st.tuples(st.just("set"), st.sampled_from([Y1970, TODAY - 60, TODAY, TODAY + YEARS]))
REPAIRED = st.tuples(st.just("behind"), st.just(0))
Step = tuple[str, int]


@dataclass
class ClockedTerminal:
    """A terminal whose clock says what somebody sets it to; `truth` is what really is."""

    store: Store
    truth: int = TODAY
    off_by: int = 0
    up: int = 0
    starts: int = 0
    ran: int = 0
    shown: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.up = 17 * self.starts  # of any moment
        clock = MonotonicWallClock(
            self.store, lambda: self.truth + self.off_by, lambda: float(self.up)
        )
        self.clock = clock
        self.drafts = Drafts(self.store.database, DraftKey(), NoiseBytes(), clock, DAY)
        self.drafts.drop_old()

    def take(self, step: Step) -> None:
        match step:
            case ("run", seconds):
                self.truth += seconds
                self.up += seconds
                self.ran += seconds
            case ("off", seconds):
                self.truth += seconds
                self.starts += 1
                self.start()
            case ("behind", seconds):
                self.off_by = -seconds
            case ("set", moment):
                self.off_by = moment - self.truth
        self.shown.append(self.clock())

    def lies_there(self) -> bool:
        return self.drafts.find(LIU) == CONTENT


@pytest.fixture(scope="module")
def disk(tmp_path_factory) -> Iterator[Store]:
    opened = open_store(tmp_path_factory.mktemp("clock") / "kiosk.db")
    assert isinstance(opened, Store)
    yield opened
    opened.close()


def machine_with_draft(store: Store) -> ClockedTerminal:
    for table in (DRAFT, TERMINAL_NOTE):
        store.database.run(lambda it, table=table: it.execute(sa.delete(table)))
    machine = ClockedTerminal(store)
    assert machine.drafts.keep(LIU, CONTENT) is None
    return machine


LIGHT = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25
)


@LIGHT
@given(st.lists(st.one_of(RUN, OFF, BEHIND, REPAIRED), max_size=8))
@example([("behind", 3600), ("run", 60)])
@example([("behind", TODAY), ("off", 60), ("run", 600), ("behind", 0)])
def test_a_clock_that_falls_behind_ends_no_draft(disk, steps):
    """However often it falls, and also when it is put right again; a start costs minutes."""
    machine = machine_with_draft(disk)
    for step in steps:
        machine.take(step)
        there = machine.lies_there()
        real = machine.truth - TODAY
        assert there or real + machine.starts * A_START_COSTS >= DAY, (steps, step)


@LIGHT
@given(st.lists(st.one_of(RUN, OFF, BEHIND, SET), max_size=12))
@example([("set", TODAY), ("run", 43_200), ("set", TODAY), ("run", 43_200)])
@example([("run", 239), ("set", TODAY), ("off", 0)] * 364)
@example([("set", TODAY), ("off", 30_000), ("run", 30_000)] * 4)
def test_no_clock_keeps_a_draft_longer_than_a_day_of_running(disk, steps):
    machine = machine_with_draft(disk)
    for step in steps:
        machine.take(step)
        there = machine.lies_there()
        assert not there or machine.ran < DAY, (steps, step)
        assert not there or machine.starts * A_START_COSTS < DAY, (steps, step)
    assert machine.shown == sorted(machine.shown)


def test_a_right_clock_is_what_is_shown(disk):
    machine = machine_with_draft(disk)
    for step in (("run", 500), ("off", 40_000), ("run", 1)):
        machine.take(step)
        assert machine.shown[-1] == machine.truth


def test_it_is_kept_seldom(disk):
    machine = machine_with_draft(disk)
    kept = {disk.value_of(NAME)}
    for _ in range(100):
        machine.take(("run", 15))
        kept.add(disk.value_of(NAME))
    assert len(kept) == 1 + 100 * 15 // KEPT_EVERY


def test_a_draft_of_longer_promised_days_is_shortened(disk):
    """The settings were changed meanwhile, or the time that was kept is gone."""
    machine = machine_with_draft(disk)
    kept = machine.truth + 90 * DAY
    disk.database.run(lambda it: it.execute(sa.update(DRAFT).values(kept_until=kept)))
    assert machine.lies_there()
    machine.take(("run", int(DAY) - 1))
    assert machine.lies_there()
    machine.take(("run", 1))
    assert not machine.lies_there()


class ClosedNotes:
    """Values of a database that can't be used for a while."""

    def __init__(self) -> None:
        self.values = {NAME: repr(1000.0)}
        self.open = False

    def keep_value(self, name: str, value: str, *, urgent: bool) -> None:
        assert not urgent
        self._meet()
        self.values[name] = value

    def value_of(self, name: str) -> str:
        self._meet()
        return self.values[name]

    def _meet(self) -> None:
        if not self.open:
            raise StoreError(Failure.DISK_FULL)


def test_while_nothing_can_be_read_it_is_the_wall_clock():
    closed, passed = ClosedNotes(), [0.0]
    clock = MonotonicWallClock(closed, lambda: 50.0, lambda: passed[0])
    assert clock() == 50.0
    closed.open = True
    assert clock() == 1000.0 + A_START_COSTS
    closed.open = False
    passed[0] = KEPT_EVERY + 1
    assert clock() == 1000.0 + A_START_COSTS + KEPT_EVERY + 1
    assert closed.values[NAME] == repr(1000.0 + A_START_COSTS)
    closed.open = True
    clock()
    assert closed.values[NAME] == repr(1000.0 + A_START_COSTS + KEPT_EVERY + 1)


def test_on_a_full_disk_it_leaves_the_last_room_to_receipts(tmp_path):
    limit = PageLimit(0)
    store = open_store(tmp_path / "kiosk.db", limit.release)
    assert isinstance(store, Store)
    limit.limit(store, 60)
    fill(store)
    kept = iter(range(1000))
    with suppress(StoreError):  # small ones fit in what a large one left
        while True:
            store.keep_value(f"small{next(kept)}", "x" * 1000)
    limit.rooms = 1
    clock = MonotonicWallClock(store, lambda: float(TODAY), lambda: 0.0)
    assert clock() == TODAY
    assert (limit.rooms, store.value_of(NAME)) == (1, "")
    store.close()

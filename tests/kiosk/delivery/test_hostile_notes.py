"""Whatever a damaged row of a terminal's notes holds, its owner goes on and makes it anew."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.config.settings import StaffSettings
from kiosk.delivery.key_ring import KeyRing
from kiosk.delivery.lost_ratings import LostRatingCounter, LostRatings, read_losses
from kiosk.delivery.principals import Principals
from kiosk.delivery.reconciliation import Reconciliation
from kiosk.delivery.unsigned_refusals import UnsignedRefusals
from kiosk.failures import Failure
from kiosk.log import MARK, LogEntry, LogEvent
from kiosk.ports import CentralAnswer, Trouble
from kiosk.staff import attempts
from kiosk.storage.monotonic_wall_clock import MonotonicWallClock
from kiosk.storage.store import Store, open_store
from kiosk.storage.store_check import StoreCheck, read_store_alarm
from tests.kiosk.delivery.test_key_ring import PAST, PINNED, SEALING, Announcing, announced
from tests.kiosk.delivery.test_pending_report import aside_unsigned, confirm
from tests.kiosk.invented_people import attendance
from tests.kiosk.staff.staffed_point import StaffedPoint, code_now
from tests.kiosk.staff.test_staff import TECHNICIAN_CARD
from tests.kiosk.terminals import FixedKey

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WALL = NOW.timestamp()
NOBODY = CentralAnswer(trouble=Trouble.UNREACHABLE)
HOSTILE = {
    "words": "tomorrow",
    "nothing": "",
    "not a number": "nan",
    "endless": "inf",
    "before everything": "-inf",
    "after everything": "1e300",
    "too long a number": "9" * 5000,
    "no UTF-8": b"\xff\xfe\x80",
    "zeros": b"\x00" * 64,
    "an integer": 2**62,
    "half an object": '{"count":',
    "deep": "[" * 100_000,
    "a list": '[[], {}, null, "x"]',
    "another object": '{"count":"x","at":7,"pin":[],"floor":"y","told":[[]],"p":{"q":"r"},"z":1}',
    "far too much": '{"count":1e999,"wrong":1e999,"last":1e999,"at":"","floor":1e999}',
    "large": '{"pin":"","wrong":9007199254740991,"last":9e307,"floor":9007199254740991,"told":[-1]}',
    "no time": '{"count":3,"at":"tomorrow"}',
    "a time that is too long": '{"count":3,"at":"2026-11-24T09:00:00.000000000000000000000000000+00:00"}',
    "another time": '{"count":3,"at":"0001-01-01T00:00:00+14:00"}',
    "one member more": '{"at":"2026-11-24T09:00:00+00:00","restored":1,"remade":1,"lost":1,'
    '"skipped":1,"older":1,"count":1,"more":1}',
}
NAMES = (
    "forward_clock",
    "rotations",
    "keys_learnt_at",
    "principals",
    "reconciled_at",
    "unsigned_refusals_since",
    "ratings_lost",
    "store_alarm",
    "confirmed_copies",
    "staff list",
    "staff attempts T-0001",
    "staff code attempts T-0001",
    "staff code step T-0001",
)
"""Every note that a terminal keeps."""
contents = pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())


def spoil(folder: Path, content: object, *names: str) -> None:
    """Write a content into notes, past everything that the program would check."""
    with closing(sqlite3.connect(folder / "kiosk.db")) as database:
        for name in names:
            database.execute("DELETE FROM terminal_note WHERE name = ?", (name,))
            value = "CAST(? AS TEXT)" if isinstance(content, bytes) else "?"
            database.execute(
                f"INSERT INTO terminal_note (name, value) VALUES (?, {value})",
                (name, content),
            )
        database.commit()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "kiosk.db")
    assert isinstance(opened, Store)
    yield opened
    opened.close()


def named(caplog: pytest.LogCaptureFixture) -> set[str]:
    """Return the notes that the log names as unreadable."""
    entries = [getattr(record, MARK, None) for record in caplog.records]
    return {
        one.fields["note"]
        for one in entries
        if isinstance(one, LogEntry) and one.event is LogEvent.NOTE_UNREADABLE
    }


@contents
def test_the_clock_that_only_goes_forward_goes_on(store, tmp_path, content):
    spoil(tmp_path, content, "forward_clock")
    clock = MonotonicWallClock(store, lambda: WALL, lambda: 0.0)
    assert clock() == WALL
    assert store.value_of("forward_clock") == repr(WALL), "made anew"
    assert MonotonicWallClock(store, lambda: 0.0, lambda: 0.0)() >= WALL


@contents
def test_announced_keys_are_learnt_anew_at_once(store, tmp_path, content):
    spoil(tmp_path, content, "rotations", "keys_learnt_at")
    central = Announcing([announced(1, PAST)])
    ring = KeyRing(PINNED, store, central, 24.0, lambda: WALL, lambda: NOW)
    ring.learn_when_due()
    assert ring.sealing() == SEALING[1]
    ring.learn_when_due()
    assert central.asked == 1, "made anew: it is not due again"
    assert KeyRing(PINNED, store, central, 24.0, lambda: WALL, lambda: NOW).sealing() == SEALING[1]


def test_only_the_announcements_are_damaged_and_it_asks_at_once_all_the_same(store, tmp_path):
    """Until then it seals to a key that the central service may have forgotten."""
    central = Announcing([announced(1, PAST)])
    KeyRing(PINNED, store, central, 24.0, lambda: WALL, lambda: NOW).learn_when_due()
    spoil(tmp_path, "[", "rotations")
    ring = KeyRing(PINNED, store, central, 24.0, lambda: WALL, lambda: NOW)
    ring.learn_when_due()
    assert (ring.sealing(), central.asked) == (SEALING[1], 2)


@contents
def test_the_comparison_with_the_central_service_is_due(store, tmp_path, content):
    spoil(tmp_path, content, "reconciled_at")
    asked = []

    class AskedCentral:
        def call(self, *words: object) -> CentralAnswer:
            asked.append(words)
            return NOBODY

    Reconciliation(store, AskedCentral(), "BZ", 24.0, lambda: WALL, lambda: NOW).compare_when_due()
    later = Reconciliation(store, AskedCentral(), "BZ", 24.0, lambda: WALL, lambda: NOW)
    later._is_first = False
    later.compare_when_due()
    assert len(asked) == 2


@contents
def test_what_was_refused_unsigned_still_returns(store, tmp_path, content):
    confirm(store, "a")
    aside_unsigned(store, "a")
    spoil(tmp_path, content, "unsigned_refusals_since")
    clock = [WALL]
    old = UnsignedRefusals(store, lambda: clock[0], lambda: NOW)
    assert old.release_when_due() == ()
    clock[0] += 3600.0
    assert old.release_when_due() == ("a",)


@contents
def test_for_how_many_people_somebody_filed_is_counted_on(store, tmp_path, content):
    spoil(tmp_path, content, "principals")

    class Nobody:
        def call(self, *_words: object) -> CentralAnswer:
            return NOBODY

    here = attendance("wang")
    found = Principals(store, FixedKey(), Nobody(), lambda: WALL)
    assert found.others(here, "34162219660615001X") == 0
    found.record(here.number, "34162219660615001X")
    assert found.others(here, "341623197603200342") == 1


@contents
def test_lost_ratings_are_counted_on(store, tmp_path, content):
    spoil(tmp_path, content, "ratings_lost")
    before = read_losses(store)
    assert before in (LostRatings(), LostRatings(1, NOW.isoformat()))
    losses = LostRatingCounter(store, "BZ-DEMO-0001", lambda: NOW)
    losses.count(Failure.DISK_FULL)
    losses.write_down()
    assert losses.known() == LostRatings(before.count + 1, NOW.isoformat(timespec="seconds"))


@contents
def test_database_and_copies_are_compared_and_numbers_go_on(store, tmp_path, content):
    assert check_of(store).attach() is None
    confirm(store, "a")
    store.copies.close()
    store.copies = None
    spoil(tmp_path, content, "store_alarm", "confirmed_copies")
    before = read_store_alarm(store)
    again = check_of(store)
    assert again.attach() is None
    assert again.compare().agrees
    assert read_store_alarm(store) == before, "nothing was lost, so nothing is told"
    confirm(store, "b")
    assert store.last_sequence() == 2
    assert len(store.entries_between(1, 2)) == 2


def check_of(store: Store) -> StoreCheck:
    return StoreCheck(store, None, "BZ-DEMO-0001", lambda: NOW, lambda: False, was_empty=False)


class Kept:
    """The notes of a real store, for the staff's door."""

    def __init__(self, store: Store) -> None:
        self.keep_value = store.keep_value
        self.value_of = store.value_of


@contents
def test_the_staff_come_in_and_a_code_is_still_used_up(store, tmp_path, content):
    names = [one for one in NAMES if one.startswith("staff")]
    spoil(tmp_path, content, *names)
    point = StaffedPoint(notes=Kept(store))
    code = code_now(point)
    assert not hasattr(point.enter(TECHNICIAN_CARD), "failure")
    assert not hasattr(point.staff_login().confirm(TECHNICIAN_CARD, code), "failure")
    assert point.staff_login().confirm(TECHNICIAN_CARD, code).failure is Failure.STAFF_CODE_WRONG


@contents
def test_tries_of_a_pin_are_counted_on(content):
    kept = content if isinstance(content, str) else str(content)
    found = attempts.decode(kept)
    rules = StaffSettings()
    again = replace(found, last=WALL).spent("pin", WALL)
    assert attempts.decode(attempts.encode(again)) == again
    assert again.wait("pin", WALL, rules) == 0.0


def test_the_log_names_what_was_made_anew_and_nobody(store, tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    spoil(tmp_path, "[", *NAMES)
    MonotonicWallClock(store, lambda: WALL, lambda: 0.0)()
    ring = KeyRing(PINNED, store, Announcing([]), 24.0, lambda: WALL, lambda: NOW)
    ring.learn_when_due()
    read_losses(store)
    read_store_alarm(store)
    point = StaffedPoint(notes=Kept(store))
    point.enter(TECHNICIAN_CARD)
    point.staff_login().confirm(TECHNICIAN_CARD, code_now(point))
    assert named(caplog) == {
        "forward_clock",
        "rotations",
        "keys_learnt_at",
        "ratings_lost",
        "store_alarm",
        "staff_attempts",
        "staff_code_step",
    }
    assert "T-0001" not in caplog.text


def test_a_note_that_can_be_read_is_not_named(store, tmp_path, caplog):
    """The control."""
    caplog.set_level(logging.WARNING)
    spoil(tmp_path, repr(WALL), "forward_clock", "keys_learnt_at", "reconciled_at")
    MonotonicWallClock(store, lambda: WALL, lambda: 0.0)()
    KeyRing(PINNED, store, Announcing([]), 24.0, lambda: WALL, lambda: NOW).learn_when_due()
    assert named(caplog) == set()

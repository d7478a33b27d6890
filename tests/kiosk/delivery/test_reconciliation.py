"""A loss at the central service is seen, with its number, after each start and once a day."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from central.terminals.body_limit import LONGEST
from central.terminals.fleet import MOST_ENTRIES
from kiosk.audit.audit_events import AuditEvent
from kiosk.delivery.reconciliation import NOTE, WINDOW, Reconciliation, SequenceComparison
from kiosk.ports import CentralAnswer, Trouble
from kiosk.storage.store import Numbered, OutboxRecord, OutboxState, Store, open_store

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
AT = NOW.isoformat()
JSON = "application/json"
DAY = 24 * 3600.0


@dataclass
class CentralSide:
    """The central service's half: what it has under each number."""

    has: dict[int, str] = field(default_factory=dict)
    asked: list[dict] = field(default_factory=list)
    instead: CentralAnswer | None = None
    highest: object = None

    def call(self, method, path, body=b"", headers=None):
        assert (method, path) == ("POST", "/v1/reconciliation")
        question = json.loads(body)
        self.asked.append(question)
        if self.instead is not None:
            return self.instead
        sent = {one["sequence"]: one["digest"] for one in question["entries"]}
        found = {
            "missing": [n for n in sent if n not in self.has],
            "different": [n for n in sent if n in self.has and self.has[n] != sent[n]],
            "unexpected": [n for n in self.has if n not in sent],
            "highest": self.highest,
        }
        return CentralAnswer(200, JSON, None, json.dumps(found).encode())


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "kiosk.db")
    assert isinstance(opened, Store)
    for name in ("a", "b", "c"):
        parcel = OutboxRecord(name, f"/v1/applications/{name}", "x/y", name * 64, b"sealed")
        opened.confirm(lambda _, one=parcel: one, AuditEvent.CONFIRMED, AT, {})
    opened.delivered("a", "receipt", AT)
    opened.delivered("b", "receipt", AT)
    yield opened
    opened.close()


def compare(store: Store, side: CentralSide, now: float = DAY) -> SequenceComparison | None:
    return Reconciliation(store, side, "BZ-1", 24.0, lambda: now, lambda: NOW).compare_when_due()


def test_only_what_was_signed_for_is_believed_to_be_there(store):
    """The central service raises an alarm for each that is missing."""
    store.quarantine("c", "status 422", AT, "{}")
    side = CentralSide({1: "a" * 64, 2: "b" * 64})
    compare(store, side)
    assert [one["sequence"] for one in side.asked[0]["entries"]] == [1, 2]


def test_the_longest_comparison_is_taken(store):
    paper = {"path": f"/v1/blobs/{'a' * 64}", "digest": "a" * 64, "state": OutboxState.DELIVERED}
    last = 10_000_000
    numbers = range(last - WINDOW + 1, last + 1)
    store.last_sequence = lambda: last
    store.entries_between = lambda *_: tuple(Numbered(n, **paper) for n in numbers)
    sent = []
    side = SimpleNamespace(call=lambda _m, _p, body, _h: sent.append(body) or CentralAnswer(503))
    assert compare(store, side) is None
    assert len(sent[0]) < LONGEST
    assert WINDOW <= MOST_ENTRIES


def test_both_sides_agree_and_it_is_written_down(store):
    side = CentralSide({1: "a" * 64, 2: "b" * 64})
    found = compare(store, side)
    assert found == SequenceComparison(1, 3)  # the third still waits: that is no loss
    assert found.agrees
    assert [one["sequence"] for one in side.asked[0]["entries"]] == [1, 2]
    last = store.audit()[-1]
    assert (last.event, last.subject) == (AuditEvent.RECONCILED, "BZ-1")
    assert last.detail == {
        "first": "1",
        "last": "3",
        "missing": "0",
        "different": "0",
        "unexpected": "0",
    }


def test_what_was_signed_for_and_is_gone_is_a_loss(store):
    found = compare(store, CentralSide({2: "x" * 64, 3: "c" * 64, 9: "z" * 64}))
    assert found == SequenceComparison(1, 3, missing=(1,), different=(2,), unexpected=(9,))
    assert not found.agrees
    assert store.audit()[-1].detail["missing"] == "1"


def test_a_receipt_that_was_lost_on_the_way_is_nothing_foreign(store):
    assert compare(store, CentralSide({1: "a" * 64, 2: "b" * 64, 3: "c" * 64})).agrees


def test_once_a_day_and_again_when_the_clock_was_set_back(store):
    side, now = CentralSide({1: "a" * 64, 2: "b" * 64}), [0.0]
    one = Reconciliation(store, side, "BZ-1", 24.0, lambda: now[0], lambda: NOW)

    def compare_at(seconds: float) -> SequenceComparison | None:
        now[0] = seconds
        return one.compare_when_due()

    assert compare_at(DAY) is not None
    assert compare_at(2 * DAY - 1) is None
    assert compare_at(2 * DAY) is not None
    assert compare_at(DAY) is not None
    assert len(side.asked) == 3
    assert compare(store, side, DAY + 1) is not None  # the program was started anew


def test_the_highest_number_that_ever_arrived_is_told(store):
    side = CentralSide({1: "a" * 64, 2: "b" * 64}, highest=41)
    assert compare(store, side).highest == 41
    for strange in (None, "41", -1, True, 1.5):
        side.highest = strange
        assert compare(store, side).highest == 0


@pytest.mark.parametrize(
    "answer",
    [
        CentralAnswer(trouble=Trouble.UNREACHABLE),
        CentralAnswer(404, "application/problem+json"),
        CentralAnswer(200, "text/html", None, b"<html>"),
        CentralAnswer(200, JSON, None, b"[]"),
        CentralAnswer(200, JSON, None, b'{"missing":[],"different":[]}'),
        CentralAnswer(200, JSON, None, b'{"missing":[],"different":[],"unexpected":["1"]}'),
    ],
)
def test_no_answer_is_no_comparison_and_comes_again(store, answer):
    assert compare(store, CentralSide(instead=answer)) is None
    assert store.value_of(NOTE) == ""


def test_an_empty_terminal_compares_too(tmp_path):
    empty = open_store(tmp_path / "empty.db")
    assert isinstance(empty, Store)
    side = CentralSide({5: "x"})
    assert compare(empty, side) == SequenceComparison(1, 0, unexpected=(5,))
    assert (side.asked[0]["from"], side.asked[0]["to"]) == (1, 1)  # no number below one is taken
    empty.close()


def test_only_the_newest_numbers_are_compared(store, monkeypatch):
    monkeypatch.setattr(store, "last_sequence", lambda: WINDOW + 5)
    side = CentralSide()
    compare(store, side)
    assert (side.asked[0]["from"], side.asked[0]["to"]) == (6, WINDOW + 5)

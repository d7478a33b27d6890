"""The signed list of the staff is kept, renewed and replaced."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from kiosk.crypto.receipt import SigningKey, sign_document
from kiosk.ports import CentralAnswer
from kiosk.staff.staff_list_sync import NOTE, StaffListSync
from tests.kiosk.staff.staffed_point import Notes
from tests.kiosk.staff_people import (
    HELPER_CARD,
    KEY,
    NOON,
    POINT,
    document,
    roster,
    signed,
)
from tests.kiosk.terminals import FixedKey


class RosterCentral:
    """The central service, as far as it tells who works here."""

    def __init__(self, body: bytes) -> None:
        self.answer = CentralAnswer(200, "application/json", None, body)
        self.asked: list[str] = []

    def call(self, method: str, path: str, *_more: object) -> CentralAnswer:
        self.asked.append(f"{method} {path}")
        return self.answer


@dataclass
class Cupboard:
    """A terminal that keeps the list."""

    office: RosterCentral = field(default_factory=lambda: RosterCentral(signed()))
    notes: Notes = field(default_factory=Notes)
    seconds: float = 0.0

    def list_sync(self) -> StaffListSync:
        return StaffListSync(
            self.notes,
            FixedKey(),
            KEY.receipt_key,
            self.office,
            POINT,
            6.0,
            lambda count: bytes(range(count)),
            lambda: self.seconds,
        )


def test_the_list_is_kept_sealed_and_outlives_a_restart() -> None:
    cupboard = Cupboard()
    assert cupboard.list_sync().roster() is None
    cupboard.list_sync().learn_when_due()
    assert cupboard.office.asked == [f"GET /v1/points/{POINT}/staff"]
    assert cupboard.list_sync().roster() == roster()
    assert HELPER_CARD not in cupboard.notes.kept[NOTE]
    assert "H-0001" not in cupboard.notes.kept[NOTE]


def test_it_is_asked_for_once_in_some_hours() -> None:
    cupboard = Cupboard()
    list_sync = cupboard.list_sync()
    for cupboard.seconds in (0.0, 60.0, 6 * 3600.0 - 1, 6 * 3600.0, 5.0):  # the last: set back
        list_sync.learn_when_due()
    assert len(cupboard.office.asked) == 3


@pytest.mark.parametrize(
    "answer",
    [
        CentralAnswer(503, "application/json", None, signed()),
        CentralAnswer(200, "text/html", None, b"<html>"),
        CentralAnswer(200, "application/json", None, b"{}"),
        CentralAnswer(200, "application/json", None, signed(point="BZ-ELSEWHERE")),
        CentralAnswer(
            200, "application/json", None, sign_document(document(), SigningKey(b"o" * 32))
        ),
        CentralAnswer(
            200,
            "application/json",
            None,
            signed(issued_at=(NOON - timedelta(days=1)).isoformat(), accounts=[]),
        ),
    ],
)
def test_nothing_else_takes_its_place(answer: CentralAnswer) -> None:
    cupboard = Cupboard()
    cupboard.list_sync().learn_when_due()
    cupboard.office.answer = answer
    cupboard.list_sync().learn_when_due()
    assert cupboard.list_sync().roster() == roster()


def test_a_newer_list_does() -> None:
    cupboard = Cupboard()
    cupboard.list_sync().learn_when_due()
    later = (NOON + timedelta(hours=1)).isoformat()
    cupboard.office.answer = CentralAnswer(
        200, "application/json", None, signed(issued_at=later, accounts=[])
    )
    cupboard.list_sync().learn_when_due()
    assert cupboard.list_sync().roster() == roster(issued_at=later, accounts=[])


def test_a_list_of_another_terminal_is_noise() -> None:
    cupboard = Cupboard()
    cupboard.list_sync().learn_when_due()
    list_sync = cupboard.list_sync()
    list_sync.key = type("OtherKey", (), {"derive": lambda *_: b"x" * 32})()
    assert list_sync.roster() is None


def test_a_note_that_is_no_sealed_list_counts_as_none() -> None:
    cupboard = Cupboard()
    cupboard.list_sync().learn_when_due()
    for damaged in ("no base64!", "", "AAAA"):
        cupboard.notes.kept[NOTE] = damaged
        assert cupboard.list_sync().roster() is None

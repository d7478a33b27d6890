"""A duty that nobody waits for any more ends, and tells nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

import pytest

from kiosk.failures import Failure
from kiosk.ports import CentralAnswer, Frame
from kiosk.session.central_queries import facts_of, progress_of
from kiosk.session.device_tasks import FaceDuty, TaskWatch, read_card, read_code
from kiosk.session.face_lockout import FaceLockout
from kiosk.visit.effects import CheckFace
from kiosk.visit.events import event as events
from tests.kiosk.invented_people import NOW, attendance, handbook


@dataclass
class StillClock:
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    def wait(self, event: Event, seconds: float) -> None:
        self.slept.append(seconds)
        event.set()


class UnaskedDevice:
    """A reader, camera, checker and central service of which nothing is asked for long."""

    def read(self, cancelled):
        return None

    def scan(self, cancelled):
        return None

    def start(self):
        pass

    def latest(self) -> Frame | None:
        return None

    def prepare(self, portrait):
        return None

    def begin(self, *, turn_only=False, guarded=False):
        self.begun = (turn_only, guarded)

    def call(self, method, path, body=b"", headers=None):
        return CentralAnswer(200, "image/jpeg", None, b"jpeg")


def test_a_cancelled_reading_tells_nothing():
    told: list[events.Event] = []
    clock = StillClock()
    read_card(UnaskedDevice(), TaskWatch(clock), told.append)
    assert (told, clock.slept) == ([], [])


def test_a_cancelled_face_check_tells_nothing():
    told: list[events.Event] = []
    clock, outside = StillClock(), UnaskedDevice()
    face, resting = handbook().settings.face, FaceLockout(3, 10.0, b"s")
    duty = FaceDuty(outside, outside, outside, face, clock, lambda: 0.0, resting)
    duty.check(CheckFace(attendance("liu", proved=False)), TaskWatch(clock), told.append)
    assert told == []
    assert len(clock.slept) == 1, "it woke up when it was cancelled"
    duty.check(
        CheckFace(attendance("liu", proved=False), True, True), TaskWatch(clock), told.append
    )
    assert outside.begun == (True, True)


@dataclass
class SayingCentral:
    body: bytes

    def call(self, method, path, body=b"", headers=None):
        return CentralAnswer(200, "application/json", None, self.body)


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"services":null}', b'{"services":[1]}', b'{"services":[{"code":"R01"}]}', b"\xff"],
)
def test_progress_of_another_shape_is_strange(body):
    assert progress_of(SayingCentral(body), "x") is Failure.CENTRAL_STRANGE


@pytest.mark.parametrize("month", ["2000", "2000-13", "2000-00", "x-y", "2000-1-1"])
def test_facts_with_a_month_that_is_none_are_strange(month):
    """The page of the facts reads the month: it must not meet such a one on the main thread."""
    import json

    from kiosk.config.schema import read_table
    from tests.kiosk.invented_people import CONFIG

    table = read_table(CONFIG / "personas" / "liu.toml")["facts"] | {"work_start_month": month}
    assert (
        facts_of(SayingCentral(json.dumps(table).encode()), attendance("liu"))
        is Failure.CENTRAL_STRANGE
    )
    for told in ("2000-12", ""):  # nothing: who never worked for an employer
        table["work_start_month"] = told
        known = facts_of(SayingCentral(json.dumps(table).encode()), attendance("liu"))
        assert not isinstance(known, Failure)


def test_who_goes_before_a_code_is_shown_is_told_nothing():
    told: list[events.Event] = []
    read_code(UnaskedDevice(), UnaskedDevice(), StillClock(), TaskWatch(StillClock()), told.append)
    assert told == []

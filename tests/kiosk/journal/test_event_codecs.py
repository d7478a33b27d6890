"""Events and steps say by themselves what the journal keeps of them, and how it is replayed."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Self

import pytest

from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.press import Press
from kiosk.staff.desk import MonthReport
from kiosk.visit.context import Context
from kiosk.visit.events.event import Answered, Event
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.press_codec import DEFAULTS, HIDDEN, SHOWN, codec_of
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.steps.catalogue import OVERLAYS, STEP_OF, STEPS, build_table
from kiosk.visit.steps.desk.events import MonthKnown
from kiosk.visit.steps.facts.draft_record import with_stand_in_draft
from kiosk.visit.table import Table
from kiosk.visit.transition import On
from tests.kiosk.invented_people import NOW, InventedVisitor, handbook
from tests.kiosk.visit.device_answers import answers_of_devices

OF_THE_STAND_IN = {"phase", "own", "same", "other", "theirs", "again"}
"""What hangs on the stand-in's card and birth, which `prepare` changes before."""
SECRET = "亳州市谯城区花戏楼街道7号"


@dataclass(frozen=True)
class ScaleRead(Event):
    """An event that no module of the program knows."""

    grams: int
    address: str

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return whether it is heavy; not whose it is."""
        return {"heavy": self.grams > 1000}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return something as heavy, from nowhere."""
        return cls(1001 if said["heavy"] else 0, "")


def is_heavy(_visit: Visit, what: ScaleRead, _context: object) -> bool:
    """Return whether it is more than a kilogram."""
    return what.grams > 1000


def test_an_event_that_the_journal_does_not_know_is_recorded_and_replayed():
    idle = STEP_OF[Stage.IDLE]
    onward = On(ScaleRead, to=Stage.GUIDE, when=is_heavy)
    weighing = replace(idle, transitions=(onward, *idle.transitions))
    table = Table(handbook(), {**STEP_OF, Stage.IDLE: weighing}, OVERLAYS)
    lines: list[str] = []
    for grams, stage in ((900, Stage.IDLE), (1100, Stage.GUIDE)):
        lines.clear()
        Journal(lines.append, handbook()).note(
            Visit("v-1", "a-1"), Answered(ScaleRead(grams, SECRET)), 0.0
        )
        assert SECRET not in lines[0]
        (after,) = replay(lines, table, NOW)
        assert after.stage is stage


def test_an_event_of_another_version_is_no_event():
    lines = [json.dumps({"ms": 0, "visit": "v", "stage": "idle", "kind": "Weighed"})]
    with pytest.raises(KeyError, match="Weighed"):
        list(replay(lines, build_table(handbook()), NOW))


def test_every_answer_is_restored_as_what_its_record_says():
    """Its record decides how a visit goes on, so it must be the record of what is restored."""
    visit = InventedVisitor().with_card().visit
    compared = set()
    for what in answers_of_devices():
        record = what.record(visit, handbook())
        again = type(what).restore({"kind": what.kind, **record}, visit)
        assert again.kind == what.kind
        if not OF_THE_STAND_IN & set(record):
            assert again.record(visit, handbook()) == record
            compared.add(what.kind)
    assert len(compared) > 35


def test_every_event_that_nobody_presses_is_taken_by_a_step():
    taken = set(build_table(handbook()).event_types)
    assert {one.kind for one in answers_of_devices()} <= taken


@pytest.mark.parametrize("act", Press)
def test_the_value_of_a_press_is_hidden_unless_it_is_a_code_of_the_program(act):
    shown = {one for one, codec in DEFAULTS.items() if codec.record is SHOWN.record}
    codes = {Press.TOGGLE, Press.WHY, Press.INSIST, Press.POINT}
    assert shown == {Press.LETTER, *codes}
    codec = codec_of(act, {})
    record = codec.record(Pressed(act, SECRET), InventedVisitor().visit, handbook())
    assert (SECRET in record.values()) is (act in shown)
    assert act in DEFAULTS or codec is HIDDEN


def test_what_a_step_says_of_its_presses_names_presses_that_it_takes():
    for step in STEPS:
        assert set(step.recorded) <= {one.event for one in step.transitions}, step.stage


def test_a_press_outside_a_step_hides_its_value():
    """What a step says of its presses comes before; without a step nothing is kept."""
    visit = InventedVisitor().visit
    record = Pressed(Press.PICK, SECRET).record(visit, handbook())
    assert record == {"value": ""}
    assert Pressed.restore({"kind": "pick", **record}, visit) == Pressed(Press.PICK)


def test_the_report_of_a_month_is_not_kept():
    """Few cases a month may tell whose they were."""
    visit, month = (
        InventedVisitor().visit,
        MonthReport("2026-11", 1, 1, 1, 1, {"self": 1}, {"1": 1}),
    )
    record = MonthKnown(month).record(visit, handbook())
    assert record == {}
    assert MonthKnown.restore({"kind": "MonthKnown"}, visit).month.filed == 0


def test_resuming_nothing_restores_nothing():
    visit, context = InventedVisitor().visit, Context(handbook(), NOW)
    assert with_stand_in_draft({"value": ""}, visit, context) == (visit, context)

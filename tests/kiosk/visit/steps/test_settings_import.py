"""What a technician sees of a stick, and when something is taken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.config.usb_bundle import OfferedBundle
from kiosk.failures import Failure
from kiosk.pages.display import TextSize
from kiosk.pages.press import Press
from kiosk.visit import effects as do
from kiosk.visit.stages import Stage
from kiosk.visit.steps.settings_import.events import (
    DevicesFound,
    SettingsRefused,
    SettingsWritten,
    StickRead,
)
from tests.kiosk.invented_people import InventedVisitor, handbook
from tests.kiosk.visit.steps.technician_visits import FOUND, TechnicianHands, examined, performed

NEW = OfferedBundle(12, "abcdefghijkm", 3, "mkjihgfedcba")
SAME = OfferedBundle(12, "abcdefghijkm", 3, "abcdefghijkm")


def at_stick() -> InventedVisitor:
    return examined().press(Press.SEEK).press(Press.IMPORT)


def acts(visitor: InventedVisitor) -> set[Press]:
    return {one.act for one in visitor.page.choices}


def test_nothing_is_taken_before_it_is_confirmed():
    visitor = at_stick()
    assert do.ReadStick() in visitor.effects
    assert (visitor.visit.stage, visitor.page.sentence) == (Stage.IMPORTING, "正在看优盘，请稍等。")
    visitor.press(Press.WRITE)
    assert visitor.effects == ()
    visitor.happen(StickRead(NEW))
    assert visitor.effects == ()
    assert [row.reason for row in visitor.page.rows] == [
        "第 12 版，3 份，abcdefghijkm",
        "mkjihgfedcba",
    ]
    visitor.press(Press.WRITE)
    assert visitor.effects == (do.TakeStick(NEW.id),)
    assert acts(visitor) == set()
    visitor.press(Press.WRITE)
    assert visitor.effects == ()
    visitor.happen(SettingsWritten())
    assert visitor.page.sentence == "收好了，退出后就试，不行自己退回。"
    assert acts(visitor) == set()
    visitor.press(Press.WRITE)
    assert visitor.effects == ()
    visitor.press(Press.BACK)
    assert (visitor.visit.stage, visitor.visit.maintenance.noted) == (Stage.MAINTENANCE, "")


@pytest.mark.parametrize("leaves", [Press.BACK, Press.TRY_AGAIN])
def test_who_does_not_wait_for_the_writing_may_write_again(leaves):
    """A late answer is dropped: nothing else would end it."""
    visitor = at_stick().happen(StickRead(NEW)).press(Press.WRITE).press(leaves)
    if leaves is Press.BACK:
        visitor.press(Press.SEEK).press(Press.IMPORT)
    visitor.happen(StickRead(NEW)).press(Press.WRITE)
    assert visitor.effects == (do.TakeStick(NEW.id),)


@pytest.mark.parametrize("leaves", [Press.BACK, Press.TRY_AGAIN])
def test_the_same_for_addresses(leaves):
    visitor = examined().press(Press.SEEK).happen(DevicesFound(FOUND)).press(Press.WRITE)
    visitor.press(leaves)
    if leaves is Press.BACK:
        visitor.press(Press.SEEK)
    visitor.happen(DevicesFound(FOUND)).press(Press.WRITE)
    assert visitor.effects == (do.WriteSettings(tuple(FOUND.changes.items())),)


def test_what_is_in_force_already_can_not_be_taken():
    visitor = at_stick().happen(StickRead(SAME))
    assert visitor.page.title == "没有新的设置"
    assert acts(visitor) == {Press.TRY_AGAIN}
    assert visitor.press(Press.WRITE).effects == ()


def test_a_machine_without_settings_of_the_site_says_so():
    visitor = at_stick().happen(StickRead(OfferedBundle(2, "abcdefghijkm", 1)))
    assert visitor.page.rows[1].reason == "只用本机自己的"


@pytest.mark.parametrize(
    "failure", [one for one in Failure if one.value.startswith("settings_")], ids=str
)
def test_what_is_wrong_is_said_with_its_sentence_and_can_be_tried_again(failure):
    visitor = at_stick().happen(SettingsRefused(failure))
    assert visitor.page.sentence == handbook().failures[failure].sentence
    assert visitor.page.mend
    assert acts(visitor) == {Press.TRY_AGAIN}
    visitor.press(Press.TRY_AGAIN)
    assert do.ReadStick() in visitor.effects
    assert visitor.visit.failure is None


def test_its_cure_stands_below():
    visitor = at_stick().happen(SettingsRefused(Failure.SETTINGS_UNSIGNED))
    assert "不要再用" in visitor.page.rows[-1].reason


def test_a_stick_that_was_changed_meanwhile_is_looked_at_again():
    visitor = at_stick().happen(StickRead(NEW)).press(Press.WRITE)
    visitor.happen(SettingsRefused(Failure.SETTINGS_DAMAGED))
    assert not visitor.visit.maintenance.writing
    assert acts(visitor) == {Press.TRY_AGAIN}


def test_in_large_text_the_rows_come_in_parts():
    visitor = at_stick()
    view = replace(visitor.visit.display.view, text_size=TextSize.LARGEST)
    visitor.visit = replace(visitor.visit, display=replace(visitor.visit.display, view=view))
    visitor.happen(StickRead(NEW))
    (first,) = visitor.page.rows
    (second,) = visitor.press(Press.MORE).page.rows
    assert (first.words, second.words) == ("优盘上的", "现在用的")
    assert visitor.press(Press.BACK).page.rows == (first,)


def test_no_stick_is_looked_at_while_addresses_are_written():
    visitor = examined().press(Press.SEEK).happen(DevicesFound(FOUND)).press(Press.WRITE)
    assert visitor.press(Press.IMPORT).visit.stage is Stage.SEEKING


@pytest.mark.parametrize(
    ("effect", "failure", "answer"),
    [
        (do.ReadStick(), None, StickRead(NEW)),
        (
            do.ReadStick(),
            Failure.SETTINGS_ABSENT,
            SettingsRefused(Failure.SETTINGS_ABSENT),
        ),
        (do.TakeStick("abcdefghijkm"), None, SettingsWritten()),
        (
            do.TakeStick("abcdefghijkm"),
            Failure.SETTINGS_OLDER,
            SettingsRefused(Failure.SETTINGS_OLDER),
        ),
    ],
)
def test_each_effect_has_its_answer(effect, failure, answer):
    assert performed(effect, TechnicianHands(why=failure)) == [answer]

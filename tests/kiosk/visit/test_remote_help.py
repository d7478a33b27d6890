"""A helper from afar: the person agrees first, sees it, and ends it with one press."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.config.settings_reader import read_settings
from kiosk.fleet.remote_help import RemoteLook
from kiosk.pages.press import Press
from kiosk.visit.events.devices import RemoteHelpTold
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.steps.catalogue import build_table
from tests.kiosk.invented_people import CONFIG, InventedVisitor, handbook
from tests.kiosk.staff_people import HELPER

WORDS, PHONE = handbook().words["remote_watch"], handbook().settings.terminal.phone


def at_notice() -> InventedVisitor:
    return InventedVisitor().press(Press.START_SELF)


def agreed() -> InventedVisitor:
    visitor = at_notice().press(Press.HELP).press(Press.ASK_REMOTE)
    return visitor.press(Press.AGREE_REMOTE)


def acts(visitor: InventedVisitor) -> list[Press]:
    return [one.act for one in visitor.page.presses()]


def test_the_person_is_asked_first_and_reads_the_telephone_number():
    asked = at_notice().press(Press.HELP).press(Press.ASK_REMOTE)
    assert asked.page.name == "remote_help"
    assert any(PHONE in line for line in asked.page.panel.lines)
    assert asked.visit.help.remote is None
    assert asked.press(Press.STAY).visit.help.remote is None


def test_who_agrees_goes_on_and_sees_that_somebody_may_look():
    visitor = agreed()
    assert (visitor.page.name, visitor.visit.overlay) == ("notice", Overlay.NONE)
    assert visitor.page.watch == WORDS["waiting"].format(phone=PHONE)
    visitor.happen(RemoteHelpTold(RemoteLook.WATCHED))
    assert visitor.page.watch == WORDS["watched"].format(phone=PHONE)


def test_one_press_ends_it():
    visitor = agreed().happen(RemoteHelpTold(RemoteLook.WATCHED))
    assert Press.END_REMOTE in acts(visitor)
    assert Press.HELP not in acts(visitor)
    visitor.press(Press.END_REMOTE)
    assert (visitor.visit.help.remote, visitor.page.watch) == (None, "")
    assert Press.HELP in acts(visitor)
    visitor.happen(RemoteHelpTold(RemoteLook.WATCHED))
    assert visitor.visit.help.remote is None, "that came too late"


def test_a_page_that_is_hidden_says_so():
    visitor = agreed().happen(RemoteHelpTold(RemoteLook.WATCHED)).press(Press.AGREE)
    assert visitor.page.name == "card"
    assert visitor.page.watch == WORDS["hidden"]


def test_the_control_room_is_away_and_the_visit_goes_on():
    visitor = agreed().happen(RemoteHelpTold(RemoteLook.AWAY))
    assert visitor.page.watch == WORDS["away"]
    assert visitor.press(Press.AGREE).visit.stage is Stage.CARD
    assert (
        visitor.happen(RemoteHelpTold(RemoteLook.WATCHED)).visit.help.remote is RemoteLook.WATCHED
    )


def test_the_helper_ends_it():
    visitor = agreed().happen(RemoteHelpTold(RemoteLook.ENDED))
    assert (visitor.visit.help.remote, visitor.page.watch) == (None, "")


def test_it_ends_with_the_visit():
    visitor = agreed().press(Press.QUIT)
    assert visitor.visit.stage is Stage.WIPING
    assert (visitor.visit.help.remote, visitor.page.watch) == (None, "")


@pytest.mark.parametrize("look", list(RemoteLook))
def test_the_journal_keeps_whether_somebody_looked(look):
    event = RemoteHelpTold(look)
    visitor = agreed()
    assert RemoteHelpTold.restore(event.record(visitor.visit, handbook()), visitor.visit) == event


def test_it_is_not_offered_to_nobody_to_staff_or_without_helpers():
    assert Press.ASK_REMOTE not in acts(InventedVisitor().press(Press.PHONE))
    visitor = at_notice()
    staffed = replace(visitor.visit, staff=replace(visitor.visit.staff, session=HELPER))
    assert Press.ASK_REMOTE not in acts(replace(visitor, visit=staffed).press(Press.HELP))
    assert Press.ASK_REMOTE not in acts(agreed().press(Press.HELP))
    bare = read_settings(CONFIG / "kiosk.toml")
    without = build_table(
        replace(handbook(), settings=replace(handbook().settings, help=bare.help))
    )
    visitor = InventedVisitor(table=without).press(Press.START_SELF).press(Press.HELP)
    assert Press.ASK_REMOTE not in acts(visitor)
    visitor.press(Press.ASK_REMOTE).press(Press.AGREE_REMOTE)
    assert visitor.visit.help.remote is None, "no page offers it, so no press may begin it"

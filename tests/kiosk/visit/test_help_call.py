"""The help button rings, and goes on until somebody comes or it is called off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.pages.press import Press
from kiosk.ports import Bell
from kiosk.visit.effects import RingBell, StopBell
from kiosk.visit.events.devices import BellTold
from tests.kiosk.invented_people import InventedVisitor, handbook

WORDS = handbook().words["help"]


def test_the_button_rings_and_shows_who_can_be_called():
    visitor = InventedVisitor().at_form().press(Press.HELP)
    assert visitor.effects == (RingBell(),)
    terminal, help_ = handbook().settings.terminal, handbook().settings.help
    phone, hours, point, maintainer = visitor.page.panel.lines
    assert phone == terminal.phone
    assert help_.hours in hours
    assert handbook().point.name in point
    assert help_.maintainer_phone in maintainer
    assert help_.maintainer_hours in maintainer


@pytest.mark.parametrize("bell", list(Bell))
def test_what_came_of_it_is_said(bell):
    visitor = InventedVisitor().press(Press.HELP).happen(BellTold(bell))
    assert visitor.page.sentence == WORDS[f"sentence_{bell.value}"]
    assert Press.CALL_OFF in [choice.act for choice in visitor.page.choices]


def test_it_rings_on_while_the_person_goes_on():
    visitor = InventedVisitor().at_form().press(Press.HELP).happen(BellTold(Bell.RINGING))
    assert visitor.press(Press.STAY).effects == ()
    assert visitor.type("1").effects == ()
    assert visitor.press(Press.HELP).effects == (), "it rings already"
    assert visitor.page.sentence == WORDS["sentence_ringing"]


def test_it_is_called_off():
    visitor = InventedVisitor().at_form().press(Press.HELP).happen(BellTold(Bell.RINGING))
    assert visitor.press(Press.CALL_OFF).effects == (StopBell(),)
    assert visitor.page.name == "mobile"
    visitor.happen(BellTold(Bell.COMING))
    assert visitor.visit.help.bell is None, "that came too late"
    assert visitor.press(Press.HELP).effects == (RingBell(),)


def test_it_ends_with_the_visit():
    visitor = InventedVisitor().at_form().press(Press.HELP).happen(BellTold(Bell.RINGING))
    visitor.press(Press.QUIT).press(Press.QUIT_YES)
    assert StopBell() in visitor.effects
    assert visitor.visit.help.bell is None


def test_a_terminal_without_a_bell_offers_nothing_to_call_off():
    page = InventedVisitor().press(Press.HELP).page
    assert page.sentence == WORDS["sentence"]
    assert Press.CALL_OFF not in [choice.act for choice in page.choices]


def test_a_bell_that_nobody_rang_changes_nothing():
    visitor = InventedVisitor().at_form()
    before = replace(visitor.visit)
    assert visitor.happen(BellTold(Bell.COMING)).visit == before


@pytest.mark.parametrize(
    ("bell", "icon", "words"),
    [
        (None, "headset", "帮忙"),
        (Bell.RINGING, "bell", "在叫"),
        (Bell.COMING, "bell", "就来"),
        (Bell.UNHEARD, "headset", "帮忙"),
    ],
)
def test_who_hears_nothing_sees_the_bell_on_every_page(bell, icon, words):
    visitor = InventedVisitor().at_form().press(Press.HELP)
    if bell is not None:
        visitor.happen(BellTold(bell))
    assert visitor.page.hint_icon == ("bell" if icon == "bell" else "")
    cell = visitor.press(Press.STAY).page.dock[-1]
    assert (cell.act, cell.icon, cell.words) == (Press.HELP, icon, words)

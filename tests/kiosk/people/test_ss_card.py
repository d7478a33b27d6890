"""What a person must confirm of a social security card, and what its repr never shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.people.ss_card import ITEM_NAMES, SsCard, doubts
from tests.drivers.vectors import ALL

TODAY = date(2025, 6, 1)
SOUND = SsCard(**ALL["D21"]["expect"])


def test_a_sound_card_raises_no_doubt():
    assert doubts(SOUND, TODAY) == ()
    assert doubts(SsCard(), TODAY) == ()
    assert doubts(replace(SOUND, birth_date="", sex=""), TODAY) == ()


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        ({"name": "测\ufffd"}, "name_uncertain"),
        ({"name": "测\ue863"}, "name_uncertain"),
        ({"ssn": "341600196203159170"}, "ssn_unusual"),
        ({"birth_date": "19620316"}, "birth_differs"),
        ({"sex": "2"}, "sex_differs"),
        ({"card_number": "Z00000014"}, "card_number_unusual"),
        ({"card_number": "Z0000001"}, "card_number_unusual"),
        ({"card_number": "Z000\ufffd0013"}, "card_number_unusual"),
        ({"card_number": "Z000-0013"}, "card_number_unusual"),
        ({"valid_to": "20250531"}, "expired"),
    ],
)
def test_each_doubt(change, doubt):
    assert doubts(replace(SOUND, **change), TODAY) == (doubt,)


def test_the_last_day_is_not_expired():
    assert doubts(replace(SOUND, valid_to="20250601"), TODAY) == ()


@pytest.mark.parametrize(
    "number", ["Z00000013", "Z00000021", "Z0000003X", "Z00000048", "z0000003x"]
)
def test_card_numbers_of_the_vectors_pass_the_check(number):
    assert doubts(replace(SOUND, card_number=number), TODAY) == ()


@given(st.fixed_dictionaries({name: st.text() for name in ITEM_NAMES}))
def test_any_text_is_judged(items):
    assert isinstance(doubts(SsCard(**items), TODAY), tuple)


def test_its_repr_shows_nothing_of_a_person():
    shown = repr(SOUND) + str(SOUND) + f"{SOUND}"
    assert not any(
        value in shown
        for name, value in SOUND.read_items().items()
        if name != "spec_version" and len(value) > 1
    )


@pytest.mark.parametrize("version", ["341600196203159177", "测试甲", "2.001", "2.00\n", "２.００"])
def test_its_repr_shows_a_version_only_where_it_is_one(version):
    assert repr(replace(SOUND, spec_version=version)) == "SsCard(spec_version='', denied=0)"
    assert repr(SOUND) == "SsCard(spec_version='2.00', denied=0)"


def test_what_was_read():
    assert SOUND.read_items() == ALL["D21"]["expect"]
    assert SsCard(denied=("EF06/08:6982",)).is_empty
    assert not SOUND.is_empty

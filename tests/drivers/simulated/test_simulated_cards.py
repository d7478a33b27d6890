"""The cards of invented people hold the bytes of real ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.simulated.cards.card_chip import LAYOUTS, address_block, fake_picture, item, text_block
from drivers.simulated.personas import chip, load, names
from kiosk.people.identity import CardKind


@pytest.mark.parametrize("kind", CardKind)
def test_every_layout_fills_256_bytes_with_the_letter_at_248(kind: CardKind) -> None:
    block = text_block(kind, {})
    assert len(block) == 256
    letter = {"resident": " ", "hk_macao_taiwan": "J", "foreign_2017": "I", "foreign_2023": "Y"}
    assert block[248:250].decode("utf-16-le") == letter[kind]
    assert sum(length for _, length in LAYOUTS[kind]) == 256


@given(text=st.text(max_size=40), units=st.integers(1, 60))
def test_an_item_has_its_length_and_begins_with_its_text(text: str, units: int) -> None:
    raw = item(text, 2 * units)
    assert len(raw) == 2 * units
    whole = text.encode("utf-16-le", "surrogatepass")
    assert raw[: len(whole)] == whole[: 2 * units]


def test_a_pair_is_cut_at_the_end_of_its_field_as_chips_do() -> None:
    raw = item("样" * 14 + "𬭎", 30)
    assert raw[-2:] == "𬭎".encode("utf-16-le")[:2]


def test_a_long_english_name_runs_on_in_the_second_field() -> None:
    name = "A" * 35 + "B" * 11
    block = text_block(CardKind.FOREIGN_2023, {"english_name": name})
    assert block[52:122].decode("utf-16-le") == "A" * 35
    assert block[220:242].decode("utf-16-le") == "B" * 11


def test_wang_stands_on_her_card(root: Path) -> None:
    persona = load(root / "config" / "personas", "wang")
    text = persona.chip.text.decode("utf-16-le")
    assert text[:15].strip() == "王秀英"
    assert text[18:26] == "19760320"
    assert text[61:79] == "341623197603200342"
    assert text[94:110] == "2010010820300108"
    assert len(persona.chip.photo) == 1024
    assert persona.face == "portrait"


def test_a_card_without_an_end_is_valid_for_long(root: Path) -> None:
    text = load(root / "config" / "personas", "liu").chip.text.decode("utf-16-le")
    assert text[102:110] == "长期      "


def test_unknown_personas_are_refused_by_name(root: Path) -> None:
    with pytest.raises(ValueError, match="wang"):
        load(root / "config" / "personas", "../kiosk")
    assert {"liu", "wang"} <= set(names(root / "config" / "personas"))


def test_fingerprint_and_newer_address_are_optional() -> None:
    card = {"kind": "resident", "birth": date(1966, 6, 15)}
    assert chip("x", card).fingerprint == b""
    assert chip("x", card).new_address == b""
    more = chip("x", {**card, "fingerprint_bytes": 1024, "new_address": "新址路９号"})
    assert len(more.fingerprint) == 1024
    assert more.new_address == address_block("新址路９号")
    assert len(more.new_address) == 70


def test_fake_pictures_differ_from_card_to_card() -> None:
    assert fake_picture("liu", 1024) != fake_picture("wang", 1024)
    assert fake_picture("liu", 5) == b"FAKE-"

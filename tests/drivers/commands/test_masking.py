"""Enough of a card is hidden, whatever stands on it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.commands import masking
from drivers.commands.masking import ITEMS, NUMBERS, mask
from drivers.protocols.id_text import LAYOUTS
from kiosk.people.ss_card import ITEM_NAMES

# Those of thousands.
OPEN = {
    *("sex", "nation", "nationality", "authority", "authority_code", "valid_from", "valid_to"),
    *("issue_count", "renewal_count", "version", "old_id_link"),
    *("card_class", "spec_version", "init_agency", "issue_date"),
}


def test_every_item_of_every_card_is_judged() -> None:
    of_cards = {item for layout in LAYOUTS.values() for item in layout} | set(ITEM_NAMES)
    assert of_cards <= OPEN | set(ITEMS) | set(NUMBERS)
    assert not OPEN & (set(ITEMS) | set(NUMBERS))


@pytest.mark.parametrize(
    ("item", "said", "shown"),
    [
        ("name", "测试甲", "测**"),
        ("name", "甲", "*"),
        ("name", "", ""),
        ("name_en", "EXAMPLE, SAMPLE", "E" + "*" * 14),
        ("birth", "19620315", "1962****"),
        ("address", "安徽省亳州市", "安徽省***"),
        ("address", "样本县", "***"),
        ("id_number", "341600196203159177", "341***********9177"),
        ("id_number", "XAA341600010100", "*" * 13 + "00"),
        ("pass_number", "H1", "**"),
        ("photo_sha256", "a" * 64, "*" * 64),
        ("sex", "1", "1"),
        ("long_term", False, False),
    ],
)
def test_what_is_shown(item: str, said: object, shown: object) -> None:
    assert mask({item: said}) == {item: shown}


@given(st.sampled_from([*ITEMS, *NUMBERS]), st.text(min_size=1, max_size=40))
def test_something_is_always_hidden(item: str, text: str) -> None:
    shown = mask({item: text})[item]
    assert len(shown) == len(text)
    assert "*" in shown
    kept = len(text) - max(masking.CITIZEN_NUMBER.first + masking.CITIZEN_NUMBER.last, 4)
    assert shown.count("*") >= max(1, kept)

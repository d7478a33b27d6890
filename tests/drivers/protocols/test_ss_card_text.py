"""The text of vendors' libraries is read as LD/T 33 says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.protocols import ss_card_text
from kiosk.people.ss_card import SsCard
from kiosk.ports import CardCryptograms

TEXT = (
    "341600|341600196203159177|Z00000013|341600D15600000500000001FFFFFFFF|测试甲|"
    "0081544C97868434160000000001|2.00|20160101|20260101|000000000000|DEV1|"
)
CARD = SsCard(
    card_identifier="341600D15600000500000001FFFFFFFF",
    spec_version="2.00",
    issue_date="20160101",
    valid_to="20260101",
    card_number="Z00000013",
    ssn="341600196203159177",
    name="测试甲",
)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.removesuffix("|"),
        TEXT.removesuffix("000000000000|DEV1|"),
        TEXT.lower().replace("z", "Z"),
    ],
)
def test_a_card(text: str) -> None:
    assert ss_card_text.parse(text.encode("gbk") + b"\0rubbish") == CARD


@pytest.mark.parametrize("text", [b"", b"|", b"|||||||", "读卡失败".encode("gbk")])
def test_what_is_no_card(text: bytes) -> None:
    assert ss_card_text.parse(text) is None


def test_the_name_may_be_odd() -> None:
    raw = TEXT.encode("gbk").replace("测试甲".encode("gbk"), b"\xb2\xff")
    card = ss_card_text.parse(raw)
    assert card is not None
    assert "\ufffd" in card.name


@pytest.mark.parametrize(
    ("words", "empty"), [("无卡", True), ("请插卡|", True), ("PSAM卡错误", False), ("", False)]
)
def test_an_empty_slot(words: str, empty: bool) -> None:
    assert ss_card_text.says_no_card(words.encode("gbk")) is empty


def test_the_second_step_names_the_internal_result_first() -> None:
    answer = CardCryptograms(external=b"\xee" * 16, internal=b"\x11" * 16)
    assert ss_card_text.second_step(answer) == b"11" * 16 + b"|" + b"EE" * 16 + b"|"


@given(st.binary(max_size=400))
def test_any_bytes_are_a_card_or_none(raw: bytes) -> None:
    card = ss_card_text.parse(raw)
    assert card is None or isinstance(card, SsCard)
    assert isinstance(ss_card_text.says_no_card(raw), bool)

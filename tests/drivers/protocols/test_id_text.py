"""All four kinds of cards are read as their tables say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.protocols import id_text, samv
from drivers.protocols.id_text import LAYOUTS, CardText, Flag
from drivers.protocols.nations import is_nation, nation_name
from drivers.protocols.samv import SamvCommand
from kiosk.failures import Failure
from kiosk.people.identity import CardKind, IdCard, Sex
from tests.drivers.vectors import ALL, EXCHANGES

TODAY = date(2026, 11, 23)
KINDS = {
    "resident": CardKind.RESIDENT,
    "hmt": CardKind.HK_MACAO_TAIWAN,
    "foreign2017": CardKind.FOREIGN_2017,
    "foreign2023": CardKind.FOREIGN_2023,
}
CARDS = [pytest.param(v, id=v["id"]) for v in EXCHANGES if "kind" in v["expect"]]


def blocks_of(vector: dict[str, Any]) -> samv.CardBlocks:
    (body,) = samv.FrameScanner().feed(bytes.fromhex(vector["reply_hex"]))
    finger = vector["request_hex"].endswith("301023")
    command = SamvCommand.READ_WITH_FINGERPRINT if finger else SamvCommand.READ
    blocks = samv.split(command, body[3:])
    assert blocks is not None
    return blocks


def day(digits: str) -> date:
    return date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")


def with_field(at: int, value: str, size: int) -> bytes:
    text = bytearray(blocks_of(ALL["D07"]).text)
    text[at : at + size] = value.ljust(size // 2).encode("utf-16-le", "surrogatepass")[:size]
    return bytes(text)


def card(text: bytes) -> IdCard:
    parsed = id_text.parse(text)
    assert isinstance(parsed, IdCard)
    return parsed


@pytest.mark.parametrize("vector", CARDS)
def test_golden_cards(vector: dict[str, Any]) -> None:
    blocks, expect = blocks_of(vector), vector["expect"]
    until = None if expect["long_term"] else day(expect["valid_to"])
    assert id_text.parse(blocks.text, blocks.photo) == IdCard(
        kind=KINDS[expect["kind"]],
        name=expect.get("name") or expect["name_cn"],
        sex=Sex(expect["sex"]),
        nation=expect.get("nation", ""),
        birth=day(expect["birth"]),
        address=expect.get("address", ""),
        number=expect["id_number"],
        authority=expect.get("authority") or expect.get("authority_code", ""),
        valid_from=day(expect["valid_from"]),
        valid_until=until,
        photo=blocks.photo,
        name_certain=True,
        english_name=expect.get("name_en", ""),
        nationality=expect.get("nationality", ""),
    )


@pytest.mark.parametrize("vector", CARDS)
def test_golden_items(vector: dict[str, Any]) -> None:
    text = id_text.read_text(blocks_of(vector).text)
    assert isinstance(text, CardText)
    expect = vector["expect"]
    made = {"status", "kind", "sex_text", "nation_text", "long_term"}
    wanted = {
        k: v for k, v in expect.items() if k not in made and not k.startswith(("photo", "finger"))
    }
    assert text.items == wanted
    assert text.kind is KINDS[expect["kind"]]


@pytest.mark.parametrize("kind", CardKind)
def test_no_two_items_share_a_byte_and_none_lies_on_the_letter(kind: CardKind) -> None:
    taken = [
        at for spans in LAYOUTS[kind].values() for start, end in spans for at in range(start, end)
    ]
    assert len(taken) == len(set(taken))
    assert not set(taken) & {248, 249}
    assert max(taken) < 256


def test_nothing_of_a_person_is_in_what_a_traceback_would_show() -> None:
    blocks = blocks_of(ALL["D07"])
    text = id_text.read_text(blocks.text)
    for said in map(repr, (text, id_text.parse(blocks.text, blocks.photo), blocks)):
        assert "测试甲" not in said
        assert "341600" not in said


@pytest.mark.parametrize("vector", CARDS)
def test_golden_cards_need_no_confirmation(vector: dict[str, Any]) -> None:
    parsed = card(blocks_of(vector).text)
    expired = (Flag.EXPIRED,) if vector["id"] == "D11" else ()
    assert id_text.flags(parsed, TODAY) == expired


@pytest.mark.parametrize(
    ("at", "value", "size", "flag"),
    [
        (0, "测\ue863", 30, Flag.NAME_UNCERTAIN),
        (52, "样\ud872", 70, Flag.ADDRESS_UNCERTAIN),
        (52, "样\ue000", 70, Flag.ADDRESS_UNCERTAIN),
        (32, "57", 4, Flag.NATION_UNKNOWN),
        (122, "341600196203159170", 36, Flag.NUMBER_WRONG),
        (122, "XAA341600010100", 36, Flag.NUMBER_WRONG),  # a number of another kind of card
        (122, "341600620315917", 36, Flag.NUMBER_WRONG),  # of 15 places, as in old files
        (122, "", 36, Flag.NUMBER_WRONG),
        (36, "19620316", 16, Flag.BIRTH_DIFFERS),
        (30, "2", 2, Flag.SEX_DIFFERS),
        (204, "20261122", 16, Flag.EXPIRED),
    ],
)
def test_what_a_person_must_confirm(at: int, value: str, size: int, flag: Flag) -> None:
    assert id_text.flags(card(with_field(at, value, size)), TODAY) == (flag,)


@given(
    st.dictionaries(
        st.sampled_from([0, 30, 32, 52, 122, 158, 220, 242, 250]), st.text(max_size=18)
    ),
    st.sampled_from(" JIY"),
)
def test_any_items_are_judged(items: dict[int, str], letter: str) -> None:
    text = bytearray(blocks_of(ALL["D12" if letter == "Y" else "D07"]).text)
    for at, value in items.items():
        raw = value.encode("utf-16-le", "surrogatepass")[: 248 - at if at < 248 else 6]
        text[at : at + len(raw)] = raw
    text[248:250] = letter.encode("utf-16-le")
    found = id_text.parse(bytes(text))
    if isinstance(found, IdCard):
        assert len(id_text.flags(found, TODAY)) <= len(Flag)


def test_the_last_day_of_validity_counts() -> None:
    assert id_text.flags(card(with_field(204, "20261123", 16)), TODAY) == ()


@pytest.mark.parametrize("vector", CARDS)
def test_golden_nations(vector: dict[str, Any]) -> None:
    expect = vector["expect"]
    assert nation_name(expect.get("nation", "")) == expect.get("nation_text", "")


def test_other_letters_are_refused() -> None:
    assert id_text.parse(with_field(248, "Q", 2)) is Failure.CARD_UNKNOWN_KIND


@pytest.mark.parametrize("text", [b"", bytes(255), bytes(257)])
def test_other_lengths_are_refused(text: bytes) -> None:
    assert id_text.parse(text) is Failure.CARD_DAMAGED


@pytest.mark.parametrize(
    ("at", "value"),
    [(36, "19620230"), (36, ""), (188, "长期"), (204, "长期的"), (204, "1962 315"), (36, "٣" * 8)],
)
def test_wrong_dates_mean_damage(at: int, value: str) -> None:
    assert id_text.parse(with_field(at, value, 16)) is Failure.CARD_DAMAGED


def test_only_trailing_padding_is_trimmed() -> None:
    address = " 样本街道 一号　后院"
    assert card(with_field(52, address + "　\x00 ", 70)).address == address


@pytest.mark.parametrize(
    ("name", "read", "certain"),
    [
        ("测试𬭚", "测试𬭚", True),
        ("测\ue863", "测\ue863", False),
        ("测\U000f0001", "测\U000f0001", False),
        ("测\ud872", "测\ufffd", False),
        ("\udeda试", "\ufffd试", False),
    ],
)
def test_rare_characters(name: str, read: str, *, certain: bool) -> None:
    found = card(with_field(0, name, 30))
    assert (found.name, found.name_certain) == (read, certain)


def test_a_pair_cut_by_the_end_of_the_field() -> None:
    found = card(with_field(0, "测" * 14 + "𬭚", 30))
    assert found.name == "测" * 14 + "\ufffd"
    assert not found.name_certain


@pytest.mark.parametrize(("letter", "sex"), [("9", Sex.NOT_STATED), ("X", Sex.UNKNOWN)])
def test_sex(letter: str, sex: Sex) -> None:
    assert card(with_field(30, letter, 2)).sex is sex


def test_foreign_name_falls_back_to_latin_and_1500_is_the_ministry() -> None:
    text = bytearray(blocks_of(ALL["D10"]).text)
    text[158:188] = " ".ljust(15).encode("utf-16-le")
    text[240:248] = "1500".encode("utf-16-le")
    found = card(bytes(text))
    assert found.name == found.english_name == "EXAMPLE, SAMPLE TEST"
    assert found.authority == "公安部"


def test_the_2023_name_keeps_a_blank_at_the_joint() -> None:
    text = bytearray(blocks_of(ALL["D12"]).text)
    english = "A" * 34 + " " + "B" * 11
    text[52:122], text[220:242] = (
        english[:35].encode("utf-16-le"),
        english[35:].encode("utf-16-le"),
    )
    text[0:30] = " ".ljust(15).encode("utf-16-le")
    found = card(bytes(text))
    assert found.name == found.english_name == english


@given(st.binary(min_size=256, max_size=256))
def test_any_256_bytes_are_a_card_or_a_failure(text: bytes) -> None:
    assert isinstance(id_text.parse(text), (IdCard, Failure))


def test_nations() -> None:
    assert sum(is_nation(f"{code:02d}") for code in range(100)) == 58
    assert nation_name("46") == "德昂"
    assert nation_name("57") == "57"

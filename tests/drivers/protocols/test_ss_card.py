"""Items are asked for and decoded as the tables of social security cards say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.protocols import ss_card
from drivers.protocols.apdu import Response
from drivers.protocols.ss_card import ITEMS, Addressing, CardApplication, Reading
from kiosk.people.ss_card import SsCard

BY_NAME = {item.name: item for item in ITEMS}
SSN, NAME = BY_NAME["ssn"], BY_NAME["name"]


def said(commands) -> list[str]:
    return [command.encode().hex().upper() for command in commands]


def test_selection() -> None:
    select = ss_card.select_application
    assert said([select(CardApplication.ENVIRONMENT)]) == [
        "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"
    ]
    assert said(select(application) for application in CardApplication)[1:] == [
        f"00A4040006D1560000050{number}" for number in range(5)
    ]
    assert said(ss_card.select_file(0xEF05)) == ["00A4000002EF05", "00A4020002EF05"]


@pytest.mark.parametrize(
    ("name", "by_tag", "by_number", "by_short_file"),
    [
        ("card_identifier", "00B2010012", "00B2010400", ["00B2012C12", "00B2015C12"]),
        ("card_number", "00B207000B", "00B2070400", ["00B2072C0B", "00B2075C0B"]),
        ("ssn", "00B2080014", "00B2010400", ["00B2013414"]),
        ("name", "00B2090020", "00B2020400", ["00B2023420"]),
        ("name_extension", "00B24E0016", "00B2030400", ["00B2033416"]),
        ("birth_date", "00B20D0006", "00B2070400", ["00B2073406"]),
    ],
)
def test_the_three_ways_of_naming_a_record(name, by_tag, by_number, by_short_file) -> None:
    read = [said(ss_card.read_item(BY_NAME[name], way)) for way in Addressing]
    assert read == [[by_tag], [by_number], by_short_file]


def test_lengths_are_those_of_the_table() -> None:
    lengths = [item.length + 2 for item in ITEMS]
    assert lengths[:7] == [0x12, 0x03, 0x06, 0x0E, 0x06, 0x06, 0x0B]
    assert lengths[7:] == [0x14, 0x20, 0x16, 0x03, 0x03, 0x05, 0x06]


def test_authentication() -> None:
    assert said([ss_card.get_challenge()]) == ["0084000008"]
    assert said([ss_card.external_authenticate(bytes(range(16)))]) == [
        "0082000A10000102030405060708090A0B0C0D0E0F"
    ]


def test_the_pin_of_the_vector() -> None:
    assert ss_card.verify(bytearray(b"123450")) == bytes.fromhex("0020000003123450")


@pytest.mark.parametrize(
    "pin", [b"", b"12345", b"1234567", b"12345a", b"12 450", "１２３４５６".encode()]
)
def test_what_is_no_pin_is_not_sent(pin: bytes) -> None:
    assert ss_card.verify(bytearray(pin)) is None


@given(st.binary(max_size=10))
def test_only_six_digits_are_a_pin(pin: bytes) -> None:
    command = ss_card.verify(bytearray(pin))
    assert (command is None) == (len(pin) != 6 or not pin.isdigit())
    assert command is None or command[5:].hex() == pin.decode()


@pytest.mark.parametrize(
    ("answer", "sw", "reading"),
    [
        ("0804AABBCCDD", 0x9000, Reading.READ),
        ("0804AABBCCDD", 0x6281, Reading.READ),
        ("0800", 0x9000, Reading.READ),
        ("0804AABBCC", 0x9000, Reading.DAMAGED),
        ("0802AABBCC", 0x9000, Reading.DAMAGED),
        ("08", 0x9000, Reading.DAMAGED),
        ("", 0x9000, Reading.MISUNDERSTOOD),
        ("0904AABBCCDD", 0x9000, Reading.MISUNDERSTOOD),
        ("", 0x6A86, Reading.MISUNDERSTOOD),
        ("0804AABBCCDD", 0x6A86, Reading.MISUNDERSTOOD),
        ("", 0x6A83, Reading.ABSENT),
        ("", 0x6982, Reading.REFUSED),
        ("", 0x6983, Reading.REFUSED),
        ("", 0x6985, Reading.REFUSED),
        ("", 0x9303, Reading.REFUSED),
    ],
)
def test_the_tag_proves_what_was_read(answer: str, sw: int, reading: Reading) -> None:
    assert ss_card.judge(SSN, Response(bytes.fromhex(answer), sw)) is reading


def test_what_is_protected() -> None:
    assert [sw for sw in (0x6982, 0x6983, 0x6985, 0x6A83, 0x9000) if ss_card.is_protected(sw)] == [
        0x6982, 0x6983, 0x6985,
    ]  # fmt: skip


def test_the_item_of_an_answer() -> None:
    assert ss_card.item_in(0xEF06, Response(b"\x09\x00", 0x9000)) is NAME
    assert ss_card.item_in(0xEF05, Response(b"\x09\x00", 0x9000)) is None
    assert ss_card.item_in(0xEF06, Response(b"", 0x9000)) is None


@pytest.mark.parametrize(
    ("first", "extension", "name"),
    [
        ("测试甲".encode("gbk"), b"", "测试甲"),
        ("样本·示例".encode("gbk").ljust(30, b"\0"), bytes(20), "样本·示例"),
        (("测" * 15).encode("gbk"), "试甲".encode("gbk").ljust(20, b"\0"), "测" * 15 + "试甲"),
        (b"SAMPLE ".ljust(30, b"\0"), b"", "SAMPLE"),
        # The cut goes through the sixteenth character.
        (
            ("A" + "测" * 15).encode("gbk")[:30],
            ("A" + "测" * 15).encode("gbk")[30:],
            "A" + "测" * 15,
        ),
        ("㼆".encode("gb18030").ljust(30, b"\xff"), b"\xff" * 20, "㼆"),
        (b"\xb2", b"", "\ufffd"),
        (b"\xb2\xe2\x07", b"", "测\ufffd"),
        (b"", b"", ""),
    ],
)
def test_names(first: bytes, extension: bytes, name: str) -> None:
    assert ss_card.join_name(first, extension) == name


@pytest.mark.parametrize(
    ("name", "value", "text", "flags"),
    [
        (
            "card_identifier",
            "341600D15600000500000001FFFFFFFF",
            "341600D15600000500000001FFFFFFFF",
            (),
        ),
        ("init_agency", "9156000002341600341600FF", "9156000002341600341600FF", ()),
        ("issue_date", "20160101", "20160101", ()),
        ("valid_to", "FFFFFFFF", "", ()),
        ("birth_place", "3416FF", "3416", ()),
        ("nation", "0A", "\ufffd\ufffd", ("EF06/0B:damaged",)),
        ("card_number", "5A3030303030303133", "Z00000013", ()),
        ("card_number", "5A3030000000000000", "Z00", ()),
        ("sex", "31", "1", ()),
        ("sex", "FF", "", ()),
        ("ssn", "3334B1", "34\ufffd", ("EF06/08:damaged",)),
        ("ssn", "333420", "34", ()),
        ("ssn", "33 34 20 35", "34\ufffd5", ("EF06/08:damaged",)),
    ],
)
def test_codings(name: str, value: str, text: str, flags: tuple[str, ...]) -> None:
    card = ss_card.decode({name: bytes.fromhex(value)})
    assert getattr(card, name) == text
    assert card.flags == flags


def test_refusals_and_flags_are_kept() -> None:
    card = ss_card.decode({}, ["EF06/08:6982"], ["authentication:6982"])
    assert card == SsCard(denied=("EF06/08:6982",), flags=("authentication:6982",))


@given(st.dictionaries(st.sampled_from(sorted(BY_NAME)), st.binary(max_size=64)))
def test_any_values_are_a_card(values: dict[str, bytes]) -> None:
    card = ss_card.decode(values)
    assert isinstance(card, SsCard)
    assert all(text.encode() is not None for text in card.read_items().values())


@given(st.sampled_from(ITEMS), st.binary(max_size=300), st.integers(0, 0xFFFF))
def test_any_answer_is_judged(item, data: bytes, sw: int) -> None:
    answer = Response(data, sw)
    assert ss_card.judge(item, answer) in Reading
    if ss_card.judge(item, answer) is Reading.READ:
        assert len(ss_card.value_of(answer)) == data[1]

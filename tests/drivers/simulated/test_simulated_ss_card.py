"""A simulated social security card answers like a real one: vectors, rights, faults."""

from __future__ import annotations

from datetime import date
from itertools import count
from pathlib import Path

import pytest

from drivers.simulated.cards.ss_card import SimulatedSsCard, SsCardFault
from drivers.simulated.cards.ss_card_image import (
    AID,
    EF05,
    EF06,
    EF07,
    EF08,
    LeRule,
    SsCardImage,
    coded,
    from_persona,
    from_vector,
    load,
)
from drivers.simulated.cards.ss_card_keys import external_response, internal_response
from tests.drivers.vectors import ALL

ROOT = Path(__file__).parents[3]
READS = [vector for vector in ALL.values() if vector["kind"] == "ssc_read"]
STEPS = [vector for vector in ALL.values() if vector["kind"] == "ssc_apdu"]
SELECT = "00A404000F" + AID.hex()
EF05_SELECT, EF06_SELECT = "00A4000002EF05", "00A4000002EF06"
CHALLENGE = "0084000008"


def image(name: str = "liu") -> SsCardImage:
    return load(ROOT / "config" / "personas", name)


def card(what: SsCardImage | None = None) -> SimulatedSsCard:
    numbers = count(1)
    return SimulatedSsCard(
        what or image(), random=lambda length: next(numbers).to_bytes(length, "big")
    )


def ask(own: SimulatedSsCard, *apdus: str) -> str:
    """Send APDUs and return the last answer in hexadecimal."""
    answer = b""
    for apdu in apdus:
        answer = own.transmit(bytes.fromhex(apdu))
    return answer.hex().upper()


def authenticate(own: SimulatedSsCard, identifier: bytes) -> str:
    challenge = own.transmit(bytes.fromhex(CHALLENGE))[:8]
    return ask(own, "0082000A10" + external_response(identifier, 0x0A, challenge).hex())


@pytest.mark.parametrize("vector", READS + STEPS, ids=lambda vector: vector["id"])
def test_every_golden_apdu_gives_the_same_bytes(vector: dict) -> None:
    own = card(from_vector(vector["image"], vector["engine"]))
    assert own.atr().hex().upper() == vector["image"]["atr"]
    for command, answer in vector.get("apdu_log") or vector["steps"]:
        assert ask(own, command) == answer


@pytest.mark.parametrize(
    ("apdu", "expected"),
    [
        ("", "6700"),
        ("00A404", "6700"),
        ("00A40400020102030405", "6700"),
        ("00A404000FFF", "6700"),
        ("00B2010000000A", "6700"),
        ("80B2010000", "6E00"),
        ("00CA000000", "6D00"),
        ("00D6000001FF", "6982"),
        ("00A4000002EF05", "6A82"),
        ("00A40000023F00", "9000"),
        ("00A4040005D156000005", "6A82"),
        ("00A4010002EF05", "6A81"),
        ("00A4040C02EF05", "6A86"),
        ("00B2010000", "6986"),
        ("00B2012C00", "6A82"),
        ("00B0000000", "6986"),
        ("00B0870000", "6A82"),
        ("00B0800000", "6A86"),
        ("00C0000000", "6985"),
        ("0020000103123456", "6A86"),
        ("00200000021234", "6700"),
        ("0020000000", "63C3"),
        ("0084000004", "6700"),
        ("0084010008", "6A86"),
        ("0088010008" + 8 * "00", "6A86"),
        ("0088000004" + 4 * "00", "6700"),
        ("0082010A10" + 16 * "00", "6A86"),
        ("0082000B10" + 16 * "00", "6A88"),
        ("0082000A08" + 8 * "00", "6700"),
        ("0082000A10" + 16 * "00", "6985"),
    ],
)
def test_a_fresh_card_says_what_is_wrong(apdu: str, expected: str) -> None:
    assert ask(card(), apdu) == expected


@pytest.mark.parametrize(
    ("apdus", "expected"),
    [
        ((EF05_SELECT, "00B2630000"), "6A83"),
        ((EF05_SELECT, "00B2080400"), "6A83"),
        ((EF05_SELECT, "00B2010100"), "6A86"),
        ((EF05_SELECT, "00B2012800"), "6A86"),
        ((EF05_SELECT, "00B0000000"), "6981"),
        ((EF05_SELECT, "00A40000023F00", "00B2030000"), "6986"),
        ((EF05_SELECT, SELECT, "00B2030000"), "6986"),
        (("00B2032C00",), "0304322E30309000"),
        (("00B2032C00", "00B2020000"), "0201339000"),
        (("00B2033C00",), "6981"),
        (("00B2032C00", "00A4000002EF07", "00B0000000"), "6982"),
        (("00A4020002EF05", "00B2030006"), "0304322E30309000"),
        (("00C0000005",), "6F11840F73610E"),
        (("00C0000005", "00C000000E"), "78312E73682EC9E7BBE1B1A3D5CF9000"),
        (("00C0000020",), "6C13"),
        (("00C0000000",), "6F11840F" + AID.hex().upper() + "9000"),
        (("00C0010013",), "6A86"),
        ((EF05_SELECT, "00C0000013"), "6985"),
    ],
)
def test_an_application_once_selected(apdus: tuple[str, ...], expected: str) -> None:
    assert ask(card(), SELECT, *apdus) == expected


@pytest.mark.parametrize(
    ("le_rule", "answers"),
    [
        (LeRule.EXACT, ("0304322E30309000", "6C06", "6C06", "6C06")),
        (LeRule.EXACT_OR_ZERO, ("0304322E30309000", "0304322E30309000", "6C06", "6C06")),
        (LeRule.REFUSING, ("0304322E30309000", "0304322E30309000", "6700", "6700")),
        (LeRule.LAX, ("0304322E30309000", "0304322E30309000", "03049000", "0304322E30309000")),
    ],
)
def test_what_a_chip_says_to_an_expected_length(le_rule: LeRule, answers: tuple[str, ...]) -> None:
    own = card(image().with_habits(le_rule=le_rule))
    ask(own, SELECT, EF05_SELECT)
    assert tuple(ask(own, "00B20300" + le) for le in ("06", "00", "02", "18")) == answers


@pytest.mark.parametrize("way", ["by_id", "by_number", "by_sfi"])
def test_each_way_of_addressing_can_be_missing(way: str) -> None:
    own = card(image().with_habits(**{way: False}))
    ask(own, SELECT, EF05_SELECT)
    tried = {"by_id": "00B2030006", "by_number": "00B2030406", "by_sfi": "00B2032C06"}
    answers = {name: ask(own, apdu) for name, apdu in tried.items()}
    assert answers.pop(way) == "6A86"
    assert set(answers.values()) == {"0304322E30309000"}
    assert ask(own, "00B0870000") == ("6A86" if way == "by_sfi" else "6982")


def test_a_chip_without_61_answers_at_once() -> None:
    own = card(image().with_habits(answers_61=False))
    assert ask(own, SELECT) == "6F11840F" + AID.hex().upper() + "9000"
    assert ask(own, "00C0000013") == "6985"


def test_a_card_of_3_00_opens_after_external_authentication_until_it_loses_power() -> None:
    own = card(image("wang"))
    closed = ("00B207000B",), (EF06_SELECT, "00B2080014"), (EF06_SELECT, "00B2630000")
    ask(own, SELECT)
    for apdus in closed:
        assert ask(own, EF05_SELECT, *apdus) == "6982"
    assert authenticate(own, image("wang").identifier) == "9000"
    assert ask(own, EF05_SELECT, "00B207000B") == "07095A30303030303532339000"
    assert ask(own, EF06_SELECT, "00B2080014").startswith("0812333431363233")
    assert ask(own, EF06_SELECT, "00B2630000") == "6A83"
    own.reset()
    assert ask(own, SELECT, EF05_SELECT, "00B207000B") == "6982"


def test_a_wrong_or_stale_answer_of_the_centre_closes_the_card() -> None:
    own, identifier = card(image("wang")), image("wang").identifier
    challenge = bytes.fromhex(ask(own, SELECT, CHALLENGE))[:8]
    right = "0082000A10" + external_response(identifier, 0x0A, challenge).hex()
    assert ask(own, right) == "9000"
    assert ask(own, right) == "6985", "a challenge serves once"
    assert ask(own, CHALLENGE, right) == "6300"
    assert ask(own, EF06_SELECT, "00B2080014") == "6982"
    other = image("liu").identifier
    assert authenticate(own, other) == "6300"


def test_the_card_proves_itself_to_the_centre() -> None:
    own, challenge = card(), bytes(range(8))
    assert ask(own, "0088000A08" + challenge.hex()) == "6110"
    expected = internal_response(image().identifier, 0x0A, challenge).hex().upper()
    assert ask(own, "00C0000010") == expected + "9000"
    assert internal_response(image().identifier, 0x0A, challenge) != external_response(
        image().identifier, 0x0A, challenge
    )


def test_challenges_are_of_the_length_asked_for_and_differ() -> None:
    own = card()
    assert len(ask(own, "0084000010")) == 2 * (16 + 2)
    assert len(ask(own, "0084000000")) == 2 * (8 + 2)
    assert ask(own, CHALLENGE) != ask(own, CHALLENGE)


def test_three_wrong_pins_block_the_card_for_good() -> None:
    own = card()
    assert [ask(own, "0020000003999999") for _ in range(4)] == ["63C2", "63C1", "63C0", "6983"]
    own.reset()
    assert ask(own, "0020000003135790") == "6983"
    assert own.tries_left == 0


def test_a_right_pin_gives_the_tries_back_and_is_remembered_until_power_goes() -> None:
    own = card()
    assert [ask(own, "0020000003" + pin) for pin in ("000000", "135790")] == ["63C2", "9000"]
    assert ask(own, "0020000000") == "9000"
    own.reset()
    assert ask(own, "0020000000") == "63C3"


def test_photo_and_fingerprint_are_binary_and_need_the_centre() -> None:
    own, what = card(), image()
    ask(own, SELECT)
    assert ask(own, "00A4000002EF08", "00B0000000") == "6982"
    assert authenticate(own, what.identifier) == "9000"
    photo = b"".join(
        own.transmit(bytes([0, 0xB0, *divmod(offset, 256), min(250, 1000 - offset)]))[:-2]
        for offset in range(0, 1000, 250)
    )
    assert photo == what.binaries[EF08]
    assert ask(own, "00B003E800") == "6B00"
    assert ask(own, "00B0030000") == photo[768:].hex().upper() + "9000"
    assert ask(own, "00B00300FF") == "6CE8"
    assert ask(own, "00B0870001") == what.binaries[EF07][:1].hex().upper() + "9000"
    exact = card(what.with_habits(le_rule=LeRule.EXACT))
    ask(exact, SELECT)
    authenticate(exact, what.identifier)
    assert len(ask(exact, "00A4000002EF08", "00B0000000")) == 2 * (256 + 2)
    assert ask(exact, "00B0030000") == "6CE8"


def test_faults_come_when_they_are_due() -> None:
    slept: list[float] = []
    own = SimulatedSsCard(image(), sleep=slept.append)
    own.fault(SsCardFault.STATUS, after=1, status=0x6F01)
    own.fault(SsCardFault.CUT, after=2)
    own.fault(SsCardFault.SLOW, after=3, seconds=7.0)
    assert [ask(own, SELECT) for _ in range(5)] == ["6113", "6F01", "61", "6113", "6113"]
    assert slept == [7.0]


def test_a_hung_chip_answers_after_a_reset() -> None:
    own = card()
    own.fault(SsCardFault.MUTE, after=1)
    own.fault(SsCardFault.STATUS, after=2)
    assert [ask(own, SELECT) for _ in range(4)] == ["6113", "", "", ""]
    own.reset()
    assert ask(own, SELECT) == "6113"


def test_a_pulled_card_has_no_atr_and_begins_anew_in_the_reader() -> None:
    own = card()
    own.fault(SsCardFault.PULLED, after=2)
    assert [ask(own, apdu) for apdu in (SELECT, EF05_SELECT, "00B2030006")] == ["6113", "9000", ""]
    assert own.is_pulled
    assert own.atr() == b""
    own.put_back()
    assert own.atr() == image().atr
    assert ask(own, "00B2030006") == "6986"
    own.put_back()
    own.pull()
    assert ask(own, SELECT) == ""


def test_a_wrong_pin_whose_answer_was_cut_has_counted() -> None:
    own = card()
    own.fault(SsCardFault.CUT)
    assert ask(own, "0020000003999999") == "63"
    assert own.tries_left == 2


def test_the_cards_of_the_invented_people() -> None:
    cards = {name: image(name) for name in ("liu", "wang", "he")}
    versions = {name: own.records[EF05][2].value for name, own in cards.items()}
    assert versions == {"liu": b"2.00", "wang": b"3.00", "he": b"1.00"}
    assert cards["liu"].atr.hex().upper() == "3B6D00000081544C978684341600000051"
    assert cards["liu"].identifier.hex().upper() == "341622D15600000500000051FFFFFFFF"
    assert [item.tag for item in cards["he"].records[EF06]] == [8, 9, 0x0A, 0x0B, 0x0C, 0x0D]
    assert len({own.records[EF06][0].value for own in cards.values()}) == 3
    for own in cards.values():
        lengths = [len(item.value) for item in own.records[EF05]]
        assert lengths == [16, 1, 4, 12, 4, 4, 9]
        assert (len(own.binaries[EF07]), len(own.binaries[EF08])) == (300, 1000)


@pytest.mark.parametrize("name", ["sample", "nobody", "../kiosk"])
def test_people_without_a_card_are_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match="he, liu, wang"):
        image(name)


def test_a_long_name_runs_on_in_the_extension() -> None:
    name = "古丽" * 8 + "·样本"
    own = from_persona(
        {
            "card": {"sex": "2", "birth": date(1966, 3, 1), "number": "341602195008080007"},
            "social_security_card": {
                "version": "2.00",
                "region": "341602",
                "serial": "00000099",
                "init_agency": "915600000234160034160000",
                "issued": date(2016, 1, 1),
                "valid_until": date(2026, 1, 1),
                "card_number": "Z00000013",
                "name": name,
                "pin": "123450",
                "pin_left": 0,
            },
        }
    )
    values = {item.tag: item.value for item in own.records[EF06]}
    assert (values[0x09] + values[0x4E]).rstrip(b"\0").decode("gbk") == name
    assert (len(values[0x09]), len(values[0x4E])) == (30, 20)
    assert ask(card(own), "0020000003123450") == "6983", "issued with a blocked PIN"


def test_codings_fill_and_refuse() -> None:
    assert coded("34", "cn", 3).hex() == "34ffff"
    assert coded(date(2016, 1, 1), "cn", 4).hex() == "20160101"
    assert coded("男", "an", 4) == "男".encode("gbk") + b"\0\0"
    with pytest.raises(ValueError, match="an item of 2"):
        coded("341602", "cn", 2)


def test_nothing_of_a_person_or_a_pin_stands_in_a_repr() -> None:
    shown = repr(image()) + repr(image().records[EF06][1]) + repr(card())
    assert "135790" not in shown
    assert repr(bytes.fromhex("135790")) not in shown
    for item in image().records[EF06][:2]:
        assert repr(item.value)[2:-1] not in shown

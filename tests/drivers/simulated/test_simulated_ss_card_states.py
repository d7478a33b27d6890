"""What nobody gets out of a simulated social security card: any bytes in any order."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from drivers.simulated.cards.ss_card import SimulatedSsCard
from drivers.simulated.cards.ss_card_chip import MASTER_FILE
from drivers.simulated.cards.ss_card_image import (
    AID,
    EF05,
    EF06,
    ImageItem,
    LeRule,
    SsCardImage,
    load,
)
from drivers.simulated.cards.ss_card_keys import external_response

ROOT = Path(__file__).parents[3]
SELECT = "00A404000F" + AID.hex()
CHALLENGE = "0084000008"


def image(name: str) -> SsCardImage:
    return load(ROOT / "config" / "personas", name)


def card(what: SsCardImage) -> SimulatedSsCard:
    numbers = count(1)
    return SimulatedSsCard(what, random=lambda length: next(numbers).to_bytes(length, "big"))


APDUS = st.one_of(
    st.binary(max_size=300),
    st.builds(
        lambda head, data, le: bytes([0, *head, len(data)]) + data + le,
        st.tuples(
            st.sampled_from([0xA4, 0xB2, 0xB0, 0xC0, 0x20, 0x84, 0x88, 0x82, 0xD6]),
            st.sampled_from([*range(16), 0x4E, 0x80, 0x85, 0x87, 0x88, 0xFF]),
            st.sampled_from([0, 4, 0x0A, 0x0C, 0x2C, 0x34, 0x3C, 0x44, 0xFF]),
        ),
        st.one_of(
            st.sampled_from([b"", AID, b"\xef\x05", b"\xef\x06", b"\xef\x08", MASTER_FILE]),
            st.binary(max_size=20),
        ),
        st.sampled_from([b"", b"\x00", b"\x06", b"\x14"]),
    ),
)


@given(apdus=st.lists(APDUS, max_size=25), le_rule=st.sampled_from(LeRule), more=st.booleans())
def test_any_bytes_are_answered_with_a_status_word(
    apdus: list[bytes], le_rule: LeRule, more: bool
) -> None:
    own = card(image("wang").with_habits(le_rule=le_rule, answers_61=more))
    for apdu in apdus:
        answer = own.transmit(apdu)
        assert 2 <= len(answer) <= 258
        assert answer[-2] >> 4 in {6, 9}


def secrets_of(what: SsCardImage) -> list[ImageItem]:
    return [
        item for ef in (EF05, EF06) for item in what.records[ef] if what.is_restricted(ef, item.tag)
    ]


class CardOf300(RuleBasedStateMachine):
    """Whatever is sent: nothing protected leaves a card that the centre has not opened, and only
    a wrong PIN costs a try."""

    @initialize()
    def issue(self) -> None:
        self.image = image("wang")
        self.card = card(self.image)
        # items of a byte or three stand in other items too; those are not looked for
        self.secrets = [
            item.value for item in secrets_of(self.image) if len(item.value.strip(b"\0")) > 3
        ]
        self.open = False
        self.tries = 3
        self.challenge = b""

    def send(self, apdu: bytes) -> bytes:
        answer = self.card.transmit(apdu)
        if not self.open:
            assert not any(secret in answer for secret in self.secrets)
        return answer

    @rule(apdu=APDUS.filter(lambda apdu: apdu[1:2] not in {b"\x20", b"\x82", b"\x84"}))
    def anything(self, apdu: bytes) -> None:
        answer = self.send(apdu)
        if apdu[:2] == b"\x00\xa4" and apdu[5:7] == MASTER_FILE and answer == b"\x90\x00":
            self.open, self.challenge = False, b""

    @rule(ef=st.sampled_from([EF05, EF06]), le=st.sampled_from([0, 0x0B, 0x14, 0x20]))
    def read_a_whole_file(self, ef: int, le: int) -> None:
        self.send(bytes.fromhex(SELECT))
        self.send(bytes.fromhex("00A4000002") + ef.to_bytes(2, "big"))
        answers = [self.send(bytes([0, 0xB2, item.tag, 0, le])) for item in self.image.records[ef]]
        answers += [self.send(bytes([0, 0xB2, n, (ef & 7) << 3 | 4, 0])) for n in range(1, 8)]
        if ef == EF06:
            assert (b"\x69\x82" in answers) == (not self.open)

    @rule()
    def take_a_challenge(self) -> None:
        self.challenge = self.send(bytes.fromhex(CHALLENGE))[:8]

    @rule()
    def answer_for_another_card(self) -> None:
        response = external_response(image("liu").identifier, 0x0A, self.challenge)
        assert self.send(bytes.fromhex("0082000A10") + response)[:1] in {b"\x63", b"\x69"}
        self.open = self.open and not self.challenge
        self.challenge = b""

    @precondition(lambda self: self.challenge)
    @rule()
    def answer_for_this_card(self) -> None:
        response = external_response(self.image.identifier, 0x0A, self.challenge)
        assert self.send(bytes.fromhex("0082000A10") + response) == b"\x90\x00"
        self.open, self.challenge = True, b""

    @rule(pin=st.one_of(st.binary(min_size=3, max_size=3), st.binary(max_size=5)))
    def type_a_wrong_pin(self, pin: bytes) -> None:
        if pin == self.image.pin:
            return
        self.send(bytes([0, 0x20, 0, 0, len(pin)]) + pin)
        self.tries -= self.tries > 0 and len(pin) == 3

    @rule()
    def type_the_right_pin(self) -> None:
        answer = self.send(bytes.fromhex("0020000003") + self.image.pin)
        assert answer == (b"\x90\x00" if self.tries else b"\x69\x83")
        self.tries = 3 if self.tries else 0

    @rule()
    def lose_power(self) -> None:
        self.card.reset()
        self.open, self.challenge = False, b""

    @invariant()
    def only_wrong_pins_have_counted(self) -> None:
        if hasattr(self, "card"):
            assert self.card.tries_left == self.tries


TestCardOf300 = CardOf300.TestCase

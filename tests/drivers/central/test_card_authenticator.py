"""A card of generation 3.00 is opened by the key module of a real central service."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from drivers.central.card_authenticator import CentralCardAuthenticator
from drivers.devices.ss_card_reader import SlotSsCardReader
from drivers.simulated.cards.ss_card import SimulatedSsCard
from drivers.simulated.cards.ss_card_image import load
from kiosk.failures import Failure
from kiosk.people.ss_card import SsCard
from kiosk.ports import CardChallenge, CentralAnswer, Trouble
from tests.central.standing import standing
from tests.drivers.devices.ss_card.ss_card_slots import InProcessSlot, SlotTime
from wiring import places

CHALLENGE = CardChallenge("00" * 16, "3.00", bytes(8))
CRYPTOGRAMS = {"external": "AAAAAAAAAAAAAAAAAAAAAA==", "internal": "AAAAAAAAAAAAAAAAAAAAAA=="}


class ServiceOfOneAnswer:
    """A central service that gives one answer."""

    def __init__(self, answer: CentralAnswer) -> None:
        self.answer = answer

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> CentralAnswer:
        return self.answer


class WayToStanding:
    """The way to the service of `standing`."""

    def __init__(self, client, central) -> None:
        self.client, self.central = client, central

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> CentralAnswer:
        signed = self.central.headers(content_type="application/json")
        answer = self.client.request(method, path, content=body, headers=signed)
        return CentralAnswer(answer.status_code, "application/json", None, answer.content)


def test_the_holder_of_a_3_00_card_is_read_with_the_key_module(tmp_path: Path) -> None:
    time = SlotTime()
    slot = InProcessSlot(time)
    slot.insert(SimulatedSsCard(load(places.CONFIG / "personas", "wang")))
    with standing(tmp_path) as central, central.client() as client:
        authenticator = CentralCardAuthenticator(WayToStanding(client, central))
        reader = SlotSsCardReader(
            slot, time.monotonic, time.sleep, central.clock[0].date, authenticator
        )
        found = reader.read(lambda: False)
    assert isinstance(found, SsCard)
    assert (found.ssn, found.name, found.denied) == ("341623197603200342", "王秀英", ())


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (CentralAnswer(trouble=Trouble.TIMEOUT), Failure.CENTRAL_UNREACHABLE),
        (CentralAnswer(503), Failure.SS_CARD_NEEDS_CENTRAL),
        (CentralAnswer(200, body=b"[]"), Failure.CENTRAL_STRANGE),
        (CentralAnswer(200, body=b'{"external": "AAAA"}'), Failure.CENTRAL_STRANGE),
        (
            CentralAnswer(200, body=b'{"external": "AAAA", "internal": "AAAA"}'),
            Failure.CENTRAL_STRANGE,
        ),
    ],
)
def test_what_else_the_service_may_say(answer: CentralAnswer, failure: Failure) -> None:
    assert CentralCardAuthenticator(ServiceOfOneAnswer(answer)).answer(CHALLENGE) is failure


def test_sixteen_bytes_each_are_cryptograms() -> None:
    answer = CentralAnswer(200, body=json.dumps(CRYPTOGRAMS).encode())
    found = CentralCardAuthenticator(ServiceOfOneAnswer(answer)).answer(CHALLENGE)
    assert not isinstance(found, Failure)
    assert (found.external, found.internal) == (bytes(16), bytes(16))

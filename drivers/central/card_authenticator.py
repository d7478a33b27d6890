"""The central service's key module, as social security cards of generation 3.00 ask for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from kiosk.crypto.envelope import base64_of, bytes_of
from kiosk.failures import Failure
from kiosk.json_decoder import decode_object
from kiosk.ports import JSON, CardCryptograms

if TYPE_CHECKING:
    from kiosk.ports import CardChallenge, Central

PATH = "/v1/cards/answer"
CRYPTOGRAM_BYTES = 16


@dataclass(frozen=True)
class CentralCardAuthenticator:
    """`kiosk.ports.CardAuthenticator` by the call `POST /v1/cards/answer`."""

    central: Central

    def answer(self, challenge: CardChallenge) -> CardCryptograms | Failure:
        """Return the cryptograms that answer a card's challenge, or why there are none."""
        asked = {
            "card_identifier": challenge.card_identifier,
            "spec_version": challenge.spec_version,
            "random": base64_of(challenge.random),
            "fields": list(challenge.fields),
        }
        body = json.dumps(asked).encode()
        found = self.central.call("POST", PATH, body, {"Content-Type": JSON})
        if found.trouble is not None:
            return Failure.CENTRAL_UNREACHABLE
        if found.status != HTTPStatus.OK:
            return Failure.SS_CARD_NEEDS_CENTRAL
        table = decode_object(found.body) or {}
        external, internal = bytes_of(table.get("external")), bytes_of(table.get("internal"))
        if external is None or internal is None:
            return Failure.CENTRAL_STRANGE
        if {len(external), len(internal)} != {CRYPTOGRAM_BYTES}:
            return Failure.CENTRAL_STRANGE
        return CardCryptograms(external, internal)

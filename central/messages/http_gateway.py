"""Client of a message provider over HTTP (docs/central.md, "Messages and replies").

The wire is this project's own reference; a provider's protocol (CMPP, a cloud's API) gets an
adapter of the same port.
"""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from central.ports import OutgoingText, ProviderReply, SendOutcome
from kiosk.json_decoder import JsonLimits, decode

MOST_BYTES = 262_144
MOST_REPLIES = 100
LIMITS = JsonLimits(length=MOST_BYTES, depth=4)
FOR_GOOD = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})
"""Statuses by which the provider refuses a text for good; after any other it is tried again."""


@dataclass(frozen=True)
class HttpGateway:
    """The provider at `url`, authenticated by `token`; each wait is at most `timeout` seconds."""

    url: str
    token: str = field(repr=False)
    timeout: float

    def send(self, message: OutgoingText) -> SendOutcome:
        """Send one text.

        Any answer but 202, 400 and 422 counts as unreachable and may be tried again.
        """
        said = {"reference": message.reference, "to": message.mobile, "text": message.text}
        status, _ = self._ask("POST", "/messages", said)
        if status == HTTPStatus.ACCEPTED:
            return SendOutcome.TAKEN
        return SendOutcome.REFUSED if status in FOR_GOOD else SendOutcome.UNREACHABLE

    def replies_after(self, number: int) -> tuple[ProviderReply, ...] | None:
        """Return the replies after number `number`, oldest first.

        None when the provider can't be asked.

        An answer with a gap in its numbers counts as none.
        """
        status, body = self._ask("GET", f"/replies?after={number}&most={MOST_REPLIES}")
        if status != HTTPStatus.OK:
            return None
        try:
            found = [
                ProviderReply(int(one["number"]), str(one["from"]), str(one["text"]))
                for one in decode(body, LIMITS)["replies"]
            ]
        except (KeyError, TypeError, ValueError):
            return None
        fresh = sorted((one for one in found if one.number > number), key=lambda one: one.number)
        # A gap would skip for ever what lies in it.
        whole = [one.number for one in fresh] == [number + at for at, _ in enumerate(fresh, 1)]
        return tuple(fresh) if whole else None

    def _ask(self, method: str, path: str, said: Any = None) -> tuple[int, bytes]:
        """Return status and body of one request; status 0 when no complete answer came."""
        where = urlsplit(self.url)
        secure = where.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(where.hostname or "", where.port, timeout=self.timeout)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        body = None if said is None else json.dumps(said).encode()
        try:
            connection.request(method, where.path.rstrip("/") + path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(MOST_BYTES)
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()


@dataclass(frozen=True)
class NoGateway:
    """Gateway without a provider: every text counts as sent and is recorded, and nobody replies."""

    def send(self, _message: OutgoingText) -> SendOutcome:
        """Return TAKEN without sending anything."""
        return SendOutcome.TAKEN

    def replies_after(self, _number: int) -> tuple[ProviderReply, ...] | None:
        """Return no replies."""
        return ()

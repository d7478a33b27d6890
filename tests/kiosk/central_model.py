"""A central service in memory, and the weather between it and the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

from kiosk.filing.envelope import Envelope, OpeningKey, open_sealed, parse_envelope
from kiosk.filing.receipt import Receipt, SigningKey, sign_receipt
from kiosk.ports import Answer, Trouble

SIGNING, FOREIGN = SigningKey(b"k" * 32), SigningKey(b"f" * 32)
JSON, PROBLEM, HTML = "application/json", "application/problem+json", "text/html"
SOME_DAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Weather(StrEnum):
    """What becomes of one request."""

    FAIR = "fair"
    LOST_ANSWER = "lost answer"  # taken, and nobody hears of it
    LOST_REQUEST = "lost request"
    KILLED_BEFORE = "killed before it was taken"
    KILLED_AFTER = "killed after it was taken"
    CONFLICT = "409"
    UNPROCESSABLE = "422"
    BUSY = "503"
    REVOKED = "403"
    PORTAL = "a captive portal's 200"
    UNSIGNED = "200 without a signature"
    FORGED = "200 signed by another key"
    EMPTY = "204"


class KilledError(Exception):
    """The terminal dies now."""


@dataclass
class CentralModel:
    """Knows every key it ever had, and counts what each application has set in motion."""

    keys: list[OpeningKey]
    weather: Callable[[], Weather] = lambda: Weather.FAIR
    has: dict[str, str] = field(default_factory=dict)
    content: dict[str, bytes] = field(default_factory=dict)
    effects: Counter[str] = field(default_factory=Counter)
    refused: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def call(self, _method: str, path: str, body: bytes, _headers: object) -> Answer:
        weather = self.weather()
        name = path.rsplit("/", 1)[1]
        match weather:
            case Weather.KILLED_BEFORE:
                raise KilledError
            case Weather.LOST_REQUEST:
                return Answer(trouble=Trouble.UNREACHABLE)
            case Weather.CONFLICT | Weather.UNPROCESSABLE if name not in self.has:
                self.refused.add(name)
                return Answer(int(weather.value), PROBLEM, None, b'{"type": "no"}')
            case Weather.BUSY:
                return Answer(503, PROBLEM, 30.0)
            case Weather.REVOKED:
                return Answer(403, PROBLEM)
            case Weather.PORTAL:
                return Answer(200, HTML, None, b"<html>please log in</html>")
            case Weather.UNSIGNED:
                return Answer(200, JSON, None, b"{}")
            case Weather.EMPTY:
                return Answer(204)
        if weather is Weather.FORGED:
            return Answer(200, JSON, None, self._receipt(name, FOREIGN))
        if name in self.refused:
            return Answer(422, PROBLEM, None, b"{}")
        known = name in self.has
        self._take(name, body)
        if weather is Weather.KILLED_AFTER:
            raise KilledError
        if weather is Weather.LOST_ANSWER:
            return Answer(trouble=Trouble.TIMEOUT)
        return Answer(200 if known else 201, JSON, None, self._receipt(name, SIGNING))

    def _take(self, name: str, body: bytes) -> None:
        envelope = parse_envelope(body)
        assert isinstance(envelope, Envelope), envelope
        if self.has.setdefault(name, envelope.digest) != envelope.digest or envelope.id != name:
            self.wrong.append(f"{name} came with another digest or id")
        if name not in self.content:
            self.content[name] = self.opened(envelope)
            self.effects[name] += 1

    def opened(self, envelope: Envelope) -> bytes:
        """Open what was sealed to any key that this service ever had."""
        (key,) = [one for one in self.keys if one.sealing.id == envelope.key_id]
        content = open_sealed(envelope.sealed, key, envelope.id, envelope.digest)
        assert isinstance(content, bytes), content
        return content

    def _receipt(self, name: str, key: SigningKey) -> bytes:
        digest = self.has.get(name, "0" * 64)
        said = Receipt(
            name, digest, "BZ", 1, "亳退 1", SOME_DAY, date(2026, 12, 14), key.receipt_key.id
        )
        return sign_receipt(said, key)

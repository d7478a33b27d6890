"""A central service in memory, and the weather between it and the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

from kiosk.crypto.envelope import Envelope, OpeningKey, digest, open_sealed, parse_envelope
from kiosk.crypto.receipt import Receipt, SignedRefusal, SigningKey, sign_receipt, sign_refusal
from kiosk.ports import CentralAnswer, Trouble

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
    MISROUTED = "404 of a gateway, without a signature"
    BUSY = "503"
    REVOKED = "403"
    PORTAL = "a captive portal's 200"
    UNSIGNED = "200 without a signature"
    FORGED = "200 signed by another key"
    EMPTY = "204"


FOREIGN_ANSWERS = {
    Weather.LOST_REQUEST: CentralAnswer(trouble=Trouble.UNREACHABLE),
    Weather.MISROUTED: CentralAnswer(404, PROBLEM, None, b'{"type": "no"}'),
    Weather.BUSY: CentralAnswer(503, PROBLEM, 30.0),
    Weather.REVOKED: CentralAnswer(403, PROBLEM),
    Weather.PORTAL: CentralAnswer(200, HTML, None, b"<html>please log in</html>"),
    Weather.UNSIGNED: CentralAnswer(200, JSON, None, b"{}"),
    Weather.EMPTY: CentralAnswer(204),
}
"""What comes back while the central service hears of nothing, or does nothing."""


class KilledError(Exception):
    """The terminal dies now."""


def signed_refusal(path: str, body: bytes, key: SigningKey = SIGNING) -> bytes:
    """Return a problem that the central service signed over path and digest."""
    said = SignedRefusal(path, digest(body), "BZ", "no", SOME_DAY, key.receipt_key.id)
    return sign_refusal(said, {"type": "no", "title": "no"}, key)


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

    def call(self, _method: str, path: str, body: bytes, _headers: object) -> CentralAnswer:
        weather = self.weather()
        name = path.rsplit("/", 1)[1]
        if weather in FOREIGN_ANSWERS:
            return FOREIGN_ANSWERS[weather]
        match weather:
            case Weather.KILLED_BEFORE:
                raise KilledError
            case Weather.CONFLICT | Weather.UNPROCESSABLE if name not in self.has:
                self.refused.add(name)
                return CentralAnswer(int(weather.value), PROBLEM, None, signed_refusal(path, body))
        if weather is Weather.FORGED:
            return CentralAnswer(200, JSON, None, self._receipt(name, FOREIGN))
        if name in self.refused:
            return CentralAnswer(422, PROBLEM, None, signed_refusal(path, body))
        known = name in self.has
        self._take(name, body)
        if weather is Weather.KILLED_AFTER:
            raise KilledError
        if weather is Weather.LOST_ANSWER:
            return CentralAnswer(trouble=Trouble.TIMEOUT)
        return CentralAnswer(200 if known else 201, JSON, None, self._receipt(name, SIGNING))

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

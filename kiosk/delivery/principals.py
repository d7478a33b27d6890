"""Count of the people for whom somebody filed as a friend or relative (代办).

The central service counts over all terminals and refuses above the limit; the terminal asks it, and
without an answer goes by what it filed itself. It keeps keyed hashes, for a year, and no number.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from kiosk.json_decoder import decode_object
from kiosk.people.attendance import Attendance
from kiosk.people.id_number import normalise
from kiosk.ports import JSON, Central, DeviceKey
from kiosk.storage.database import StoreError
from kiosk.storage.terminal_notes import Values, is_time, tell_unreadable

PATH = "/v1/people/principals"
NOTE = "principals"
PURPOSE = "principals"
SECONDS_A_YEAR = 366 * 86_400.0

Kept = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Principals:
    """The count; `now` is in seconds of the wall clock. One thread notes, any thread counts."""

    values: Values
    key: DeviceKey
    central: Central
    now: Callable[[], float]

    def others(self, proxy: Attendance, person: str) -> int:
        """Return for how many people besides `person` the proxy filed within a year."""
        told = self._ask_central(proxy, person)
        mine = self._read_counts().get(self._mark(proxy.number), {})
        known = len(mine.keys() - {self._mark(person)})
        return known if told is None else max(told, known)

    def record(self, proxy: str, person: str) -> None:
        """Record that the proxy filed for this person, unless the disk is full."""
        try:
            kept = self._read_counts()
            kept.setdefault(self._mark(proxy), {})[self._mark(person)] = self.now()
            self.values.keep_value(NOTE, json.dumps(kept))
        except StoreError:
            return

    def _ask_central(self, proxy: Attendance, person: str) -> int | None:
        body = json.dumps({**proxy.record(), "principal": person}).encode()
        answer = self.central.call("POST", PATH, body, {"Content-Type": JSON})
        if answer.status != HTTPStatus.OK or answer.media_type != JSON:
            return None
        others = (decode_object(answer.body) or {}).get("others")
        return others if type(others) is int and others >= 0 else None

    def _read_counts(self) -> Kept:
        try:
            value = self.values.value_of(NOTE)
        except StoreError:
            return {}
        found = decode_object(value)
        if found is None and value:
            tell_unreadable(NOTE)
        oldest = self.now() - SECONDS_A_YEAR
        return {
            proxy: {person: at for person, at in people.items() if is_time(at) and at > oldest}
            for proxy, people in (found or {}).items()
            if isinstance(people, dict)
        }

    def _mark(self, number: str) -> str:
        key = self.key.derive(PURPOSE)
        return hmac.new(key, normalise(number).encode(), hashlib.sha256).hexdigest()[:32]

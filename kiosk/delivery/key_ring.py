"""The keys of the central service that count now: pinned ones and those they announced.

The pinned file is never rewritten: what was announced is kept in the database, and each statement
is checked again from the pinned key whenever it is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from kiosk.crypto.envelope import SealingKey, object_of
from kiosk.crypto.pinned_keys import CentralKeys
from kiosk.crypto.receipt import ReceiptKey
from kiosk.crypto.rotation import Rotation, follow
from kiosk.interval import has_passed
from kiosk.json_decoder import decode
from kiosk.ports import JSON, Central
from kiosk.storage.store import Store
from kiosk.storage.terminal_notes import read_number, tell_unreadable
from kiosk.units import SECONDS_AN_HOUR

PATH = "/v1/keys"
NOTE = "rotations"
LEARNT_NOTE = "keys_learnt_at"


@dataclass
class KeyRing:
    """The trusted keys; any thread may ask, only the delivery thread learns new ones.

    `hours` is the interval of asking, `now` is in seconds and `at` the time of day.
    """

    pinned: CentralKeys
    store: Store
    central: Central
    hours: float
    now: Callable[[], float]
    at: Callable[[], datetime]
    _rotations: tuple[Rotation, ...] = field(init=False)
    _stranger: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._rotations = follow(self.pinned.receipt, self.statements())
        if not self._rotations and self.store.value_of(NOTE):
            tell_unreadable(NOTE)
            self._stranger = True  # asked for at once: a key before them may not open for long

    def sealing(self) -> SealingKey:
        """Return the key to seal to: the newest one that is valid already."""
        begun = [one.sealing for one in self._rotations if one.starts_at <= self.at()]
        return begun[-1] if begun else self.pinned.sealing

    def statements(self) -> list[object]:
        """Return the announcements that lead from the pinned key to the newest.

        A note that can't be read counts as none: they are learnt again.
        """
        try:
            found = decode(self.store.value_of(NOTE))
        except ValueError:
            return []
        return found if isinstance(found, list) else []

    def named(self, name: str) -> ReceiptKey | None:
        """Return the trusted receipt key with this id; an unknown one makes the next round ask."""
        known = (self.pinned.receipt, *(one.receipt for one in self._rotations))
        found = next((key for key in known if key.id == name), None)
        self._stranger = self._stranger or found is None
        return found

    def learn_when_due(self) -> None:
        """Ask for announcements once in `hours`, or when an unknown key signed something."""
        last = read_number(LEARNT_NOTE, self.store.value_of(LEARNT_NOTE))
        is_due = has_passed(last, self.now(), self.hours * SECONDS_AN_HOUR)
        if not is_due and not self._stranger:
            return
        answer = self.central.call("GET", PATH)
        if answer.status != HTTPStatus.OK or answer.media_type != JSON:
            return
        self._stranger = False
        self._learn((object_of(answer.body) or {}).get("rotations"))
        self.store.keep_value(LEARNT_NOTE, repr(self.now()))

    def _learn(self, statements: object) -> None:
        if not isinstance(statements, list):
            return
        found = follow(self.pinned.receipt, statements)
        if len(found) > len(self._rotations):  # an older list is never taken back
            self.store.keep_value(NOTE, json.dumps(statements))
            self._rotations = found

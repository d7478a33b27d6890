"""The terminal's copy of the staff list, sealed; a newer list replaces an older one."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from kiosk.config.known_credentials import KnownCredentials
from kiosk.crypto.receipt import Trust
from kiosk.crypto.sealing import seal, unseal
from kiosk.interval import has_passed
from kiosk.ports import JSON, Central, DeviceKey
from kiosk.staff.roster import Roster, read_roster
from kiosk.storage.terminal_notes import Values
from kiosk.units import SECONDS_AN_HOUR

NOTE = "staff list"
PURPOSE = "staff list"


@dataclass
class StaffListSync:
    """The list of one point; the delivery thread learns it, any thread reads it.

    `random` returns as many bytes as it is asked for; `now` is seconds of the wall clock. Who has
    one of the `known` credentials is left out: in production that is whoever has the source.
    """

    values: Values
    key: DeviceKey
    trust: Trust
    central: Central
    point: str
    hours: float
    random: Callable[[int], bytes]
    now: Callable[[], float]
    known: KnownCredentials = KnownCredentials()
    _asked: float | None = None

    def roster(self) -> Roster | None:
        """Return the stored list, verified again; None without a valid one."""
        body = self._opened(self.values.value_of(NOTE))
        found = None if body is None else read_roster(body, self.trust, self.point)
        return found.without(self.known) if found is not None else None

    def learn_when_due(self) -> None:
        """Ask for a newer list once in `hours`; an older one never replaces a newer."""
        if not has_passed(self._asked, self.now(), self.hours * SECONDS_AN_HOUR):
            return
        answer = self.central.call("GET", f"/v1/points/{self.point}/staff")
        if answer.status != HTTPStatus.OK or answer.media_type != JSON:
            return
        found = read_roster(answer.body, self.trust, self.point)
        if found is None:
            return
        self._asked = self.now()
        kept = self.roster()
        if kept is None or found.issued_at > kept.issued_at:
            self.values.keep_value(NOTE, self._sealed(answer.body))

    def _sealed(self, body: bytes) -> str:
        sealed = seal(self.key.derive(PURPOSE), body, self.point.encode(), self.random)
        return base64.b64encode(sealed).decode()

    def _opened(self, kept: str) -> bytes | None:
        try:
            sealed = base64.b64decode(kept, validate=True)
        except ValueError:  # binascii.Error among them
            return None
        return unseal(self.key.derive(PURPOSE), sealed, self.point.encode())

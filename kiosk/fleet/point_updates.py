"""Updates of the list of service points from the central service."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from kiosk.crypto.envelope import digest
from kiosk.delivery.key_ring import KeyRing
from kiosk.fleet.point_list import KeptPoints, PointList, read_point_list
from kiosk.interval import has_passed
from kiosk.ports import JSON, Central
from kiosk.retirement.points import ServicePoint
from kiosk.units import SECONDS_AN_HOUR

PATH = "/v1/points"
TAG_DIGITS = 32


@dataclass
class PointUpdates:
    """Asking once in `hours`, on the delivery thread; `running` is the point of this run.

    A list that lacks this terminal's own point is not taken: whoever left it out must not put the
    terminal out of service. `on_unlisted` is then called, once a list.
    """

    kept: KeptPoints
    ring: KeyRing
    central: Central
    running: ServicePoint
    hours: float
    now: Callable[[], float]
    on_unlisted: Callable[[], None]
    changed: bool = False
    """Another start would show this point otherwise."""
    _asked: float | None = None
    _refused: PointList | None = None

    def learn_when_due(self) -> None:
        """Ask for a newer list when it is due; an older one never replaces a newer."""
        if not has_passed(self._asked, self.now(), self.hours * SECONDS_AN_HOUR):
            return
        tag = f'"{digest(self.kept.body())[:TAG_DIGITS]}"'
        answer = self.central.call("GET", PATH, b"", {"If-None-Match": tag})
        if answer.status in (HTTPStatus.NOT_MODIFIED, HTTPStatus.NOT_FOUND):
            self._asked = self.now()
        if answer.status != HTTPStatus.OK or answer.media_type != JSON:
            return
        found = read_point_list(answer.body, self.ring)
        if found is None:
            return
        self._asked = self.now()
        before = self.kept.read()
        if before is None or found.issued_at >= before.issued_at:
            self._take(found, answer.body)

    def _take(self, found: PointList, body: bytes) -> None:
        code = self.running.code
        if code not in found.points:
            if found != self._refused:
                self.on_unlisted()
            self._refused = found
            return
        with suppress(OSError):  # a full disk: asked for again, the old list still counts
            self.kept.keep(body, self.ring.statements())
        after = self.kept.read()
        listed = after.points.get(code) if after is not None else None
        self.changed = listed is not None and listed.place != self.running.place

"""The list of service points as the pages show it, looked at again once a second."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from central.store.service_points.service_points import ServicePoints
    from kiosk.retirement.points import ServicePoint

_LASTS_SECONDS = 1.0


@dataclass
class PointBook:
    """The list of `store`; `fallback` counts while there is none, as in a demo."""

    store: ServicePoints
    fallback: Mapping[str, ServicePoint]
    monotonic: Callable[[], float]
    _found: Mapping[str, ServicePoint] = field(default_factory=dict, repr=False)
    _number: int = 0
    _looked_at: float | None = None

    def points(self) -> Mapping[str, ServicePoint]:
        """Return all points by code, at most a second old."""
        now = self.monotonic()
        if self._looked_at is None or now - self._looked_at >= _LASTS_SECONDS:
            number, _ = self.store.newest()
            if number != self._number:
                self._found, self._number = self.store.all(), number
            self._looked_at = now
        return self._found if self._number else self.fallback

    def forget(self) -> None:
        """Look again at the next call, as after a change by this process."""
        self._looked_at = None

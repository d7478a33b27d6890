"""The person's own rhythm of touches, from which the idle time follows.

Fixed limits throw slow people out; so the limit grows with the usual pause between two touches.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from kiosk.config.settings import VisitSettings

REMEMBERED = 12  # the latest pauses; what somebody did ten minutes ago says little


@dataclass(frozen=True)
class TouchRhythm:
    """The latest pauses between touches, in seconds, and when the last touch was."""

    pauses: tuple[float, ...] = ()
    touched_at: float | None = None

    def touch(self, now: float, quiet_at: float) -> TouchRhythm:
        """Return the rhythm with another touch at `now`.

        The time in which a sentence was said, until `quiet_at`, does not count as a pause.
        """
        if self.touched_at is None:
            return TouchRhythm(self.pauses, now)
        began = min(now, max(self.touched_at, quiet_at))
        return TouchRhythm((*self.pauses, now - began)[-REMEMBERED:], now)

    def limit(self, visit: VisitSettings) -> float:
        """Return the seconds without a touch after which to ask."""
        usual = median(self.pauses) if self.pauses else 0.0
        return min(max(visit.idle_seconds, visit.idle_pauses * usual), visit.idle_max_seconds)

"""How long a page waits for a touch before the visit ends."""

from __future__ import annotations

from kiosk.config.settings import Settings
from kiosk.session.touch_rhythm import TouchRhythm
from kiosk.units import SECONDS_A_MINUTE
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.maintenance_state import PAGES


def idle_limit(visit: Visit, rhythm: TouchRhythm, settings: Settings) -> float:
    """Return the seconds without a touch after which the person is asked to answer.

    `rhythm` is how quickly this person touches. A wait before another PIN may be tried is added
    where it is not longer than `idle_max_seconds`, so that nobody is asked meanwhile.
    """
    if visit.stage in PAGES:
        return SECONDS_A_MINUTE * settings.maintenance.idle_minutes
    limit = rhythm.limit(settings.visit)
    bearable = visit.staff.wait <= settings.visit.idle_max_seconds
    return limit + visit.staff.wait if bearable else limit

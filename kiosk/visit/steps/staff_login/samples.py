"""Sample logins of the staff, for the gallery."""

from __future__ import annotations

from kiosk.failures import Failure
from kiosk.staff.roles import Role
from kiosk.visit.events.cards import CardLifted
from kiosk.visit.events.staff import LoggedIn, LoginFailed
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource, login_samples, session_of


def samples(visit: Visit, source: SampleSource) -> Samples:
    """Yield answers to card and PIN, or to a technician's code."""
    if visit.stage is Stage.LOGIN:
        yield from login_samples(visit, source)
        return
    yield LoggedIn(session_of(Role.TECHNICIAN, "T-0001"))
    wrong = (Failure.STAFF_CODE_WRONG, Failure.STAFF_CODE_MISSING, Failure.STAFF_LOCKED)
    yield from (LoginFailed(one) for one in wrong)
    yield LoginFailed(Failure.STAFF_CODE_WRONG, 30)
    yield CardLifted()

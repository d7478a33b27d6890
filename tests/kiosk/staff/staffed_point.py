"""A service point whose staff come in, and what it notes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.audit.audit_events import AuditEvent, refuse_unlisted
from kiosk.config.settings import StaffSettings
from kiosk.failures import Failure
from kiosk.staff.attempts import Attempts
from kiosk.staff.code import (
    code_of,
    read_key,
    step_of,
)
from kiosk.staff.roles import Right, Role, Session
from kiosk.staff.roster import Roster
from kiosk.staff.staff_login import LoginRejected, StaffLogin
from kiosk.storage.database import StoreError
from tests.kiosk.staff_people import (
    CODE_KEY,
    HELPER_CARD,
    NOON,
    PIN,
    TECHNICIAN_CARD,
    roster,
)

RULES = StaffSettings()
WRONG = "918273"
WITH_PEOPLE = {
    Right.FILE_FOR,
    Right.FILE_ABSENT,
    Right.VOUCH,
    Right.FIND,
    Right.REPORT,
    Right.UNSENT,
    Right.CORRECTIONS,
}
MAY = {
    Role.HELPER: WITH_PEOPLE,
    Role.WINDOW: WITH_PEOPLE | {Right.BACK_ENTRY},
    Role.TECHNICIAN: {Right.MAINTENANCE},
}


class Notes:
    """Values that outlive the door, as the store keeps them."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.full = False

    def keep_value(self, name: str, value: str) -> None:
        if self.full:
            raise StoreError(Failure.DISK_FULL)
        self.kept[name] = value

    def value_of(self, name: str) -> str:
        return self.kept.get(name, "")


@dataclass
class StaffedPoint:
    """One door with its clock."""

    roster: Roster | None = field(default_factory=roster)
    now: datetime = NOON
    notes: Notes = field(default_factory=Notes)
    noted: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def note(self, event: AuditEvent, **detail: str) -> None:
        refuse_unlisted(event, "BZ-DEMO-0001", detail)
        self.noted.append((event.value, detail))

    def enter(self, number: str = HELPER_CARD, pin: str = PIN) -> Session | LoginRejected:
        return self.staff_login().enter(number, pin)

    def staff_login(self) -> StaffLogin:
        return StaffLogin(lambda: self.roster, self.notes, RULES, lambda: self.now, self.note)


def code_now(point: StaffedPoint, away: int = 0) -> str:
    key = read_key(CODE_KEY)
    assert key is not None
    return code_of(key, step_of(point.now) + away)


def confirmed(
    point: StaffedPoint, code: str, number: str = TECHNICIAN_CARD
) -> Session | LoginRejected:
    return point.staff_login().confirm(number, code)


def _locked(pin_hash: str) -> Attempts:
    from kiosk.staff.attempts import name_pin

    return Attempts(name_pin(pin_hash), RULES.lock_after, 0.0)

"""May this person of the staff come in? Card and PIN against the signed list, also offline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from kiosk.failures import Failure
from kiosk.filing.audit_events import AuditEvent
from kiosk.filing.database import StoreError
from kiosk.settings import StaffSettings
from kiosk.staff.attempts import Attempts, decode, encode, name_pin
from kiosk.staff.pin import is_right
from kiosk.staff.roles import Session, rights_of
from kiosk.staff.roster import Account, Roster

CLOCK_TOLERANCE = timedelta(minutes=10)
KEPT_UNDER = "staff attempts "


class Values(Protocol):
    """Small values that outlive a restart; both may raise StoreError."""

    def keep_value(self, name: str, value: str) -> None:
        """Keep a value under its name."""

    def value_of(self, name: str) -> str:
        """Return it, "" for none."""


@dataclass(frozen=True)
class Turned:
    """Nobody came in; `wait` in seconds until another try makes sense."""

    failure: Failure
    wait: float = 0.0


@dataclass(frozen=True)
class Door:
    """Lets people in; one thread calls it.

    `roster` returns the list that is kept, or None; `note` takes an audit event and its fields, and
    raises nothing.
    """

    roster: Callable[[], Roster | None]
    values: Values
    rules: StaffSettings
    now: Callable[[], datetime]
    note: Callable[..., None]

    def enter(self, number: str, pin: str) -> Session | Turned:
        """Return who came in with the card of this number and this PIN, or why not."""
        try:
            found = self._enter(number, pin)
        except StoreError as error:  # a try that can't be counted is none
            return Turned(error.failure)
        if isinstance(found, Turned):
            self.note(AuditEvent.STAFF_TURNED_AWAY, failure=found.failure.value)
        else:
            self.note(AuditEvent.STAFF_IN, staff=found.id, role=found.role.value)
        return found

    def leave(self, staff: str) -> None:
        """Note that this person is out."""
        self.note(AuditEvent.STAFF_OUT, staff=staff)

    def _enter(self, number: str, pin: str) -> Session | Turned:
        account = self.find(number)
        return account if isinstance(account, Turned) else self._try(account, pin)

    def find(self, number: str) -> Account | Turned:
        """Return whose card it is, if that person may come in today."""
        roster, now = self.roster(), self.now()
        if roster is None:
            return Turned(Failure.STAFF_LIST_MISSING)
        if now < roster.issued_at - CLOCK_TOLERANCE:
            return Turned(Failure.STAFF_CLOCK_WRONG)
        if now > roster.valid_until:
            return Turned(Failure.STAFF_LIST_OLD)
        account = roster.holder(number)
        if account is None:
            return Turned(Failure.STAFF_UNKNOWN)
        if now.date() > account.valid_until:
            return Turned(Failure.STAFF_EXPIRED)
        return account

    def _try(self, account: Account, pin: str) -> Session | Turned:
        name, named = KEPT_UNDER + account.id, name_pin(account.pin_hash)
        before, now = decode(self.values.value_of(name)), self.now().timestamp()
        if before.is_locked(named, self.rules):
            return Turned(Failure.STAFF_LOCKED)
        if wait := before.wait(named, now, self.rules):
            return Turned(Failure.STAFF_WAIT, wait)
        spent = before.spent(named, now)
        self.values.keep_value(name, encode(spent))  # first: a kill during the check costs a try
        if not is_right(pin, account.pin_hash):
            return self._wrong(spent, named, now)
        self.values.keep_value(name, encode(Attempts()))
        rights = rights_of(account.role, account.rights)
        return Session(account.id, account.role, rights, account.card_hash)

    def _wrong(self, spent: Attempts, named: str, now: float) -> Turned:
        if spent.is_locked(named, self.rules):
            return Turned(Failure.STAFF_LOCKED)
        return Turned(Failure.STAFF_PIN_WRONG, spent.wait(named, now, self.rules))

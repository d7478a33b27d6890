"""Login of the staff: card and PIN against the signed list, also offline."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kiosk.audit.audit_events import AuditEvent
from kiosk.civil_time import civil_day
from kiosk.config.settings import StaffSettings
from kiosk.failures import Failure
from kiosk.staff.attempts import Attempts, decode, encode, name_pin
from kiosk.staff.code import NEVER, SECONDS, matching_step
from kiosk.staff.pin import is_right
from kiosk.staff.roles import Right, Session, rights_of
from kiosk.staff.roster import Roster, RosterEntry
from kiosk.storage.database import StoreError
from kiosk.storage.terminal_notes import LATEST, Values, read_number

CLOCK_TOLERANCE = timedelta(minutes=10)
KEPT_UNDER = "staff attempts "
CODES_UNDER = "staff code attempts "
STEP_UNDER = "staff code step "
VOUCHED_UNDER = "staff vouched "
COUNT = re.compile("[0-9]{1,6}")
STEP_KIND = "staff_code_step"  # in the log, which names nobody


@dataclass(frozen=True)
class LoginRejected:
    """A login that failed; `wait` is the number of seconds until another try is allowed."""

    failure: Failure
    wait: float = 0.0


@dataclass(frozen=True)
class SecretTries:
    """The note under which the tries of one secret are counted, and the failure of a wrong one."""

    name: str
    secret: str = field(repr=False)
    wrong: Failure = Failure.STAFF_PIN_WRONG


@dataclass(frozen=True)
class StaffLogin:
    """The login; one thread calls it.

    `roster` returns the list that is kept, or None; `record_event` takes an audit event and its
    fields, and raises nothing. `ahead`: seconds by which this clock was ahead of the central
    service's when that last answered; a code must not fail by the very clock that somebody came to
    set.
    """

    roster: Callable[[], Roster | None]
    values: Values
    rules: StaffSettings
    now: Callable[[], datetime]
    record_event: Callable[..., None]
    ahead: Callable[[], int | None] = lambda: None

    def enter(self, number: str, pin: str, *, by_card: bool = True) -> Session | LoginRejected:
        """Return the session of whoever has the card of this number and this PIN, or why not.

        Without a card, at a broken reader, only somebody who will be asked for a code comes in; of
        others no try is counted, so that nobody is locked out by who knows a number. Who needs a
        code is not in before `confirm`.

        `by_card` is false where the number was typed instead.
        """
        found = self._record_result(lambda: self._enter(number, pin, by_card=by_card))
        if isinstance(found, Session) and not found.needs_code:
            self.record_event(AuditEvent.STAFF_IN, staff=found.id, role=found.role.value)
        return found

    def relieve(self, leaving: str, number: str, pin: str) -> Session | LoginRejected:
        """Return the session of whoever takes the desk over from `leaving`, or why not.

        `leaving` is a pseudonym, `number` and `pin` are of whoever comes. One event tells of both.
        When nobody takes over, `leave` is still to be called.
        """
        found = self._record_result(lambda: self._relieve(leaving, number, pin))
        if isinstance(found, Session):
            detail = {"staff": found.id, "relieved": leaving, "role": found.role.value}
            self.record_event(AuditEvent.STAFF_HANDED_OVER, **detail)
        return found

    def confirm(self, number: str, code: str) -> Session | LoginRejected:
        """Return the session of whoever typed the code that follows card and PIN, or why not."""
        found = self._record_result(lambda: self._confirm(number, code))
        if isinstance(found, Session):
            self.record_event(AuditEvent.STAFF_IN, staff=found.id, role=found.role.value)
        return found

    def _record_result(
        self, work: Callable[[], Session | LoginRejected]
    ) -> Session | LoginRejected:
        try:
            found = work()
        except StoreError as error:  # a try that can't be counted is refused
            return LoginRejected(error.failure)
        if isinstance(found, LoginRejected):
            self.record_event(AuditEvent.STAFF_TURNED_AWAY, failure=found.failure.value)
        return found

    def leave(self, staff: str) -> None:
        """Record that the person with this pseudonym logged out."""
        self.record_event(AuditEvent.STAFF_OUT, staff=staff)

    def _enter(self, number: str, pin: str, *, by_card: bool) -> Session | LoginRejected:
        account = self.find(number)
        if isinstance(account, LoginRejected):
            return account
        if not by_card and not self._session(account).needs_code:
            return LoginRejected(Failure.STAFF_NOT_ALLOWED)
        kept = SecretTries(KEPT_UNDER + account.id, account.pin_hash)
        return self._try(account, kept, lambda: is_right(pin, account.pin_hash))

    def _relieve(self, leaving: str, number: str, pin: str) -> Session | LoginRejected:
        account = self.find(number)
        if isinstance(account, LoginRejected):
            return account
        coming = self._session(account)
        if coming.id == leaving:
            return LoginRejected(Failure.STAFF_SAME)
        if coming.needs_code or not coming.may(Right.UNSENT):
            return LoginRejected(Failure.STAFF_NOT_ALLOWED)
        return self._enter(number, pin, by_card=True)

    def _confirm(self, number: str, code: str) -> Session | LoginRejected:
        account = self.find(number)
        if isinstance(account, LoginRejected):
            return account
        if not account.code_key:
            return LoginRejected(Failure.STAFF_CODE_MISSING)
        kept = SecretTries(CODES_UNDER + account.id, account.code_key, Failure.STAFF_CODE_WRONG)
        return self._try(account, kept, lambda: self._uses_up(account, code))

    def _uses_up(self, account: RosterEntry, code: str) -> bool:
        """Return whether the code is right, and use it up: one that was overseen opens nothing."""
        name = STEP_UNDER + account.id
        kept = read_number(STEP_KIND, self.values.value_of(name), LATEST / SECONDS)
        last = NEVER if kept is None else int(kept)
        theirs = self.now() - timedelta(seconds=self.ahead() or 0)
        step = matching_step(account.code_key, code, theirs, last)
        if step is not None:
            self.values.keep_value(name, str(step))
        return step is not None

    def find(self, number: str) -> RosterEntry | LoginRejected:
        """Return the entry of whose card it is, if that person may log in today, or why not."""
        roster, now = self.roster(), self.now()
        if roster is None:
            return LoginRejected(Failure.STAFF_LIST_MISSING)
        if now < roster.issued_at - CLOCK_TOLERANCE:
            return LoginRejected(Failure.STAFF_CLOCK_WRONG)
        if now > roster.valid_until:
            return LoginRejected(Failure.STAFF_LIST_OLD)
        account = roster.holder(number)
        if account is None:
            return LoginRejected(Failure.STAFF_UNKNOWN)
        if civil_day(now) > account.valid_until:
            return LoginRejected(Failure.STAFF_EXPIRED)
        return account

    def _try(
        self, account: RosterEntry, kept: SecretTries, right: Callable[[], bool]
    ) -> Session | LoginRejected:
        named = name_pin(kept.secret)
        before, now = decode(self.values.value_of(kept.name)), self.now().timestamp()
        if before.is_locked(named, self.rules):
            return LoginRejected(Failure.STAFF_LOCKED)
        if wait := before.wait(named, now, self.rules):
            return LoginRejected(Failure.STAFF_WAIT, wait)
        spent = before.spent(named, now)
        self.values.keep_value(kept.name, encode(spent))  # first: a kill meanwhile costs a try
        if not right():
            return self._wrong(spent, named, now, kept.wrong)
        self.values.keep_value(kept.name, encode(Attempts()))
        return self._session(account)

    def _wrong(self, spent: Attempts, named: str, now: float, wrong: Failure) -> LoginRejected:
        if spent.is_locked(named, self.rules):
            return LoginRejected(Failure.STAFF_LOCKED)
        return LoginRejected(wrong, spent.wait(named, now, self.rules))

    def _session(self, account: RosterEntry) -> Session:
        rights, roster = rights_of(account.role, account.rights), self.roster()
        others = roster is not None and roster.has_another_voucher(account, civil_day(self.now()))
        vouched = self.count_vouched(account.id)
        return Session(account.id, account.role, rights, account.card_hash, others, vouched)

    def count_vouched(self, staff: str) -> int:
        """Return for how many applications that were signed here today this one vouched."""
        day, _, count = self.values.value_of(VOUCHED_UNDER + staff).partition(" ")
        counted = day == civil_day(self.now()).isoformat() and COUNT.fullmatch(count)
        return int(count) if counted else 0

    def record_vouched(self, vouchers: tuple[str, ...]) -> None:
        """Count an application for which these vouched; on a full disk nothing is counted."""
        day = civil_day(self.now()).isoformat()
        for staff in vouchers:
            with suppress(StoreError):
                count = self.count_vouched(staff) + 1
                self.values.keep_value(VOUCHED_UNDER + staff, f"{day} {count}")

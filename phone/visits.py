"""Visits of browsers: in memory alone, each behind the digest of its browser's cookie."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Condition, RLock
from typing import TYPE_CHECKING

from kiosk.pages.page import Page
from kiosk.visit.effects import Submit, Wipe
from kiosk.visit.events.event import Answered, Event
from kiosk.visit.render import draw_page
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.steps.submission.events import Accepted, CaseUnderWay, Pending, Refused
from kiosk.visit.table import Table
from phone.policy import PhonePolicy
from phone.services import PhoneServices, perform

if TYPE_CHECKING:
    from kiosk.crypto.receipt import Receipt

SECONDS_A_MINUTE = 60.0


@dataclass
class PhoneVisit:
    """One visit; `changed` guards it and wakes who waits for a receipt.

    `revision` counts what was pressed: a form of an earlier page changes nothing. `login` is the
    secret that the platform sends back with the browser, "" before it was asked. `submitted` is
    when the application was stored, in seconds of `monotonic`.
    """

    table: Table
    services: PhoneServices
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    visit: Visit
    begun: float
    seen: float
    revision: int = 0
    login: str = field(default="", repr=False)
    submitted: float | None = None
    changed: Condition = field(default_factory=lambda: Condition(RLock()))

    def page(self) -> Page:
        """Return the page of the present state."""
        with self.changed:
            return draw_page(self.visit, self.table)

    def is_over(self) -> bool:
        """Tell whether the person left; what is shown then holds nothing of them."""
        return self.visit.stage is Stage.WIPING

    def handle(self, *events: Event) -> None:
        """Step the table by what was pressed or answered, and by what follows from it."""
        with self.changed:
            waiting = deque(Answered(one) for one in events)
            while waiting:
                waiting.extend(self._step(waiting.popleft()))
            self.revision += 1
            self.changed.notify_all()

    def _step(self, event: Answered) -> list[Answered]:
        self.visit, effects = self.table.step(self.visit, event, self.now())
        told: list[Event] = []
        for effect in effects:
            if isinstance(effect, Submit):
                self.submitted = self.monotonic()
            if not isinstance(effect, Wipe):  # the page of leaving is the last one
                perform(effect, self.services, told.append)
        return [Answered(one, self.visit.id, self.visit.request) for one in told]

    def await_receipt(self, seconds: float) -> None:
        """Wait at most `seconds` for what the central service says of the application."""
        with self.changed:
            self.changed.wait_for(lambda: self.visit.stage is not Stage.SUBMITTING, seconds)

    def note_waiting(self, longest: float) -> None:
        """Go on to the page of what is stored, `longest` seconds after it was."""
        with self.changed:
            waits = self.visit.stage is Stage.SUBMITTING and self.submitted is not None
            if waits and self.monotonic() - (self.submitted or 0.0) >= longest:
                self.handle(Pending())


@dataclass
class PhoneVisits:
    """All visits; thread-safe. `new_id` draws the ids of a visit and of its application.

    `services` makes what one visit needs.
    """

    table: Table
    services: Callable[[], PhoneServices]
    policy: PhonePolicy
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    new_id: Callable[[], str]
    _visits: dict[str, PhoneVisit] = field(default_factory=dict, repr=False)
    _lock: RLock = field(default_factory=RLock, repr=False)

    def find(self, cookie: str) -> PhoneVisit | None:
        """Return the visit of a browser; None when it has none, or was away for too long."""
        with self._lock:
            self._forget_old()
            found = self._visits.get(_name(cookie)) if cookie else None
            if found is not None:
                found.seen = self.monotonic()
            return found

    def begin(self, cookie: str) -> PhoneVisit | None:
        """Begin a visit for a browser; None while there are too many."""
        with self._lock:
            self._forget_old()
            if len(self._visits) >= self.policy.most_visits:
                return None
            at = self.monotonic()
            visit = Visit(self.new_id(), self.new_id())
            began = self._visits[_name(cookie)] = PhoneVisit(
                self.table,
                self.services(),
                self.now,
                self.monotonic,
                visit,
                at,
                at,
            )
            return began

    def end(self, cookie: str) -> None:
        """Forget the visit of a browser."""
        with self._lock:
            self._visits.pop(_name(cookie), None)

    def receive(self, receipt: Receipt) -> None:
        """Take a receipt of what was filed here; any thread."""
        with self._of_application(receipt.id) as found:
            if found is not None:
                found.handle(Accepted(receipt))

    def refused(self, application_id: str, open_case: str = "") -> None:
        """Take a refusal; `open_case` is the person's other case when that is why. Any thread."""
        with self._of_application(application_id) as found:
            if found is not None:
                found.handle(CaseUnderWay(open_case) if open_case else Refused())

    @contextmanager
    def _of_application(self, application_id: str) -> Iterator[PhoneVisit | None]:
        with self._lock:
            every = list(self._visits.values())
        wanted = (one for one in every if one.visit.application_id == application_id)
        yield next(wanted, None)

    def _forget_old(self) -> None:
        at = self.monotonic()
        idle = at - self.policy.idle_minutes * SECONDS_A_MINUTE
        longest = at - self.policy.longest_minutes * SECONDS_A_MINUTE
        old = [name for name, one in self._visits.items() if one.seen < idle or one.begun < longest]
        for name in old:
            del self._visits[name]


def _name(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()

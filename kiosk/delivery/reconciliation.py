"""Daily comparison with the central service, whether it has all that it signed for.

A loss is detected, not assumed away: sequence numbers have no gaps, so what one side lacks has a
number. The newest WINDOW numbers are compared; a day has a few dozen. What the service has lost and
this terminal still keeps waits again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.envelope import canonical, object_of
from kiosk.interval import has_passed
from kiosk.ports import JSON, Central, CentralAnswer
from kiosk.storage.store import Numbered, OutboxState, Store
from kiosk.storage.terminal_notes import read_number
from kiosk.units import SECONDS_AN_HOUR

PATH = "/v1/reconciliation"
WINDOW = 1500  # of the longest entries, those of papers: still below 320 KiB
NOTE = "reconciled_at"


@dataclass(frozen=True)
class SequenceComparison:
    """The sequence numbers on which the two sides do not agree.

    `missing`: signed for, and not there. `different`: something else is there. `unexpected`: there,
    and never sent by this database. `highest`: of all numbers that this terminal ever sent, 0 when
    the service does not tell.
    """

    first: int
    last: int
    missing: tuple[int, ...] = ()
    different: tuple[int, ...] = ()
    unexpected: tuple[int, ...] = ()
    highest: int = 0

    @property
    def agrees(self) -> bool:
        """Return whether nothing is lost, changed or foreign."""
        return not (self.missing or self.different or self.unexpected)


@dataclass
class Reconciliation:
    """Comparison after each start, and again every `hours`; one thread, `now` is in seconds.

    After each start, since the database may have been exchanged meanwhile.
    """

    store: Store
    central: Central
    terminal: str
    hours: float
    now: Callable[[], float]
    at: Callable[[], datetime]
    _is_first: bool = field(default=True, init=False)

    def compare_when_due(self) -> SequenceComparison | None:
        """Return what was found; None when it is not due or there was no answer.

        A clock that was set back makes it due: too often is better than never. Raises StoreError.
        """
        last = read_number(NOTE, self.store.value_of(NOTE))
        is_due = has_passed(last, self.now(), self.hours * SECONDS_AN_HOUR)
        if not self._is_first and not is_due:
            return None
        found = self._compare()
        if found is not None:
            self._is_first = False
            self._note(found, self.store.send_again(found.missing))
        return found

    def _compare(self) -> SequenceComparison | None:
        last = self.store.last_sequence()
        first = max(1, last - WINDOW + 1)
        entries = self.store.entries_between(first, last)
        headers = {"Content-Type": JSON}
        answer = self.central.call("POST", PATH, _body(first, last, entries), headers)
        return _understand(answer, first, last, entries)

    def _note(self, found: SequenceComparison, again: int) -> None:
        self.store.keep_value(NOTE, repr(self.now()))
        counts = {
            "first": found.first,
            "last": found.last,
            "missing": len(found.missing),
            "different": len(found.different),
            "unexpected": len(found.unexpected),
        }
        counts |= {"again": again} if again else {}
        detail = {name: str(count) for name, count in counts.items()}
        at = self.at().isoformat(timespec="seconds")
        self.store.record_event(AuditEvent.RECONCILED, self.terminal, at, **detail)


def _body(first: int, last: int, entries: tuple[Numbered, ...]) -> bytes:
    """Return the request: what was signed for, since what waits or was refused may be absent."""
    told = [
        {"sequence": one.sequence, "path": one.path, "digest": one.digest}
        for one in entries
        if one.state is OutboxState.DELIVERED
    ]
    # An empty database asks, too: it may be one that was lost.
    return canonical({"from": first, "to": max(first, last), "entries": told})


def _understand(
    answer: CentralAnswer, first: int, last: int, entries: tuple[Numbered, ...]
) -> SequenceComparison | None:
    if answer.status != HTTPStatus.OK or answer.media_type != JSON:
        return None
    document = object_of(answer.body) or {}
    lists = [_numbers(document.get(name)) for name in ("missing", "different", "unexpected")]
    if None in lists:
        return None
    missing, different, unexpected = (found or () for found in lists)
    known = {one.sequence for one in entries}
    return SequenceComparison(
        first,
        last,
        missing,
        different,
        tuple(n for n in unexpected if n not in known),  # a receipt was lost on its way
        _number(document.get("highest")),
    )


def _number(found: Any) -> int:
    return found if type(found) is int and found > 0 else 0


def _numbers(found: Any) -> tuple[int, ...] | None:
    whole = isinstance(found, list) and all(type(n) is int for n in found)
    return tuple(found) if whole else None

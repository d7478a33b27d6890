"""The state machine of a device: its conditions, and what is done next, as a pure table.

absent -> opening -> self-test -> ready <-> busy -> fault. Sources: cards.md §1.8 (heartbeat),
cards.md §5 (back-off), devices.md §8: connected means that the device answered, not that a port
is open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import inf
from types import MappingProxyType

from kiosk.failures import Failure

MISSES_BEFORE_GONE = 3


class DeviceCondition(StrEnum):
    """The conditions of a device."""

    ABSENT = "absent"  # nothing lies under its name
    OPENING = "opening"
    SELF_TEST = "self_test"  # open, and has not answered yet
    READY = "ready"
    BUSY = "busy"  # somebody uses it
    FAULT = "fault"  # it went, fell silent, or can't be used


class DeviceEventKind(StrEnum):
    """The kinds of events of a device."""

    DUE = "due"  # the instant that `Life.due` names has come
    APPEARED = "appeared"  # something lies under its name again
    NOT_THERE = "not_there"  # nothing lies there
    VANISHED = "vanished"  # pulled: the name or the open port is gone
    WANTED = "wanted"  # somebody asks for it
    OPENED = "opened"
    ANSWERED = "answered"
    SILENT = "silent"
    REFUSED = "refused"  # could not be opened, or answered that it can't be used
    DONE = "done"  # what it was wanted for is over
    BROKE = "broke"  # what it was wanted for ended with its failure


@dataclass(frozen=True)
class LifeEvent:
    """One event of a device; `failure` is the one to report of a bad event."""

    kind: DeviceEventKind
    failure: Failure | None = None


class Effect(StrEnum):
    """The calls that the owner of the handle must make now; OPEN and CHECK answer with an event."""

    OPEN = "open"
    CHECK = "check"
    CLOSE = "close"


@dataclass(frozen=True)
class SupervisionPace:
    """The pace of supervision, in seconds.

    `look`: between two looks at the name. `heartbeat`: between two checks of a ready device.
    `after_miss`: from a silence to the next check. `first_pause` is doubled after each vain
    opening, up to `longest_pause`. `hang`: a device call that takes longer counts as hanging.
    """

    look: float = 0.4
    heartbeat: float = 10.0
    after_miss: float = 1.0
    first_pause: float = 0.5
    longest_pause: float = 10.0
    hang: float = 10.0


@dataclass(frozen=True)
class Counters:
    """Counts since the start: `missed` counts silences, `faults` how often the device was lost."""

    opened: int = 0
    answered: int = 0
    missed: int = 0
    faults: int = 0
    last_failure: Failure | None = None


@dataclass(frozen=True)
class Life:
    """The state of one device; `since` and `due` are instants of the monotonic clock, in seconds.

    `failure` is what keeps it from being used, None while it is ready or busy. `misses` counts
    silences in a row, `vain` openings in a row that did not lead to an answer.
    """

    condition: DeviceCondition = DeviceCondition.ABSENT
    since: float = 0.0
    due: float = -inf
    misses: int = 0
    vain: int = 0
    failure: Failure | None = None
    counters: Counters = field(default=Counters())

    @property
    def is_usable(self) -> bool:
        """Tell whether the device has answered and nothing was wrong since."""
        return self.condition in (DeviceCondition.READY, DeviceCondition.BUSY)


@dataclass(frozen=True)
class Moment:
    """The circumstances of an event: its instant, the pace, and a random number from 0 up to 1."""

    now: float
    jitter: float = 0.0
    pace: SupervisionPace = SupervisionPace()


Change = Callable[[Life, LifeEvent, Moment], Life]


@dataclass(frozen=True)
class LifeTransition:
    """One row of the table: the next condition, the change of the counts, and the effects."""

    to: DeviceCondition
    change: Change
    effects: tuple[Effect, ...] = ()


def pause(vain: int, moment: Moment) -> float:
    """Return the seconds to wait after `vain` vain openings; up to a half less by jitter.

    A power cut brings every reader of a village back in the same second.
    """
    pace = moment.pace
    grown = pace.first_pause * 2.0 ** min(vain, 16)
    return min(grown, pace.longest_pause) * (1 - moment.jitter / 2)


def _try(life: Life, _event: LifeEvent, _moment: Moment) -> Life:
    return replace(life, due=inf, misses=0)


def _try_afresh(life: Life, event: LifeEvent, moment: Moment) -> Life:
    return replace(_try(life, event, moment), vain=0)


def _opened(life: Life, _event: LifeEvent, _moment: Moment) -> Life:
    counters = replace(life.counters, opened=life.counters.opened + 1)
    return replace(life, counters=counters)


def _asked(life: Life, _event: LifeEvent, _moment: Moment) -> Life:
    return replace(life, due=inf)


def _answered(life: Life, _event: LifeEvent, moment: Moment) -> Life:
    counters = replace(life.counters, answered=life.counters.answered + 1)
    due = moment.now + moment.pace.heartbeat
    return replace(life, due=due, misses=0, vain=0, failure=None, counters=counters)


def _missed(life: Life, event: LifeEvent, moment: Moment) -> Life:
    counters = replace(life.counters, missed=life.counters.missed + 1, last_failure=event.failure)
    due = moment.now + moment.pace.after_miss
    return replace(life, due=due, misses=life.misses + 1, counters=counters)


def _taken(life: Life, _event: LifeEvent, _moment: Moment) -> Life:
    return replace(life, due=inf)


def _failed(life: Life, event: LifeEvent, moment: Moment) -> Life:
    faults = life.counters.faults + 1
    counters = replace(life.counters, faults=faults, last_failure=event.failure)
    due = moment.now + pause(life.vain, moment)
    return replace(
        life, due=due, vain=life.vain + 1, misses=0, failure=event.failure, counters=counters
    )


def _silent_for_good(life: Life, event: LifeEvent, moment: Moment) -> Life:
    return _failed(_missed(life, event, moment), event, moment)


def _not_there(life: Life, event: LifeEvent, moment: Moment) -> Life:
    counters = replace(life.counters, last_failure=event.failure)
    due = moment.now + pause(life.vain, moment)
    return replace(life, due=due, vain=life.vain + 1, failure=event.failure, counters=counters)


def _went(life: Life, event: LifeEvent, _moment: Moment) -> Life:
    return replace(life, failure=event.failure)


_C, _K, _E = DeviceCondition, DeviceEventKind, Effect
_TRY = LifeTransition(_C.OPENING, _try, (_E.OPEN,))
_FAIL = LifeTransition(_C.FAULT, _failed, (_E.CLOSE,))
_GONE = LifeTransition(_C.FAULT, _silent_for_good, (_E.CLOSE,))

ROWS: Mapping[tuple[DeviceCondition, DeviceEventKind], LifeTransition] = MappingProxyType(
    {
        (_C.ABSENT, _K.DUE): _TRY,
        (_C.ABSENT, _K.WANTED): _TRY,
        (_C.ABSENT, _K.APPEARED): replace(_TRY, change=_try_afresh),
        (_C.OPENING, _K.OPENED): LifeTransition(_C.SELF_TEST, _opened, (_E.CHECK,)),
        (_C.OPENING, _K.NOT_THERE): LifeTransition(_C.ABSENT, _not_there),
        (_C.OPENING, _K.REFUSED): _FAIL,
        (_C.OPENING, _K.VANISHED): _FAIL,
        (_C.SELF_TEST, _K.ANSWERED): LifeTransition(_C.READY, _answered),
        (_C.SELF_TEST, _K.SILENT): LifeTransition(_C.SELF_TEST, _missed),
        (_C.SELF_TEST, _K.DUE): LifeTransition(_C.SELF_TEST, _asked, (_E.CHECK,)),
        (_C.SELF_TEST, _K.REFUSED): _FAIL,
        (_C.SELF_TEST, _K.VANISHED): _FAIL,
        (_C.READY, _K.DUE): LifeTransition(_C.READY, _asked, (_E.CHECK,)),
        (_C.READY, _K.ANSWERED): LifeTransition(_C.READY, _answered),
        (_C.READY, _K.SILENT): LifeTransition(_C.READY, _missed),
        (_C.READY, _K.REFUSED): _FAIL,
        (_C.READY, _K.VANISHED): _FAIL,
        (_C.READY, _K.WANTED): LifeTransition(_C.BUSY, _taken),
        (_C.BUSY, _K.DONE): LifeTransition(_C.READY, _answered),
        (_C.BUSY, _K.BROKE): _FAIL,
        (_C.BUSY, _K.VANISHED): _FAIL,
        (_C.FAULT, _K.DUE): _TRY,
        (_C.FAULT, _K.WANTED): _TRY,
        (_C.FAULT, _K.APPEARED): replace(_TRY, change=_try_afresh),
        (_C.FAULT, _K.NOT_THERE): LifeTransition(_C.ABSENT, _went),
    }
)
"""An event that a condition does not name changes nothing."""


def step(life: Life, event: LifeEvent, moment: Moment) -> tuple[Life, tuple[Effect, ...]]:
    """Return the life after an event, and the effects in order.

    An event that the condition does not name changes nothing.
    """
    row = ROWS.get((life.condition, event.kind))
    if row is None:
        return life, ()
    if event.kind is DeviceEventKind.SILENT and life.misses + 1 >= MISSES_BEFORE_GONE:
        row = _GONE
    changed = row.change(life, event, moment)
    if row.to is not life.condition:
        changed = replace(changed, condition=row.to, since=moment.now)
    return changed, row.effects

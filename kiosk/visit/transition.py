"""Transitions of a visit, and the steps that hold them.

A transition is keyed by the type of an event, or by what was pressed. Its guard and its action take
that very event, so a misspelt event or one of the wrong kind does not type-check.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, overload

from kiosk.pages.page import Page
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.effects import Effect
from kiosk.visit.events.event import Event
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.press_codec import Recorded
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit

Ev = TypeVar("Ev", bound=Event)
Guard = Callable[[Visit, Ev, Context], bool]
Action = Callable[[Visit, Ev, Context], Visit]
Effects = tuple[Effect, ...]
DrawPage = Callable[[Visit, ReferenceData], Page]


@dataclass(frozen=True)
class Change(Generic[Ev]):
    """A transition that fired: the visit before it and after its action, and the event."""

    before: Visit
    after: Visit
    event: Ev
    context: Context


EffectsOf = Callable[[Change[Ev]], Effects]


def always(_visit: Visit, _event: Event, _context: Context) -> bool:
    """Return true: the guard of a transition without a condition."""
    return True


def keep(visit: Visit, _event: Event, _context: Context) -> Visit:
    """Return the visit unchanged: the action of a transition that only moves or has effects."""
    return visit


def no_effects(_change: Change[Any]) -> Effects:
    """Return no effects."""
    return ()


@dataclass(frozen=True, init=False)
class Transition:
    """One transition of a stage, whatever its event; made by `On`.

    It has no type parameter: a list of `On[Any]` would let mypy take any guard and any action.
    """

    event: type[Event] | Press
    to: Stage | None
    when: Guard[Any]
    do: Action[Any]
    outcome: Guard[Any]
    again: bool
    effects: EffectsOf[Any]


@dataclass(frozen=True, init=False)
class On(Transition, Generic[Ev]):
    """One transition of a stage.

    `event` is the type of an event, or what was pressed. `to` is the next stage; None stays. `when`
    sees the visit before, `outcome` the visit that `do` returned; both must hold. `again` enters
    the present stage anew: pending requests are cancelled and `Step.enter` runs. `effects` are
    performed besides those of the stage that is entered.
    """

    event: type[Ev] | Press
    to: Stage | None
    when: Guard[Ev]
    do: Action[Ev]
    outcome: Guard[Ev]
    again: bool
    effects: EffectsOf[Ev]

    @overload
    def __init__(
        self: On[Pressed],
        event: Press,
        *,
        to: Stage | None = None,
        when: Guard[Pressed] = always,
        do: Action[Pressed] = keep,
        outcome: Guard[Pressed] = always,
        again: bool = False,
        effects: EffectsOf[Pressed] = no_effects,
    ) -> None: ...

    @overload
    def __init__(
        self,
        event: type[Ev],
        *,
        to: Stage | None = None,
        when: Guard[Ev] = always,
        do: Action[Ev] = keep,
        outcome: Guard[Ev] = always,
        again: bool = False,
        effects: EffectsOf[Ev] = no_effects,
    ) -> None: ...

    def __init__(
        self,
        event: Any,
        *,
        to: Stage | None = None,
        when: Any = always,
        do: Any = keep,
        outcome: Any = always,
        again: bool = False,
        effects: Any = no_effects,
    ) -> None:
        """Keep the parts; a frozen dataclass with overloads has to do it by hand."""
        for name, value in (
            ("event", event),
            ("to", to),
            ("when", when),
            ("do", do),
            ("outcome", outcome),
            ("again", again),
            ("effects", effects),
        ):
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Step:
    """One stage as one value: its page, its transitions, and its effects.

    `enter` and `leave` give the effects of entering and leaving the stage by any transition.
    `holds_person`: the visit holds data of a person, so leaving is confirmed first. `needs_proof`:
    the stage is reachable only with a proof of identity. `may_end`: the visit can be left, and
    times out. `may_undo`: what was done can be undone, so the dock offers the way back and out;
    `back_from_first_part`: also from the first part of the stage's list. `shows_leave`: the dock
    shows the way out. `recorded` says what the journal keeps of presses whose value is not hidden,
    or not kept as it is.
    """

    stage: Stage
    page: DrawPage
    transitions: tuple[Transition, ...]
    enter: EffectsOf[Any] = no_effects
    leave: EffectsOf[Any] = no_effects
    holds_person: bool = True
    needs_proof: bool = False
    may_end: bool = True
    may_undo: bool = True
    shows_leave: bool = True
    back_from_first_part: bool = True
    recorded: Recorded = field(default_factory=dict)


def ask(*effects: Effect) -> EffectsOf[Any]:
    """Return a function that asks for these effects whatever happened."""
    return lambda _change: effects

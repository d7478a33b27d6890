"""The transition table of a visit, assembled from its steps.

For a stage and an event the first transition whose guards hold is taken. An event that a stage does
not know is ignored. A device's answer to another visit or an earlier request is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.effects import Cancel
from kiosk.visit.events.event import Answered, Event
from kiosk.visit.events.idling import IdleWarning
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.everywhere import EVERYWHERE, LEAVING
from kiosk.visit.records.filing import TextEntry
from kiosk.visit.records.identity import ProofState
from kiosk.visit.records.staff import StaffState
from kiosk.visit.records.terminal import DisplayState
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.devices import without_stale_picture
from kiosk.visit.step_parts.draft import keep_filled_in
from kiosk.visit.step_parts.navigation import cover_with
from kiosk.visit.step_parts.prefill import fill_in
from kiosk.visit.transition import Change, DrawPage, Effects, On, Step, Transition

Key = type[Event] | Press
KEEP_LEAF = frozenset({Press.TURN, Press.REPEAT, Press.LOUDER, Press.SLOWER, Press.CONTRAST})


def key_of(event: Event) -> Key:
    """Return the key of transitions for `event`: what was pressed, or the event's type."""
    return event.act if isinstance(event, Pressed) else type(event)


@dataclass(frozen=True)
class Table:
    """All steps together with the reference data that their guards and actions consult.

    `event_types` are the types of all events that some step takes, by their names in a journal.
    """

    book: ReferenceData
    steps: Mapping[Stage, Step]
    overlays: Mapping[Overlay, DrawPage]
    event_types: Mapping[str, type[Event]] = field(init=False, repr=False)
    _found: Mapping[tuple[Stage, Key], tuple[Transition, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Index the transitions by stage and key; those common to all stages come last."""
        found: dict[tuple[Stage, Key], list[Transition]] = {}
        for step in self.steps.values():
            for one in (*step.transitions, *common_transitions(step)):
                found.setdefault((step.stage, one.event), []).append(one)
        sorted_out = {key: tuple(ones) for key, ones in found.items()}
        object.__setattr__(self, "_found", sorted_out)
        types = (key for _, key in found if not isinstance(key, Press))
        object.__setattr__(self, "event_types", {one.__name__: one for one in types})

    def transitions(self, stage: Stage, key: Key) -> tuple[Transition, ...]:
        """Return the transitions for an event at a stage, in the order in which they are tried."""
        return self._found.get((stage, key), ())

    def step(self, visit: Visit, answered: Answered, moment: datetime) -> tuple[Visit, Effects]:
        """Return the visit after an event and the effects to perform; a pure function.

        `moment` is when the event came, with its time zone.
        """
        if is_late(visit, answered):
            return visit, ()
        event = answered.what
        context, visit = Context(self.book, moment), first_leaf(visit, event)
        for one in self.transitions(visit.stage, key_of(event)):
            if one.when(visit, event, context):
                change = self._decide(one, visit, event, context)
                if one.outcome(change.after, event, context):
                    return self._fire(one, change)
        return visit, ()

    def _decide(self, one: Transition, visit: Visit, event: Event, context: Context) -> Change[Any]:
        """Return the visit as the transition's action changes it, before a stage is entered."""
        leaves = one.to is not None and one.to is not visit.stage
        # Put away before the action, so that a failure which the action sets is shown at the next
        # stage.
        decided = one.do(put_away(visit) if leaves else visit, event, context)
        decided = decided if leaves else without_stale_picture(decided)
        return Change(visit, decided, event, context)

    def _fire(self, one: Transition, change: Change[Any]) -> tuple[Visit, Effects]:
        """Return the visit in the stage that the transition enters, and all effects in order.

        A new request number makes answers to what the stage before had asked for late (`is_late`).
        """
        stage = one.to or change.before.stage
        leaves = stage is not change.before.stage
        if not leaves and not one.again:
            return change.after, (*one.effects(change), *keep_filled_in(change))
        left = self.steps[change.before.stage].leave(change) if leaves else ()
        arrived = arrive(stage, change.after) if leaves else change.after
        arrived = fill_in(arrived, self.book) if leaves and stage is Stage.FORM else arrived
        arrived = replace(arrived, request=change.before.request + 1)
        kept = keep_filled_in(replace(change, after=arrived))
        entered = self.steps[stage].enter(replace(change, after=arrived))
        # Cancel comes first, or it would cancel what this transition and the next stage ask for.
        return arrived, (Cancel(), *one.effects(change), *left, *kept, *entered)


def is_late(visit: Visit, event: Answered) -> bool:
    """Return whether a device answers another visit or an earlier request of this one."""
    if event.visit and event.visit != visit.id:
        return True
    return bool(event.request) and event.request != visit.request


def common_transitions(step: Step) -> Iterable[Transition]:
    """Yield the transitions that every stage gets: leaving, time-out, view, help."""
    if step.may_end:
        yield from LEAVING
        if not step.holds_person:
            yield On(Press.QUIT, to=Stage.WIPING)
    if step.holds_person:
        yield On(Press.QUIT, do=cover_with(Overlay.QUIT))
    for one in EVERYWHERE:
        if step.may_end or one.event is not IdleWarning:
            yield one


def first_leaf(visit: Visit, event: Event) -> Visit:
    """Return the visit showing the first answers again, unless only the view changes."""
    stays = not isinstance(event, Pressed) or event.act in KEEP_LEAF
    return visit if stays else replace(visit, display=replace(visit.display, leaf=0))


def put_away(visit: Visit) -> Visit:
    """Return the visit without messages and overlays of a stage that is being left."""
    return replace(
        visit,
        overlay=Overlay.NONE,
        failure=None,
        proof=replace(visit.proof, hint=None),
        staff=replace(visit.staff, wait=0, taken_over=False),
    )


def arrive(stage: Stage, visit: Visit) -> Visit:
    """Return the visit at the beginning of `stage`; wiping starts without the person's data."""
    if stage is Stage.WIPING:
        visit = Visit(
            visit.id,
            visit.application_id,
            request=visit.request,
            display=DisplayState(view=visit.display.view),
            staff=StaffState(session=visit.staff.session),
            proof=ProofState(ss_card_in=visit.proof.ss_card_in or visit.proof.ss_card.holder_fits),
        )
    # Whoever chose to write by letters keeps that choice for the whole visit.
    entry = TextEntry(by_letters=visit.entry.by_letters)
    return replace(
        visit,
        stage=stage,
        entry=entry,
        display=replace(visit.display, part=0),
        papers=replace(visit.papers, picture=None),
        identity=replace(visit.identity, doubted=None),
    )

"""A device's life keeps its promises: searched, walked at random, and each row by name."""

from __future__ import annotations

from itertools import product
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.supervision.life import (
    MISSES_BEFORE_GONE,
    ROWS,
    DeviceCondition,
    DeviceEventKind,
    Effect,
    Life,
    LifeEvent,
    Moment,
    SupervisionPace,
    pause,
    step,
)
from kiosk.failures import Failure

LOST = Failure.READER_LOST
C, K = DeviceCondition, DeviceEventKind
EVENTS = st.builds(
    LifeEvent, st.sampled_from(DeviceEventKind), st.sampled_from([LOST, Failure.READER_BUSY, None])
)
STORY = st.lists(st.tuples(EVENTS, st.floats(0, 30), st.floats(0, 1, exclude_max=True)))


def live(
    *kinds: DeviceEventKind, life: Life | None = None, now: float = 0.0
) -> tuple[Life, list[Effect]]:
    """The life after these events, a second apart, and all effects."""
    life, done = life or Life(), []
    for kind in kinds:
        life, effects = step(life, LifeEvent(kind, LOST), Moment(now))
        done += effects
        now += 1.0
    return life, done


READY = (K.DUE, K.OPENED, K.ANSWERED)
WAYS = {
    C.ABSENT: (),
    C.OPENING: (K.DUE,),
    C.SELF_TEST: (K.DUE, K.OPENED),
    C.READY: READY,
    C.BUSY: (*READY, K.WANTED),
    C.FAULT: (K.DUE, K.REFUSED),
}


@pytest.mark.parametrize("condition", DeviceCondition)
def test_every_condition_is_reached(condition):
    life, _ = live(*WAYS[condition])
    assert life.condition is condition


@pytest.mark.parametrize(("condition", "kind"), list(product(DeviceCondition, DeviceEventKind)))
def test_what_a_condition_does_not_know_changes_nothing(condition, kind):
    life, _ = live(*WAYS[condition])
    after, effects = step(life, LifeEvent(kind, LOST), Moment(99.0))
    if (condition, kind) not in ROWS:
        assert (after, effects) == (life, ())
    else:
        assert (after, effects) != (life, ())


def test_from_everywhere_there_is_a_way_back_to_ready():
    ways = {
        condition: {row.to for (at, _), row in ROWS.items() if at is condition} for condition in C
    }
    for condition in C:
        seen, todo = set(), [condition]
        while todo:
            at = todo.pop()
            if at not in seen:
                seen.add(at)
                todo += ways[at]
        assert C.READY in seen


def test_ready_only_after_an_answer():
    before = {
        (at, kind) for (at, kind), row in ROWS.items() if row.to is C.READY and at is not C.READY
    }
    assert before == {(C.SELF_TEST, K.ANSWERED), (C.BUSY, K.DONE)}
    assert {at for (at, _), row in ROWS.items() if row.to is C.BUSY} == {C.READY}


def test_the_straight_way():
    life, effects = live(*READY, K.DUE, K.ANSWERED, K.WANTED, K.DONE)
    assert effects == [Effect.OPEN, Effect.CHECK, Effect.CHECK]
    assert life.condition is C.READY
    assert (life.counters.opened, life.counters.answered, life.counters.faults) == (1, 3, 0)
    assert life.failure is None


@pytest.mark.parametrize("began", [C.SELF_TEST, C.READY])
def test_three_misses_before_it_is_gone(began):
    life, effects = live(*WAYS[began]), []
    life = life[0]
    for miss in range(1, MISSES_BEFORE_GONE):
        life, effects = step(life, LifeEvent(K.SILENT, LOST), Moment(10.0))
        assert (life.condition, life.misses, effects) == (began, miss, ())
        assert life.due == 11.0  # sooner than the next heartbeat
    life, effects = step(life, LifeEvent(K.SILENT, LOST), Moment(10.0))
    assert (life.condition, life.misses) == (C.FAULT, 0)
    assert effects == (Effect.CLOSE,)
    assert (life.counters.missed, life.counters.faults) == (3, 1)
    assert life.counters.last_failure is LOST


def test_an_answer_between_begins_the_misses_anew():
    silent = LifeEvent(K.SILENT, LOST)
    life, _ = live(*READY)
    for _ in range(5):
        life, _ = step(life, silent, Moment(1.0))
        life, _ = step(life, silent, Moment(2.0))
        life, _ = step(life, LifeEvent(K.ANSWERED), Moment(3.0))
        assert life.condition is C.READY
        assert life.due == 3.0 + SupervisionPace().heartbeat


def test_a_pulled_cable_needs_no_misses():
    for condition in (C.OPENING, C.SELF_TEST, C.READY, C.BUSY):
        life, _ = live(*WAYS[condition])
        after, effects = step(life, LifeEvent(K.VANISHED, LOST), Moment(7.0))
        assert after.condition is C.FAULT
        assert after.failure is LOST
        assert after.since == 7.0
        assert effects == (Effect.CLOSE,)


def test_pauses_double_up_to_the_longest():
    pauses = [pause(vain, Moment(0.0)) for vain in range(8)]
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0]
    assert pause(10_000, Moment(0.0)) == 10.0


@given(st.integers(0, 1000), st.floats(0, 1, exclude_max=True))
def test_jitter_takes_at_most_half(vain, jitter):
    whole = pause(vain, Moment(0.0))
    assert whole / 2 <= pause(vain, Moment(0.0, jitter)) <= whole


def test_openings_in_vain_wait_longer_and_longer_until_something_appears():
    life, waits = Life(), []
    for _ in range(7):
        life, _ = live(K.DUE, K.REFUSED, life=life)
        waits.append(life.due - 1.0)
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    life, effects = live(K.APPEARED, life=life)
    assert (life.condition, effects) == (C.OPENING, [Effect.OPEN])
    life, _ = live(K.REFUSED, life=life)
    assert life.due == 0.5


def test_nothing_there_is_no_fault():
    life, _ = live(K.DUE, K.NOT_THERE)
    assert (life.condition, life.failure, life.counters.faults) == (C.ABSENT, LOST, 0)
    life, _ = live(*READY, K.VANISHED, K.NOT_THERE)
    assert (life.condition, life.counters.faults) == (C.ABSENT, 1)


@given(STORY)
def test_any_story(story):
    """Whatever happens: no heartbeat while it is used, usable only unharmed, never stuck."""
    life, now = Life(), 0.0
    for event, later, jitter in story:
        now += later
        before = life
        life, effects = step(life, event, Moment(now, jitter))
        if before.condition is C.BUSY:
            assert Effect.CHECK not in effects
        if life.condition is C.READY and before.condition not in (C.READY, C.BUSY):
            assert event.kind is K.ANSWERED
        if life.is_usable:
            assert life.failure is None
        assert life.misses < MISSES_BEFORE_GONE
        told, old = life.counters, before.counters
        assert told.opened >= old.opened
        assert told.answered >= old.answered
        assert told.missed - old.missed == (event.kind is K.SILENT and life != before)
        assert told.faults - old.faults == (
            life.condition is C.FAULT and before != life and before.condition is not C.FAULT
        )
        if life.condition in (C.ABSENT, C.FAULT):
            assert life.due < inf  # nobody else will try it again
        if life.due == inf and life != before:
            assert effects or life.condition is C.BUSY or before.due == inf

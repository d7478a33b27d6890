"""When is a touch a press? Tremor, slow fingers, palms, second fingers, double presses."""

from __future__ import annotations

from math import cos, pi, sin

from hypothesis import given
from hypothesis import strategies as st

from kiosk.visit.page import Act
from screens.box import Box
from screens.scene import Target
from screens.touch import DOUBLE_SECONDS, PALM_MM, ROLL_MM, PressModel

SCALE = 4.0
YES = Target(Act.NEXT, "", Box(100, 100, 200, 100))
NO = Target(Act.BACK, "", Box(320, 100, 200, 100))
TARGETS = (YES, NO)


def find(x: float, y: float) -> Target | None:
    return next((target for target in TARGETS if target.box.contains(x, y)), None)


def model() -> PressModel:
    return PressModel(SCALE)


inside = st.tuples(st.floats(100, 299), st.floats(100, 199))
seconds = st.floats(0.05, 600)
roll = st.tuples(st.floats(0, ROLL_MM * SCALE - 0.01), st.floats(0, 2 * pi))


@given(place=inside, length=seconds)
def test_a_press_of_any_length_answers_at_once_and_acts_on_release(
    place: tuple[float, float], length: float
) -> None:
    press = model()
    assert press.press(1, *place, 5.0, find)
    assert press.shown == YES
    assert press.release(1, *place, 5.0 + length) == YES
    assert press.shown is None


@given(place=inside, rolled=roll, length=seconds)
def test_a_finger_may_roll_eight_millimetres_even_over_the_edge(
    place: tuple[float, float], rolled: tuple[float, float], length: float
) -> None:
    press = model()
    press.press(1, *place, 0.0, find)
    far, angle = rolled
    x, y = place[0] + far * cos(angle), place[1] + far * sin(angle)
    press.move(1, x, y)
    assert press.shown == YES
    assert press.release(1, x, y, length) == YES


@given(place=inside)
def test_sliding_far_away_takes_the_press_back_and_coming_back_renews_it(
    place: tuple[float, float],
) -> None:
    press = model()
    press.press(1, *place, 0.0, find)
    press.move(1, 900.0, 900.0)
    assert press.shown is None
    press.move(1, *place)
    assert press.shown == YES
    press.move(1, 900.0, 900.0)
    assert press.release(1, 900.0, 900.0, 1.0) is None


@given(first=inside, second=inside, pause=st.floats(0, DOUBLE_SECONDS - 0.01))
def test_a_double_press_in_one_place_is_one_press(
    first: tuple[float, float], second: tuple[float, float], pause: float
) -> None:
    press = model()
    near = (first[0] + (second[0] - first[0]) / 4, first[1] + (second[1] - first[1]) / 4)
    press.press(1, *first, 0.0, find)
    assert press.release(1, *first, 0.1) == YES
    assert not press.press(2, *near, 0.1 + pause, find)
    assert press.release(2, *near, 0.2 + pause) is None


def test_a_double_press_means_nothing_on_the_next_page() -> None:
    press = model()
    press.press(1, 150, 150, 0.0, find)
    press.release(1, 150, 150, 0.1)
    press.forget()
    assert not press.press(2, 150, 150, 0.25, find)
    assert press.press(3, 150, 150, 0.1 + DOUBLE_SECONDS + 0.01, find)


def test_quick_presses_in_two_places_are_two_presses() -> None:
    press = model()
    press.press(1, 150, 150, 0.0, find)
    press.release(1, 150, 150, 0.1)
    assert press.press(2, 450, 150, 0.2, find)
    assert press.release(2, 450, 150, 0.3) == NO


@given(place=inside, width=st.floats(PALM_MM, 200))
def test_a_palm_is_no_finger(place: tuple[float, float], width: float) -> None:
    press = model()
    assert not press.press(1, *place, 0.0, find, width)
    assert press.press(2, *place, 0.1, find)


@given(place=inside)
def test_a_second_finger_changes_nothing(place: tuple[float, float]) -> None:
    press = model()
    press.press(1, *place, 0.0, find)
    assert not press.press(2, 400, 150, 0.1, find)
    press.move(2, 900, 900)
    assert press.release(2, 400, 150, 0.2) is None
    assert press.shown == YES
    assert press.release(1, *place, 0.3) == YES


def test_a_hand_resting_on_nothing_does_not_block_the_finger() -> None:
    press = model()
    assert not press.press(1, 20, 900, 0.0, find)
    assert press.press(2, 150, 150, 0.1, find)


def test_a_held_target_survives_an_update_only_while_it_is_there() -> None:
    press = model()
    press.press(1, 150, 150, 0.0, find)
    moved = Target(Act.NEXT, "", Box(100, 100, 260, 100))
    press.renew((NO, moved))
    assert press.shown == moved
    press.renew((NO,))
    assert press.shown is None
    assert press.release(1, 150, 150, 0.5) is None


moves = st.lists(
    st.tuples(
        st.sampled_from(["press", "move", "release", "forget", "renew"]),
        st.integers(1, 3),
        st.floats(0, 600),
        st.floats(0, 300),
        st.floats(0, 0.5),
    ),
    max_size=40,
)


@given(moves)
def test_never_two_acts_in_one_place_within_the_double_time(
    events: list[tuple[str, int, float, float, float]],
) -> None:
    press, now = model(), 0.0
    acts: list[tuple[float, Target]] = []
    for kind, finger, x, y, pause in events:
        now += pause
        if kind == "press":
            press.press(finger, x, y, now, find)
        elif kind == "move":
            press.move(finger, x, y)
        elif kind == "release":
            target = press.release(finger, x, y, now)
            acts += [(now, target)] if target else []
        elif kind == "forget":
            press.forget()
        else:
            press.renew(TARGETS)
        assert press.shown in {None, *TARGETS}
    assert len(acts) <= sum(event[0] == "release" for event in events)

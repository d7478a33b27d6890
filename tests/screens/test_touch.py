"""When a touch is a press: tremor, slow fingers, palms, second fingers, double presses."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, pi, sin

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk.pages.press import Press
from screens.box import Box
from screens.scene import Target
from screens.touch import (
    DOUBLE_SECONDS,
    PALM_MM,
    PLACE_MM,
    RESTING_SECONDS,
    ROLL_MM,
    PressModel,
)

SCALE = 4.0
YES = Target(Press.NEXT, "", Box(100, 100, 200, 100))
NO = Target(Press.BACK, "", Box(320, 100, 200, 100))
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
    moved = Target(Press.NEXT, "", Box(100, 100, 260, 100))
    press.renew((NO, moved))
    assert press.shown == moved
    press.renew((NO,))
    assert press.shown is None
    assert press.release(1, 150, 150, 0.5) is None


@given(place=inside, length=st.floats(RESTING_SECONDS, 600))
def test_a_finger_that_rests_does_not_keep_another_from_pressing(
    place: tuple[float, float], length: float
) -> None:
    press = model()
    press.press(1, *place, 0.0, find)
    assert press.press(2, 400, 150, length, find)
    assert press.release(1, *place, length + 0.1) is None
    assert press.release(2, 400, 150, length + 0.2) == NO


@dataclass
class Lying:
    """A finger on the panel: where and when it came down, and what answered."""

    x: float
    y: float
    at: float
    answered: Target | None


anywhere = st.one_of(
    st.sampled_from([(150.0, 150.0), (170.0, 160.0), (290.0, 190.0), (400.0, 150.0)]),
    st.tuples(st.floats(-100, 700), st.floats(-100, 400)),
)
pauses = st.sampled_from([0.0, 0.05, 0.2, DOUBLE_SECONDS + 0.01, 1.0, RESTING_SECONDS])


class Mashing(RuleBasedStateMachine):
    """Ten fingers that come, slide and go as they like, while pages change below them."""

    def __init__(self) -> None:
        super().__init__()
        self.press, self.now = model(), 100.0
        self.fingers: dict[int, Lying] = {}
        self.count = 0
        self.holder = 0  # the finger that was answered last
        self.last: tuple[float, float, float] | None = None

    @precondition(lambda self: len(self.fingers) < 10)
    @rule(place=anywhere, pause=pauses)
    def comes(self, place: tuple[float, float], pause: float) -> None:
        self.now += pause
        self.count += 1
        target = find(*place)
        answered = self.press.press(self.count, *place, self.now, find)
        self.fingers[self.count] = Lying(*place, self.now, target if answered else None)
        if answered:
            assert target is not None
            assert self.press.shown == target
            self.holder = self.count

    @precondition(lambda self: self.fingers)
    @rule(place=anywhere, pause=pauses, data=st.data())
    def slides(self, place: tuple[float, float], pause: float, data: st.DataObject) -> None:
        self.now += pause
        self.press.move(data.draw(st.sampled_from(sorted(self.fingers))), *place)

    @precondition(lambda self: self.fingers)
    @rule(place=anywhere, pause=pauses, data=st.data())
    def goes(self, place: tuple[float, float], pause: float, data: st.DataObject) -> None:
        self.now += pause
        self.lift(data.draw(st.sampled_from(sorted(self.fingers))), place)

    @precondition(lambda self: len(self.fingers) < 10)
    @rule(place=anywhere, pause=pauses)
    def taps(self, place: tuple[float, float], pause: float) -> None:
        self.comes(place, pause)
        self.now += 0.05
        self.lift(self.count, place)

    def lift(self, number: int, place: tuple[float, float]) -> None:
        finger = self.fingers.pop(number)
        act = self.press.release(number, *place, self.now)
        if act is None:
            return
        assert number == self.holder, "only who was answered last acts"
        assert act == finger.answered, "what was pressed, nothing else"
        rolled = hypot(place[0] - finger.x, place[1] - finger.y)
        assert rolled <= ROLL_MM * SCALE or act.box.contains(*place), "a finger that slid away"
        if self.last is not None:
            x, y, then = self.last
            near = hypot(finger.x - x, finger.y - y) <= PLACE_MM * SCALE
            assert not near or finger.at - then >= DOUBLE_SECONDS, "a double press is one press"
        self.last = (finger.x, finger.y, self.now)

    @rule(same=st.booleans())
    def page_changes(self, same: bool) -> None:
        if same:
            self.press.renew(TARGETS)
        else:
            self.press.forget()
            self.holder = 0

    @invariant()
    def at_most_one_thing_looks_pressed(self) -> None:
        assert self.press.shown in {None, *TARGETS}

    def teardown(self) -> None:
        for number in sorted(self.fingers):
            self.lift(number, (-50.0, -50.0))
        self.now += DOUBLE_SECONDS + 0.01
        assert self.press.press(0, 150, 150, self.now, find), "the screen has gone deaf"
        assert self.press.release(0, 150, 150, self.now + 0.1) == YES


TestMashing = Mashing.TestCase
TestMashing.settings = settings(stateful_step_count=30, deadline=None)

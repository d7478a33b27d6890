"""What the finger has drawn: millimetres, seconds, and pages that lag behind."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from screens.box import Box
from screens.signature import REST_SECONDS, Signature

FIELD = Box(40, 1000, 1000, 400)
STROKE = ((1.0, 2.0, 0.0), (3.0, 4.0, 0.5))
OTHER = ((5.0, 6.0, 1.0), (7.0, 8.0, 1.5))


def draw(signature: Signature, finger: int, now: float = 10.0) -> None:
    assert signature.press(finger, 80, 1040, now, FIELD)
    assert signature.move(finger, 120, 1080, now + 0.5, FIELD)
    assert signature.release(finger)


def test_points_are_millimetres_and_seconds_since_the_first() -> None:
    signature = Signature(4.0)
    draw(signature, 1, 10.0)
    draw(signature, 2, 12.0)
    assert signature.ink == (
        ((10.0, 10.0, 0.0), (20.0, 20.0, 0.5)),
        ((10.0, 10.0, 2.0), (20.0, 20.0, 2.5)),
    )


@given(x=st.floats(-5000, 5000), y=st.floats(-5000, 5000))
def test_ink_never_leaves_the_field(x: float, y: float) -> None:
    signature = Signature(4.0)
    signature.press(1, 500, 1200, 0.0, FIELD)
    signature.move(1, x, y, 0.1, FIELD)
    across, down, _ = signature.ink[0][-1]
    assert 0 <= across <= 250
    assert 0 <= down <= 100


def test_a_hand_that_rests_on_the_field_is_no_pen() -> None:
    signature = Signature(4.0)
    assert signature.press(1, 900, 1300, 0.0, FIELD)
    assert signature.move(1, 904, 1302, 0.1, FIELD)
    assert signature.resting(0.2)
    draw(signature, 2, 0.2)
    assert not signature.release(1)
    assert [len(stroke) for stroke in signature.ink] == [2]


def test_a_pen_whose_lift_was_never_told_does_not_block_the_next() -> None:
    signature = Signature(4.0)
    signature.press(1, 80, 1040, 0.0, FIELD)
    signature.move(1, 300, 1040, 0.5, FIELD)
    assert not signature.resting(0.5 + REST_SECONDS - 0.1)
    assert not signature.press(2, 90, 1050, 0.5 + REST_SECONDS - 0.1, FIELD)
    assert signature.press(2, 90, 1050, 0.5 + REST_SECONDS, FIELD)
    assert len(signature.ink) == 2


def test_a_second_finger_does_not_draw() -> None:
    signature = Signature(4.0)
    signature.press(1, 80, 1040, 0.0, FIELD)
    signature.move(1, 120, 1040, 0.05, FIELD)
    assert not signature.press(2, 90, 1050, 0.1, FIELD)
    assert not signature.move(2, 90, 1050, 0.1, FIELD)
    assert not signature.release(2)
    assert len(signature.ink) == 1


def test_a_page_that_lags_behind_takes_nothing_away() -> None:
    signature = Signature(4.0)
    draw(signature, 1)
    first = signature.ink
    draw(signature, 2, 12.0)
    assert not signature.renew(first)
    assert len(signature.ink) == 2


def test_an_update_in_mid_stroke_keeps_the_stroke() -> None:
    signature = Signature(4.0)
    signature.press(1, 80, 1040, 0.0, FIELD)
    assert not signature.renew(())
    assert signature.drawing
    signature.move(1, 100, 1060, 0.1, FIELD)
    assert len(signature.ink[0]) == 2


def test_clearing_empties_and_the_page_can_bring_ink_back() -> None:
    signature = Signature(4.0)
    assert signature.renew((STROKE,))
    assert signature.ink == (STROKE,)
    assert signature.renew(())
    assert signature.ink == ()
    assert signature.renew((OTHER,))
    assert signature.ink == (OTHER,)
    signature.forget()
    assert signature.ink == ()

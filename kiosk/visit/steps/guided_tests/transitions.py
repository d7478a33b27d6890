"""The step GUIDED: tests in which a technician tries one device after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import dist
from typing import Any

from kiosk.application.ink import Ink
from kiosk.maintenance import guided_tests
from kiosk.maintenance.guided_tests import GuidedTask, GuidedTest
from kiosk.pages.press import Press
from kiosk.slip import Size, Slip, SlipLine
from kiosk.visit.context import Context
from kiosk.visit.effects import Effect, LookAtCamera, PlayTones, PrintSlip, ReadCard
from kiosk.visit.events.cards import CardFailed, CardRead
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.events.event import Event
from kiosk.visit.events.pressed import Drawn, Pressed
from kiosk.visit.journalling.record import Record
from kiosk.visit.press_codec import DEFAULTS, SHOWN_PICK, PressCodec, PressReplay
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.staff_entry import log_out
from kiosk.visit.steps.guided_tests.events import CameraFailed, CameraSeen, SoundFailed
from kiosk.visit.steps.guided_tests.page import guided_page
from kiosk.visit.transition import Change, Effects, On, Step


def _effects_of_trial(trial: GuidedTest) -> tuple[Effect, ...]:
    match trial.task:
        case GuidedTask.CARD:
            return (ReadCard(),)
        case GuidedTask.CAMERA:
            return (LookAtCamera(),)
        case GuidedTask.TONES:
            return (PlayTones(trial.lot),)
        case GuidedTask.SLIP:
            return (PrintSlip(Slip((SlipLine(trial.lot, Size.LARGE, centred=True), SlipLine()))),)
        case _:
            return ()


def has_no_test(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether a test is still to be chosen."""
    return visit.maintenance.test is None


def has_test(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether a test is running or has just ended."""
    return visit.maintenance.test is not None


def _at(task: GuidedTask) -> Callable[[Visit, Event, Context], bool]:
    def holds(visit: Visit, _what: Event, _context: Context) -> bool:
        return (
            visit.maintenance.test is not None
            and visit.maintenance.test.is_open
            and visit.maintenance.test.task is task
        )

    return holds


is_card_test, is_camera_test, is_tone_test = (
    _at(GuidedTask.CARD),
    _at(GuidedTask.CAMERA),
    _at(GuidedTask.TONES),
)


is_slip_test, is_touch_test, is_signature_test = (
    _at(GuidedTask.SLIP),
    _at(GuidedTask.TOUCH),
    _at(GuidedTask.SIGN),
)


def begin_test(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Begin the test that was chosen."""
    task = GuidedTask(what.value)
    return replace(
        visit,
        maintenance=replace(
            visit.maintenance, test=guided_tests.begin(task, f"{visit.id} {visit.request}")
        ),
    )


def _going_on(visit: Visit, trial: GuidedTest) -> Visit:
    return replace(visit, maintenance=replace(visit.maintenance, test=trial))


def _trial(visit: Visit) -> GuidedTest:
    assert visit.maintenance.test is not None
    return visit.maintenance.test


def pass_card_test(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Pass the card test; nothing of the card is kept."""
    return _going_on(visit, guided_tests.passed(_trial(visit)))


def block_test(visit: Visit, what: Event, _context: Context) -> Visit:
    """Keep the failure that prevents the test from going on."""
    failure = getattr(what, "failure", None)
    assert failure is not None
    return _going_on(visit, guided_tests.hindered(_trial(visit), failure))


def take_camera_sample(visit: Visit, what: CameraSeen, _context: Context) -> Visit:
    """Hand the camera's measurement to the test."""
    return _going_on(visit, guided_tests.see(_trial(visit), what.look))


def take_answer(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Hand the tone or digit that was pressed to the test."""
    return _going_on(visit, guided_tests.give(_trial(visit), what.value))


def erase_answer(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Remove the last digit of the answer."""
    return _going_on(visit, guided_tests.take_back(_trial(visit)))


def take_touch(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Hand the point that was touched to the test."""
    return _going_on(visit, guided_tests.touch(_trial(visit), what.value))


def take_test_ink(visit: Visit, what: Drawn, _context: Context) -> Visit:
    """Hand number and length of the strokes to the test; the strokes are only shown."""
    ink = what.ink
    drawn = guided_tests.draw(_trial(visit), len(ink), _length(ink))
    return replace(
        visit,
        maintenance=replace(visit.maintenance, test=drawn),
        signature=replace(visit.signature, ink=ink),
    )


def clear_test_ink(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Clear the signing field."""
    return replace(
        visit,
        maintenance=replace(visit.maintenance, test=guided_tests.draw(_trial(visit), 0, 0.0)),
        signature=replace(visit.signature, ink=()),
    )


def finish_signature_test(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Judge the signature test, and clear the field."""
    return replace(
        visit,
        maintenance=replace(visit.maintenance, test=guided_tests.sign(_trial(visit))),
        signature=replace(visit.signature, ink=()),
    )


def restart_test(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Begin the same test again."""
    drawn = guided_tests.begin(_trial(visit).task, f"{visit.id} {visit.request}")
    return replace(
        visit,
        maintenance=replace(visit.maintenance, test=drawn),
        signature=replace(visit.signature, ink=()),
    )


def abort_test(visit: Visit, _what: Event, _context: Context) -> Visit:
    """End the test as failed, because the technician gave it up."""
    return replace(
        visit,
        maintenance=replace(visit.maintenance, test=guided_tests.abandon_test(_trial(visit))),
        signature=replace(visit.signature, ink=()),
    )


def finish_test(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Keep the result in place of an earlier one of the same test, and show the list."""
    done = _trial(visit)
    others = tuple(one for one in visit.maintenance.tests if one.task is not done.task)
    kept = others if done.is_open else (*others, done)
    return replace(
        visit,
        maintenance=replace(visit.maintenance, tests=kept, test=None),
        signature=replace(visit.signature, ink=()),
    )


def leave_test(visit: Visit, what: Event, context: Context) -> Visit:
    """Return to the list; the result of a test that has ended is kept."""
    return finish_test(visit, what, context)


def _length(ink: Ink) -> float:
    """Return the length of all strokes in millimetres."""
    pairs = (pair for stroke in ink for pair in pairwise(stroke))
    return sum(dist(one[:2], other[:2]) for one, other in pairs)


def run_test(change: Change[Any]) -> Effects:
    """Ask the device that the test is about, while the test is open."""
    trial = change.after.maintenance.test
    return _effects_of_trial(trial) if trial is not None and trial.is_open else ()


OTHER = {"1": "2"}  # any other digit or tone will do


def in_test(usual: PressCodec) -> PressCodec:
    """Return a codec that keeps of an answer in a test whether it was right; else the usual one."""

    def record(what: Pressed, visit: Visit, book: ReferenceData) -> Record:
        if visit.maintenance.test is None:
            return usual.record(what, visit, book)
        return {"value": "", "right": _right_answer(visit.maintenance.test) == what.value}

    def value(replay: PressReplay) -> str:
        """In a replay another digit or tone is drawn, so the answer is as right as it was."""
        if "right" not in replay.said or replay.visit.maintenance.test is None:
            return usual.value(replay)
        right = _right_answer(replay.visit.maintenance.test)
        return right if replay.said["right"] else OTHER.get(right, "1")

    return PressCodec(record, value)


def _right_answer(trial: GuidedTest) -> str:
    return trial.lot[len(trial.given) : len(trial.given) + 1]


DIGIT_OF_TEST, PICK_OF_TEST = in_test(DEFAULTS[Press.DIGIT]), in_test(SHOWN_PICK)


GUIDED = Step(
    stage=Stage.GUIDED,
    page=guided_page,
    enter=run_test,
    recorded={Press.DIGIT: DIGIT_OF_TEST, Press.PICK: PICK_OF_TEST},
    transitions=(
        On(Press.QUIT, to=Stage.WIPING, do=log_out),
        On(Press.PICK, when=has_no_test, do=begin_test, again=True),
        On(Press.PICK, when=is_tone_test, do=take_answer),
        On(CardRead, when=is_card_test, do=pass_card_test, again=True),
        On(CardFailed, when=is_card_test, do=block_test, again=True),
        On(CameraSeen, when=is_camera_test, do=take_camera_sample),
        On(CameraFailed, when=is_camera_test, do=block_test),
        On(SoundFailed, when=is_tone_test, do=block_test),
        On(Printed),
        On(PrintFailed, when=is_slip_test, do=block_test),
        On(Press.DIGIT, when=is_slip_test, do=take_answer),
        On(Press.ERASE, when=is_slip_test, do=erase_answer),
        On(Press.POINT, when=is_touch_test, do=take_touch),
        On(Drawn, when=is_signature_test, do=take_test_ink),
        On(Press.CLEAR_INK, when=is_signature_test, do=clear_test_ink),
        On(Press.SIGNED, when=is_signature_test, do=finish_signature_test),
        On(Press.TRY_AGAIN, when=has_test, do=restart_test, again=True),
        On(Press.GIVE_UP, when=has_test, do=abort_test, again=True),
        On(Press.DONE, when=has_test, do=finish_test, again=True),
        On(Press.BACK, when=has_test, do=leave_test, again=True),
        On(Press.BACK, to=Stage.MAINTENANCE),
    ),
)

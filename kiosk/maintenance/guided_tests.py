"""Guided tests of single devices by a technician, as pure state machines with evidence.

A technician does one at a time. What must not be guessed, the order of the tones and the digits on
the slip, is derived from a secret that is handed in.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import permutations

from kiosk.failures import Failure
from kiosk.ports import Coach

TONES = ("1", "2", "3")  # low, middle, high
POINTS = tuple("123456789")  # as on a keypad: rows of three
SLIP_DIGITS = 4
STEADY = 3  # looks in a row that find nothing to mend: one may be luck
ORDERS = tuple("".join(order) for order in permutations(TONES))


class GuidedTask(StrEnum):
    """The guided tests, in the order in which they are offered."""

    CARD = "card"
    CAMERA = "camera"
    TONES = "tones"
    SLIP = "slip"
    TOUCH = "touch"
    SIGN = "sign"


class Result(StrEnum):
    """How far a test is."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True)
class CameraReading:
    """A measurement of the camera's picture; `luma` (0..255) is the face's, if there is one.

    `width` of the face in pixels and as a `share` of the picture, 0 without one; `mend` is the one
    thing to improve, None for nothing.
    """

    luma: float
    width: float
    share: float
    mend: Coach | None


@dataclass(frozen=True)
class GuidedTest:
    """One test; `lot` is what must not be guessed, `given` what was answered or touched."""

    task: GuidedTask
    lot: str = ""
    given: str = ""
    look: CameraReading | None = None
    steady: int = 0
    strokes: int = 0
    length: float = 0.0  # of the signature, in millimetres
    result: Result = Result.OPEN
    failure: Failure | None = None

    @property
    def is_open(self) -> bool:
        """Return whether the test is still running."""
        return self.result is Result.OPEN


def begin(task: GuidedTask, secret: str) -> GuidedTest:
    """Return the test at its beginning; `secret` is what nobody can know beforehand."""
    drawn = int.from_bytes(hashlib.sha256(f"{task} {secret}".encode()).digest()[:8])
    match task:
        case GuidedTask.TONES:
            return GuidedTest(task, ORDERS[drawn % len(ORDERS)])
        case GuidedTask.SLIP:
            return GuidedTest(task, f"{drawn % 10**SLIP_DIGITS:0{SLIP_DIGITS}}")
        case _:
            return GuidedTest(task)


def passed(trial: GuidedTest) -> GuidedTest:
    """Return the test as passed."""
    return replace(trial, result=Result.PASSED, failure=None)


def failed(trial: GuidedTest, failure: Failure) -> GuidedTest:
    """Return the test as failed with this failure."""
    return replace(trial, result=Result.FAILED, failure=failure)


def hindered(trial: GuidedTest, failure: Failure) -> GuidedTest:
    """Return the test with a device's failure; it stays open and may be tried again."""
    return replace(trial, failure=failure)


def see(trial: GuidedTest, look: CameraReading) -> GuidedTest:
    """Take a measurement of the camera; several good ones in a row pass."""
    steady = 0 if look.mend else trial.steady + 1
    seen = replace(trial, look=look, steady=steady, failure=None)
    return passed(seen) if steady >= STEADY else seen


def give(trial: GuidedTest, sign: str) -> GuidedTest:
    """Take a tone that was heard or a digit that was read; the last one decides."""
    given = replace(trial, given=trial.given + sign, failure=None)
    if len(given.given) < len(trial.lot):
        return given
    if given.given == trial.lot:
        return passed(given)
    wrong = Failure.TONES_NOT_HEARD if trial.task is GuidedTask.TONES else Failure.SLIP_NOT_READ
    return failed(given, wrong)


def take_back(trial: GuidedTest) -> GuidedTest:
    """Remove the last tone or digit."""
    return replace(trial, given=trial.given[:-1])


def touch(trial: GuidedTest, point: str) -> GuidedTest:
    """Take a touch; all nine points pass."""
    touched = replace(trial, given="".join(sorted({*trial.given, point})))
    return passed(touched) if len(touched.given) == len(POINTS) else touched


def draw(trial: GuidedTest, strokes: int, length: float) -> GuidedTest:
    """Return the test with the number of strokes and their length in millimetres.

    `trial` is the test of the signing field.
    """
    return replace(trial, strokes=strokes, length=length, failure=None)


def sign(trial: GuidedTest) -> GuidedTest:
    """Judge the signature; without a stroke it is not shown that the panel can draw."""
    return passed(trial) if trial.strokes else hindered(trial, Failure.SIGNATURE_MISSING)


def abandon_test(trial: GuidedTest) -> GuidedTest:
    """Return the test as failed: by the failure that hindered it, or its usual one."""
    return failed(trial, trial.failure or _reason(trial))


def _reason(trial: GuidedTest) -> Failure:
    match trial.task:
        case GuidedTask.CARD:
            return Failure.READER_LOST
        case GuidedTask.CAMERA:
            return _camera_failure(trial.look)
        case GuidedTask.TONES:
            return Failure.TONES_NOT_HEARD
        case GuidedTask.SLIP:
            return Failure.SLIP_NOT_READ
        case _:
            return Failure.TOUCH_MISSED


def _camera_failure(look: CameraReading | None) -> Failure:
    if look is None:
        return Failure.CAMERA_LOST
    far = look.width == 0 or look.mend is Coach.COME_CLOSER
    return Failure.FACE_TOO_FAR if far else Failure.LIGHT_WEAK

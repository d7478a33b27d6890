"""The liveness check of a film in a file, frame by frame, by the rules of the terminal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import cv2

from drivers.face.detection.cues import Sighting
from drivers.face.engine.messages import FaceFinding, LookRequest
from drivers.face.liveness.challenge import Challenge
from drivers.face.liveness.liveness_check import advance
from drivers.face.liveness.rules import LivenessRules, LivenessStep
from drivers.face.liveness.state import ENDED, Liveness, Phase
from drivers.film import frames_of

if TYPE_CHECKING:
    from pathlib import Path

    from drivers.face.engine.face_engine import FaceEngine


class NoFilmError(ValueError):
    """Raised for a file that is no film, or in which there is no face."""


@dataclass(frozen=True)
class FilmVerdict:
    """The result for one film.

    `steps` are the movements that were seen, each with its second; `doubt` is why the challenge was
    not passed, "" when it was.
    """

    passed: bool
    steps: tuple[tuple[LivenessStep, float], ...]
    doubt: str
    frames: int


def judge_film(
    path: Path, steps: tuple[LivenessStep, ...], engine: FaceEngine, rules: LivenessRules
) -> FilmVerdict:
    """Return whether a film shows `steps` in their order.

    Nobody in a film hears a prompt: the order is judged, and not when a movement began. Raises
    NoFilmError for a file that can't be judged.

    Raises TypeError when the engine lost its reference, which is a bug.
    """
    plain = replace(rules, first_moment=0.0)
    challenge = Challenge(steps, (0.0,) * len(steps))
    state = Liveness((challenge,) * (rules.restarts + 1))
    done: list[tuple[LivenessStep, float]] = []
    number, prepared = -1, False
    for number, (at, frame) in enumerate(frames_of(path)):
        prepared = prepared or _take_reference(engine, frame)
        if not prepared:
            continue
        height, width = frame.shape[:2]
        seen = engine.look(frame, LookRequest(width, height, part=state.part))
        if not isinstance(seen, FaceFinding):
            raise TypeError(f"the engine has no reference: {seen}")
        known = len(state.done)
        sighting = Sighting(at, number, seen.fingerprint, seen.cues, seen.good, seen.apart)
        state = advance(state, sighting, plain, may_ask=True)
        done = done if len(state.done) <= known else [*done, (state.done[-1], round(at, 2))]
        done = done[: len(state.done)]
        if state.phase in ENDED:
            break
    if not prepared:
        raise NoFilmError("no face" if number >= 0 else "no film")
    doubt = state.doubt.value if state.doubt else "" if state.phase is Phase.PASSED else "late"
    return FilmVerdict(state.phase is Phase.PASSED, tuple(done), doubt, number + 1)


def _take_reference(engine: FaceEngine, frame: Any) -> bool:
    """Make the first face of the film the reference; tell whether there was one."""
    _, data = cv2.imencode(".png", frame)
    return engine.prepare(data.tobytes()) is None

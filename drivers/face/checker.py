"""How does the kiosk ask the face engine? A process of its own, a deadline for every request."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from drivers.face.decision import Thresholds, band
from drivers.face.engine_process import CAPACITY, EngineProcess
from drivers.face.messages import Forget, Look, Outcome, Prepare, Request
from drivers.face.quality import QualityLimits
from kiosk.failures import Failure
from kiosk.ports import FaceLook, Frame

if TYPE_CHECKING:
    from pathlib import Path

GRACE_SECONDS: Final = 1.0  # an idle engine ends by itself when its wire is closed


@dataclass(frozen=True)
class FacePlan:
    """What the checker needs to know; `frames` good frames must agree before it accepts.

    `model` is the detector's file. The deadlines are in seconds.
    """

    model: Path
    thresholds: Thresholds
    limits: QualityLimits = field(default_factory=QualityLimits)
    frames: int = 1
    start_seconds: float = 20.0
    answer_seconds: float = 3.0


class ProcessFaceChecker:
    """`kiosk.ports.FaceChecker`; constructing it is cheap, `start` loads in the background.

    A dead or silent engine is a value, FACE_ENGINE_LOST; a fresh one is begun at once and gets the
    portrait of the visit again.
    """

    def __init__(self, plan: FacePlan) -> None:
        self._plan = plan
        self._lock = threading.Lock()
        self._engine: EngineProcess | None = None
        self._portrait = bytearray()
        self._distances: deque[float] = deque(maxlen=2 * plan.frames - 1)

    @property
    def pid(self) -> int | None:
        """Return the number of the engine's process, for measuring it."""
        return self._engine.process.pid if self._engine else None

    def start(self) -> None:
        """Begin to load the engine; returns at once; idempotent."""
        with self._lock:
            self._begin()

    def prepare(self, portrait: bytes) -> Failure | None:
        """Embed the reference portrait; the one before is wiped."""
        with self._lock:
            self._wipe_portrait()
            if not portrait:
                return Failure.PORTRAIT_MISSING
            if len(portrait) > CAPACITY:
                return Failure.PORTRAIT_UNUSABLE
            self._portrait = bytearray(portrait)
            return self._ask_prepared().failure

    def look(self, frame: Frame) -> FaceLook | Failure:
        """Judge one frame; PORTRAIT_MISSING before `prepare`."""
        if len(frame.pixels) != frame.width * frame.height * 3 or len(frame.pixels) > CAPACITY:
            raise ValueError(f"not a frame: {frame.width} x {frame.height}")
        with self._lock:
            if not self._portrait:
                return Failure.PORTRAIT_MISSING
            outcome = self._ask_prepared(frame)
            return outcome.failure or self._judged(frame.sequence, outcome)

    def forget(self) -> None:
        """Overwrite portrait, frames and reference."""
        with self._lock:
            self._wipe_portrait()
            if self._engine is not None and self._engine.prepared:
                self._ask(Forget(), b"")
            if self._engine is not None:
                self._engine.prepared = False
                self._engine.wipe()

    def close(self) -> None:
        """End the engine's process; `start` may begin another."""
        with self._lock:
            self._wipe_portrait()
            self._end(GRACE_SECONDS)

    def _ask_prepared(self, frame: Frame | None = None) -> Outcome:
        """Prepare an engine that has no reference yet, then look at the frame, if there is one."""
        engine = self._begin()
        if frame is None or not engine.prepared:
            outcome = self._ask(Prepare(len(self._portrait)), self._portrait)
            engine.prepared = outcome.failure is None
            if frame is None or outcome.failure:
                return outcome
        return self._ask(Look(frame.width, frame.height), frame.pixels)

    def _ask(self, request: Request, picture: bytes | bytearray) -> Outcome:
        engine = self._begin()
        outcome = engine.ask(request, picture, self._plan.start_seconds, self._plan.answer_seconds)
        if outcome.failure is Failure.FACE_ENGINE_LOST:
            self._end(0.0)
            self._begin()
        return outcome

    def _judged(self, sequence: int, outcome: Outcome) -> FaceLook:
        threshold, version = self._plan.thresholds.accept, self._engine_version()
        if outcome.distance is None:
            return FaceLook(sequence, hint=outcome.hint, threshold=threshold, engine=version)
        # Identical pixels give an identical distance: a frozen camera must not agree with itself.
        if outcome.distance not in self._distances:
            self._distances.append(outcome.distance)
        judged = band(tuple(self._distances), self._plan.thresholds, self._plan.frames)
        return FaceLook(
            sequence, band=judged, score=outcome.distance, threshold=threshold, engine=version
        )

    def _engine_version(self) -> str:
        return self._engine.version if self._engine else ""

    def _begin(self) -> EngineProcess:
        if self._engine is None:
            self._engine = EngineProcess(self._plan.model, self._plan.limits)
        return self._engine

    def _end(self, grace: float) -> None:
        if self._engine is not None:
            self._engine.end(grace)
            self._engine = None

    def _wipe_portrait(self) -> None:
        self._portrait[:] = bytes(len(self._portrait))
        self._portrait = bytearray()
        self._distances.clear()

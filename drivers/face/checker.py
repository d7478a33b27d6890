"""The face checker: asks the engine in a process of its own, with a deadline for every request."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from hmac import compare_digest
from typing import TYPE_CHECKING, Final

from drivers.face.detection.cues import SecondLook
from drivers.face.engine.engine_process import EngineProcess
from drivers.face.engine.frame_memory import CAPACITY
from drivers.face.engine.messages import FaceOutcome, Forget, Glance, LookRequest, Prepare, Request
from drivers.face.liveness.challenge import draw_all
from drivers.face.second_camera import SecondCamera
from drivers.face.trial import FaceTrial, TrialRules
from kiosk.failures import Failure
from kiosk.ports import Camera, FaceLook, Frame, ReferenceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from drivers.face.decision import DecisionRules, Thresholds
    from drivers.face.engine.face_engine import EnginePlan
    from drivers.face.liveness.rules import LivenessRules

PARTS: Final = 10_000  # more than one try has: the first look of each try is its own
GRACE_SECONDS: Final = 1.0  # an idle engine ends by itself when its wire is closed


@dataclass(frozen=True)
class FacePlan:
    """The settings of the checker. The deadlines are in seconds; `random` is 0 to below 1.

    A kind of reference without thresholds can't be compared with. `infrared` is a second camera
    beside the first, `vendor` what a vendor's module says of the person of a frame.
    """

    engine: EnginePlan
    thresholds: Mapping[ReferenceKind, Thresholds]
    decision: DecisionRules
    liveness: LivenessRules
    random: Callable[[], float] = field(repr=False)
    start_seconds: float = 20.0
    answer_seconds: float = 3.0
    infrared: Camera | None = None
    vendor: Callable[[Frame], bool | None] | None = None


class ProcessFaceChecker:
    """`kiosk.ports.FaceChecker`; constructing it is cheap, `start` loads in the background.

    A dead or silent engine is a value, FACE_ENGINE_LOST; a fresh one is started at once and gets
    the portrait of the visit again. All methods may be called from any thread.
    """

    def __init__(self, plan: FacePlan) -> None:
        self._plan = plan
        self._lock = threading.Lock()
        self._engine: EngineProcess | None = None
        self._portrait = bytearray()
        self._kind = ReferenceKind.PORTRAIT
        self._trial: FaceTrial | None = None
        self._tries = 0
        self._second: SecondCamera | None = None

    @property
    def pid(self) -> int | None:
        """Return the id of the engine's process, for measuring it; None without one."""
        return self._engine.process.pid if self._engine else None

    def start(self) -> None:
        """Begin to load the engine; returns at once; idempotent."""
        with self._lock:
            self._begin()

    def prepare(
        self, portrait: bytes, kind: ReferenceKind = ReferenceKind.PORTRAIT
    ) -> Failure | None:
        """Embed the reference and return the failure, if any; the one before is wiped.

        The same one again is not embedded anew. `portrait` is an encoded picture, such as a JPEG.
        PORTRAIT_MISSING: it is empty. PORTRAIT_UNUSABLE: too large, without thresholds for its
        kind, or without exactly one face.
        """
        with self._lock:
            ready = self._engine is not None and self._engine.prepared
            same = compare_digest(portrait, self._portrait) and kind is self._kind
            if ready and portrait and same:
                return None
            self._wipe_portrait()
            if not portrait:
                return Failure.PORTRAIT_MISSING
            if len(portrait) > CAPACITY or kind not in self._plan.thresholds:
                return Failure.PORTRAIT_UNUSABLE
            self._portrait, self._kind = bytearray(portrait), kind
            return self._ask_prepared().failure

    def begin(self, *, turn_only: bool = False, guarded: bool = False) -> None:
        """Begin a try with newly drawn movements; `turn_only` asks for turns of the head alone.

        With `guarded` these may stay short.
        """
        with self._lock:
            if self._plan.infrared is not None:
                self._plan.infrared.start()
                self._second = SecondCamera(self._plan.infrared)
            self._trial = self._new_trial(turn_only=turn_only, guarded=guarded)

    def look(self, frame: Frame, *, may_ask: bool = True) -> FaceLook | Failure:
        """Return the judgement of one frame, or a failure; PORTRAIT_MISSING before `prepare`.

        No new movement is asked for while `may_ask` is false. Raises ValueError for a frame whose
        size does not fit its pixels or the shared memory.
        """
        if len(frame.pixels) != frame.width * frame.height * 3 or len(frame.pixels) > CAPACITY:
            raise ValueError(f"not a frame: {frame.width} x {frame.height}")
        with self._lock:
            if not self._portrait:
                return Failure.PORTRAIT_MISSING
            trial = self._trial = self._trial or self._new_trial()
            wanted = trial.wanted(frame.width, frame.height)
            outcome = self._ask_prepared(wanted, frame)
            if outcome.failure or outcome.seen is None:
                return outcome.failure or Failure.FACE_ENGINE_LOST
            trial.engine = self._engine_version()
            at, seen = frame.taken_at, outcome.seen
            second = self._second_look(at)
            if isinstance(second, Failure):
                return second
            second = replace(second, vendor=self._vendor(frame))
            return trial.take(frame.sequence, at, seen, may_ask=may_ask, second=second)

    def forget(self) -> None:
        """Overwrite portrait, frames and reference, here and in the engine's process."""
        with self._lock:
            self._wipe_portrait()
            if self._plan.infrared is not None:
                self._plan.infrared.stop()
            if self._engine is not None and self._engine.prepared:
                self._ask(Forget(), b"")
            if self._engine is not None:
                self._engine.prepared = False
                self._engine.memory.wipe()

    def close(self) -> None:
        """End the engine's process; `start` may start another."""
        with self._lock:
            self._wipe_portrait()
            if self._plan.infrared is not None:
                self._plan.infrared.stop()
            self._end(GRACE_SECONDS)

    def _second_look(self, at: float) -> SecondLook | Failure:
        """Return what the second camera sees; the failure of one that is gone or frozen."""
        if self._second is None:
            return SecondLook()
        frame = self._second.frame(at)
        if isinstance(frame, Failure):
            return frame
        if frame is None or len(frame.pixels) > CAPACITY:
            return SecondLook()
        glance = Glance(frame.width, frame.height)
        return self._second.look(self._ask(glance, frame.pixels), at)

    def _vendor(self, frame: Frame) -> bool | None:
        return self._plan.vendor(frame) if self._plan.vendor else None

    def _new_trial(self, *, turn_only: bool = False, guarded: bool = False) -> FaceTrial:
        plan = self._plan
        challenges = draw_all(plan.random, plan.liveness, turn_only=turn_only, guarded=guarded)
        rules = TrialRules(plan.thresholds[self._kind], plan.decision, plan.liveness, self._kind)
        self._tries += 1
        return FaceTrial(challenges, rules, first_part=self._tries * PARTS)

    def _ask_prepared(
        self, look: LookRequest | None = None, frame: Frame | None = None
    ) -> FaceOutcome:
        """Give the engine its reference, if it has none yet, then the frame, if there is one."""
        engine = self._begin()
        if look is None or frame is None or not engine.prepared:
            outcome = self._ask(Prepare(len(self._portrait)), self._portrait)
            engine.prepared = outcome.failure is None
            if look is None or frame is None or outcome.failure:
                return outcome
        return self._ask(look, frame.pixels)

    def _ask(self, request: Request, picture: bytes | bytearray) -> FaceOutcome:
        engine = self._begin()
        outcome = engine.ask(request, picture, self._plan.start_seconds, self._plan.answer_seconds)
        if outcome.failure is Failure.FACE_ENGINE_LOST:
            self._end(0.0)
            self._begin()
        return outcome

    def _engine_version(self) -> str:
        return self._engine.version if self._engine else ""

    def _begin(self) -> EngineProcess:
        if self._engine is None:
            self._engine = EngineProcess(self._plan.engine)
        return self._engine

    def _end(self, grace: float) -> None:
        if self._engine is not None:
            self._engine.end(grace)
            self._engine = None

    def _wipe_portrait(self) -> None:
        self._portrait[:] = bytes(len(self._portrait))
        self._portrait = bytearray()
        self._trial = None

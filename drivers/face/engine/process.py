"""The loop of the engine's own process: request, shared memory, answer, wipe."""

from __future__ import annotations

import resource
import signal
from dataclasses import dataclass
from multiprocessing.reduction import DupFd
from typing import TYPE_CHECKING, Any

import numpy as np

from drivers.face.engine.frame_memory import FrameMemory
from drivers.face.engine.messages import (
    FaceFinding,
    FaceOutcome,
    Forget,
    Glance,
    LookRequest,
    Prepare,
    Ready,
    Request,
)
from drivers.face.engine.wire import LONGEST, decode_request, encode_answer
from kiosk.failures import Failure

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from numpy.typing import NDArray

    from drivers.face.engine.face_engine import EnginePlan, FaceEngine


@dataclass(frozen=True)
class EngineStart:
    """The start values of the engine's process.

    `memory` is the descriptor of the shared memory, which it inherits.
    """

    memory: int
    plan: EnginePlan

    def __reduce__(self) -> tuple[Any, ...]:
        """Let multiprocessing hand the descriptor on.

        Only the kiosk writes what is unpickled here.
        """
        return _start_of, (DupFd(self.memory), self.plan)


def _start_of(memory: Any, plan: EnginePlan) -> EngineStart:
    return EngineStart(memory.detach(), plan)


def serve(wire: Connection[Any, Any], start: EngineStart) -> None:
    """Answer requests until the wire ends; the parent alone decides when that is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no face may lie in a core dump
    memory = FrameMemory(start.memory)
    try:
        answered = _start(wire, start.plan)
        while answered is not None:
            request = decode_request(wire.recv_bytes(LONGEST))
            wire.send_bytes(encode_answer(answer(answered, request, memory.bytes)))
    except (EOFError, OSError):
        return


def answer(engine: FaceEngine, request: Request, memory: memoryview[int]) -> FaceOutcome:
    """Do what is asked, overwrite the picture in the shared memory, and return the outcome."""
    match request:
        case Prepare(size):
            outcome = FaceOutcome(failure=engine.prepare(memory[:size]))
            wipe(memory, size)
        case LookRequest(width=width, height=height):
            frame = _frame(memory, width, height)
            outcome = _outcome(engine.look(frame, request))
            frame.fill(0)
        case Glance(width=width, height=height):
            frame = _frame(memory, width, height)
            alone, view = engine.glance(frame)
            outcome = FaceOutcome(alone=alone, view=view)
            frame.fill(0)
        case Forget():
            engine.forget()
            outcome = FaceOutcome()
    return outcome


def _frame(memory: memoryview[int], width: int, height: int) -> NDArray[np.uint8]:
    return np.frombuffer(memory, np.uint8, width * height * 3).reshape(height, width, 3)


def wipe(memory: memoryview[int], size: int) -> None:
    """Overwrite the first `size` bytes."""
    memory[:size] = bytes(size)


def _start(wire: Connection[Any, Any], plan: EnginePlan) -> FaceEngine | None:
    # Imported here so that the kiosk's own process never loads the engine's libraries.
    import cv2  # noqa: PLC0415

    from drivers.face.engine.face_engine import FaceEngine  # noqa: PLC0415
    from drivers.face.models import UnknownModelError  # noqa: PLC0415

    try:
        engine = FaceEngine(plan)
    except (UnknownModelError, OSError, RuntimeError, cv2.error):
        wire.send_bytes(encode_answer(Failure.FACE_MODEL_WRONG))
        return None
    wire.send_bytes(encode_answer(Ready(engine.version)))
    return engine


def _outcome(seen: FaceFinding | Failure) -> FaceOutcome:
    return FaceOutcome(failure=seen) if isinstance(seen, Failure) else FaceOutcome(seen=seen)

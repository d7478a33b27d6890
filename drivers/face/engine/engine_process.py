"""The handle of the engine's process: its wire, its shared memory, its deadlines and its end."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING, Any, Final

from drivers.face.engine.frame_memory import FrameMemory
from drivers.face.engine.messages import FaceOutcome, Ready, Request
from drivers.face.engine.process import EngineStart, serve
from drivers.face.engine.wire import LONGEST, Answer, decode_answer, encode_request
from drivers.interrupts import interrupts_blocked
from kiosk.failures import Failure

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from drivers.face.engine.face_engine import EnginePlan

LOST: Final = FaceOutcome(failure=Failure.FACE_ENGINE_LOST)


class EngineProcess:
    """One engine process with its wire and its shared memory.

    `version` is "" until the engine is warm, `prepared` tells whether it has a reference, and
    `broken` is the failure of one that will never be warm.
    """

    def __init__(self, plan: EnginePlan) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.version = ""
        self.prepared = False
        self.broken: Failure | None = None
        self.memory = FrameMemory()
        self._wire: Connection[Any, Any]
        self._wire, far_end = spawn.Pipe()
        self.process = spawn.Process(
            target=serve,
            args=(far_end, EngineStart(self.memory.descriptor, plan)),
            name="face-engine",
            daemon=True,
        )
        with interrupts_blocked():
            self.process.start()
        far_end.close()

    def ask(
        self,
        request: Request,
        picture: bytes | bytearray,
        start_seconds: float,
        answer_seconds: float,
    ) -> FaceOutcome:
        """Return the answer to a request about `picture`, which goes through the shared memory.

        FACE_ENGINE_LOST when the process is dead, late, or says no answer. Both limits are in
        seconds: `start_seconds` for a process that is not warm yet, `answer_seconds` for the
        request.
        """
        try:
            self._await_ready(start_seconds)
            if self.broken is None:
                self.memory.bytes[: len(picture)] = picture
                self._wire.send_bytes(encode_request(request))
                outcome = self._next(answer_seconds)
                return outcome if isinstance(outcome, FaceOutcome) else LOST
        except (EOFError, OSError, ValueError):
            return LOST
        return FaceOutcome(failure=self.broken)

    def end(self, grace: float) -> None:
        """End the process, by force after `grace` seconds, and release the memory, wiped."""
        self._wire.close()
        self.process.join(grace)
        self.process.kill()
        self.process.join()
        self.memory.wipe()
        self.memory.close()

    def _await_ready(self, seconds: float) -> None:
        """Wait, once, until the engine is warm or says that it never will be."""
        if self.version or self.broken:
            return
        match self._next(seconds):
            case Ready(version):
                self.version = version
            case Failure() as failure:
                self.broken = failure
            case _:
                raise EOFError

    def _next(self, seconds: float) -> Answer | None:
        """Return the next message, None at the limit; raises ValueError when it is no answer."""
        if not self._wire.poll(seconds):
            return None
        return decode_answer(self._wire.recv_bytes(LONGEST))

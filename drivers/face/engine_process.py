"""How is the engine's process held? Its wire, its shared memory, its deadlines and its end."""

from __future__ import annotations

import multiprocessing
from multiprocessing.shared_memory import SharedMemory
from typing import TYPE_CHECKING, Any, Final

from drivers.face.messages import Outcome, Ready, Request
from drivers.face.process import serve, wipe
from drivers.interrupts import interrupts_blocked
from kiosk.failures import Failure

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from drivers.face.engine import EnginePlan

CAPACITY: Final = 1920 * 1080 * 3  # bytes: the largest frame that a camera may send
LOST: Final = Outcome(failure=Failure.FACE_ENGINE_LOST)


class EngineProcess:
    """One process with its wire and its shared memory."""

    def __init__(self, plan: EnginePlan) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.version = ""
        self.prepared = False
        self.broken: Failure | None = None
        self._shared = SharedMemory(create=True, size=CAPACITY)
        self._wire: Connection[Any, Any]
        self._wire, far_end = spawn.Pipe()
        self.process = spawn.Process(
            target=serve,
            args=(far_end, self._shared.name, plan),
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
    ) -> Outcome:
        """Return the answer; FACE_ENGINE_LOST when the process is dead or late (seconds)."""
        try:
            self._await_ready(start_seconds)
            if self.broken is None:
                self._memory()[: len(picture)] = picture
                self._wire.send(request)
                outcome = self._next(answer_seconds)
                return outcome if isinstance(outcome, Outcome) else LOST
        except (EOFError, OSError):
            return LOST
        return Outcome(failure=self.broken)

    def wipe(self) -> None:
        """Overwrite the shared memory."""
        wipe(self._memory(), CAPACITY)

    def end(self, grace: float) -> None:
        """End the process, by force after `grace` seconds, and give the memory back, wiped."""
        self._wire.close()
        self.process.join(grace)
        self.process.kill()
        self.process.join()
        self.wipe()
        self._shared.close()
        if not self.version:
            self._shared.unlink()

    def _memory(self) -> memoryview[int]:
        assert self._shared.buf is not None
        return self._shared.buf

    def _await_ready(self, seconds: float) -> None:
        """Wait, once, until the engine is warm or says that it never will be."""
        if self.version or self.broken:
            return
        match self._next(seconds):
            case Ready(version):
                self.version = version
                # Both ends have it open: without a name it cannot outlive them.
                self._shared.unlink()
            case Failure() as failure:
                self.broken = failure
            case _:
                raise EOFError

    def _next(self, seconds: float) -> object:
        return self._wire.recv() if self._wire.poll(seconds) else None

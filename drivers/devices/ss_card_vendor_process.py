"""Where does a vendor's card library run? In a process of its own that may crash or hang."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from drivers.interrupts import interrupts_blocked
from drivers.shared_object import Loader
from kiosk.failures import Failure

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

START_SECONDS: Final = 10.0
GRACE_SECONDS: Final = 1.0
_OUT_BYTES = 4096  # LD/T 33 asks for 1024


@dataclass(frozen=True)
class VendorCall:
    """One function of the library; its arguments come before the buffer for its text."""

    symbol: str
    arguments: tuple[int | bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class VendorAnswer:
    """What it returned, and the text it left (GBK, up to the first zero byte)."""

    code: int
    text: bytes = field(repr=False)


class VendorProcess:
    """The library in its process: begins with the first call, ends with `end`."""

    def __init__(self, library: Path) -> None:
        self._library = library
        self._process: Any = None
        self._wire: Connection[Any, Any] | None = None

    def call(self, call: VendorCall, seconds: float) -> VendorAnswer | Failure:
        """Return the answer; a process that is dead or late is ended and lost."""
        try:
            wire = self._wire or self._start()
            wire.send(call)
            if wire.poll(seconds):
                answer: VendorAnswer | Failure = wire.recv()
                return answer
        except (EOFError, OSError):
            pass
        self.end(0.0)
        return Failure.VENDOR_LIBRARY_LOST

    def end(self, grace: float = GRACE_SECONDS) -> None:
        """End the process, and with it all that the library remembers; idempotent.

        A library that has answered gets `grace` seconds to let go of its port.
        """
        if self._wire is not None:
            self._wire.close()
            self._wire = None
            self._process.join(grace)
            self._process.kill()
            self._process.join()
            self._process.close()

    def _start(self) -> Connection[Any, Any]:
        spawn = multiprocessing.get_context("spawn")
        self._wire, far_end = spawn.Pipe()
        self._process = spawn.Process(
            target=serve, args=(far_end, str(self._library)), name="card-library", daemon=True
        )
        with interrupts_blocked():
            self._process.start()
        far_end.close()
        # Loading is not part of the first call's time.
        if not self._wire.poll(START_SECONDS) or self._wire.recv() is not None:
            raise EOFError
        return self._wire


def serve(wire: Connection[Any, Any], path: str) -> None:
    """Answer calls until the wire ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no person may lie in a core dump
    _silence()
    library = load(Path(path))
    try:
        wire.send(None)
        while True:
            call = wire.recv()
            wire.send(answer(library, call))
    except (EOFError, OSError):
        return


def answer(library: Any, call: VendorCall) -> VendorAnswer | Failure:
    """Call one function of a library, or return why it is not loaded.

    VENDOR_LIBRARY_MISSING when it has no such function.
    """
    if isinstance(library, Failure):
        return library
    function = getattr(library, call.symbol, None)
    if function is None:
        return Failure.VENDOR_LIBRARY_MISSING
    function.restype = ctypes.c_long
    out = ctypes.create_string_buffer(_OUT_BYTES)
    code = function(*call.arguments, out)
    text = out.value
    ctypes.memset(out, 0, _OUT_BYTES)
    # Some libraries return an int where the header says long: its upper half is not theirs.
    return VendorAnswer(ctypes.c_int32(code & 0xFFFFFFFF).value, text)


def load(path: Path) -> Any:
    """Return the library, or why the loader refuses it."""
    try:
        return ctypes.CDLL(str(path))
    except OSError:
        obstacle = Loader.of_this_process().find_obstacle(path)
        return obstacle or Failure.VENDOR_LIBRARY_UNLOADABLE


def _silence() -> None:
    """Throw away what the library prints: it may be a person, and would end in the journal."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)

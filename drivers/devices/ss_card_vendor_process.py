"""A vendor's card library in a process of its own, which may crash, hang, or answer anything.

The kiosk reads its answers as bytes within a limit, and never unpickles them.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import signal
import struct
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
_CODE = struct.Struct("<ci")  # the kind of answer and the library's code; its text follows
_LONGEST = _CODE.size + _OUT_BYTES
_ANSWER, _FAILURE = b"a", b"f"
_LOADED = b"loaded"


@dataclass(frozen=True)
class VendorCall:
    """One call of a library function; `arguments` come before the buffer for its text."""

    symbol: str
    arguments: tuple[int | bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class VendorAnswer:
    """The code that a function returned, and the text it left (GBK, up to the first zero byte)."""

    code: int
    text: bytes = field(repr=False)


class VendorProcess:
    """The process of a library: starts with the first call, ends with `end`."""

    def __init__(self, library: Path) -> None:
        self._library = library
        self._process: Any = None
        self._wire: Connection[Any, Any] | None = None

    def call(self, call: VendorCall, seconds: float) -> VendorAnswer | Failure:
        """Return the answer, or VENDOR_LIBRARY_LOST.

        A process that is dead, or takes longer than `seconds`, is ended.
        """
        try:
            wire = self._wire or self._start()
            wire.send(call)
            if wire.poll(seconds):
                return decode_answer(wire.recv_bytes(_LONGEST))
        except (EOFError, OSError, ValueError):
            pass
        self.end(0.0)
        return Failure.VENDOR_LIBRARY_LOST

    def end(self, grace: float = GRACE_SECONDS) -> None:
        """End the process, and with it all that the library remembers; idempotent.

        A library that has answered gets `grace` seconds to close its port.
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
        if not self._wire.poll(START_SECONDS) or self._wire.recv_bytes(_LONGEST) != _LOADED:
            raise EOFError
        return self._wire


def serve(wire: Connection[Any, Any], path: str) -> None:
    """Answer calls in the library's process until the wire ends. `path` is the library's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no person may lie in a core dump
    _silence()
    library = load(Path(path))
    try:
        wire.send_bytes(_LOADED)
        while True:
            call = wire.recv()
            wire.send_bytes(encode_answer(answer(library, call)))
    except (EOFError, OSError):
        return


def encode_answer(answer: VendorAnswer | Failure) -> bytes:
    """Return an answer as the bytes that the process sends."""
    if isinstance(answer, Failure):
        return _CODE.pack(_FAILURE, 0) + answer.value.encode()
    return _CODE.pack(_ANSWER, answer.code) + answer.text


def decode_answer(content: bytes) -> VendorAnswer | Failure:
    """Return the answer in `content`, a message of `encode_answer`.

    Raises ValueError for any other message.
    """
    head, text = content[: _CODE.size], content[_CODE.size :]
    if len(head) < _CODE.size:
        raise ValueError("too short")
    kind, code = _CODE.unpack(head)
    if kind == _ANSWER:
        return VendorAnswer(code, text)
    if kind == _FAILURE:
        return Failure(text.decode("ascii"))
    raise ValueError("neither answer nor failure")


def answer(library: Any, call: VendorCall) -> VendorAnswer | Failure:
    """Return the answer of one library function, or the failure that `load` returned as `library`.

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
    """Return the library, or the failure because of which the loader refuses it."""
    try:
        return ctypes.CDLL(str(path))
    except OSError:
        obstacle = Loader.of_this_process().find_obstacle(path)
        return obstacle or Failure.VENDOR_LIBRARY_UNLOADABLE


def _silence() -> None:
    """Send what the library prints to /dev/null.

    It may name a person, and would end in the journal.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)

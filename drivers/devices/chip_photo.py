"""Decoding of the photo on an identity card's chip, by a vendor's decoder in a process of its own.

The 1,024 bytes (WLT) are decoded by closed libraries only, which are tied to a reader or a
licence and crash now and then (cards.md §1.11). So a decoder is a program: 1,024 bytes in on
standard input, 102 x 126 BGR out on standard output, within two seconds. A vendor's program is
started as it is; a vendor's library is called by `chip_photo_library`, a program of this kind.
"""

from __future__ import annotations

import hashlib
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kiosk.temporary_folders import own_prefix, remove_abandoned

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH, HEIGHT = 102, 126
PICTURE_BYTES = WIDTH * HEIGHT * 3
SECONDS = 2.0
_ROOT = Path(__file__).resolve().parents[2]
FOLDER_PREFIX = "kiosk-photo-"  # the number of the process that made the folder follows
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the file of a photo must not reach a disk


class Abi(StrEnum):
    """The ways to call a decoder."""

    EXECUTABLE = "executable"  # a program as above; needs no symbol
    UNPACK = "unpack_cpp"  # int unpack(char *wlt, char *bgr, int), e.g. _Z6unpackPcS_i
    GET_BMP = "GetBmp_file"  # int GetBmp(char *wlt_path, int interface), writes a .bmp beside


@dataclass(frozen=True)
class PhotoDecoder:
    """A decoder by path, symbol and ABI.

    `symbol` is the function of a library, "" for a program. `digest` is the SHA-256 of the file, ""
    when it is not there. `seconds` limits one decoding.
    """

    path: Path
    symbol: str
    abi: Abi
    digest: str
    seconds: float = SECONDS
    monotonic: Callable[[], float] = time.monotonic

    @property
    def is_available(self) -> bool:
        """Tell whether the file existed when this was made."""
        return bool(self.digest)

    def decode(self, wlt: bytes) -> bytes | None:
        """Return 102 x 126 BGR pixels, top row first; None when the decoder failed in any way."""
        if not self.is_available:
            return None
        place = _SHARED_MEMORY if _SHARED_MEMORY.is_dir() else None
        try:
            # Made and removed here: a library that crashes or hangs leaves its files behind.
            with tempfile.TemporaryDirectory(dir=place, prefix=own_prefix(FOLDER_PREFIX)) as folder:
                return self._run(self._command(folder), wlt)
        except OSError:
            return None

    def _run(self, command: list[str], wlt: bytes) -> bytes | None:
        deadline = self.monotonic() + self.seconds
        with subprocess.Popen(  # noqa: S603 - the program that the settings name
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            bufsize=0,  # `select` sees the pipe only, not what a buffer already holds
            start_new_session=True,
        ) as program:
            try:
                # Before it has the photo: a core would hold it.
                resource.prlimit(program.pid, resource.RLIMIT_CORE, (0, 0))
                output = self._read_output(program, wlt, deadline)
            finally:
                # It has not been waited for, so the number of its group is still its own.
                os.killpg(program.pid, signal.SIGKILL)
        whole = program.returncode == 0 and len(output) == PICTURE_BYTES
        return output if whole else None

    def _read_output(self, program: subprocess.Popen[bytes], wlt: bytes, deadline: float) -> bytes:
        """Return what the program writes until it ends, at most a picture and one byte."""
        assert program.stdin is not None
        assert program.stdout is not None
        with suppress(BrokenPipeError), program.stdin:
            program.stdin.write(wlt)
        output = b""
        while len(output) <= PICTURE_BYTES and self._is_ready(program.stdout, deadline):
            piece = program.stdout.read(PICTURE_BYTES + 1 - len(output))
            if not piece:
                # Its own exit code counts: killed right away, it would seem to have failed.
                self._wait_ended(program.pid, deadline)
                break
            output += piece
        return output

    def _wait_ended(self, pid: int, deadline: float) -> None:
        with os.fdopen(os.pidfd_open(pid), "rb", buffering=0) as ended:
            self._is_ready(ended, deadline)

    def _is_ready(self, file: IO[bytes], deadline: float) -> bool:
        left = deadline - self.monotonic()
        return left > 0 and bool(select.select([file], [], [], left)[0])

    def _command(self, folder: str) -> list[str]:
        if self.abi is Abi.EXECUTABLE:
            return [str(self.path)]
        module = "drivers.devices.chip_photo_library"
        return [sys.executable, "-m", module, str(self.path), self.symbol, self.abi, folder]


def find_decoder(path: Path, symbol: str, abi: Abi, seconds: float = SECONDS) -> PhotoDecoder:
    """Return the decoder with the digest of its file, for the record.

    `path` and `symbol` are the library and its function, `abi` how that is called. What killed
    processes left of a photo is removed. `seconds` limits one decoding.
    """
    remove_abandoned(_SHARED_MEMORY, FOLDER_PREFIX)  # a photo may lie there
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        digest = ""
    return PhotoDecoder(path, symbol, abi, digest, seconds)

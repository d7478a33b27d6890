"""What does the photo on the chip show? A slot for a vendor's decoder, in a process of its own.

The 1,024 bytes (WLT) are decoded by closed libraries only, which are tied to a reader or a
licence and crash now and then (cards.md 1.11). So a decoder is a program: 1,024 bytes in on
standard input, 102 x 126 BGR out on standard output, within two seconds. A vendor's program is
started as it is; a vendor's library is called by `chip_photo_library`, a program of this kind.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

WIDTH, HEIGHT = 102, 126
PICTURE_BYTES = WIDTH * HEIGHT * 3
SECONDS = 2.0
_ROOT = Path(__file__).resolve().parents[2]


class Abi(StrEnum):
    """How a decoder is called."""

    EXECUTABLE = "executable"  # a program as above; needs no symbol
    UNPACK = "unpack_cpp"  # int unpack(char *wlt, char *bgr, int), e.g. _Z6unpackPcS_i
    GET_BMP = "GetBmp_file"  # int GetBmp(char *wlt_path, int interface), writes a .bmp beside


@dataclass(frozen=True)
class PhotoDecoder:
    """A decoder by path, symbol and ABI; `digest` is its SHA-256, "" when it is not there."""

    path: Path
    symbol: str
    abi: Abi
    digest: str
    seconds: float = SECONDS

    @property
    def is_available(self) -> bool:
        """Tell whether there was a file when this was made."""
        return bool(self.digest)

    def decode(self, wlt: bytes) -> bytes | None:
        """Return 102 x 126 BGR pixels, top row first; None when the decoder failed in any way."""
        if not self.is_available:
            return None
        try:
            done = subprocess.run(  # noqa: S603 - the program that the settings name
                self._command(),
                input=wlt,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                timeout=self.seconds,
                check=False,
            )
        except (subprocess.TimeoutExpired, OSError):
            return None
        whole = done.returncode == 0 and len(done.stdout) == PICTURE_BYTES
        return done.stdout if whole else None

    def _command(self) -> list[str]:
        if self.abi is Abi.EXECUTABLE:
            return [str(self.path)]
        module = "drivers.devices.chip_photo_library"
        return [sys.executable, "-m", module, str(self.path), self.symbol, self.abi]


def find_decoder(path: Path, symbol: str, abi: Abi, seconds: float = SECONDS) -> PhotoDecoder:
    """Return the decoder with the digest of its file, for the record."""
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        digest = ""
    return PhotoDecoder(path, symbol, abi, digest, seconds)

"""How is a vendor's photo library called? `chip_photo_library LIBRARY SYMBOL ABI`, a program.

Reads 1,024 bytes from standard input and writes 102 x 126 BGR; ends with 1 when there is none.
"""

from __future__ import annotations

import ctypes
import sys
import tempfile
from pathlib import Path

from drivers.devices.chip_photo import HEIGHT, PICTURE_BYTES, WIDTH, Abi

UNPACK_FLAG = 708  # what the callers met pass as third argument (cards.md 1.11)
SERIAL = 1  # GetBmp's second argument
GET_BMP_OK = 1
BMP_HEAD = 54
BMP_ROW = (WIDTH * 3 + 3) // 4 * 4
BMP_BYTES = BMP_HEAD + BMP_ROW * HEIGHT
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the file of a photo must not reach a disk


def unpack(library: ctypes.CDLL, symbol: str, wlt: bytes) -> bytes | None:
    """Have the photo unpacked in memory; what the function returns is documented nowhere."""
    picture = ctypes.create_string_buffer(PICTURE_BYTES)
    getattr(library, symbol)(ctypes.create_string_buffer(wlt), picture, UNPACK_FLAG)
    return picture.raw if any(picture.raw) else None


def get_bmp(library: ctypes.CDLL, symbol: str, wlt: bytes) -> bytes | None:
    """Have a file unpacked; the .bmp comes up beside it."""
    place = _SHARED_MEMORY if _SHARED_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        file = Path(folder) / "photo.wlt"
        file.write_bytes(wlt)
        code = getattr(library, symbol)(str(file).encode(), SERIAL)
        bmp = file.with_suffix(".bmp")
        return pixels(bmp.read_bytes()) if code == GET_BMP_OK and bmp.exists() else None


def pixels(bmp: bytes) -> bytes | None:
    """Return the rows of a 102 x 126 BMP of 24 bits, top row first, without padding."""
    if len(bmp) != BMP_BYTES:
        return None
    rows = (bmp[at : at + WIDTH * 3] for at in range(BMP_HEAD, BMP_BYTES, BMP_ROW))
    return b"".join(reversed(list(rows)))


CALLS = {Abi.UNPACK: unpack, Abi.GET_BMP: get_bmp}


def main(path: str, symbol: str, abi: str) -> int:
    """Decode one photo."""
    wlt = sys.stdin.buffer.read()
    picture = CALLS[Abi(abi)](ctypes.CDLL(path), symbol, wlt)
    if picture is None:
        return 1
    sys.stdout.buffer.write(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""A program that calls a vendor's photo library: `chip_photo_library LIBRARY SYMBOL ABI FOLDER`.

It reads 1,024 bytes from standard input and writes 102 x 126 BGR; it exits with 1 when there is no
picture. FOLDER is for its files; whoever starts the program removes it.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from drivers.devices.chip_photo import HEIGHT, PICTURE_BYTES, WIDTH, Abi

UNPACK_FLAG = 708  # what the callers met pass as third argument (cards.md §1.11)
SERIAL = 1  # GetBmp's second argument
GET_BMP_OK = 1
BMP_HEAD = 54
BMP_ROW = (WIDTH * 3 + 3) // 4 * 4
BMP_BYTES = BMP_HEAD + BMP_ROW * HEIGHT


def unpack(library: ctypes.CDLL, symbol: str, wlt: bytes) -> bytes | None:
    """Return the picture that a function with the UNPACK ABI makes in memory, None for all zeros.

    `symbol` is the function's name in `library`, `wlt` the 1,024 bytes. What it returns is
    documented nowhere, so that is not looked at.
    """
    picture = ctypes.create_string_buffer(PICTURE_BYTES)
    getattr(library, symbol)(ctypes.create_string_buffer(wlt), picture, UNPACK_FLAG)
    return picture.raw if any(picture.raw) else None


def get_bmp(library: ctypes.CDLL, symbol: str, wlt: bytes, folder: Path) -> bytes | None:
    """Return the picture that a function with the GET_BMP ABI makes, None when it fails.

    `symbol` is the function's name in `library`. The photo, `wlt`, is written to a file in
    `folder`; the function writes the .bmp beside it.
    """
    file = folder / "photo.wlt"
    file.write_bytes(wlt)
    code = getattr(library, symbol)(str(file).encode(), SERIAL)
    bmp = file.with_suffix(".bmp")
    return pixels(bmp.read_bytes()) if code == GET_BMP_OK and bmp.exists() else None


def pixels(bmp: bytes) -> bytes | None:
    """Return the rows of a 102 x 126 BMP of 24 bits, top row first, without padding.

    None when it has another size.
    """
    if len(bmp) != BMP_BYTES:
        return None
    rows = (bmp[at : at + WIDTH * 3] for at in range(BMP_HEAD, BMP_BYTES, BMP_ROW))
    return b"".join(reversed(list(rows)))


def main(path: str, symbol: str, abi: str, folder: str) -> int:
    """Decode one photo of standard input and return the exit code.

    `path` of the library, its function `symbol`, how that is called (`abi`) and a `folder` for
    files are the arguments of the program. What the library prints goes to standard error.
    """
    wlt = sys.stdin.buffer.read()
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as told:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        picture = decoded(ctypes.CDLL(path), symbol, abi, wlt, Path(folder))
        told.write(picture or b"")
    return 0 if picture else 1


def decoded(library: ctypes.CDLL, symbol: str, abi: str, wlt: bytes, folder: Path) -> bytes | None:
    """Return 102 x 126 BGR pixels by the given ABI, None when the library gave none.

    `wlt` is the photo as the card has it; `folder` is for the files of GET_BMP. Raises ValueError
    for an unknown ABI, AttributeError when the library lacks `symbol`.
    """
    if Abi(abi) is Abi.GET_BMP:
        return get_bmp(library, symbol, wlt, folder)
    return unpack(library, symbol, wlt)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

#!/usr/bin/env python3
"""A simulated vendor's photo decoder: a program for the slot of `drivers.devices.chip_photo`.

Takes the FAKE- blob of a simulated card from standard input and draws a head and shoulders in
colours of its own, 102 x 126 BGR. Any other 1,024 bytes are refused, as a real decoder does.
"""

import sys
from hashlib import sha256

WIDTH, HEIGHT = 102, 126
MARK = b"FAKE-"
SHOULDERS = 84
PAPER = b"\xf0\xf0\xf0"


def draw(blob: bytes) -> bytes:
    """Return the picture of a blob; each blob has its own colours."""
    colours = sha256(blob).digest()
    skin, coat = colours[:3], colours[3:6]
    rows = []
    for y in range(HEIGHT):
        for x in range(WIDTH):
            in_head = (x - 51) ** 2 / 24**2 + (y - 50) ** 2 / 32**2 <= 1
            in_coat = y > SHOULDERS and abs(x - 51) < 18 + (y - SHOULDERS)
            rows.append(skin if in_head else coat if in_coat else PAPER)
    return b"".join(rows)


def main() -> int:
    """Decode one blob and return the exit code, 1 for a blob that is refused."""
    blob = sys.stdin.buffer.read()
    if not blob.startswith(MARK):
        return 1
    sys.stdout.buffer.write(draw(blob))
    return 0


if __name__ == "__main__":
    sys.exit(main())

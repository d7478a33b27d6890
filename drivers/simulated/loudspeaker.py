"""A simulated player program: its standard input is the sound.

`loudspeaker RECORDING [--drinks BYTES] [--fails WORDS]` appends one line for each start: how many
bytes came and whether it was cut. `--drinks` stops taking sound after so many bytes, as a player
does whose card is still busy with the first of it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

CHUNK = 4096


def main() -> None:
    """Take the sound of standard input and record how much of it was heard."""
    parser = argparse.ArgumentParser()
    parser.add_argument("recording", type=Path)
    parser.add_argument("--drinks", type=int, default=-1)
    parser.add_argument("--fails", default="")
    arguments, _ = parser.parse_known_args()
    if arguments.fails:
        sys.exit(arguments.fails)
    heard = 0

    def note(event: str) -> None:
        line = json.dumps({"event": event, "bytes": heard}) + "\n"
        descriptor = os.open(arguments.recording, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(descriptor, line.encode())
        os.close(descriptor)

    def cut(_number: int, _frame: object) -> NoReturn:
        note("cut")
        os._exit(1)

    signal.signal(signal.SIGTERM, cut)
    note("began")
    while sound := os.read(0, CHUNK):
        heard += len(sound)
        if 0 <= arguments.drinks <= heard:
            signal.pause()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # what was heard whole can't be cut any more
    note("played")


if __name__ == "__main__":
    main()

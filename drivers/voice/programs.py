"""The programs that decode a clip and play sound, as processes that cannot hurt the kiosk."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

RATE = 24_000  # samples a second, mono
SAMPLE = 2  # bytes, signed, little-endian
DECODING_SECONDS = 5.0
DECODER = ("opusdec", "--quiet", "--rate", str(RATE))
PLAYER = ("aplay", "-q", "-t", "raw", "-f", "S16_LE", "-r", str(RATE), "-c", "1")

Start = Callable[[], "subprocess.Popen[bytes]"]


def decode(clip: Path, gain: int) -> bytes:
    """Return the samples of an Opus file, `gain` dB louder.

    Raises OSError when the decoder is missing, SubprocessError when it fails or takes five seconds.
    """
    command = [*DECODER, "--gain", str(gain), str(clip), "-"]
    done = subprocess.run(command, check=True, capture_output=True, timeout=DECODING_SECONDS)  # noqa: S603 - no shell
    return done.stdout


def player_for(url: str) -> Start:
    """Return a function that starts the player of alsa:DEVICE; it plays its standard input."""
    command = [*PLAYER, "-D", url.partition(":")[2]]
    return lambda: subprocess.Popen(  # noqa: S603 - no shell
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )

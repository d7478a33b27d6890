"""Recognition of handwritten characters by 9,565 templates, whatever the order of strokes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.writing.pinyin import read_ranks
from kiosk.writing.shapes import Strokes, shape_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TEMPLATES = "templates.npz"
CANDIDATES = 24
Timed = Sequence[Sequence[tuple[float, float, float]]]
SELDOM = 0.02  # what a character loses for each power of ten that it is written less; tuned


@dataclass(frozen=True)
class Handwriting:
    """The templates: one a row in `plain` (strokes apart) and `joined` (never lifted).

    `handicap` is what each character's likeness is reduced by for being rare.
    """

    signs: str
    plain: NDArray[np.float32]
    joined: NDArray[np.float32]
    handicap: NDArray[np.float32]

    def candidates(self, strokes: Strokes, count: int) -> tuple[str, ...]:
        """Return the `count` characters most like the strokes; none without strokes."""
        import numpy as np  # noqa: PLC0415 - not at the start: few people write

        shape = shape_of(strokes)
        if not shape.any():
            return ()
        alike = np.maximum(self.plain @ shape, self.joined @ shape) - self.handicap
        best = np.argsort(-alike, kind="stable")[:count]
        return tuple(self.signs[at] for at in best)


@dataclass
class HandReader:
    """A reader of timed strokes, which loads the templates when somebody first writes.

    One thread only: loading takes half a second, reading some 30 ms.
    """

    folder: Path
    characters: Path
    _reader: Handwriting | None = None

    def read(self, strokes: Timed) -> tuple[str, ...]:
        """Return the likeliest characters, enough for a few pages."""
        if self._reader is None:
            self._reader = read_handwriting(self.folder, read_ranks(self.characters))
        plain = [[(x, y) for x, y, _ in stroke] for stroke in strokes]
        return self._reader.candidates(plain, CANDIDATES)


def read_handwriting(folder: Path, ranks: Mapping[str, int]) -> Handwriting:
    """Return the templates of assets/writing; `ranks` gives the frequency ranks of characters."""
    import numpy as np  # noqa: PLC0415

    with np.load(folder / TEMPLATES) as file:
        signs = str(file["signs"])
        plain, joined = (_unit(file[name].astype(np.float32)) for name in ("plain", "joined"))
    seldom = [math.log10(1 + ranks.get(sign, len(ranks)) / 100) for sign in signs]
    return Handwriting(signs, plain, joined, np.array(seldom, np.float32) * np.float32(SELDOM))


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np  # noqa: PLC0415

    lengths: NDArray[np.float32] = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / lengths

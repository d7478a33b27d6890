"""Growth of a process that goes through visits, with or without a window and troubles.

It is a process of its own; it writes MiB, threads and open files after each visit, or after each
hundredth without a window.
"""

from __future__ import annotations

import argparse
import json
import os
from array import array
from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random

import psutil

from kiosk.ports import Frame
from kiosk.units import MIB
from screens.scripted.person import Sign, Tap
from screens.theme import ScreenPanel
from script.benches.visits.troubled import TroubledVisits, recorded
from script.benches.visits.visiting import PEOPLE, BenchVisits, by_events
from wiring.gallery.drawing import PX_PER_MM
from wiring.gallery.page_catalogue import demo_handbook
from wiring.places import ASSETS

PANEL = ScreenPanel(540, 960, PX_PER_MM / 2)  # the pages of the portrait panel, of half its pixels
SEED = 6
PACE_SECONDS = 0.5  # as the press model is told: nobody presses twice in one place
MIRROR_TURNS = 3
FRAME_W, FRAME_H = 640, 480
FONT = ".otf"  # SDL keeps one open for each size that a text was drawn in
WAYS = 300  # troubled visits that differ, each gone by many
Sizes = dict[str, "array[float]"]
EVERY = 100  # visits without a window are so many for each figure


class Glass:
    """The window of a terminal and the finger of whoever stands in front of it."""

    def __init__(self) -> None:
        from screens.shell import ShellContext, open_shell  # noqa: PLC0415 - opens a window

        seconds, pictures = count(0.0, PACE_SECONDS), count(1)
        pixels = bytes(FRAME_W * FRAME_H * 3)
        outside = ShellContext(
            send=lambda what: self.people.happen(what),  # noqa: PLW0108 - made below
            frames=lambda: Frame(next(pictures), 0.0, FRAME_W, FRAME_H, pixels),
            now=lambda: next(seconds),
        )
        self._shell = open_shell(PANEL, ASSETS, outside, offscreen=True)
        from screens.scripted.finger import Finger  # noqa: PLC0415

        self._finger = Finger(self._shell)
        invented = Random(SEED)  # noqa: S311 - no secret
        self.people = TroubledVisits(demo_handbook(), self._shell.show, invented)

    def do(self, action: Tap | Sign) -> None:
        """Touch what the action names, and let every change be drawn."""
        self._turn()
        match action:
            case Tap(act, value):
                place = self._shell.place_of(act, value)
                assert place is not None, action
                self._touch([place])
            case Sign(strokes):
                field = self._shell.signing_field()
                assert field is not None
                for stroke in strokes:
                    self._touch(
                        [
                            (field.x + x * PANEL.px_per_mm, field.y + y * PANEL.px_per_mm)
                            for x, y in stroke
                        ]
                    )
        for _ in range(MIRROR_TURNS if self.people.page.name == "proof" else 0):
            self._shell.idle()

    def _touch(self, way: list[tuple[float, float]]) -> None:
        self._finger.down(*way[0])
        self._turn()
        for place in way[1:]:
            self._finger.move(*place)
        self._finger.up(*way[-1])
        self._turn()

    def _turn(self) -> None:
        """Run the loop once as Kivy does, without its pause between pictures."""
        from kivy.base import EventLoop  # noqa: PLC0415
        from kivy.clock import Clock  # noqa: PLC0415

        now = Clock.time()
        Clock.pre_idle()
        Clock.post_idle(now, now)
        EventLoop.dispatch_input()
        Clock.tick_draw()
        if EventLoop.window.canvas.needs_redraw:
            EventLoop.window.dispatch("on_draw")
            EventLoop.window.dispatch("on_flip")


def drawn(visits: int, *, troubled: bool) -> Sizes:
    """Draw whole visits as fast as possible, with real touches on the real window."""
    glass = Glass()
    go = glass.people.struggle if troubled else glass.people.go
    return went(lambda: go(glass.do), visits, 1)


def told(visits: int, *, troubled: bool) -> Sizes:
    """Step through whole visits without a window and without pages."""
    people = BenchVisits(demo_handbook(), lambda _page: None, Random(SEED))  # noqa: S311
    hands, ways = by_events(people), []
    for _ in () if troubled else PEOPLE:
        people.go(hands)
        ways.append(tuple(people.happened))
    ways += recorded(WAYS, Random(SEED)) if troubled else []  # noqa: S311
    return went(lambda: people.again(ways[people.count % len(ways)]), visits, EVERY)


def went(go: Callable[[], None], visits: int, every: int) -> Sizes:
    """Return MiB, threads and open files after each `every` visits."""
    process = psutil.Process()
    sizes: Sizes = {name: array("d") for name in ("mib", "threads", "files", "fonts")}
    for number in range(1, visits + 1):
        go()
        if number % every == 0:
            sizes["mib"].append(process.memory_info().rss / MIB)
            sizes["threads"].append(process.num_threads())
            opened = [os.path.realpath(one) for one in Path("/proc/self/fd").iterdir()]
            fonts = sum(one.endswith(FONT) for one in opened)
            sizes["files"].append(len(opened) - fonts)
            sizes["fonts"].append(fonts)
    return sizes


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("visits", type=int)
    parser.add_argument("--table", action="store_true", help="without a window")
    parser.add_argument("--troubled", action="store_true", help="devices fail, people go away")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    sizes = (told if options.table else drawn)(options.visits, troubled=options.troubled)
    options.out.write_text(json.dumps({name: [*found] for name, found in sizes.items()}))


if __name__ == "__main__":
    main()

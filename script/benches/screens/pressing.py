"""Bench of the time until a press is seen, and until the next page, in a real window.

Fingers come from SDL's queue at any moment, whatever the loop is doing; a page counts as seen when
its picture is finished. The floor is a bare window of Kivy with the kiosk's settings.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from screens.kivy_start import configure, set_environment
from screens.scripted.person import Sign, Tap
from screens.shell import Shell, ShellContext, open_shell
from screens.theme import ScreenPanel
from script.benches.screens.sdl_panel import SdlPanel
from script.benches.visits.visiting import BenchVisits
from wiring.gallery.drawing import PANELS, PX_PER_MM
from wiring.gallery.page_catalogue import demo_handbook
from wiring.places import ASSETS

SEED = 6
PANEL = ScreenPanel(*PANELS["portrait"], PX_PER_MM)
BEFORE, HELD = (0.35, 0.6), (0.08, 0.3)  # seconds; nobody presses twice within 0.3 s
PATIENCE_SECONDS = 5.0
SETTLE_SECONDS = 0.5
START_SECONDS = 1.0  # nobody presses sooner after the first page has come
BARE_THINGS = 60  # what a bare window draws: as many rectangles as a page has marks, roughly

Place = tuple[float, float]


@dataclass
class Eye:
    """Records when the picture of a turn of the loop is finished."""

    seen_at: float = 0.0
    pictures: int = 0

    def __post_init__(self) -> None:
        from kivy.base import EventLoop  # noqa: PLC0415 - there must be a window
        from kivy.graphics.opengl import glFinish  # noqa: PLC0415

        def flip(_window: Any) -> None:
            glFinish()
            self.seen_at = time.perf_counter()
            self.pictures += 1

        self._loop = EventLoop
        EventLoop.window.bind(on_flip=flip)

    def turn(self) -> None:
        """Run the loop once, as a kiosk does."""
        self._loop.idle()
        self._loop.window.mainloop()

    def during(self, seconds: float) -> int:
        """Return the number of pictures drawn in so many seconds."""
        before, end = self.pictures, time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.turn()
        return self.pictures - before


@dataclass
class Presser:
    """A finger that comes and goes on threads of its own, with the times of its answers.

    `pressed` returns what looks pressed now; `answers` and `nexts` are in seconds.
    """

    eye: Eye
    random: Random
    pressed: Callable[[], object]
    answers: list[float] = field(default_factory=list)
    nexts: list[float] = field(default_factory=list)
    missed: int = 0
    _acted_at: float = 0.0

    def __post_init__(self) -> None:
        self._panel = SdlPanel(PANEL.width_px, PANEL.height_px)

    def press(self, place: Place, turned: Callable[[], bool]) -> None:
        """Press and lift; record when the press was seen, and the next page if `turned` says so."""
        finger: list[int] = []
        self._soon(BEFORE, lambda: finger.append(self._panel.down(*place)))
        if not self._until(lambda: self.pressed() is not None):
            self.missed += 1
            return
        self.answers.append(self.eye.seen_at - self._acted_at)
        self._soon(HELD, lambda: self._panel.up(finger[0], *place))
        if self._until(lambda: self.pressed() is None) and turned():
            self.nexts.append(self.eye.seen_at - self._acted_at)

    def _soon(self, between: tuple[float, float], act: Callable[[], object]) -> None:
        def work() -> None:
            self._acted_at = time.perf_counter()
            act()

        threading.Timer(self.random.uniform(*between), work).start()

    def _until(self, wanted: Callable[[], bool]) -> bool:
        give_up = time.perf_counter() + PATIENCE_SECONDS
        while not wanted():
            if time.perf_counter() > give_up:
                return False
            self.eye.turn()
        return True


def kiosk(presses: int, idle_seconds: float) -> dict[str, object]:
    """Press through whole visits on real pages; then count the pictures of idle pages."""
    outside = ShellContext(send=lambda what: people.happen(what))  # noqa: PLW0108 - made below
    shell: Shell = open_shell(PANEL, ASSETS, outside, offscreen=True)
    from screens.scripted.finger import Finger  # noqa: PLC0415

    random = Random(SEED)  # noqa: S311 - no secret
    people = BenchVisits(demo_handbook(), shell.show, random)
    eye, finger = Eye(), Finger(shell)
    shell.warm(people.next_pages())
    eye.during(START_SECONDS)
    presser = Presser(eye, random, lambda: shell.pressed)

    def hands(action: Tap | Sign) -> None:
        if isinstance(action, Sign):
            finger.draw(action.strokes)
            return
        place, before = shell.place_of(action.act, action.value), people.page
        assert place is not None, action
        presser.press(
            place, lambda: (people.page.name, people.page.rows) != (before.name, before.rows)
        )

    while len(presser.answers) + presser.missed < presses:
        people.go(hands)
    eye.during(SETTLE_SECONDS)
    idle = eye.during(idle_seconds)
    return {**told(presser), "idle_pictures": idle}


def bare(presses: int) -> dict[str, object]:
    """Press in a window of Kivy without a kiosk: colour on touch, other rectangles on release."""
    configure(PANEL, hidden=set_environment(offscreen=True))
    from kivy.base import EventLoop, runTouchApp  # noqa: PLC0415 - opens a window
    from kivy.graphics import Color, Rectangle  # noqa: PLC0415

    from screens.sdl_gate import close_the_gate  # noqa: PLC0415

    EventLoop.ensure_window()
    window, held, random = EventLoop.window, [], Random(SEED)  # noqa: S311
    window.size = (PANEL.width_px, PANEL.height_px)
    runTouchApp(embedded=True)
    close_the_gate(may_close=False)
    colour = Color(1, 1, 1)

    def fill() -> None:
        window.canvas.clear()
        window.canvas.add(colour)
        for _ in range(BARE_THINGS):
            place = random.randrange(PANEL.width_px - 300), random.randrange(PANEL.height_px - 100)
            window.canvas.add(Rectangle(pos=place, size=(300, 100)))

    def down(*_: object) -> None:
        held.append(1)
        colour.rgb = (0.5, 0.5, 0.5)

    def up(*_: object) -> None:
        held.clear()
        fill()

    fill()
    window.bind(on_touch_down=down, on_touch_up=up)
    presser = Presser(Eye(), random, lambda: held or None)
    for _ in range(presses):
        presser.press((500.0, 900.0), lambda: True)
    return told(presser)


def told(presser: Presser) -> dict[str, object]:
    return {"answers": presser.answers, "nexts": presser.nexts, "missed": presser.missed}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("presses", type=int)
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--idle", type=float, default=5.0)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    found = bare(options.presses) if options.bare else kiosk(options.presses, options.idle)
    options.out.write_text(json.dumps(found))


if __name__ == "__main__":
    main()

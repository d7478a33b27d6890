"""Fixtures: one off-screen window for all tests of screens/."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from kiosk.ports import Frame
from kiosk.visit.events.pressed import Drawn, Pressed
from screens.shell import Shell, ShellContext, open_shell
from screens.theme import ScreenPanel

ASSETS = Path(__file__).parents[2] / "assets"
PORTRAIT = ScreenPanel(1080, 1920, 4.03, round(221.4 * 4.03))
LANDSCAPE = ScreenPanel(1920, 1080, 4.03)


@dataclass
class ShellWorld:
    """What the shell talks to in tests; time stands still until it is set."""

    sent: list[Pressed | Drawn] = field(default_factory=list)
    touches: int = 0
    asked_frames: int = 0
    frame: Frame | None = None
    time: float = 100.0
    pictures: dict[int, Frame] = field(default_factory=dict)
    seen: Frame | None = None
    films: dict[str, Frame] = field(default_factory=dict)
    asked_films: list[str] = field(default_factory=list)

    def frames(self) -> Frame | None:
        self.asked_frames += 1
        return self.frame

    def film(self, name: str) -> Frame | None:
        self.asked_films.append(name)
        return self.films.get(name)

    def touched(self) -> None:
        self.touches += 1

    def outside(self) -> ShellContext:
        return ShellContext(
            self.sent.append,
            self.frames,
            self.touched,
            lambda: self.time,
            self.pictures.get,
            lambda: self.seen,
            self.film,
        )


def colour_at(shell: Shell, path: Path, place: tuple[int, int]) -> tuple[int, ...]:
    """Return the colour (R, G, B) at a place of the window; its picture goes to `path`."""
    shell.save_screenshot(path)
    with Image.open(path) as picture:
        assert picture.size == (PORTRAIT.width_px, PORTRAIT.height_px)
        found = picture.getpixel(place)
    assert isinstance(found, tuple)
    return found[:3]


@pytest.fixture(scope="session")
def world() -> ShellWorld:
    return ShellWorld()


@pytest.fixture(scope="session")
def open_window(world: ShellWorld) -> Shell:
    return open_shell(PORTRAIT, ASSETS, world.outside(), offscreen=True)


@pytest.fixture
def shell(open_window: Shell, world: ShellWorld) -> Iterator[Shell]:
    """Give the one shell, with a clean world and no double press from the test before."""
    world.sent.clear()
    world.touches = world.asked_frames = 0
    world.frame = world.seen = None
    world.pictures.clear()
    world.films.clear()
    world.asked_films.clear()
    world.time += 10.0
    yield open_window
    open_window.watch_nothing()

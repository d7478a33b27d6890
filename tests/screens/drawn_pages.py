"""Pages as they are drawn, for the rules of layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fontTools.ttLib import TTFont

from kiosk.pages.display import Contrast, Reach, TextSize, View
from kiosk.pages.page import Page
from screens.box import Box
from screens.breaks import read_words
from screens.fonts import font_files
from screens.layouts.frame import compose
from screens.scene import Scene, ScenePart, TextBlock, Weight
from screens.shell import Shell
from screens.theme import Measure, ScreenPanel, Theme, Tokens
from tests.screens import lint
from tests.screens.conftest import ASSETS, LANDSCAPE, PORTRAIT
from wiring.gallery.drawing import Variant
from wiring.gallery.page_catalogue import GalleryPage, demo_table

NAME_MM = 39.0  # of a wide page, for the name and the path
Sample = Callable[[], Page]
Drawn = Callable[[Page, ScreenPanel], Scene]
VIEWS = [View(size, contrast) for contrast in Contrast for size in TextSize]


@pytest.fixture(scope="module")
def known() -> dict[Weight, frozenset[int]]:
    files = font_files(ASSETS)
    signs: dict[Weight, frozenset[int]] = {}
    for weight, path in files.items():
        with TTFont(path, lazy=True) as font:
            signs[weight] = frozenset(font.getBestCmap())
    return signs


@pytest.fixture
def drawn(shell: Shell) -> Drawn:
    tokens = Tokens(ASSETS / "tokens.toml")
    words = read_words(ASSETS)
    return lambda page, panel: compose(
        Theme(tokens, panel, page.view, shell.metrics, words=words), page
    )


def layout_findings(
    scene: Scene, page: Page, panel: ScreenPanel, measure: Measure
) -> Iterator[str]:
    """Yield what is wrong with how lines and things to press stand."""
    yield from lint.check_spacing(scene)
    yield from lint.check_actions(scene, page)
    yield from lint.check_reach(page, scene, panel)
    if panel.width_px > panel.height_px:
        yield from lint.check_composition(scene, content_room(panel), measure)
    if page.view.reach is Reach.SEATED:
        yield from lint.check_low(scene, panel.too_high_px)


def content_room(panel: ScreenPanel) -> Box:
    """Return the room of a wide page below its name and beside its dock, without the margins."""
    grid, scale = Tokens(ASSETS / "tokens.toml").grid(landscape=True), panel.px_per_mm
    left, top = round(grid["margin"] * scale), round(NAME_MM * scale)
    right = round((grid["dock_left"] - grid["margin"]) * scale)
    return Box(left, top, right - left, panel.height_px - top - left)


def findings(
    scene: Scene, view: View, panel: ScreenPanel, shell: Shell, known: dict[Weight, frozenset[int]]
) -> Iterator[str]:
    high = view.contrast is Contrast.HIGH
    least = lint.LEAST_CONTRAST_HIGH if high else lint.LEAST_CONTRAST
    yield from lint.check_size(scene, panel)
    yield from lint.check_contrast(scene, least, shell.metrics)
    yield from lint.check_room(scene, panel, shell.metrics)
    yield from lint.check_targets(scene, panel)
    yield from lint.check_covering(scene)
    yield from lint.check_hidden(scene, shell.metrics)
    yield from lint.check_primary(scene)
    yield from lint.check_lines(scene)
    yield from lint.check_glyphs(scene, known)


def scene_of(gallery_page: GalleryPage, way: Variant, drawn: Drawn) -> Scene:
    panel = PORTRAIT if way.orientation == "portrait" else LANDSCAPE
    return drawn(gallery_page.page(demo_table(), way.view), panel)


def broken(scene: Scene, change: Callable[[TextBlock], TextBlock]) -> Scene:
    """Return the scene with its first text changed."""
    parts = list(scene.parts)
    for at, part in enumerate(parts):
        words = next((mark for mark in part.marks if isinstance(mark, TextBlock)), None)
        if words is not None and words.weight is Weight.MEDIUM:
            marks = tuple(change(words) if mark is words else mark for mark in part.marks)
            parts[at] = ScenePart(marks, part.target, part.pressed)
            return Scene(scene.ground, tuple(parts))
    raise AssertionError("no text")

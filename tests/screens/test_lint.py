"""Every layout keeps the rules, in two contrasts and three sizes; each rule finds a fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from kiosk.config.settings_reader import read_settings
from kiosk.pages.display import TextSize, View
from kiosk.pages.page import Layout, Row
from kiosk.pages.press import Press
from screens.box import Box
from screens.scene import Drawing, Icon, Scene, TextBlock, Weight
from screens.shell import Shell
from screens.theme import ScreenPanel, Theme, Tokens, TypeStep
from screens.widgets.dock import cell_boxes, shared_boxes
from tests.screens import lint, samples
from tests.screens.conftest import ASSETS, LANDSCAPE, PORTRAIT
from tests.screens.drawn_pages import (
    VIEWS,
    Drawn,
    Sample,
    drawn,
    findings,
    known,
    layout_findings,
    scene_of,
)
from tests.screens.gallery.page_shapes import longest_of_each_shape
from wiring.gallery.drawing import Variant, pages, variants
from wiring.gallery.page_catalogue import GalleryPage, demo_handbook, demo_table
from wiring.places import CONFIG, DEFAULTS

__all__ = ["drawn", "known"]


ON_FIRST_PAGES = ("branch", "mark", "me")
# Drawn in full; in the other variants one page of a shape stands for those with shorter words.
EVERY_PAGE = ("portrait-light-normal", "portrait-light-largest", "landscape-light-largest")


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: f"{view.contrast.value}-{view.text_size}")
@pytest.mark.parametrize("sample", samples.ALL, ids=lambda sample: str(sample.__name__))
@pytest.mark.parametrize("panel", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_every_page_keeps_the_rules(
    sample: Sample,
    view: View,
    panel: ScreenPanel,
    shell: Shell,
    drawn: Drawn,
    known: dict[Weight, frozenset[int]],
) -> None:
    page = replace(
        samples.fitting_rows(sample(), view.text_size), view=view, banner="演示，数据都是编的"
    )
    scene = drawn(page, panel)
    assert list(findings(scene, view, panel, shell, known)) == []
    assert list(layout_findings(scene, page, panel, shell.metrics)) == []


@pytest.fixture(scope="module")
def shown() -> tuple[GalleryPage, ...]:
    return pages()


@pytest.fixture(scope="module")
def longest(shown: tuple[GalleryPage, ...]) -> tuple[GalleryPage, ...]:
    return longest_of_each_shape(shown)


@pytest.mark.exhaustive
@pytest.mark.parametrize("way", variants(), ids=lambda way: str(way.name))
def test_every_page_of_the_table_keeps_the_rules(
    way: Variant,
    shown: tuple[GalleryPage, ...],
    longest: tuple[GalleryPage, ...],
    shell: Shell,
    drawn: Drawn,
    known: dict[Weight, frozenset[int]],
) -> None:
    panel = PORTRAIT if way.orientation == "portrait" else LANDSCAPE
    drawn_ones = shown if way.name in EVERY_PAGE else longest
    scenes = {one.name: scene_of(one, way, drawn) for one in drawn_ones}
    found = {
        name: said
        for name, scene in scenes.items()
        if (said := [*findings(scene, way.view, panel, shell, known)])
    }
    assert found == {}, "\n" + "\n".join(f"{k}: {v}" for k, v in found.items())
    crowded = {
        gallery_page.name: said
        for gallery_page in drawn_ones
        if (
            said := [
                *layout_findings(
                    scenes[gallery_page.name],
                    gallery_page.page(demo_table(), way.view),
                    panel,
                    shell.metrics,
                )
            ]
        )
    }
    assert crowded == {}
    blank = [one.name for one in drawn_ones if lacks_sign(one, way, scenes[one.name])]
    assert blank == [], "pages that wait without the sign that they do"
    acts = {
        (mark.name, mark.contrast, mark.box.w, mark.box.h)
        for scene in scenes.values()
        for mark in scene.marks
        if isinstance(mark, Drawing) and mark.name not in ON_FIRST_PAGES
    }
    assert acts <= set(shell.action_drawings()), "a drawing that nobody renders beforehand"


def lacks_sign(gallery_page: GalleryPage, way: Variant, scene: Scene) -> bool:
    """Tell whether the page waits and does not show the hourglass."""
    waits = gallery_page.page(demo_table(), way.view).waiting is not None
    return waits and all(mark.name != "hourglass" for mark in scene.marks if isinstance(mark, Icon))


@pytest.mark.exhaustive
def test_the_largest_text_keeps_three_choices(shown: tuple[GalleryPage, ...]) -> None:
    """Where five are listed in the usual size; who reads large must not lose the view of a list."""
    few = []
    for gallery_page in shown:
        usual, largest = (
            len(gallery_page.page(demo_table(), View(size)).rows)
            for size in (TextSize.NORMAL, TextSize.LARGEST)
        )
        if usual >= 5 and largest < 3:
            few.append((gallery_page.name, usual, largest))
    assert few == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("way", variants(), ids=lambda way: str(way.name))
def test_the_longest_failure_fits_on_every_card(
    way: Variant,
    shown: tuple[GalleryPage, ...],
    shell: Shell,
    drawn: Drawn,
    known: dict[Weight, frozenset[int]],
) -> None:
    panel = PORTRAIT if way.orientation == "portrait" else LANDSCAPE
    longest = max((demo_handbook().titles[one] for one in demo_handbook().cures), key=len)
    for gallery_page in (one for one in shown if one.name.startswith("maintenance.")):
        page = gallery_page.page(demo_table(), way.view)
        bad = tuple(replace(card, phrase=longest, good=False) for card in page.cards)
        scene = drawn(replace(page, cards=bad), panel)
        assert list(findings(scene, way.view, panel, shell, known)) == [], gallery_page.name
        assert list(under_a_press(scene, {card.words for card in bad})) == [], gallery_page.name


def under_a_press(scene: Scene, names: set[str]) -> Iterator[str]:
    """Yield the cards with these names that something to press lies on."""
    for part in scene.parts:
        said = {"".join(mark.lines) for mark in part.marks if isinstance(mark, TextBlock)} & names
        lies = any(part.box.overlaps(target.box) for target in scene.targets)
        if part.target is None and lies:
            yield from said


@pytest.mark.exhaustive
def test_a_tablet_at_somebodys_home_keeps_the_rules(
    shown: tuple[GalleryPage, ...], shell: Shell, drawn: Drawn, known: dict[Weight, frozenset[int]]
) -> None:
    """Drawn for the eye's millimetres: config/profiles/tablet.toml says why."""
    wanted = read_settings(DEFAULTS, CONFIG / "profiles" / "tablet.toml").panel
    panel, view = ScreenPanel(wanted.width_px, wanted.height_px, wanted.px_per_mm), View()
    found = {}
    for gallery_page in shown:
        scene = drawn(gallery_page.page(demo_table(), view), panel)
        if said := [*findings(scene, view, panel, shell, known)]:
            found[gallery_page.name] = said
    assert found == {}


def test_every_layout_has_a_sample() -> None:
    assert {sample().layout for sample in samples.ALL} == set(Layout)


@pytest.mark.parametrize("panel", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_dock_cells_are_the_same_rectangles_on_every_page(panel: ScreenPanel, drawn: Drawn) -> None:
    for sample in samples.ALL:
        for view in VIEWS:
            page = replace(sample(), view=view)
            scene = drawn(page, panel)
            theme = Theme(Tokens(ASSETS / "tokens.toml"), panel, view, lambda *_: 0)
            shared = {
                first: (first, *(one.act for one in others)) if others else ()
                for first, others in ((Press.REPEAT, page.voice), (Press.LARGER, page.sight))
            }
            wanted = {
                (choice.act, box)
                for choice, box in zip(page.dock, cell_boxes(theme), strict=True)
                if choice is not None and not shared.get(choice.act)
            }
            for at, acts in ((2, shared[Press.REPEAT]), (3, shared[Press.LARGER])):
                wanted |= set(zip(acts, shared_boxes(theme, cell_boxes(theme)[at]), strict=False))
            assert wanted <= {(target.act, target.box) for target in scene.targets}


def test_banner_moves_nothing(drawn: Drawn) -> None:
    for sample in samples.ALL:
        page = replace(sample(), banner="")
        plain = drawn(page, PORTRAIT).parts
        with_banner = drawn(replace(page, banner="演示"), PORTRAIT).parts
        assert with_banner[: len(plain)] == plain
        assert len(with_banner) == len(plain) + 1


def test_the_person_herself_chooses_the_size(drawn: Drawn) -> None:
    normal, largest = (
        max(
            mark.size
            for mark in drawn(replace(samples.card(), view=View(size)), PORTRAIT).marks
            if isinstance(mark, TextBlock)
        )
        for size in (TextSize.NORMAL, TextSize.LARGEST)
    )
    assert largest == round(normal * 1.5)


def test_a_panel_that_is_turned_keeps_its_lower_edge() -> None:
    turned = PORTRAIT.turned(1080, 1000)
    assert turned.too_high_px == 0
    assert PORTRAIT.turned(1080, 2000).too_high_px == PORTRAIT.too_high_px + 80
    assert LANDSCAPE.turned(1080, 1920).too_high_px == 0


def test_the_path_has_five_steps_and_text_grows_by_half_at_most() -> None:
    tokens = Tokens(ASSETS / "tokens.toml")
    assert len(tokens.steps) == 5
    assert max(tokens.scale(step, size) for step in TypeStep for size in TextSize) <= 1.5


WORDY = frozenset(
    [
        "title",
        "sentence",
        "words",
        "reason",
        "pill",
        "hint",
        "heading",
        "lines",
        "label",
        "under",
        "question",
        "here",
        "inside",
        "what",
        "when",
        "remark",
        "group",
        "count",
        "credit",
    ]
)
LEAST_READABLE_MM = 5.4  # half of the smallest step


def doubled(said: Any, name: str = "") -> Any:
    """Return a page all of whose texts are twice as long; the dock and the product keep theirs."""
    if isinstance(said, str):
        return said * 2 if name in WORDY else said
    if isinstance(said, tuple):
        return tuple(doubled(one, name) for one in said)
    if not is_dataclass(said) or isinstance(said, type):
        return said
    kept = {"dock", "banner"} | ({"title"} if name == "idle" else set())
    changes = {f.name: doubled(getattr(said, f.name), f.name) for f in fields(said)}
    return replace(said, **{key: one for key, one in changes.items() if key not in kept})


@pytest.mark.parametrize("panel", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
@pytest.mark.parametrize("sample", samples.ALL, ids=lambda sample: str(sample.__name__))
def test_texts_twice_as_long_as_planned_stay_whole_and_on_no_button(
    sample: Sample, panel: ScreenPanel, shell: Shell, drawn: Drawn
) -> None:
    scene = drawn(doubled(sample(), sample.__name__), panel)
    found = [
        *lint.check_room(scene, panel, shell.metrics),
        *lint.check_covering(scene),
        *lint.check_hidden(scene, shell.metrics),
    ]
    assert found == []
    least = min(mark.size for mark in scene.marks if isinstance(mark, TextBlock))
    assert least / panel.px_per_mm >= LEAST_READABLE_MM


def test_a_text_too_long_is_found_and_never_cut(
    shell: Shell, drawn: Drawn, known: dict[Weight, frozenset[int]]
) -> None:
    row = Row("一二三四五六七八九十" * 40, label="单位")
    page = replace(samples.facts(), rows=(row,))
    scene = drawn(page, PORTRAIT)
    assert list(findings(scene, page.view, PORTRAIT, shell, known))
    assert row.words in "".join(
        "".join(mark.lines) for mark in scene.marks if isinstance(mark, TextBlock)
    )


def test_boxes_know_their_gap() -> None:
    left, right = Box(0, 0, 10, 10), Box(14, 3, 10, 10)
    assert (left.gap(right), right.gap(left)) == (4, 4)
    assert left.gap(Box(5, 5, 10, 10)) < 0

"""Every layout keeps the rules, in two contrasts and three sizes; each rule finds a fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from kiosk.config.settings import read_settings
from kiosk.pages.display import Contrast, Reach, TextSize, View
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Row
from kiosk.pages.press import Press
from screens.box import Box
from screens.breaks import read_words
from screens.fonts import font_files
from screens.layouts.frame import compose
from screens.scene import Drawing, Scene, ScenePart, Target, TextBlock, Weight
from screens.shell import Shell
from screens.theme import ScreenPanel, Theme, Tokens, TypeStep
from screens.widgets.dock import cell_boxes, shared_boxes
from tests.screens import lint, samples
from tests.screens.conftest import ASSETS, LANDSCAPE, PORTRAIT
from wiring.gallery import Variant, pages, variants
from wiring.page_catalogue import Exhibit, demo_handbook
from wiring.places import CONFIG, DEFAULTS

Sample = Callable[[], Page]
Drawn = Callable[[Page, ScreenPanel], Scene]

ON_FIRST_PAGES = ("branch", "mark", "me")
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


def layout_findings(scene: Scene, page: Page, panel: ScreenPanel) -> Iterator[str]:
    """Yield what is wrong with how lines and things to press stand."""
    yield from lint.check_spacing(scene)
    yield from lint.check_actions(scene, page)
    yield from lint.check_reach(scene, panel)
    if page.view.reach is Reach.SEATED:
        yield from lint.check_low(scene, panel.too_high_px)


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
    assert list(layout_findings(scene, page, panel)) == []


@pytest.fixture(scope="module")
def shown() -> tuple[Exhibit, ...]:
    return pages()


@pytest.mark.parametrize("way", variants(), ids=lambda way: str(way.name))
def test_every_page_of_the_table_keeps_the_rules(
    way: Variant,
    shown: tuple[Exhibit, ...],
    shell: Shell,
    drawn: Drawn,
    known: dict[Weight, frozenset[int]],
) -> None:
    panel = PORTRAIT if way.orientation == "portrait" else LANDSCAPE
    scenes = {exhibit.name: scene_of(exhibit, way, drawn) for exhibit in shown}
    found = {
        name: said
        for name, scene in scenes.items()
        if (said := [*findings(scene, way.view, panel, shell, known)])
    }
    assert found == {}, "\n" + "\n".join(f"{k}: {v}" for k, v in found.items())
    crowded = {
        exhibit.name: said
        for exhibit in shown
        if (
            said := [
                *layout_findings(
                    scenes[exhibit.name], exhibit.page(demo_handbook(), way.view), panel
                )
            ]
        )
    }
    assert crowded == {}
    acts = {
        (mark.name, mark.twin, mark.box.w, mark.box.h)
        for scene in scenes.values()
        for mark in scene.marks
        if isinstance(mark, Drawing) and mark.name not in ON_FIRST_PAGES
    }
    assert acts <= set(shell.acts()), "a drawing that nobody renders beforehand"


@pytest.mark.parametrize("way", variants(), ids=lambda way: str(way.name))
def test_the_longest_failure_fits_on_every_card(
    way: Variant,
    shown: tuple[Exhibit, ...],
    shell: Shell,
    drawn: Drawn,
    known: dict[Weight, frozenset[int]],
) -> None:
    panel = PORTRAIT if way.orientation == "portrait" else LANDSCAPE
    longest = max((demo_handbook().titles[one] for one in demo_handbook().cures), key=len)
    for exhibit in (one for one in shown if one.name.startswith("maintenance.")):
        page = exhibit.page(demo_handbook(), way.view)
        bad = tuple(replace(card, phrase=longest, good=False) for card in page.cards)
        scene = drawn(replace(page, cards=bad), panel)
        assert list(findings(scene, way.view, panel, shell, known)) == [], exhibit.name
        assert list(under_a_press(scene, {card.words for card in bad})) == [], exhibit.name


def under_a_press(scene: Scene, names: set[str]) -> Iterator[str]:
    """Yield the cards with these names that something to press lies on."""
    for part in scene.parts:
        said = {"".join(mark.lines) for mark in part.marks if isinstance(mark, TextBlock)} & names
        lies = any(part.box.overlaps(target.box) for target in scene.targets)
        if part.target is None and lies:
            yield from said


def test_a_tablet_at_somebodys_home_keeps_the_rules(
    shown: tuple[Exhibit, ...], shell: Shell, drawn: Drawn, known: dict[Weight, frozenset[int]]
) -> None:
    """Drawn for the eye's millimetres: config/profiles/tablet.toml says why."""
    wanted = read_settings(DEFAULTS, CONFIG / "profiles" / "tablet.toml").panel
    panel, view = ScreenPanel(wanted.width_px, wanted.height_px, wanted.px_per_mm), View()
    found = {}
    for exhibit in shown:
        scene = drawn(exhibit.page(demo_handbook(), view), panel)
        if said := [*findings(scene, view, panel, shell, known)]:
            found[exhibit.name] = said
    assert found == {}


def scene_of(exhibit: Exhibit, way: Variant, drawn: Drawn) -> Scene:
    panel = PORTRAIT if way.orientation == "portrait" else LANDSCAPE
    return drawn(exhibit.page(demo_handbook(), way.view), panel)


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


def test_the_rules_bite(shell: Shell, drawn: Drawn, known: dict[Weight, frozenset[int]]) -> None:
    page = samples.card()
    scene = drawn(page, PORTRAIT)
    changes: list[Callable[[TextBlock], TextBlock]] = [
        lambda words: replace(words, size=30),
        lambda words: replace(words, colour="#A09880"),
        lambda words: replace(words, box=words.box.sized(w=20)),
        lambda words: replace(words, box=words.box.sized(h=10)),
        lambda words: replace(words, box=words.box.moved(across=1000)),
        lambda words: replace(words, lines=("照片", "，朝上")),
        lambda words: replace(words, lines=("照片朝", "上。")),
        lambda words: replace(words, lines=("\U0001f600",)),
    ]
    for number, change in enumerate(changes):
        found = list(findings(broken(scene, change), page.view, PORTRAIT, shell, known))
        assert found, f"change {number} was not found"


def test_a_cropped_line_is_caught(shell: Shell, drawn: Drawn) -> None:
    scene = drawn(samples.card(), PORTRAIT)
    assert list(lint.check_room(scene, PORTRAIT, shell.metrics)) == []
    one_px_less = broken(scene, lambda words: words.at(words.box.sized(h=words.natural[1] - 1)))
    assert list(lint.check_room(one_px_less, PORTRAIT, shell.metrics))


def test_a_text_of_six_point_nine_to_one_is_caught(shell: Shell, drawn: Drawn) -> None:
    scene = drawn(samples.card(), PORTRAIT)
    greys = [f"#{level:02X}{level:02X}{level:02X}" for level in range(256)]
    just_too_pale = next(grey for grey in greys if lint.contrast(grey, scene.ground) < 7.0)
    assert 6.9 <= lint.contrast(just_too_pale, scene.ground) < 7.0
    pale = broken(scene, lambda words: replace(words, colour=just_too_pale))
    assert len(list(lint.check_contrast(pale, lint.LEAST_CONTRAST, shell.metrics))) == 1
    assert list(lint.check_contrast(scene, lint.LEAST_CONTRAST, shell.metrics)) == []


@pytest.mark.parametrize("side", ["w", "h"])
def test_a_button_of_nineteen_millimetres_is_caught(side: str, drawn: Drawn) -> None:
    scene = drawn(samples.card(), PORTRAIT)
    assert list(lint.check_targets(scene, PORTRAIT)) == []
    at, part = next((at, part) for at, part in enumerate(scene.parts) if part.target is not None)
    assert part.target is not None
    small = replace(part.target.box, **{side: round(19 * PORTRAIT.px_per_mm)})
    parts = list(scene.parts)
    parts[at] = replace(part, target=replace(part.target, box=small))
    found = list(lint.check_targets(Scene(scene.ground, tuple(parts)), PORTRAIT))
    assert any("19.1 mm" in said for said in found)


def test_a_sign_that_the_font_lacks_is_caught(
    drawn: Drawn, known: dict[Weight, frozenset[int]]
) -> None:
    scene = drawn(replace(samples.card(), title="请放\U0001f4b3"), PORTRAIT)
    assert list(lint.check_glyphs(scene, known))


def test_lines_that_stand_too_close_are_caught(drawn: Drawn) -> None:
    scene = drawn(samples.card(), PORTRAIT)
    close = broken(
        scene, lambda words: replace(words, lines=("照片", "朝上"), pitch=round(words.size * 1.2))
    )
    assert list(lint.check_spacing(scene)) == []
    assert any("1.20 em" in said for said in lint.check_spacing(close))


def test_more_than_seven_things_to_do_are_caught(drawn: Drawn) -> None:
    page = samples.card()
    scene = drawn(page, PORTRAIT)
    many = tuple(ScenePart((), Target(Press.DONE, str(at), Box(0, 0, 90, 90))) for at in range(7))
    crowded = Scene(scene.ground, (*scene.parts, *many))
    assert list(lint.check_actions(crowded, page)) == ["8 things to do"]
    rows = tuple(Row(str(at)) for at in range(7))
    assert list(lint.check_actions(scene, replace(page, rows=rows))) == ["7 rows"]


def test_a_button_out_of_reach_is_caught(drawn: Drawn) -> None:
    scene = drawn(samples.card(), PORTRAIT)
    high = ScenePart((), Target(Press.DONE, "", Box(100, 700, 200, 100)))
    found = list(lint.check_reach(Scene(scene.ground, (*scene.parts, high)), PORTRAIT))
    assert found == ["done  begins at 36%"]


def test_what_who_sits_cannot_reach_is_caught(drawn: Drawn) -> None:
    seated = View(reach=Reach.SEATED)
    for sample in (samples.choose, samples.mobile, samples.writing):
        low = drawn(replace(samples.low_rows(sample()), view=seated), PORTRAIT)
        assert list(lint.check_low(low, PORTRAIT.too_high_px)) == []
        standing = drawn(sample(), PORTRAIT)
        assert list(lint.check_low(standing, PORTRAIT.too_high_px)), sample.__name__


def test_a_panel_that_is_turned_keeps_its_lower_edge() -> None:
    turned = PORTRAIT.turned(1080, 1000)
    assert turned.too_high_px == 0
    assert PORTRAIT.turned(1080, 2000).too_high_px == PORTRAIT.too_high_px + 80
    assert LANDSCAPE.turned(1080, 1920).too_high_px == 0


def test_the_path_has_five_steps_and_text_grows_by_half_at_most() -> None:
    tokens = Tokens(ASSETS / "tokens.toml")
    assert len(tokens.steps) == 5
    assert max(tokens.scale(step, size) for step in TypeStep for size in TextSize) <= 1.5


def test_two_primary_buttons_are_caught(drawn: Drawn) -> None:
    two = (
        Choice(Press.DONE, "好了", tone=ButtonStyle.PRIMARY),
        Choice(Press.NEXT, "下一页", tone=ButtonStyle.PRIMARY),
    )
    scene = drawn(replace(samples.card(), choices=two), PORTRAIT)
    assert list(lint.check_primary(scene)) == ["2 primary buttons"]


def test_the_rules_for_targets_bite(shell: Shell, drawn: Drawn) -> None:
    scene = drawn(samples.dates(), PORTRAIT)
    narrow = [
        replace(part, target=replace(part.target, box=part.target.box.sized(w=60)))
        if part.target is not None
        else part
        for part in scene.parts
    ]
    assert list(lint.check_targets(Scene(scene.ground, tuple(narrow)), PORTRAIT))
    crowded = (*scene.parts, *(part for part in scene.parts if part.target is not None))
    assert list(lint.check_targets(Scene(scene.ground, crowded), PORTRAIT))
    assert list(lint.check_hidden(Scene(scene.ground, scene.parts[::-1]), shell.metrics))
    assert list(lint.check_primary(Scene(scene.ground, (*scene.parts, *scene.parts))))


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

"""The rules of layout find what breaks them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.pages.display import Reach, View
from kiosk.pages.page import ButtonStyle, Choice, Row
from kiosk.pages.press import Press
from screens.box import Box
from screens.scene import Scene, ScenePart, Target, TextBlock, Weight
from screens.shell import Shell
from tests.screens import lint, samples
from tests.screens.conftest import LANDSCAPE, PORTRAIT
from tests.screens.drawn_pages import Drawn, broken, content_room, drawn, findings, known

__all__ = ["drawn", "known"]


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
    page = samples.card()
    scene = drawn(page, PORTRAIT)
    high = ScenePart((), Target(Press.DONE, "", Box(100, 700, 200, 100)))
    raised = Scene(scene.ground, (*scene.parts, high))
    assert list(lint.check_reach(page, raised, PORTRAIT)) == ["done  begins at 36%"]
    listed = replace(page, rows=(Row("", act=Press.DONE),))
    assert list(lint.check_reach(listed, raised, PORTRAIT)) == [], "a row of a list"


def test_what_who_sits_cannot_reach_is_caught(drawn: Drawn) -> None:
    seated = View(reach=Reach.SEATED)
    for sample in (samples.choose, samples.mobile, samples.writing):
        low = drawn(replace(samples.low_rows(sample()), view=seated), PORTRAIT)
        assert list(lint.check_low(low, PORTRAIT.too_high_px)) == []
        standing = drawn(sample(), PORTRAIT)
        assert list(lint.check_low(standing, PORTRAIT.too_high_px)), sample.__name__


def test_a_wide_page_that_is_half_empty_is_caught(shell: Shell, drawn: Drawn) -> None:
    scene, room = drawn(samples.card(), LANDSCAPE), content_room(LANDSCAPE)
    assert list(lint.check_composition(scene, room, shell.metrics)) == []
    words = tuple(part for part in scene.parts if part.box.x > room.middle[0])
    assert list(lint.check_composition(Scene(scene.ground, words), room, shell.metrics))


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

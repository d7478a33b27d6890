"""Pages that wait: never blank, their late words fit, and only the dots of their sign change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.pages.display import Contrast, TextSize, View
from kiosk.pages.page import Layout, Page, PageWait, Panel, Row
from screens.scene import Icon, Scene, Weight
from screens.shell import Shell
from screens.theme import ScreenPanel
from tests.kiosk.invented_people import handbook
from tests.screens.conftest import LANDSCAPE, PORTRAIT
from tests.screens.drawn_pages import (
    Drawn,
    drawn,
    findings,
    known,
    layout_findings,
)
from tests.screens.sample_docks import DOCK

__all__ = ["drawn", "known"]

LATE = [one for said in handbook().words["waits"].values() for one in said]
LAYOUTS = (Layout.MESSAGE, Layout.DESK, Layout.FACTS, Layout.LIST, Layout.KEYPAD)
PANELS = pytest.mark.parametrize("panel", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])


def a_page(layout: Layout, view: View, words: str = "正在看，请稍等。", beat: int = 0) -> Page:
    return Page(
        "waiting", layout, "正在找", words, waiting=PageWait((), beat), dock=DOCK, view=view
    )


def signs(scene: Scene) -> list[str]:
    return [mark.name for mark in scene.marks if isinstance(mark, Icon)]


@PANELS
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_that_waits_is_never_blank(layout: Layout, panel: ScreenPanel, drawn: Drawn) -> None:
    page = a_page(layout, View())
    assert "hourglass" in signs(drawn(page, panel))
    assert "hourglass" not in signs(drawn(replace(page, waiting=None, mend=True), panel))


@PANELS
def test_a_panel_does_not_take_the_place_of_the_sign(panel: ScreenPanel, drawn: Drawn) -> None:
    page = replace(a_page(Layout.MESSAGE, View()), panel=Panel("补一样东西", ("缺银行卡照片",)))
    assert "hourglass" in signs(drawn(page, panel))
    assert "hourglass" not in signs(drawn(replace(page, waiting=None), panel))


@PANELS
@pytest.mark.parametrize("layout", [Layout.FACTS, Layout.DESK])
def test_rows_leave_the_sign_its_place(layout: Layout, panel: ScreenPanel, drawn: Drawn) -> None:
    few, many = (tuple(Row(f"第{at}行") for at in range(count)) for count in (2, 7))
    page = replace(a_page(layout, View()), rows=few)
    assert "hourglass" in signs(drawn(page, panel))
    assert "hourglass" in signs(drawn(replace(page, rows=many), panel))


@PANELS
@pytest.mark.parametrize("layout", LAYOUTS)
def test_only_the_dots_change_from_second_to_second(
    layout: Layout, panel: ScreenPanel, drawn: Drawn
) -> None:
    first, second = (drawn(a_page(layout, View(), beat=beat), panel).parts for beat in (4, 5))
    other = [at for at, (one, two) in enumerate(zip(first, second, strict=True)) if one != two]
    assert len(other) == 1


@PANELS
@pytest.mark.parametrize("contrast", list(Contrast))
def test_words_that_come_late_fit_in_the_largest_text(
    contrast: Contrast,
    panel: ScreenPanel,
    drawn: Drawn,
    shell: Shell,
    known: dict[Weight, frozenset[int]],
) -> None:
    view = View(TextSize.LARGEST, contrast)
    for words in LATE:
        page = a_page(Layout.MESSAGE, view, words)
        scene = drawn(page, panel)
        assert [*findings(scene, view, panel, shell, known)] == [], words
        assert [*layout_findings(scene, page, panel, shell.metrics)] == [], words

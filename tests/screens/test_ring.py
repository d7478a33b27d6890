"""The ring shows where the keys stand, on every page, and touches nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.pages.display import Contrast, View
from kiosk.pages.keypad_focus import places_of
from kiosk.pages.page import Page
from kiosk.pages.press import Press
from screens.layouts.frame import compose
from screens.scene import Fill, SignatureField
from screens.shell import Shell
from screens.widgets.ring import focused_box
from tests.kiosk.invented_people import handbook
from tests.screens import samples
from tests.screens.lint import contrast

WORDS = handbook().words["keys"]
LEAST_MM = 1.5


def bars_of(shell: Shell, page: Page, focus: tuple[Press, str]) -> list[Fill]:
    theme = shell.theme(page.view)
    plain = compose(theme, page).parts
    ringed = compose(theme, replace(page, focus=focus)).parts
    assert ringed[: len(plain)] == plain
    (ring,) = ringed[len(plain) :]
    return [mark for mark in ring.marks if isinstance(mark, Fill)]


@pytest.mark.parametrize("high", list(Contrast))
@pytest.mark.parametrize("sample", samples.ALL, ids=lambda sample: str(sample.__name__))
def test_every_place_gets_a_ring_that_covers_nothing(sample, high, shell: Shell) -> None:
    page = replace(sample(), view=View(contrast=high))
    theme = shell.theme(page.view)
    scene = compose(theme, page)
    for place in places_of(page, WORDS):
        focus = (place.act, place.value)
        box = focused_box(scene.parts, focus)
        assert box is not None, focus
        bars = bars_of(shell, page, focus)
        assert len(bars) == 4
        for bar in bars:
            assert min(bar.box.w, bar.box.h) >= LEAST_MM * shell.panel.px_per_mm - 1
            assert not bar.box.overlaps(box)
            assert not any(bar.box.overlaps(one.box) for one in scene.targets)
            assert contrast(bar.colour, theme.colour("paper")) >= 3


def test_the_key_for_signing_has_its_ring_around_the_field(shell: Shell) -> None:
    page = replace(samples.review(), ink=())
    field = next(
        mark
        for mark in compose(shell.theme(page.view), page).marks
        if isinstance(mark, SignatureField)
    )
    assert focused_box(compose(shell.theme(page.view), page).parts, (Press.MARK, "")) == field.box


def test_no_place_no_ring(shell: Shell) -> None:
    page = samples.card()
    theme = shell.theme(page.view)
    gone = replace(page, focus=(Press.RATE, "5"))
    assert compose(theme, gone) == compose(theme, page)

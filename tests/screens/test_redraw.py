"""A picture that was drawn in parts looks the same as one drawn whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.pages.display import Contrast, View
from kiosk.pages.page import Page
from kiosk.ports import Frame
from screens.box import Box
from screens.painting.dirty_regions import Damage
from screens.scene import Fill, Target, TextBlock, Weight
from screens.shell import Shell
from tests.screens import samples
from tests.screens.conftest import PORTRAIT, ShellWorld

if TYPE_CHECKING:
    from screens.scripted.finger import Finger

PAGES = (
    samples.idle,
    samples.choose,
    samples.mobile,
    samples.review,
    samples.notice,
    samples.writing,
    samples.facts,
)
ASIDE = (1.0, 1.0)  # a finger that goes there has pressed nothing


def pixels() -> bytes:
    """Return what the window holds, drawing nothing."""
    from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

    size = (PORTRAIT.width_px, PORTRAIT.height_px)
    return bytes(glReadPixels(0, 0, *size, GL_RGBA, GL_UNSIGNED_BYTE))


def drawn_whole(shell: Shell) -> bytes:
    shell.redraw()
    shell.idle()
    return pixels()


def put(finger: Finger, shell: Shell, world: ShellWorld, target: Target) -> None:
    world.time += 10.0
    finger.down(*target.box.middle)
    shell.idle()


@pytest.mark.parametrize("contrast", Contrast)
@pytest.mark.parametrize("sample", PAGES, ids=lambda sample: str(sample.__name__))
def test_a_press_looks_as_if_the_page_were_drawn_whole(
    sample: Callable[[], Page], contrast: Contrast, shell: Shell, world: ShellWorld
) -> None:
    shell.show(replace(sample(), view=View(contrast=contrast)))
    drawn_whole(shell)
    from screens.scripted.finger import Finger

    finger = Finger(shell)
    for target in shell.scene.targets[::3]:
        before = pixels()
        put(finger, shell, world, target)
        assert shell.pressed == target
        partly = pixels()
        assert partly != before
        assert partly == drawn_whole(shell), target
        finger.up(*ASIDE)
        shell.idle()
        assert pixels() == drawn_whole(shell), target


def test_what_changes_on_a_page_looks_the_same(shell: Shell) -> None:
    page = samples.choose()
    shell.show(page)
    drawn_whole(shell)
    fewer = replace(page, rows=page.rows[:2], sentence="只剩两行了。", count=())
    for other in (fewer, page, replace(page, view=View(contrast=Contrast.HIGH)), page):
        shell.show(other)
        shell.idle()
        assert pixels() == drawn_whole(shell)


def test_the_mirror_looks_the_same(shell: Shell, world: ShellWorld) -> None:
    shell.show(samples.proof())
    drawn_whole(shell)
    for number in range(1, 4):
        shades = bytes([40 * number] * (64 * 48 * 3))
        world.frame = Frame(number, 0.0, 64, 48, shades)
        before = pixels()
        while shell.mirrored != number:
            shell.idle()
        shell.idle()
        assert pixels() != before
        assert pixels() == drawn_whole(shell)


def test_damage_that_is_not_told_would_be_seen(
    shell: Shell, world: ShellWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.show(samples.choose())
    drawn_whole(shell)
    monkeypatch.setattr(Damage, "take", lambda _self: Box(0, 0, 1, 1))
    from screens.scripted.finger import Finger

    finger = Finger(shell)
    put(finger, shell, world, shell.scene.targets[0])
    monkeypatch.undo()
    assert pixels() != drawn_whole(shell)
    finger.up(*ASIDE)


def test_damage_is_told_once_and_reaches_around_what_changed() -> None:
    damage = Damage()
    assert damage.take() is None, "nothing told: everything is drawn"
    damage.add((Fill(Box(10, 10, 5, 5), "#000000"), Fill(Box(30, 40, 5, 5), "#000000")))
    assert damage.take() == Box(7, 7, 31, 41)
    assert damage.take() is None
    line = TextBlock(("字",), Box(50, 50, 40, 30), 40, 30, Weight.BOLD, "#000000", (40, 30))
    damage.add((line,))
    assert damage.take() == Box(30, 30, 80, 70)
    damage.add((line,))
    damage.everything()
    assert damage.take() is None

"""Everything that is said to a face has a drawing of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.ports import Coach
from screens.painting.pictures import MEANINGS, Pictures, render
from screens.shell import Shell
from tests.screens import samples
from wiring.places import ASSETS


@pytest.mark.parametrize("hint", Coach)
def test_each_hint_of_the_coach_is_drawn(hint: Coach) -> None:
    picture = Pictures(ASSETS).icon(hint.value, 64)
    assert picture.path.name.startswith("coach-")
    strips = list(render(picture))
    assert strips
    assert all(strip.startswith(b"\x89PNG") for strip in strips)


def test_no_two_hints_are_drawn_alike() -> None:
    drawn = [Pictures(ASSETS).icon(hint.value, 64) for hint in Coach]
    assert len({MEANINGS[hint.value] for hint in Coach}) == len(Coach)
    assert len({b"".join(render(one)) for one in drawn}) == len(Coach)


def test_pages_that_may_come_are_prepared_and_kept(shell: Shell) -> None:
    textures = shell._window.painter._textures
    page = replace(samples.dates(), title="预先画好的一页")

    def is_ready() -> bool:
        return any(text == page.title for text, _size, _weight in textures._lines)

    shell.show(samples.idle())
    assert not is_ready()
    turns: list[Callable[[], None]] = []
    shell._window.later = lambda _seconds, work: turns.append(work)  # type: ignore[method-assign]
    try:
        shell.warm([page])
        assert shell.page == samples.idle()
        while turns:
            turns.pop()()
    finally:
        del shell._window.later
    assert is_ready()
    kept = {key: made for key, made in textures._lines.items() if key in textures._kept_lines}
    shell.show(page)
    assert {key: textures._lines[key] for key in kept} == kept
    shell.show(samples.idle())
    assert is_ready()


def test_nothing_is_rendered_beforehand_within_a_second_of_a_touch() -> None:
    now, waited = [10.0], []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    pictures = Pictures(ASSETS, lambda: now[0], wait)
    icon = pictures.icon("question", 64)
    pictures.touch()
    now[0] = 10.25
    pictures.warm([icon]).join()
    assert waited == [0.75]
    assert pictures.png_strips(icon) is pictures.png_strips(icon)
    pictures.warm([pictures.icon("bang", 64)]).join()
    assert waited == [0.75]

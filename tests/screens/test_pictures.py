"""Pictures: what is said to a face has a drawing of its own; cameras and films are shown live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.ports import Coach, Frame
from screens.painting.pictures import MEANINGS, Pictures, render
from screens.scene import Photo
from screens.shell import Shell
from tests.screens import samples
from tests.screens.conftest import ShellWorld, colour_at
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


def test_what_the_document_camera_sees_is_shown_while_it_looks(
    shell: Shell, world: ShellWorld, tmp_path: Path
) -> None:
    page = replace(samples.materials(), live=True, pill="正在拍，请别动", choices=())
    shell.show(page)
    (box,) = [mark.box for mark in shell.scene.marks if isinstance(mark, Photo)]
    high, low = (box.middle[0], box.middle[1] - 40), (box.middle[0], box.middle[1] + 40)
    assert colour_at(shell, tmp_path / "none.png", high) == (0xDD, 0xCF, 0xB5), "nothing yet"
    for number, (above, below) in enumerate(((200, 40), (90, 90)), start=5):
        rows = bytes([above] * 3 * 64 * 24) + bytes([below] * 3 * 64 * 24)
        world.seen = Frame(number, 0.0, 64, 48, rows)
        shell._show_frame()
        assert colour_at(shell, tmp_path / "high.png", high) == (above,) * 3
        assert colour_at(shell, tmp_path / "low.png", low) == (below,) * 3
    shell.show(replace(page, pill="放平"))
    assert colour_at(shell, tmp_path / "still.png", low) == (90, 90, 90), (
        "the page changed in place"
    )
    assert world.asked_frames == 0, "not the camera of the face check"
    shell.show(replace(page, live=False))
    assert shell._poll is None
    assert not [mark for mark in shell.scene.marks if isinstance(mark, Photo)]


def test_a_film_is_shown_until_its_page_is_gone(
    shell: Shell, world: ShellWorld, tmp_path: Path
) -> None:
    page = replace(samples.materials(), film="card.webm", pill="请放身份证", choices=())
    shell.show(page)
    (box,) = [mark.box for mark in shell.scene.marks if isinstance(mark, Photo)]
    for number, light in enumerate((200, 90), start=1):
        world.films["card.webm"] = Frame(number, 0.0, 64, 48, bytes([light] * 3 * 64 * 48))
        shell._show_frame()
        assert colour_at(shell, tmp_path / "film.png", box.middle) == (light,) * 3
    shell.show(replace(page, film="other.webm"))
    shell._show_frame()
    assert colour_at(shell, tmp_path / "still.png", box.middle) == (90,) * 3, "until it begins"
    assert world.asked_frames == 0, "not the camera of the face check"
    shell.show(samples.idle())
    assert shell._poll is None
    assert world.asked_films[-1] == "", "the player is told that it is over"

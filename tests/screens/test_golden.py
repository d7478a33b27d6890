"""The approved pages look as they did. Drawn off-screen by Mesa's software renderer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image

from kiosk.pages.display import View
from screens.shell import Shell
from tests.screens import golden, samples

MOST_BYTES = 2 << 20


@pytest.fixture
def drawing(shell: Shell) -> Shell:
    if not golden.renderer().startswith(golden.RENDERER):
        pytest.skip(f"{golden.renderer()!r} draws other edges than {golden.RENDERER!r}")
    return shell


@pytest.mark.parametrize("name", golden.approved())
def test_a_page_looks_as_approved(name: str, drawing: Shell) -> None:
    found = golden.picture(drawing, golden.approved()[name])
    with Image.open(golden.FOLDER / f"{name}.png") as wanted:
        assert golden.unlike(found, wanted.convert("RGB")) <= golden.FEW


def test_one_character_one_tick_and_one_pixel_further_are_seen(drawing: Shell) -> None:
    page = golden.approved()["choose"]
    plain = golden.picture(drawing, page)
    others = [
        replace(page, title=page.title[:-1] + "力"),
        replace(page, rows=(replace(page.rows[0], tick=page.rows[2].tick), *page.rows[1:])),
        replace(page, count=page.count[1:]),
        replace(page, mend=True),
        replace(samples.choose(), view=View(), dock=(None, *page.dock[1:])),
    ]
    for other in others:
        assert golden.unlike(plain, golden.picture(drawing, other)) > golden.FEW
    moved = Image.new("RGB", plain.size)
    moved.paste(plain, (1, 0))
    assert golden.unlike(plain, moved) > golden.FEW
    assert golden.unlike(plain, golden.picture(drawing, page)) == 0


def test_there_is_a_picture_of_each_and_no_other() -> None:
    files = list(golden.FOLDER.iterdir())
    assert {file.name for file in files} == {f"{name}.png" for name in golden.approved()}
    assert sum(file.stat().st_size for file in files) < MOST_BYTES

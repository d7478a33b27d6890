"""The handbooks say what the program says, and show what it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.failures import Curer
from script.writing.handbooks import CURERS, DOCS, PICTURES, pictures_of, table, with_table
from wiring.gallery.page_catalogue import gallery_pages

LINK = re.compile(r"`((?:docs|config|script|deploy)/[\w./-]*)")
BOOKS = (*CURERS, "privacy.zh.md")


@pytest.mark.parametrize(("name", "curers"), CURERS.items())
def test_the_list_of_failures_is_what_the_program_says(
    name: str, curers: tuple[Curer, ...]
) -> None:
    text = (DOCS / name).read_text("utf-8")
    assert with_table(text, curers) == text, "script/handbooks"


def test_every_failure_is_in_one_of_the_lists() -> None:
    rows = [row for curers in CURERS.values() for row in table(curers).splitlines()[2:]]
    assert len(rows) == sum(1 for _ in _failures())


def _failures() -> list[str]:
    return re.findall(
        r"^\[failures\.", (DOCS.parent / "config/texts/failures.toml").read_text(), re.MULTILINE
    )


def test_a_handbook_without_a_place_for_the_list() -> None:
    with pytest.raises(ValueError, match="no marks"):
        with_table("nothing", (Curer.PERSON,))


@pytest.mark.parametrize("name", BOOKS)
def test_what_is_shown_and_named_is_there(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    known = {one.name for one in gallery_pages()}
    assert set(pictures_of(text)) <= known
    for one in pictures_of(text):
        assert (PICTURES / f"{one}.png").is_file(), "script/handbooks --pictures"
    for path in LINK.findall(text):
        assert (DOCS.parent / path).exists(), path


def test_no_picture_is_left_over() -> None:
    shown = {name for book in BOOKS for name in pictures_of((DOCS / book).read_text("utf-8"))}
    assert {Path(one).stem for one in PICTURES.iterdir()} == shown

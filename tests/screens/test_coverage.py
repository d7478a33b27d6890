"""A box is never shown in place of a character: in no text of ours, and in no name."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from kiosk.font_coverage import MISSING, Coverage, read_coverage
from kiosk.pages.display import View
from screens.box import Box
from screens.line_breaking import set_words
from screens.scene import Weight
from screens.theme import TypeStep
from tests.screens.conftest import ASSETS

CONFIG = ASSETS.parent / "config"
COVERAGE = read_coverage(ASSETS)
RARE = "龘彧喆堃犇燚祎翀玥㛃䶮𬱖𠅤𫘪𬍛𪟝"  # of real given names, measured in the notes on screens
NOT_DRAWN = "𠀀𠀂"  # no font of ours has these


def strings() -> Iterator[tuple[str, str]]:
    """Yield every string below config/ with the file it stands in."""
    for path in sorted(CONFIG.rglob("*.toml")):
        yield from ((path.name, text) for text in texts_in(tomllib.loads(path.read_text("utf-8"))))
    for path in sorted(CONFIG.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from ((path.name, cell) for row in csv.reader(file) for cell in row)


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


def test_every_string_of_ours_can_be_drawn():
    missing = {(name, sign) for name, text in strings() for sign in text if sign not in COVERAGE}
    assert {one for one in missing if one[1] not in "\n\t"} == set()


def test_every_candidate_for_writing_has_its_sign_or_the_stand_in():
    surnames = (CONFIG / "surnames.txt").read_text("utf-8")
    assert {sign for sign in surnames if sign not in COVERAGE and sign != "\n"} == set()
    often = (CONFIG / "characters.txt").read_text("utf-8").splitlines()[-1]
    assert all(sign in COVERAGE for sign in often[:6000])


@pytest.mark.parametrize("sign", RARE)
def test_rare_characters_of_names_can_be_drawn(sign):
    assert sign in COVERAGE


@pytest.mark.parametrize("sign", NOT_DRAWN)
def test_for_what_no_font_holds_the_printers_sign_stands(sign):
    assert COVERAGE.legible(f"王{sign}英") == f"王{MISSING}英"
    assert MISSING in COVERAGE


@pytest.mark.parametrize("weight", [Weight.MEDIUM, Weight.BOLD])
def test_the_list_is_that_of_the_fonts(weight):
    with TTFont(ASSETS / "fonts" / weight.value, lazy=True) as font:
        held = frozenset(font.getBestCmap())
    listed = {code for first, last in COVERAGE.ranges for code in range(first, last + 1)}
    assert listed <= held
    assert len(held - listed) == 0


def test_ends_of_ranges_belong_to_them():
    few = Coverage(((0x41, 0x43), (0x61, 0x61)))
    assert [sign in few for sign in "@ABCD`ab"] == [
        False,
        True,
        True,
        True,
        False,
        False,
        True,
        False,
    ]
    assert "任" in Coverage()


def test_what_is_drawn_holds_no_box(shell):
    words = set_words(shell.theme(View()), "王𠀀英", Box(0, 0, 900, 200), TypeStep.BODY, "#000000")
    assert words.lines == (f"王{MISSING}英",)


def test_a_terminal_without_its_list_does_not_start(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        read_coverage(tmp_path)

"""Which pages stand for others of their shape."""

from __future__ import annotations

from dataclasses import replace

from kiosk.pages.display import Contrast, View
from tests.screens import samples
from tests.screens.gallery.page_shapes import longest, widths_at


def test_the_longest_words_of_each_place_are_kept() -> None:
    short, wordy, long_title = (
        {("title",): title, ("hint",): hint} for title, hint in ((2, 2), (2, 8), (6, 2))
    )
    assert longest({"short": short, "wordy": wordy, "long_title": long_title}) == {
        "wordy",
        "long_title",
    }
    assert longest({"only": short, "alike": short}) == {"only"}


def test_only_texts_may_differ_within_a_shape() -> None:
    page = samples.facts()
    places = {place for place, _ in widths_at(page, ())}
    longer = replace(page, title=page.title * 2)
    assert {place for place, _ in widths_at(longer, ())} == places
    for other in (
        replace(page, rows=page.rows[1:]),
        replace(page, hint="" if page.hint else "提示"),
        replace(page, view=View(contrast=Contrast.HIGH)),
    ):
        assert {place for place, _ in widths_at(other, ())} != places


def test_full_width_signs_are_twice_as_wide() -> None:
    page = replace(samples.facts(), title="退休 60")
    assert dict(widths_at(page, ()))[("title",)] == 7

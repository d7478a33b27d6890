"""Pages of one shape, of which only those with the longest words tell something new.

Pages whose texts stand in the same places, with the same things to press, are laid out by the same
code; where the longest words of each place fit, all shorter ones do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from unicodedata import east_asian_width

from kiosk.pages.display import View
from wiring.gallery.page_catalogue import GalleryPage, demo_table

Place = tuple[object, ...]
Pages = dict[str, dict[Place, int]]


def longest_of_each_shape(shown: Iterable[GalleryPage]) -> tuple[GalleryPage, ...]:
    """Return the pages that have the longest words of their shape in at least one place."""
    every = tuple(shown)
    shapes: dict[tuple[str, frozenset[Place]], Pages] = {}
    for gallery_page in every:
        page = gallery_page.page(demo_table(), View())
        widths = dict(widths_at(page, ()))
        shapes.setdefault((page.name, frozenset(widths)), {})[gallery_page.name] = widths
    kept = {name for alike in shapes.values() for name in longest(alike)}
    return tuple(one for one in every if one.name in kept)


def longest(alike: Pages) -> set[str]:
    """Return the names of pages of one shape that together have the longest words everywhere."""
    kept: set[str] = set()
    for place in next(iter(alike.values())):
        most = max(widths[place] for widths in alike.values())
        if not any(alike[name][place] == most for name in kept):
            kept.add(next(name for name, widths in alike.items() if widths[place] == most))
    return kept


def widths_at(said: object, place: Place) -> Iterator[tuple[Place, int]]:
    """Yield each place of a page with the width of its text, and 0 for what only has a value."""
    if is_dataclass(said):
        for field in fields(said):
            yield from widths_at(getattr(said, field.name), (*place, field.name))
    elif isinstance(said, tuple):
        for at, one in enumerate(said):
            yield from widths_at(one, (*place, at))
    elif isinstance(said, str) and not isinstance(said, Enum) and said:
        yield place, sum(2 if east_asian_width(sign) in "WF" else 1 for sign in said)
    elif isinstance(said, Enum | bool | None):
        yield (*place, said), 0

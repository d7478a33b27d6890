"""Cutting of long lists: at most six rows on a page, fewer in larger text or for a seated person.

A part is what one page shows of a list. A leaf is what a seated person sees of a part at a time,
in the lower half of the panel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from kiosk.pages.display import Reach, TextSize, View
from kiosk.retirement.catalogue import Service
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, situation_of, verdicts

T = TypeVar("T")
ROWS = {TextSize.NORMAL: 6, TextSize.LARGE: 4, TextSize.LARGEST: 3}
LOW_ROWS = {TextSize.NORMAL: 3, TextSize.LARGE: 2, TextSize.LARGEST: 2}  # for a seated person
HEADING = 0.5  # rows that the heading of a step of handling takes; none of the few largest ones


def cut(
    items: Sequence[T], view: View, rows: Mapping[TextSize, int] = ROWS
) -> tuple[tuple[T, ...], ...]:
    """Return `items` in parts that fit the view; there is always at least one part.

    `rows` is the most rows for each text size.
    """
    most = rows_a_page(view, rows)
    return tuple(tuple(items[at : at + most]) for at in range(0, len(items), most)) or ((),)


def rows_a_page(view: View, rows: Mapping[TextSize, int] = ROWS) -> int:
    """Return how many rows fit a page; `rows` is the most for each text size."""
    usual = rows[view.text_size]
    return min(usual, LOW_ROWS[view.text_size]) if view.reach is Reach.SEATED else usual


def leaf_of(rows: tuple[T, ...], leaf: int, view: View) -> tuple[tuple[T, ...], int]:
    """Return the rows of one leaf, and the number of leaves.

    A seated person is shown few rows at a time; `leaf` counts on without limit. Somebody who stands
    is shown all rows as one leaf.
    """
    parts = cut(rows, view) if view.reach is Reach.SEATED else (rows,)
    return parts[leaf % len(parts)], len(parts)


def pages_left(book: ReferenceData, part: int, parts: int) -> str:
    """Return in words how many of `parts` pages follow `part`, which counts from 0."""
    words, left = book.words["lists"], parts - 1 - part
    said: str = words["left"].format(left=left) if left else words["last"]
    return said


def shown_services(visit: Visit, book: ReferenceData) -> tuple[Service, ...]:
    """Return the services to show: all but the routes that the chosen one excludes.

    A person who seeks no pension sees only what can be filed; the page before says why the rest
    cannot.
    """
    case = situation_of(visit)
    found = verdicts(visit, book)
    return tuple(
        service
        for service in book.catalogue.in_order()
        if (not service.exclusive_group or service.code == case.route)
        and (case.seeks_pension or found[service.code].fileable)
    )


def cut_services(visit: Visit, book: ReferenceData) -> tuple[tuple[Service, ...], ...]:
    """Return the shown services in parts; the heading of a step of handling takes room, too."""
    view = visit.display.view
    heading = 0.0 if view.text_size is TextSize.LARGEST else HEADING
    most = rows_a_page(view) + (heading if view.reach is Reach.SEATED else 0.0)
    parts: list[list[Service]] = [[]]
    room, handling_step = most, 0
    for service in shown_services(visit, book):
        needed = 1.0 if service.stage == handling_step else 1.0 + heading
        if room < needed:
            parts.append([])
            room, needed = most, 1.0
        room -= needed
        handling_step = service.stage
        parts[-1].append(service)
    return tuple(tuple(part) for part in parts)

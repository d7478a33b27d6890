"""How is a long list cut into pages? At most six rows a page, fewer at larger text (T9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from kiosk.retirement.catalogue import Service
from kiosk.visit.handbook import Handbook
from kiosk.visit.page import TextSize
from kiosk.visit.state import Visit, known

T = TypeVar("T")
ROWS = {TextSize.NORMAL: 6, TextSize.LARGE: 4, TextSize.LARGEST: 3}
HEADING = 0.5  # the heading of a step of handling takes half a row


def cut(
    items: Sequence[T], size: TextSize, rows: Mapping[TextSize, int] = ROWS
) -> tuple[tuple[T, ...], ...]:
    """Return `items` in parts as the text size allows; never empty."""
    most = rows[size]
    return tuple(tuple(items[at : at + most]) for at in range(0, len(items), most)) or ((),)


def listed(visit: Visit, book: Handbook) -> tuple[Service, ...]:
    """Return the services that are shown: all but the routes that exclude the person's own."""
    route = known(visit).route
    return tuple(
        service
        for service in book.catalogue.in_order()
        if not service.exclusive_group or service.code == route
    )


def cut_services(visit: Visit, book: Handbook) -> tuple[tuple[Service, ...], ...]:
    """Return the shown services in parts; a heading belongs to its first row."""
    size = visit.view.text_size
    parts: list[list[Service]] = [[]]
    room, stage = float(ROWS[size]), 0
    for service in listed(visit, book):
        needed = 1.0 if service.stage == stage else 1.0 + HEADING
        if room < needed:
            parts.append([])
            room, needed = float(ROWS[size]), 1.0
        room -= needed
        stage = service.stage
        parts[-1].append(service)
    return tuple(tuple(part) for part in parts)

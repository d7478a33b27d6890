"""DESK layout: figures without boxes, one list by urgency, one large press and some small.

In landscape the presses stand in a column of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.pages.page import ButtonStyle, Choice, Figure, Page
from kiosk.pages.press import Press
from screens.box import Box
from screens.layouts.area import Area
from screens.layouts.rows import stack
from screens.line_breaking import TIGHT, set_words
from screens.scene import ScenePart, Weight
from screens.theme import Theme, TypeStep
from screens.widgets.button import button
from screens.widgets.large_sign import large_sign
from screens.widgets.row import least_height
from screens.widgets.waiting_sign import waiting_sign

COLUMN = 100.0
PRIMARY_HEIGHT = 74.0
OTHERS_MOST = 36.0
SMALL_HEIGHT = 26.0
GAP = 6.0
BESIDE = 3.0
SIGN_ROOM, WAITING_ROOM = 60.0, 40.0  # a sign below the rows needs so much


Lists = Callable[[Theme, Page, Box], tuple[ScenePart, ...]]


def draw(theme: Theme, page: Page, area: Area) -> tuple[ScenePart, ...]:
    """Return the figures, the list and the presses of the staff's desk.

    `area` has the boxes of body, footer and side that the layout may use.
    """
    return draw_with(theme, page, area, _lists)


def draw_with(theme: Theme, page: Page, area: Area, lists: Lists) -> tuple[ScenePart, ...]:
    """Return the presses, and what `lists` draws in the box that they leave."""
    whole = area.body.sized(h=area.action.bottom - area.body.y)
    if theme.landscape:
        return _wide(theme, page, whole, lists)
    return _tall(theme, page, area, whole, lists)


def _wide(theme: Theme, page: Page, room: Box, lists: Lists) -> tuple[ScenePart, ...]:
    more, primary, others = _sorted(page.choices)
    column = room.from_left(room.w - theme.px(COLUMN))
    left = room.sized(w=room.w - theme.px(COLUMN + 2 * GAP)) if primary or others else room
    parts = _column(theme, (*primary, *others), column)
    if more:
        foot = left.from_top(left.h - theme.px(SMALL_HEIGHT))
        parts += (button(theme, foot, more[0]),)
        left = left.sized(h=left.h - foot.h - theme.px(GAP))
    return (*lists(theme, page, left), *parts)


def _tall(theme: Theme, page: Page, area: Area, room: Box, lists: Lists) -> tuple[ScenePart, ...]:
    more, primary, others = _sorted(page.choices)
    parts = tuple(button(theme, area.action, choice) for choice in primary)
    small, gap = theme.px(SMALL_HEIGHT), theme.px(GAP)
    row = Box(room.x, area.action.y - gap - small, room.w, small)
    plain = tuple(replace(choice, icon="") for choice in (*more, *others))
    parts += _side_by_side(theme, plain, row)
    return (*lists(theme, page, room.sized(h=row.y - gap - room.y)), *parts)


def _sorted(choices: tuple[Choice, ...]) -> tuple[tuple[Choice, ...], ...]:
    """Return the choice that turns the list, the primary one, and the others."""
    more = tuple(one for one in choices if one.act is Press.MORE)
    primary = tuple(one for one in choices if one.tone is ButtonStyle.PRIMARY)
    return more, primary, tuple(one for one in choices if one not in (*more, *primary))


def _column(theme: Theme, choices: tuple[Choice, ...], room: Box) -> tuple[ScenePart, ...]:
    gap, first = theme.px(GAP), theme.px(PRIMARY_HEIGHT)
    height = min(theme.px(OTHERS_MOST), _share(room.h - first - gap, len(choices) - 1, gap))
    parts, y = [], room.y
    for at, choice in enumerate(choices):
        box = Box(room.x, y, room.w, height if at else first)
        parts.append(button(theme, box, choice))
        y = box.bottom + gap
    return tuple(parts)


def _side_by_side(theme: Theme, choices: tuple[Choice, ...], room: Box) -> tuple[ScenePart, ...]:
    width = _share(room.w, len(choices), theme.px(GAP))
    step = width + theme.px(GAP)
    boxes = (room.sized(w=width).moved(across=step * at) for at in range(len(choices)))
    return tuple(button(theme, box, one) for box, one in zip(boxes, choices, strict=True))


def _share(room: int, count: int, gap: int) -> int:
    return (room - gap * (count - 1)) // max(1, count)


def _lists(theme: Theme, page: Page, room: Box) -> tuple[ScenePart, ...]:
    """Return the figures in a band, and the rows below; the sign while nothing is known."""
    if page.waiting is not None and not page.rows:
        return waiting_sign(theme, page.waiting, room)
    shown = tuple(_figures(theme, page.figures, room))
    low = max((part.box.bottom for part in shown), default=room.y)
    below = room.from_top(max(low + theme.px(GAP), theme.highest) - room.y)
    least = tuple(least_height(theme, row, below.w) for row in page.rows)
    rows = stack(theme, page.rows, below, least)
    end = max((part.box.bottom for part in rows), default=below.y) + theme.px(GAP)
    rest = below.from_top(end - below.y)
    if page.waiting is not None:
        if rest.h < theme.px(WAITING_ROOM):
            return (*shown, *waiting_sign(theme, page.waiting, below))
        return (*shown, *rows, *waiting_sign(theme, page.waiting, rest))
    return (*shown, *rows, *_sign(theme, page, rest))


def _sign(theme: Theme, page: Page, room: Box) -> tuple[ScenePart, ...]:
    """Return the first row's pictogram in large, where few rows leave much of a wide page."""
    name = page.rows[0].icon if page.rows else ""
    if not theme.landscape or page.figures or not name or room.h < theme.px(SIGN_ROOM):
        return ()
    return (large_sign(theme, name, room, mend=page.mend),)


def _figures(theme: Theme, figures: tuple[Figure, ...], room: Box) -> list[ScenePart]:
    """Return the figures side by side, each a number above its word."""
    width = room.w // max(1, len(figures))
    return [
        _figure(theme, one, room.sized(w=width).moved(across=width * at))
        for at, one in enumerate(figures)
    ]


def _figure(theme: Theme, figure: Figure, room: Box) -> ScenePart:
    """Return the number with its word beside it in landscape, where height is dear, else below."""
    ink = theme.colour("rust" if figure.mend else "ink")
    number = set_words(
        theme, figure.number or "–", room, TypeStep.TITLE, ink, weight=Weight.BOLD, pitch=TIGHT
    ).shrunk()
    beside = room.from_left(number.natural[0] + theme.px(BESIDE)) if theme.landscape else room
    under = beside if theme.landscape else room.from_top(number.box.h)
    words = set_words(theme, figure.words, under, TypeStep.SMALL, theme.colour("ink2"), pitch=TIGHT)
    words = words.shrunk()
    if theme.landscape:
        words = words.lowered_to(number.box.bottom - words.box.h - number.box.h // 8)
    return ScenePart((number, words))

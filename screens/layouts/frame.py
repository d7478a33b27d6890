"""Composition of a page's scene: name, path and words above, the layout, the dock below.

Text grows with the 大字 switch as far as the page allows: the words on top and the body each take
the largest size at which nothing is clipped. A text longer than any planned (the layout check
knows them all) gets smaller type than the theme's, rather than be clipped or lie on a button.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from types import MappingProxyType

from kiosk.pages.display import TextSize
from kiosk.pages.page import Choice, Layout, Page
from kiosk.pages.press import Press
from screens.box import Box
from screens.layouts import (
    camera,
    dates,
    desk,
    facts,
    idle,
    keypad,
    message,
    notice,
    options,
    picture,
    points,
    receipt,
    sign,
    status,
    write,
)
from screens.layouts import list as list_
from screens.layouts.area import Area, action_box, area_below, is_split, words_box
from screens.scene import Scene, ScenePart, TextBlock
from screens.theme import Theme
from screens.widgets.dock import dock
from screens.widgets.footer import footer
from screens.widgets.heading import brand, ribbons, sentence, title
from screens.widgets.path import path
from screens.widgets.ring import focused_box, ring

APART = 3.0  # mm, T7
AS_AT_THE_DESK = (Layout.DESK, Layout.STATUS)
OWN_FOOT = (Layout.NOTICE, *AS_AT_THE_DESK)
"""Layouts that draw their choices themselves, so that the page has no footer."""
IN_THE_BODY = (Press.CLEAR_INK, Press.POINT)
SQUEEZES = (1.0, 0.85, 0.7, 0.6, 0.5)

Fitting = tuple[tuple[ScenePart, ...], bool]
Draw = Callable[[Theme, Page, Area], tuple[ScenePart, ...]]

LAYOUTS: Mapping[Layout, Draw] = MappingProxyType(
    {
        Layout.NOTICE: notice.draw,
        Layout.PICTURE: picture.draw,
        Layout.CAMERA: camera.draw,
        Layout.DATES: dates.draw,
        Layout.LIST: list_.draw,
        Layout.DESK: desk.draw,
        Layout.KEYPAD: keypad.draw,
        Layout.OPTIONS: options.draw,
        Layout.FACTS: facts.draw,
        Layout.WRITE: write.draw,
        Layout.SIGN: sign.draw,
        Layout.RECEIPT: receipt.draw,
        Layout.MESSAGE: message.draw,
        Layout.STATUS: status.draw,
        Layout.POINTS: points.draw,
    }
)


def compose(theme: Theme, page: Page) -> Scene:
    """Return the scene of a page with the largest text at which nothing is clipped."""
    chrome = (*dock(theme, page.dock, page.voice, page.sight), *ribbons(theme, page))
    if page.layout is Layout.IDLE:
        own = first_fitting(theme, lambda less: _whole(idle.draw_page(less, page)))
        return with_ring(theme, page, (*own, *chrome))
    top = (brand(theme), *path(theme, page.step))
    place = action_box(theme, page.layout)
    choices = footer_choices(page)
    foot = first_fitting(
        theme, lambda less: _whole(footer(less, choices, page.count, place), place)
    )
    parts = first_fitting(theme, lambda less: _largest(less, page))
    return with_ring(theme, page, (*top, *parts, *foot, *chrome))


def first_fitting(theme: Theme, draw: Callable[[Theme], Fitting]) -> tuple[ScenePart, ...]:
    """Return what `draw` makes of the theme, or of the largest smaller type that fits."""
    parts: tuple[ScenePart, ...] = ()
    for share in SQUEEZES:
        parts, fits = draw(theme.squeezed(share))
        if fits:
            break
    return parts


def _whole(parts: tuple[ScenePart, ...], room: Box | None = None) -> Fitting:
    """Return the parts, and whether all their words fit, also in `room` if given."""
    words = [mark for part in parts for mark in part.marks if isinstance(mark, TextBlock)]
    inside = room is None or all(room.y <= w.box.y and w.box.bottom <= room.bottom for w in words)
    return parts, inside and all(mark.fits for mark in words)


def _largest(theme: Theme, page: Page) -> Fitting:
    parts: tuple[ScenePart, ...] = ()
    for head, body in size_pairs(theme.view.text_size):
        parts, fits = _content(theme.at(head), theme.at(body), page)
        if fits:
            return parts, True
    return parts, False


def with_ring(theme: Theme, page: Page, parts: tuple[ScenePart, ...]) -> Scene:
    """Return the scene of `parts` with the rings of a helper from afar and of the keypad's focus.

    Where both are on one part the own ring is seen.
    """
    boxes = ((focused_box(parts, page.pointed), "apricot"), (focused_box(parts, page.focus), "ink"))
    around = [ring(theme, box, colour) for box, colour in boxes if box is not None]
    return Scene(theme.colour("paper"), (*parts, *around))


def footer_choices(page: Page) -> tuple[Choice, ...]:
    """Return the choices in the footer; some layouts draw theirs in the body."""
    if page.layout in OWN_FOOT:
        return ()
    return tuple(choice for choice in page.choices if choice.act not in IN_THE_BODY)


def size_pairs(wanted: TextSize) -> Iterator[tuple[TextSize, TextSize]]:
    """Yield text sizes of head and body, largest first; the body shrinks first."""
    for head in range(wanted, -1, -1):
        for body in (head, head - 1):
            if body >= 0:
                yield TextSize(head), TextSize(body)


def _content(head: Theme, body: Theme, page: Page) -> Fitting:
    words, bottom = _words(head, page)
    area = area_below(head, page.layout, bottom)
    drawn = LAYOUTS[page.layout](body, page, area)
    texts = all(mark.fits for mark in words.marks if isinstance(mark, TextBlock))
    fits = all(_fits(part, area, page.layout) for part in drawn)
    return (words, *drawn), texts and fits and (
        page.layout not in AS_AT_THE_DESK or _apart(body, drawn)
    )


def _apart(theme: Theme, parts: tuple[ScenePart, ...]) -> bool:
    """Tell whether all parts that can be pressed are at least `APART` mm apart."""
    pressed = [part.box for part in parts if part.target is not None]
    return all(one.gap(other) >= theme.px(APART) for one, other in combinations(pressed, 2))


def _fits(part: ScenePart, area: Area, layout: Layout) -> bool:
    """Tell whether nothing is clipped and nothing leaves its area."""
    texts = all(mark.fits for mark in part.marks if isinstance(mark, TextBlock))
    if layout in AS_AT_THE_DESK:
        return texts and part.box.bottom <= area.action.bottom
    if layout is Layout.NOTICE:
        return texts and part.box.y >= area.body.y - area.slack
    lowest = area.foot if area.side == area.body else area.action.bottom
    return texts and part.box.bottom <= lowest


def _words(theme: Theme, page: Page) -> tuple[ScenePart, int]:
    """Return title and sentence, and the y where they end."""
    box = words_box(theme, page.layout)
    if theme.landscape and not is_split(theme, page.layout):
        return _words_in_a_row(theme, page, box)
    head = title(theme, page.title, box)
    below = box.from_top(head.box.h + theme.px(1))
    icon, said = sentence(theme, page, below, most=3 if theme.landscape else 2)
    return ScenePart((head, icon, said)), said.box.bottom


def _words_in_a_row(theme: Theme, page: Page, box: Box) -> tuple[ScenePart, int]:
    head = title(theme, page.title, box)
    right = box.from_left(head.natural[0] + theme.px(18))
    icon, said = sentence(theme, page, right)
    lift = head.box.middle[1] - said.box.middle[1]
    said = said.lowered_to(max(box.y, said.box.y + lift))
    icon_box = icon.box.moved(down=said.box.y + (said.pitch - icon.box.h) // 2 - icon.box.y)
    bottom = max(head.box.bottom, said.box.bottom)
    return ScenePart((head, type(icon)(icon.name, icon_box, icon.colour), said)), bottom

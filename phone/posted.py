"""What a browser posted, as events of the visit.

A phone types whole numbers and texts with its own keyboard, and draws the signature in one go. The
visit hears of it as of a kiosk's keys: each digit and character is a press of its own, so that the
same rules judge it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kiosk.application.ink import Ink
from kiosk.pages.page import Layout, Page
from kiosk.pages.press import Press
from kiosk.retirement.questions import LONGEST_TEXT
from kiosk.visit.events.event import Event
from kiosk.visit.events.pressed import Drawn, Pressed
from kiosk.visit.state import Visit

DIGITS, TEXT, INK, PRESS = "digits", "text", "ink", "press"
KEYED = frozenset(
    {Press.SPELL, Press.CHARACTER, Press.JOIN, Press.RARE, Press.OTHER_HAND, Press.ERASE}
)
"""Presses of a kiosk's own keys, in place of which a phone has a field to type in."""
LEFT_OUT = KEYED | {
    Press.PRINT,
    Press.PRINT_CERTIFICATE,
    Press.LOUDER,
    Press.SLOWER,
    Press.REPEAT,
    Press.LOWER,
    Press.STAFF,
    Press.CONTINUE,
    Press.CAPTURE,
}
"""Presses for which a phone has no device; what they lead to is not needed to file."""
MOST_TYPED = 64
POINT = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)-(\d{1,4}(?:\.\d{1,2})?)-(\d{1,4}(?:\.\d{1,2})?)")
STROKES, POINTS = (
    "*",
    "_",
)  # what parts strokes, and points of a stroke: a form sends them as they are
LETTER = re.compile(r"[0-9A-Za-z]")


def events_of(form: Mapping[str, str], visit: Visit, page: Page) -> Iterator[Event]:
    """Yield what `form` says was typed, drawn and pressed on `page`, in this order.

    What the page does not offer is left out.
    """
    pressed = _pressed(form.get(PRESS, ""), page)
    if pressed is None:
        return
    goes_on = pressed.act in (Press.NEXT, Press.SIGNED)
    if goes_on and page.layout is Layout.KEYPAD and DIGITS in form:
        yield from _typed(visit, _keys(form[DIGITS]))
    if goes_on and page.layout is Layout.WRITE and TEXT in form:
        yield from _typed(visit, _written(form[TEXT], page))
    if pressed.act is Press.SIGNED and (ink := ink_of(form.get(INK, ""))):
        yield Pressed(Press.CONFIRM)
        yield Drawn(ink)
    yield pressed


def offers(page: Page) -> frozenset[tuple[Press, str]]:
    """Return what can be pressed on a page of a phone: acts with their values."""
    choices = ((one.act, one.value) for one in page.presses())
    rows = ((one.act, one.value) for one in page.rows if one.act is not None)
    found = {one for one in (*choices, *rows) if one[0] not in LEFT_OUT}
    if page.layout is Layout.SIGN and not page.ink:
        found.add((Press.MARK, ""))
    return frozenset(found)


def _pressed(said: str, page: Page) -> Pressed | None:
    act, _, value = said.partition(" ")
    if act not in set(Press) or (Press(act), value) not in offers(page):
        return None
    return Pressed(Press(act), value)


def _typed(visit: Visit, keys: Iterator[Pressed]) -> Iterator[Pressed]:
    """Yield the presses that replace what stood in the field."""
    stood = len(visit.entry.typed) + len(visit.entry.written) + bool(visit.entry.strokes)
    yield from (Pressed(Press.ERASE) for _ in range(stood))
    yield from keys


def _keys(text: str) -> Iterator[Pressed]:
    plain = (sign for sign in text[:MOST_TYPED] if sign.isascii() and sign.isdigit())
    return (Pressed(Press.DIGIT, sign) for sign in plain)


def _written(text: str, page: Page) -> Iterator[Pressed]:
    plain = [sign for sign in text.strip()[:LONGEST_TEXT] if sign.isprintable()]
    if is_code(page):
        found = (sign for sign in plain if LETTER.fullmatch(sign))
        return (
            Pressed(Press.DIGIT if sign.isdigit() else Press.SPELL, sign.lower()) for sign in found
        )
    return (Pressed(Press.CHARACTER, sign) for sign in plain)


def is_code(page: Page) -> bool:
    """Return whether a code of digits and letters is typed on this page, and no words."""
    return page.writing is not None and not page.writing.by_hand and not page.rows


def ink_of(said: str) -> Ink:
    """Return the strokes that the page's script posted; () for anything else.

    Points are `x-y-seconds` in millimetres, parted by `_`, strokes by `*`.
    """
    strokes = []
    for stroke in said.split(STROKES) if said else ():
        points = [POINT.fullmatch(one) for one in stroke.split(POINTS)]
        found = [one for one in points if one is not None]
        if not found or len(found) < len(points):
            return ()
        strokes.append(tuple((float(one[1]), float(one[2]), float(one[3])) for one in found))
    return tuple(strokes)

"""Entry of digits, letters and characters, the same at each step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.pages.press import Press
from kiosk.retirement.questions import LONGEST_TEXT
from kiosk.visit.context import Context
from kiosk.visit.effects import ReadHand
from kiosk.visit.events.event import Event
from kiosk.visit.events.pressed import Drawn, HandRead, Pressed
from kiosk.visit.stages import Overlay
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.navigation import cover_with
from kiosk.visit.transition import Change, Effects, Guard, On, Transition

NUMBER_PLACES = 18


def type_number(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Append a digit to the identity number, up to 18 places."""
    typed = (visit.entry.typed + what.value)[:NUMBER_PLACES]
    return replace(visit, failure=None, entry=replace(visit.entry, typed=typed))


def erase(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Erase the strokes, else the last digit or letter, else the last character."""
    if visit.entry.strokes:
        return replace(
            visit,
            failure=None,
            entry=replace(visit.entry, strokes=(), signs=()),
            display=replace(visit.display, part=0),
        )
    if not visit.entry.typed:
        return replace(
            visit,
            failure=None,
            entry=replace(visit.entry, written=visit.entry.written[:-1]),
            display=replace(visit.display, part=0),
        )
    return replace(
        visit,
        failure=None,
        entry=replace(visit.entry, typed=visit.entry.typed[:-1]),
        display=replace(visit.display, part=0),
    )


def spell(visit: Visit, what: Pressed, context: Context) -> Visit:
    """Append a letter of pinyin, if some character's reading continues so."""
    letter = what.value
    if letter not in context.book.pinyin.may_follow(visit.entry.typed):
        return visit
    return replace(
        visit,
        entry=replace(visit.entry, typed=visit.entry.typed + letter),
        display=replace(visit.display, part=0),
    )


def take_character(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Append the picked character to the text."""
    written = visit.entry.written + what.value
    return replace(
        visit,
        entry=replace(visit.entry, written=written[:LONGEST_TEXT], typed="", strokes=(), signs=()),
        display=replace(visit.display, part=0),
    )


def join_parts(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Replace the last characters by the one that they are parts of.

    The press carries the number of parts and the character, such as "2" and the character.
    """
    value = what.value
    count, sign = int(value[0]), value[1:]
    return replace(
        visit,
        entry=replace(visit.entry, written=visit.entry.written[:-count] + sign),
        display=replace(visit.display, part=0),
    )


def write_otherwise(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Switch between writing with the finger and by letters."""
    other = not visit.entry.by_letters
    return replace(
        visit,
        entry=replace(visit.entry, by_letters=other, typed="", strokes=(), signs=()),
        display=replace(visit.display, part=0),
    )


def take_strokes(visit: Visit, what: Drawn, _context: Context) -> Visit:
    """Keep the strokes of the next character."""
    return replace(
        visit, entry=replace(visit.entry, strokes=what.ink), display=replace(visit.display, part=0)
    )


def take_signs(visit: Visit, what: HandRead, _context: Context) -> Visit:
    """Keep the recognised characters, unless the strokes have changed since."""
    read = what
    return (
        replace(visit, entry=replace(visit.entry, signs=read.signs))
        if read.strokes == visit.entry.strokes
        else visit
    )


def read_strokes(change: Change[Any]) -> Effects:
    """Ask to recognise the strokes when they have changed."""
    strokes = change.after.entry.strokes
    return (ReadHand(strokes),) if strokes and strokes != change.before.entry.strokes else ()


def text_entry_transitions(asked: Guard[Any]) -> tuple[Transition, ...]:
    """Return the transitions of writing characters, active while `asked` holds."""
    return (
        On(Press.SPELL, when=asked, do=spell),
        On(Press.CHARACTER, when=asked, do=take_character),
        On(Press.JOIN, when=asked, do=join_parts),
        On(Press.RARE, when=asked, do=cover_with(Overlay.RARE)),
        On(Press.OTHER_HAND, when=asked, do=write_otherwise),
        On(Drawn, when=asked, do=take_strokes, effects=read_strokes),
        On(HandRead, do=take_signs),
    )

"""How does a visit change while questions are answered: digits, places, characters, options?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kiosk.retirement.questions import LONGEST_TEXT, Asking, Question, check_answer
from kiosk.visit import events as ev
from kiosk.visit.choosing import leave_out
from kiosk.visit.context import Context, expect
from kiosk.visit.stages import Overlay
from kiosk.visit.state import Visit, asked

NOTHING_BEGUN: Mapping[str, Any] = {
    **dict.fromkeys(("typed", "written", "letters"), ""),
    **dict.fromkeys(("strokes", "signs"), ()),
}
"""What is begun on a page and gone when another question or stage comes."""


def current_question(visit: Visit, context: Context) -> Question:
    """Return the question that stands on the page."""
    return asked(visit, context.book)[0]


def type_digit(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Add a digit while there is a place for it."""
    if current_question(visit, context).asking is Asking.TEXT:
        return take_character(visit, what, context)
    places = sum(current_question(visit, context).groups)
    typed = (visit.typed + expect(ev.Press, what).value)[:places]
    return replace(visit, typed=typed, failure=None)


def take_letters(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """List only the places that begin with these letters; all of them when there are none."""
    letters = expect(ev.Press, what).value
    return replace(visit, letters=letters, part=0, overlay=Overlay.NONE)


def drop_letters(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """List all places again."""
    return replace(visit, letters="", part=0)


def erase(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Take strokes, the last digit or letter away, or else the last character."""
    if visit.strokes:
        return replace(visit, strokes=(), signs=(), part=0, failure=None)
    if not visit.typed:
        return replace(visit, written=visit.written[:-1], part=0, failure=None)
    return replace(visit, typed=visit.typed[:-1], part=0, failure=None)


def spell(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Add a letter, if any character is read so."""
    letter = expect(ev.Press, what).value
    if letter not in context.book.pinyin.may_follow(visit.typed):
        return visit
    return replace(visit, typed=visit.typed + letter, part=0)


def take_character(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Write the picked character behind the others."""
    written = visit.written + expect(ev.Press, what).value
    return replace(visit, written=written[:LONGEST_TEXT], typed="", strokes=(), signs=(), part=0)


def join_parts(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Write one character in place of the parts that it is made of."""
    value = expect(ev.Press, what).value
    count, sign = int(value[0]), value[1:]
    return replace(visit, written=visit.written[:-count] + sign, part=0)


def write_otherwise(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Write by letters instead of with the finger, or the other way round."""
    other = not visit.by_letters
    return replace(visit, by_letters=other, typed="", strokes=(), signs=(), part=0)


def take_strokes(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep the strokes of the next character."""
    return replace(visit, strokes=expect(ev.Drawn, what).ink, part=0)


def take_signs(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep what the strokes look like, unless they have changed since."""
    read = expect(ev.HandRead, what)
    return replace(visit, signs=read.signs) if read.strokes == visit.strokes else visit


def _answer(visit: Visit, context: Context, text: str) -> Visit:
    field = current_question(visit, context).field
    answers = {**visit.answers, field: text}
    return replace(visit, answers=answers, typed="", written="", letters="", part=0, failure=None)


def refuse_answer(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Say what is wrong with the typed answer; the digits stay."""
    question = current_question(visit, context)
    failure = check_answer(question, visit.typed, context.today)
    return replace(visit, failure=failure)


def answer_typed(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Take the typed digits, or the written text, as the answer."""
    text = current_question(visit, context).asking is Asking.TEXT
    return _answer(visit, context, visit.written if text else visit.typed)


def answer_none(visit: Visit, _what: ev.Happening, context: Context) -> Visit:
    """Note that there is no such thing, or leave out the services that hang on it."""
    dropped = current_question(visit, context).without_drops
    if not dropped:
        return _answer(visit, context, "")
    for code in dropped:
        visit = leave_out(visit, code, context)
    return replace(visit, typed="", part=0, failure=None)


def answer_picked(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Take the picked option as the answer."""
    return _answer(visit, context, expect(ev.Press, what).value)


def unanswer(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Go back to the question before: its answer is asked again."""
    last = list(visit.answers)[-1]
    answers = {name: text for name, text in visit.answers.items() if name != last}
    return replace(visit, answers=answers, part=0, failure=None, **NOTHING_BEGUN)

"""The step FORM: the questions that no office can answer, one a page."""

from __future__ import annotations

from dataclasses import replace

from kiosk.pages.press import Press
from kiosk.retirement.questions import AnswerKind, Question, check_answer
from kiosk.visit.context import Context
from kiosk.visit.division_lists import divisions_of, parent_of
from kiosk.visit.events.event import Event
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.journalling.phase import day_of
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import STAND_IN_DIGITS
from kiosk.visit.press_codec import (
    PressCodec,
    PressReplay,
    digit_of,
    position,
    said_or_first,
    said_value,
)
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import Visit, remaining_questions
from kiosk.visit.step_parts.answers import leave_out, papers_open, something_answered, unanswer
from kiosk.visit.step_parts.navigation import cover_with, next_part, not_first_part, previous_part
from kiosk.visit.step_parts.prefill import fill_in
from kiosk.visit.step_parts.text_entry import erase, take_character, text_entry_transitions
from kiosk.visit.steps.questions.page import form_page
from kiosk.visit.transition import On, Step

ANY_LETTER = "a"  # of pinyin, in a replay


def current_question(visit: Visit, context: Context) -> Question:
    """Return the question on the page."""
    return remaining_questions(visit, context.book)[0]


def type_digit(visit: Visit, what: Pressed, context: Context) -> Visit:
    """Append a digit, up to the places of the number; in a written answer, a character."""
    if current_question(visit, context).asking is AnswerKind.TEXT:
        return take_character(visit, what, context)
    places = sum(current_question(visit, context).groups)
    typed = (visit.entry.typed + what.value)[:places]
    return replace(visit, failure=None, entry=replace(visit.entry, typed=typed))


def take_letters(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """List only places that begin with the pressed letters; all of them for ""."""
    letters = what.value
    return replace(
        visit,
        overlay=Overlay.NONE,
        entry=replace(visit.entry, letters=letters),
        display=replace(visit.display, part=0),
    )


def drop_letters(visit: Visit, _what: Event, _context: Context) -> Visit:
    """List all places again."""
    return replace(
        visit, entry=replace(visit.entry, letters=""), display=replace(visit.display, part=0)
    )


def type_letter(visit: Visit, what: Pressed, context: Context) -> Visit:
    """Append a letter, which codes have as capitals."""
    return type_digit(visit, Pressed(Press.DIGIT, what.value.upper()), context)


def _answer(visit: Visit, context: Context, text: str, field: str = "") -> Visit:
    field = field or current_question(visit, context).field
    answers = {**visit.answers, field: text}
    answered = replace(
        visit,
        answers=answers,
        failure=None,
        entry=replace(visit.entry, typed="", written="", letters=""),
        display=replace(visit.display, part=0),
    )
    return fill_in(answered, context.book)


def refuse_answer(visit: Visit, _what: Event, context: Context) -> Visit:
    """Show what is wrong with the typed answer; the digits stay."""
    question = current_question(visit, context)
    failure = check_answer(question, visit.entry.typed, context.today)
    return replace(visit, failure=failure)


def answer_typed(visit: Visit, _what: Event, context: Context) -> Visit:
    """Take the typed digits or the written text as the answer.

    A code that the list has counts as picked from the list.
    """
    question = current_question(visit, context)
    if is_listed_code(visit, context.book):
        return _answer(visit, context, visit.entry.typed, question.within)
    text = question.asking is AnswerKind.TEXT
    return _answer(visit, context, visit.entry.written if text else visit.entry.typed)


def answer_none(visit: Visit, _what: Event, context: Context) -> Visit:
    """Answer that there is no such thing, or leave out the services that depend on it."""
    dropped = current_question(visit, context).without_drops
    if not dropped:
        return _answer(visit, context, "")
    for code in dropped:
        visit = leave_out(visit, code, context)
    return replace(
        visit,
        failure=None,
        entry=replace(visit.entry, typed=""),
        display=replace(visit.display, part=0),
    )


def answer_picked(visit: Visit, what: Pressed, context: Context) -> Visit:
    """Take the picked option as the answer."""
    return _answer(visit, context, what.value)


def answer_wrong(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether the typed answer cannot be right."""
    question = current_question(visit, context)
    return check_answer(question, visit.entry.typed, context.today) is not None


def code_asked(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether the answer is a code of digits and letters."""
    return current_question(visit, context).asking is AnswerKind.CODE


def is_listed_code(visit: Visit, book: ReferenceData) -> bool:
    """Return whether what is typed is the code of an employer on the list."""
    question = remaining_questions(visit, book)[0]
    return question.asking is AnswerKind.CODE and visit.entry.typed in book.employers.employers


def text_asked(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether the question is answered in writing."""
    return current_question(visit, context).asking is AnswerKind.TEXT


def another_question(visit: Visit, what: Event, context: Context) -> bool:
    """Return whether a question is open once the typed answer is taken."""
    return bool(remaining_questions(answer_typed(visit, what, context), context.book))


def another_after_none(visit: Visit, what: Event, context: Context) -> bool:
    """Return whether a question is open once the answer is that there is no such thing."""
    return bool(remaining_questions(answer_none(visit, what, context), context.book))


def another_after_pick(visit: Visit, what: Pressed, context: Context) -> bool:
    """Return whether a question is open once the picked option is taken."""
    return bool(remaining_questions(answer_picked(visit, what, context), context.book))


def letters_taken(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether only places of some first letters are listed."""
    return bool(visit.entry.letters)


def record_answer(_what: Pressed, visit: Visit, book: ReferenceData) -> Record:
    """Return what is wrong with the typed answer; nothing of the answer."""
    refused = check_answer(remaining_questions(visit, book)[0], visit.entry.typed, day_of(visit))
    listed = {"listed": True} if is_listed_code(visit, book) else {}
    return {"value": "", "refused": refused.value if refused else "", **listed}


def with_listed_code(said: Said, visit: Visit, context: Context) -> tuple[Visit, Context]:
    """Return the visit with some code of the list typed, if the recorded one was on it."""
    listed = next((one.code for one in context.book.employers), "") if "listed" in said else ""
    if not listed:
        return visit, context
    return replace(visit, entry=replace(visit.entry, typed=listed)), context


def record_option(what: Pressed, visit: Visit, book: ReferenceData) -> Record:
    """Return the option; nothing of an employer; of a division, where somebody lives, its levels.

    They decide which pages follow: Anhui has towns, Beijing has no cities.
    """
    question = remaining_questions(visit, book)[0]
    if question.asking is AnswerKind.EMPLOYER:
        return {"value": ""}
    if question.asking is not AnswerKind.DIVISION:
        return {"value": what.value}
    return {"value": "", "levels": divisions_of(book, question).levels_below(what.value)}


def stand_in_option(replay: PressReplay) -> str:
    """Return the option, or a division with as many levels below as the recorded one."""
    question = remaining_questions(replay.visit, replay.book)[0]
    if question.asking is not AnswerKind.DIVISION or "levels" not in replay.said:
        return said_or_first(replay)
    divisions, wanted = divisions_of(replay.book, question), tuple(replay.said["levels"])
    below = divisions.below(parent_of(question, replay.visit.answers))
    alike = (one.code for one in below if divisions.levels_below(one.code) == wanted)
    return next(alike, "") or said_or_first(replay)


def stand_in_letter(replay: PressReplay) -> str:
    """Return the place of a code that passes its check; in a written answer, a letter of pinyin."""
    is_code = remaining_questions(replay.visit, replay.book)[0].asking is AnswerKind.CODE
    return stand_in_digit(replay) if is_code else ANY_LETTER


def stand_in_digit(replay: PressReplay) -> str:
    """Return a digit of an answer that passes its check."""
    field = remaining_questions(replay.visit, replay.book)[0].field
    return digit_of(STAND_IN_DIGITS.get(field, "0"), replay)


FORM = Step(
    stage=Stage.FORM,
    page=form_page,
    needs_proof=True,
    recorded={
        Press.NEXT: PressCodec(record_answer, said_value, with_listed_code),
        Press.SPELL: PressCodec(position, stand_in_letter),
        Press.DIGIT: PressCodec(position, stand_in_digit),
        Press.PICK: PressCodec(record_option, stand_in_option),
    },
    transitions=(
        On(Press.DIGIT, do=type_digit),
        On(Press.ERASE, do=erase),
        On(Press.SPELL, when=code_asked, do=type_letter),
        *text_entry_transitions(text_asked),
        On(Press.MORE, do=next_part),
        On(Press.LETTERS, do=cover_with(Overlay.LETTERS)),
        On(Press.LETTER, do=take_letters),
        On(Press.NEXT, when=answer_wrong, do=refuse_answer),
        On(Press.NEXT, when=another_question, do=answer_typed),
        On(Press.NEXT, to=Stage.MATERIALS, do=answer_typed, outcome=papers_open),
        On(Press.NEXT, to=Stage.REVIEW, do=answer_typed),
        On(Press.NONE_OF_IT, when=another_after_none, do=answer_none),
        On(Press.NONE_OF_IT, to=Stage.MATERIALS, do=answer_none, outcome=papers_open),
        On(Press.NONE_OF_IT, to=Stage.REVIEW, do=answer_none),
        On(Press.PICK, when=another_after_pick, do=answer_picked),
        On(Press.PICK, to=Stage.MATERIALS, do=answer_picked, outcome=papers_open),
        On(Press.PICK, to=Stage.REVIEW, do=answer_picked),
        On(Press.BACK, when=not_first_part, do=previous_part),
        On(Press.BACK, when=letters_taken, do=drop_letters),
        On(Press.BACK, when=something_answered, do=unanswer),
        On(Press.BACK, to=Stage.CHOOSE),
    ),
)

"""Pages of the questions that no office can answer, one a page."""

from __future__ import annotations

from kiosk.pages.page import ButtonStyle, Choice, Layout, NumberField, Page, Row, Said
from kiosk.pages.press import Press
from kiosk.retirement.divisions import Divisions
from kiosk.retirement.questions import AnswerKind, Question
from kiosk.visit.division_lists import divisions_of, parent_of
from kiosk.visit.page_parts.text_entry import COMMON, FORM_STEP, NAMED, Asked, written
from kiosk.visit.page_parts.wording import in_groups, sentence_or_failure
from kiosk.visit.pagination import cut, pages_left
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, acts_for_another, remaining_questions
from kiosk.visit.step_parts.prefill import is_as_read
from kiosk.visit.step_parts.question_options import known_words, offered_options

LEAFED = 2  # longer lists of places can be searched by letter


def form_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page of the first question that is open."""
    question = remaining_questions(visit, book)[0]
    if question.asking is AnswerKind.DIGITS:
        return _keypad(visit, book, question)
    if question.asking is AnswerKind.TEXT:
        return writing(visit, book, question)
    return _options(visit, book, question)


def _keypad(visit: Visit, book: ReferenceData, question: Question) -> Page:
    words = book.words["form"]
    typed = in_groups(visit.entry.typed, question.groups)
    without = Choice(Press.NONE_OF_IT, question.without) if question.without else None
    corners = (without, Choice(Press.ERASE, words["erase"], icon="backspace"))
    return Page(
        name=question.field,
        layout=Layout.KEYPAD,
        title=question.title,
        sentence=sentence_or_failure(visit, book, _asked_of(visit, book, question)),
        spoken=(Said(typed, private=True),) if typed else (),
        step=3,
        number=NumberField(visit.entry.typed, question.groups),
        corners=corners,
        choices=(Choice(Press.NEXT, question.next_words, tone=ButtonStyle.PRIMARY, arrow=True),),
        mend=visit.failure is not None,
    )


def _asked_of(visit: Visit, book: ReferenceData, question: Question) -> str:
    """Return the question's sentence.

    Who files for another is told that the mobile number must be the person's own. What was read of
    a paper is to be checked.
    """
    if is_as_read(visit, question.field):
        return str(book.words["picture"]["read"])
    acting = acts_for_another(visit) and question.field == "mobile"
    return str(book.words["acting"]["mobile_sentence"]) if acting else question.sentence


def _options(visit: Visit, book: ReferenceData, question: Question) -> Page:
    words = book.words["form"]
    parts = cut(_option_rows(visit, book, question), visit.display.view)
    part = visit.display.part % len(parts)
    said = words["letters_sentence"] if visit.entry.letters else question.sentence
    count: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    if len(parts) > 1:
        count = (pages_left(book, part, len(parts)),)
        choices = (Choice(Press.MORE, words["more"], arrow=True),)
    if visit.entry.letters or (question.asking is AnswerKind.DIVISION and len(parts) > LEAFED):
        look = words["letters_again"] if visit.entry.letters else words["letters"]
        count, choices = (), (Choice(Press.LETTERS, look), *choices)
    return Page(
        name=question.field,
        layout=Layout.OPTIONS,
        title=question.title,
        sentence=sentence_or_failure(visit, book, said),
        spoken=tuple(map(Said, count)),
        step=3,
        rows=parts[part],
        count=count,
        choices=choices,
    )


def _option_rows(visit: Visit, book: ReferenceData, question: Question) -> tuple[Row, ...]:
    if question.asking is AnswerKind.DIVISION:
        return _division_rows(visit, book, question)
    words = known_words(visit, book)
    return tuple(
        Row(
            option.words.format_map(words),
            option.under.format_map(words),
            value=option.value,
            act=Press.PICK,
            private="{" in option.words + option.under,
        )
        for option in offered_options(visit, book, question)
    )


def _division_rows(visit: Visit, book: ReferenceData, question: Question) -> tuple[Row, ...]:
    """Return the places of one level, the own one first, and last that it is none of them."""
    divisions, parent = divisions_of(book, question), parent_of(question, visit.answers)
    below = divisions.below(parent, book.point.division)
    if visit.entry.letters:
        below = divisions.in_group(parent, visit.entry.letters)
    rows = tuple(Row(one.short_name, value=one.code, act=Press.PICK, private=True) for one in below)
    return (*rows, Row(question.without, act=Press.NONE_OF_IT)) if question.without else rows


def letters_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the overlay with the first letters of the places to choose from."""
    words = book.words["letters"]
    question = remaining_questions(visit, book)[0]
    divisions, parent = divisions_of(book, question), parent_of(question, visit.answers)
    rows = [
        Row(
            " ".join(group.upper()),
            _examples(divisions, parent, group),
            group,
            act=Press.LETTER,
            private=True,
        )
        for group in divisions.letter_groups(parent)
    ]
    return Page(
        name="letters",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence"],
        step=3,
        rows=tuple(rows),
        choices=(Choice(Press.LETTER, words["all"]),),
    )


def _examples(divisions: Divisions, parent: str, group: str) -> str:
    """Return the two shortest names of a group, as examples for who does not know letters."""
    names = [one.short_name for one in divisions.in_group(parent, group)]
    return "、".join(sorted(names, key=len)[:2])


def writing(visit: Visit, book: ReferenceData, question: Question) -> Page:
    """Return the page on which the question is answered in writing."""
    begins = NAMED if question.is_name else COMMON
    sentence = _asked_of(visit, book, question)
    asked = Asked(question.field, question.title, sentence, question.next_words)
    return written(visit, book, asked, FORM_STEP, begins)

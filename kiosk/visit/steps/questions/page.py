"""Pages of the questions that no office can answer, one a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kiosk.pages.page import ButtonStyle, Choice, Layout, NumberField, Page, Row, Said, Writing
from kiosk.pages.press import Press
from kiosk.retirement.numbers import CREDIT_CODE_LETTERS
from kiosk.retirement.pick_lists.initials import Named, in_groups_of_letters, letter_groups
from kiosk.retirement.questions import AnswerKind, Question
from kiosk.visit.division_lists import divisions_of, parent_of
from kiosk.visit.page_parts.text_entry import FORM_STEP, Asked, written
from kiosk.visit.page_parts.wording import in_groups, sentence_or_failure
from kiosk.visit.pagination import cut, pages_left
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, acts_for_another, remaining_questions
from kiosk.visit.step_parts.prefill import is_as_read
from kiosk.visit.step_parts.question_options import known_words, offered_options

LEAFED = 2  # longer lists of names can be searched by letter
SEARCHED = frozenset({AnswerKind.DIVISION, AnswerKind.EMPLOYER})


def form_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page of the first question that is open."""
    question = remaining_questions(visit, book)[0]
    if question.asking is AnswerKind.DIGITS:
        return _keypad(visit, book, question)
    if question.asking is AnswerKind.TEXT:
        return writing(visit, book, question)
    if question.asking is AnswerKind.CODE:
        return _code_page(visit, book, question)
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


def _code_page(visit: Visit, book: ReferenceData, question: Question) -> Page:
    """Return the page on which a code of digits and capital letters is typed."""
    typed = in_groups(visit.entry.typed, question.groups)
    return Page(
        name=question.field,
        layout=Layout.WRITE,
        title=question.title,
        sentence=sentence_or_failure(visit, book, question.sentence),
        spoken=(Said(typed, private=True),) if typed else (),
        step=3,
        writing=Writing(typed, "", CREDIT_CODE_LETTERS.lower()),
        corners=(None, Choice(Press.ERASE, book.words["form"]["erase"], icon="backspace")),
        choices=(
            Choice(Press.NONE_OF_IT, question.without),
            Choice(Press.NEXT, question.next_words, tone=ButtonStyle.PRIMARY, arrow=True),
        ),
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
    rows = _option_rows(visit, book, question)
    parts = cut(rows, visit.display.view)
    part = visit.display.part % len(parts)
    said = words["letters_sentence"] if visit.entry.letters else question.sentence
    count: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    if len(parts) > 1:
        count = (pages_left(book, part, len(parts)),)
        choices = (Choice(Press.MORE, words["more"], arrow=True),)
    is_long = question.asking in SEARCHED and _is_long(visit, rows)
    if visit.entry.letters or is_long:
        look = words["letters" if is_long else "letters_again"]
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
    if question.asking in SEARCHED:
        return _name_rows(visit, book, question)
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


def listed_names(visit: Visit, book: ReferenceData, question: Question) -> tuple[Named, ...]:
    """Return the places or employers of the question, the own place first; by letter if wished."""
    names = _all_names(visit, book, question)
    letters = visit.entry.letters
    return in_groups_of_letters(names, letters) if letters else names


def _all_names(visit: Visit, book: ReferenceData, question: Question) -> tuple[Named, ...]:
    if question.asking is AnswerKind.EMPLOYER:
        return tuple(book.employers)
    parent = parent_of(question, visit.answers)
    return divisions_of(book, question).below(parent, book.point.division)


def _name_rows(visit: Visit, book: ReferenceData, question: Question) -> tuple[Row, ...]:
    """Return the names as rows, and last that it is none of them."""
    rows = tuple(
        Row(one.short_name, value=one.code, act=Press.PICK, private=True)
        for one in listed_names(visit, book, question)
    )
    return (*rows, Row(question.without, act=Press.NONE_OF_IT)) if question.without else rows


def _is_long(visit: Visit, rows: Sequence[object]) -> bool:
    """Return whether a list is so long that it can be searched by letter."""
    return len(cut(rows, visit.display.view)) > LEAFED


def letters_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the overlay with letters of the names to choose from.

    They are those of the first character; of the next one, while the list is still long by letter.
    """
    question = remaining_questions(visit, book)[0]
    names, path = listed_names(visit, book, question), visit.entry.letters.split()
    is_long = _is_long(visit, _name_rows(visit, book, question))
    if not is_long or not (groups := letter_groups(names, len(path))):
        names, path = _all_names(visit, book, question), []
        groups = letter_groups(names)
    words = book.words["letters"]
    rows = [
        Row(
            " ".join(group.upper()),
            _examples(in_groups_of_letters(names, " ".join((*path, group)))),
            " ".join((*path, group)),
            act=Press.LETTER,
            private=True,
        )
        for group in groups
    ]
    return Page(
        name="letters",
        layout=Layout.OPTIONS,
        title=words["title_next" if path else "title"],
        sentence=words["sentence_next" if path else "sentence"],
        step=3,
        rows=tuple(rows),
        choices=(Choice(Press.LETTER, words["all"]),),
    )


def _examples(names: Iterable[Named]) -> str:
    """Return the two shortest names of a group, as examples for who does not know letters."""
    return "、".join(sorted((one.short_name for one in names), key=len)[:2])


def writing(visit: Visit, book: ReferenceData, question: Question) -> Page:
    """Return the page on which the question is answered in writing."""
    sentence = _asked_of(visit, book, question)
    asked = Asked(question.field, question.title, sentence, question.next_words)
    return written(visit, book, asked, FORM_STEP, question.begins)

"""The page on which text is written from parts, by letters or with the finger."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Row, Said, Writing
from kiosk.pages.press import Press
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit

FIRST_STEP, FORM_STEP = 1, 3


NAMED = "surnames"


SHOWN = 5  # candidates at a time, each as large as a finger wants; the sixth place is for more


@dataclass(frozen=True)
class Asked:
    """The words around a text to be written; `onward` labels the button that goes on."""

    name: str
    title: str
    sentence: str
    onward: str


def written(visit: Visit, book: ReferenceData, asked: Asked, step: int, begins: str) -> Page:
    """Return the page: the text so far, five candidates, digits, and a field or letters.

    `begins` is the key of the list of characters with which such a text often begins, `step` the
    number of the step on the path above the page.
    """
    words, signs = book.words["writing"], candidates(visit, book, begins)
    parts = max(1, -(-len(signs) // SHOWN))
    first = visit.display.part % parts * SHOWN
    rows = signs[first : first + SHOWN]
    more = Choice(Press.MORE, words["more"]) if parts > 1 else None
    return Page(
        name=asked.name,
        layout=Layout.WRITE,
        title=asked.title,
        sentence=sentence_or_failure(visit, book, asked.sentence),
        spoken=(Said(visit.entry.written, private=True),) if visit.entry.written else (),
        step=step,
        rows=rows,
        writing=_writing(visit, book),
        ink=visit.entry.strokes,
        corners=(more, Choice(Press.ERASE, words["erase"], icon="backspace")),
        choices=(
            Choice(Press.RARE, words["rare"]),
            Choice(Press.OTHER_HAND, words["by_hand" if visit.entry.by_letters else "by_letters"]),
            Choice(Press.NEXT, asked.onward, tone=ButtonStyle.PRIMARY, arrow=True),
        ),
    )


def _writing(visit: Visit, book: ReferenceData) -> Writing:
    if not visit.entry.by_letters:
        return Writing(
            visit.entry.written, "", "", by_hand=True, here=book.words["writing"]["here"]
        )
    return Writing(
        visit.entry.written, visit.entry.typed, book.pinyin.may_follow(visit.entry.typed)
    )


def candidates(visit: Visit, book: ReferenceData, begins: str) -> tuple[Row, ...]:
    """Return the characters that may be meant by strokes or letters.

    Without either: characters that the last ones are parts of, then common first characters, of the
    list `begins`.
    """
    if visit.entry.strokes:
        return _plain(visit.entry.signs)
    if visit.entry.typed:
        return _plain(book.pinyin.candidates(visit.entry.typed))
    made = tuple(
        Row(sign, value=f"{count}{sign}", act=Press.JOIN, private=True)
        for sign, count in book.parts.joined(visit.entry.written)
    )
    return (*made, *_plain(tuple(book.words["writing"][begins])))


def _plain(signs: tuple[str, ...]) -> tuple[Row, ...]:
    return tuple(Row(sign, value=sign, act=Press.CHARACTER, private=True) for sign in signs)


def rare_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the overlay that explains how to write a rare character: by parts or a helper."""
    words = book.words["rare"]
    return Page(
        name="rare",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        step=FORM_STEP if visit.stage is Stage.FORM else FIRST_STEP,
        panel=Panel(words["heading"], tuple(words["lines"])),
        choices=(Choice(Press.STAY, words["close"], tone=ButtonStyle.PRIMARY),),
    )

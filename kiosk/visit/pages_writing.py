"""The page on which a few characters are written, with the finger or by letters."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.retirement.questions import Question
from kiosk.visit.handbook import Handbook
from kiosk.visit.page import Act, Choice, Layout, Page, Panel, Row, Said, Tone, Writing
from kiosk.visit.pages_identity import sentence_or_failure
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit

FIRST_STEP, FORM_STEP = 1, 3
COMMON, NAMED = "common", "surnames"
SHOWN = 5  # candidates at a time, each as large as a finger wants; the sixth place is for more


@dataclass(frozen=True)
class Asked:
    """What is to be written, in words: the page's name, title, sentence, and the press onward."""

    name: str
    title: str
    sentence: str
    onward: str


def writing(visit: Visit, book: Handbook, question: Question) -> Page:
    """Return the page for a question of the form."""
    asked = Asked(question.field, question.title, question.sentence, question.next_words)
    return written(visit, book, asked, FORM_STEP, COMMON)


def written(visit: Visit, book: Handbook, asked: Asked, step: int, begins: str) -> Page:
    """Return the page: what stands, five candidates, digits, and a field or letters.

    `begins` names the list of words with which such a text often begins.
    """
    words, signs = book.words["writing"], candidates(visit, book, begins)
    parts = max(1, -(-len(signs) // SHOWN))
    first = visit.part % parts * SHOWN
    rows = signs[first : first + SHOWN]
    more = Choice(Act.MORE, words["more"]) if parts > 1 else None
    return Page(
        name=asked.name,
        layout=Layout.WRITE,
        title=asked.title,
        sentence=sentence_or_failure(visit, book, asked.sentence),
        spoken=(Said(visit.written, private=True),) if visit.written else (),
        step=step,
        rows=rows,
        writing=_writing(visit, book),
        ink=visit.strokes,
        corners=(more, Choice(Act.ERASE, words["erase"], icon="backspace")),
        choices=(
            Choice(Act.RARE, words["rare"]),
            Choice(Act.OTHER_HAND, words["by_hand" if visit.by_letters else "by_letters"]),
            Choice(Act.NEXT, asked.onward, tone=Tone.PRIMARY, arrow=True),
        ),
    )


def _writing(visit: Visit, book: Handbook) -> Writing:
    if not visit.by_letters:
        return Writing(visit.written, "", "", by_hand=True, here=book.words["writing"]["here"])
    return Writing(visit.written, visit.typed, book.pinyin.may_follow(visit.typed))


def candidates(visit: Visit, book: Handbook, begins: str) -> tuple[Row, ...]:
    """Return what strokes or letters may mean; before the first, what was written makes."""
    if visit.strokes:
        return _plain(visit.signs)
    if visit.typed:
        return _plain(book.pinyin.candidates(visit.typed))
    made = tuple(
        Row(sign, value=f"{count}{sign}", act=Act.JOIN, private=True)
        for sign, count in book.parts.joined(visit.written)
    )
    return (*made, *_plain(tuple(book.words["writing"][begins])))


def _plain(signs: tuple[str, ...]) -> tuple[Row, ...]:
    return tuple(Row(sign, value=sign, act=Act.CHARACTER, private=True) for sign in signs)


def rare(visit: Visit, book: Handbook) -> Page:
    """Return how a rare character is written: part by part, or by the helper."""
    words = book.words["rare"]
    return Page(
        name="rare",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        step=FORM_STEP if visit.stage is Stage.FORM else FIRST_STEP,
        panel=Panel(words["heading"], tuple(words["lines"])),
        choices=(Choice(Act.STAY, words["close"], tone=Tone.PRIMARY),),
    )

"""The page on which a few characters are written, with the finger or by letters."""

from __future__ import annotations

from kiosk.retirement.questions import Question
from kiosk.visit.handbook import Handbook
from kiosk.visit.page import Act, Choice, Layout, Page, Row, Said, Tone, Writing
from kiosk.visit.pages_identity import sentence_or_failure
from kiosk.visit.state import Visit

SHOWN = 5  # candidates at a time, each as large as a finger wants; the sixth place is for more


def writing(visit: Visit, book: Handbook, question: Question) -> Page:
    """Return the page: what stands, five candidates, digits, and a field or letters."""
    words, signs = book.words["writing"], candidates(visit, book)
    parts = max(1, -(-len(signs) // SHOWN))
    first = visit.part % parts * SHOWN
    rows = tuple(
        Row(sign, value=sign, act=Act.CHARACTER, private=True)
        for sign in signs[first : first + SHOWN]
    )
    more = Choice(Act.MORE, words["more"]) if parts > 1 else None
    return Page(
        name=question.field,
        layout=Layout.WRITE,
        title=question.title,
        sentence=sentence_or_failure(visit, book, question.sentence),
        spoken=(Said(visit.written, private=True),) if visit.written else (),
        step=3,
        rows=rows,
        writing=_writing(visit, book),
        ink=visit.strokes,
        corners=(more, Choice(Act.ERASE, words["erase"], icon="backspace")),
        choices=(
            Choice(Act.OTHER_HAND, words["by_hand" if visit.by_letters else "by_letters"]),
            Choice(Act.NEXT, question.next_words, tone=Tone.PRIMARY, arrow=True),
        ),
    )


def _writing(visit: Visit, book: Handbook) -> Writing:
    if not visit.by_letters:
        return Writing(visit.written, "", "", by_hand=True, here=book.words["writing"]["here"])
    return Writing(visit.written, visit.typed, book.pinyin.may_follow(visit.typed))


def candidates(visit: Visit, book: Handbook) -> tuple[str, ...]:
    """Return what strokes or letters may mean; before the first, what addresses are made of."""
    if visit.strokes:
        return visit.signs
    if not visit.typed:
        return tuple(book.words["writing"]["common"])
    return book.pinyin.candidates(visit.typed)

"""Pages of the ratings of finished parts: the list, one rating, own words, an answer."""

from __future__ import annotations

from kiosk.date_words import day_words
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Row
from kiosk.pages.press import Press
from kiosk.visit.page_parts.text_entry import Asked, written
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.pagination import cut
from kiosk.visit.records.rating import RateableStage, RatingNeed
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit

NO_STEP = 0  # of the path of a filing
BEGINNINGS = "sentences"  # of the list of characters with which own words often begin


def ratings_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the list of what can be rated, or that nothing is left."""
    words, items = book.words["part_ratings"], visit.ratings.items or ()
    close = Choice(Press.DONE, words["done"], tone=ButtonStyle.PRIMARY)
    if not items:
        return Page(
            name="ratings_done",
            layout=Layout.MESSAGE,
            title=words["title"],
            sentence=sentence_or_failure(visit, book, words["sentence_none"]),
            choices=(close,),
            mend=visit.failure is not None,
        )
    rows = [
        Row(name_of_stage(one.stage, book), _state(one, book), value=str(place), act=Press.PICK)
        for place, one in enumerate(items)
    ]
    parts = cut(rows, visit.display.view)
    more = (Choice(Press.MORE, words["more"], arrow=True),) if len(parts) > 1 else ()
    return Page(
        name="ratings",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        rows=parts[visit.display.part % len(parts)],
        choices=(*more, close),
        mend=visit.failure is not None,
    )


def name_of_stage(stage: str, book: ReferenceData) -> str:
    """Return what the person calls a stage: a service, or the filing."""
    known = book.catalogue.services.get(stage)
    return known.plain if known else str(book.words["part_ratings"]["filing"])


def _state(item: RateableStage, book: ReferenceData) -> str:
    words: str = book.words["part_ratings"]["states"][item.need.value]
    return words.format(due=day_words(item.answer_by)) if item.answer_by else words


def chosen_stage(visit: Visit) -> RateableStage:
    """Return the stage that is being rated, or whose answer is read."""
    items, place = visit.ratings.items, visit.ratings.chosen
    assert items is not None
    assert place is not None
    return items[place]


def shows_answer(visit: Visit) -> bool:
    """Return whether the page tells what became of a rating, and asks for none."""
    return chosen_stage(visit).need is not RatingNeed.UNRATED and not visit.ratings.again


def asks_grade(visit: Visit) -> bool:
    """Return whether the page asks for the grade."""
    return not shows_answer(visit) and not visit.ratings.grade


def asks_reason(visit: Visit) -> bool:
    """Return whether the page asks for the reason of a bad grade."""
    return bool(visit.ratings.grade) and not visit.ratings.reason


def asks_words(visit: Visit) -> bool:
    """Return whether the page asks for the person's own words."""
    return bool(visit.ratings.reason)


def part_rating_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page of an answer, of the grade, of the reason, or of the person's own words."""
    words, item = book.words["part_rating"], chosen_stage(visit)
    if shows_answer(visit):
        return _answer_page(item, book)
    if asks_words(visit):
        asked = Asked("rating_words", words["words_title"], words["words"], words["words_done"])
        return written(visit, book, asked, NO_STEP, BEGINNINGS)
    if asks_reason(visit):
        return Page(
            name="part_rating_reason",
            layout=Layout.OPTIONS,
            title=words["reason_title"],
            sentence=words["reason"],
            rows=tuple(
                Row(said, value=reason, act=Press.PICK) for reason, said in words["reasons"].items()
            ),
            choices=(Choice(Press.SKIP, words["no_reason"]),),
        )
    grades = book.words["rating"]["grades"]
    return Page(
        name="part_rating",
        layout=Layout.OPTIONS,
        title=name_of_stage(item.stage, book),
        sentence=words["sentence"],
        rows=tuple(
            Row(said, value=grade, act=Press.RATE, icon=f"grade-{grade}")
            for grade, said in grades.items()
        ),
    )


def _answer_page(item: RateableStage, book: ReferenceData) -> Page:
    """Return the page of the answer, or that it is still awaited.

    It is shown and not said: somebody may stand beside.
    """
    words, heading = book.words["part_rating"], name_of_stage(item.stage, book)
    awaited = item.need is RatingNeed.WAITING
    said = {RatingNeed.WAITING: "waiting", RatingNeed.ANSWERED: "answer"}.get(item.need, "read")
    line = words["waiting_line"].format(due=day_words(item.answer_by)) if item.answer_by else ""
    close = Choice(Press.DONE, words["close"], tone=ButtonStyle.PRIMARY)
    again = (Choice(Press.TRY_AGAIN, words["again"]),) if item.need is RatingNeed.ANSWERED else ()
    return Page(
        name="rating_awaited" if awaited else "rating_answer",
        layout=Layout.MESSAGE,
        title=words["waiting_title" if awaited else "answer_title"],
        sentence=words[said],
        panel=Panel(heading, (line if awaited else item.answer,)),
        choices=(*again, close),
    )

"""The steps RATINGS and PART_RATING: finished parts are rated by the applicant alone (好差评)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.application.rating import WORST_GOOD_GRADE, second_stage
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.effects import SendRating
from kiosk.visit.events.event import Event
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.events.ratings import RatingLost
from kiosk.visit.grade_codec import GRADE
from kiosk.visit.press_codec import SHOWN_PICK
from kiosk.visit.records.filing import TextEntry
from kiosk.visit.records.rating import RatingNeed
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.navigation import next_part, not_first_part, previous_part, show_failure
from kiosk.visit.step_parts.text_entry import erase, take_character, text_entry_transitions
from kiosk.visit.steps.part_ratings.page import (
    asks_grade,
    asks_reason,
    asks_words,
    chosen_stage,
    part_rating_page,
    ratings_page,
    shows_answer,
)
from kiosk.visit.transition import Change, Effects, On, Step


def choose_stage(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Turn to one stage of the list."""
    return replace(visit, failure=None, ratings=replace(visit.ratings, chosen=int(what.value)))


def leave_stage(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Go back to the list, and forget what was picked and written."""
    left = replace(visit.ratings, chosen=None, again=False, grade=0, reason="")
    return replace(visit, entry=TextEntry(), ratings=left, display=replace(visit.display, part=0))


def finish_rating(visit: Visit, what: Event, context: Context) -> Visit:
    """Take the rated stage off the list; a second rating leaves its answer there."""
    items, place = visit.ratings.items or (), visit.ratings.chosen
    assert place is not None
    rated = replace(items[place], need=RatingNeed.CLOSED)
    kept = (rated,) if visit.ratings.again else ()
    left = (*items[:place], *kept, *items[place + 1 :])
    return leave_stage(replace(visit, ratings=replace(visit.ratings, items=left)), what, context)


def rate_again(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Ask for the second rating, after the answer to the first."""
    return replace(visit, ratings=replace(visit.ratings, again=True))


def take_grade(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Keep a bad grade, whose reason is asked next."""
    return replace(visit, ratings=replace(visit.ratings, grade=int(what.value)))


def take_reason(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Keep the reason; own words are asked next."""
    return replace(visit, ratings=replace(visit.ratings, reason=what.value))


def may_rate_again(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the page shows an answer after which there may be a second rating."""
    return shows_answer(visit) and chosen_stage(visit).need is RatingNeed.ANSWERED


def is_bad_grade(visit: Visit, what: Pressed, _context: Context) -> bool:
    """Return whether a grade was asked for and is bad."""
    return asks_grade(visit) and int(what.value) < WORST_GOOD_GRADE


def is_grade_asked(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the page asks for the grade."""
    return asks_grade(visit)


def is_reason_asked(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the page asks for the reason."""
    return asks_reason(visit)


def is_words_asked(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the page asks for the person's own words."""
    return asks_words(visit)


def send_part_rating(change: Change[Any]) -> Effects:
    """Send the rating: the grade that was pressed now or before, its reason, and own words."""
    before, event = change.before, change.event
    item, said = chosen_stage(before), before.ratings
    rates = isinstance(event, Pressed) and event.act is Press.RATE
    return (
        SendRating(
            item.application_id,
            int(event.value) if rates else said.grade,
            (said.reason,) if said.reason else (),
            second_stage(item.stage) if said.again else item.stage,
            before.entry.written,
        ),
    )


RATINGS = Step(
    stage=Stage.RATINGS,
    page=ratings_page,
    needs_proof=True,
    recorded={Press.PICK: SHOWN_PICK},
    transitions=(
        On(RatingLost, do=show_failure),
        On(Press.PICK, to=Stage.PART_RATING, do=choose_stage),
        On(Press.MORE, do=next_part),
        On(Press.BACK, when=not_first_part, do=previous_part),
        On(Press.BACK, to=Stage.PROGRESS),
        On(Press.DONE, to=Stage.PROGRESS),
    ),
)


PART_RATING = Step(
    stage=Stage.PART_RATING,
    page=part_rating_page,
    needs_proof=True,
    recorded={Press.RATE: GRADE},
    transitions=(
        On(Press.TRY_AGAIN, when=may_rate_again, do=rate_again),
        On(Press.RATE, when=is_bad_grade, do=take_grade),
        On(
            Press.RATE,
            to=Stage.RATINGS,
            when=is_grade_asked,
            do=finish_rating,
            effects=send_part_rating,
        ),
        On(Press.PICK, when=is_reason_asked, do=take_reason),
        On(
            Press.SKIP,
            to=Stage.RATINGS,
            when=is_reason_asked,
            do=finish_rating,
            effects=send_part_rating,
        ),
        *text_entry_transitions(is_words_asked),
        On(Press.DIGIT, when=is_words_asked, do=take_character),
        On(Press.ERASE, when=is_words_asked, do=erase),
        On(Press.MORE, when=is_words_asked, do=next_part),
        On(
            Press.NEXT,
            to=Stage.RATINGS,
            when=is_words_asked,
            do=finish_rating,
            effects=send_part_rating,
        ),
        On(Press.BACK, to=Stage.RATINGS, do=leave_stage),
        On(Press.DONE, to=Stage.RATINGS, do=leave_stage),
    ),
)

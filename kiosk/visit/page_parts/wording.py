"""Words for months, groups of digits and failures on pages."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.failures import Failure
from kiosk.pages.page import Row, Said
from kiosk.retirement.situation import Route, Situation
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit

# The step of the path once all five are done (kiosk/pages/page.py).
ALL_DONE = 6


def month_words(situation: Situation, book: ReferenceData) -> str:
    """Return the chosen month; on the special routes, words that the office decides."""
    if situation.route is Route.AGE:
        return situation.retire.words()
    return str(book.words["dates"]["hero_special"])


def private_text(rows: Iterable[Row]) -> tuple[Said, ...]:
    """Return the rows as speech that is played by headphones only."""
    return tuple(Said(f"{row.label} {row.words}", private=True) for row in rows)


def in_groups(digits: str, groups: tuple[int, ...]) -> str:
    """Return the digits in the groups in which they are spoken: 139 0000 1234."""
    parts, at = [], 0
    for group in groups:
        parts.append(digits[at : at + group])
        at += group
    return " ".join(part for part in parts if part)


def print_failure_sentence(failure: Failure, book: ReferenceData) -> str:
    """Return why nothing is printed; the usual words speak of a number that not every slip has."""
    own: str = book.words["guide"]["failures"].get(failure)
    return own or book.failures[failure].sentence


def sentence_or_failure(visit: Visit, book: ReferenceData, sentence: str) -> str:
    """Return the words of the visit's failure, or else the page's own `sentence`."""
    return book.failures[visit.failure].sentence if visit.failure else sentence

"""Fetched facts as they are shown for confirmation, and the pages they take."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.date_words import full_day_words, years_and_months_words
from kiosk.people.identity import Sex
from kiosk.retirement.months import Month
from kiosk.visit.pagination import cut
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, card_of, sees_facts


@dataclass(frozen=True)
class Fact:
    """One fact in words; `key` names it in the application when it is disputed."""

    key: str
    label: str
    value: str


def fetched_facts(visit: Visit, book: ReferenceData) -> tuple[Fact, ...]:
    """Return what the card and the offices say, in words; unknown facts are left out."""
    labels, values = book.words["facts"]["labels"], _values(visit, book)
    return tuple(Fact(key, labels[key], value) for key, value in values.items() if value)


def _values(visit: Visit, book: ReferenceData) -> dict[str, str]:
    """Return the values in words by their keys, in the order of the pages; "" for unknown ones."""
    words, card, facts = book.words["facts"], card_of(visit), visit.facts.shared
    sex = Sex.MALE if card.sex is Sex.MALE else Sex.FEMALE
    of_card = {
        "name": card.name,
        "sex": words["sexes"][sex],
        "birth": full_day_words(card.birth),
    }
    if facts is None:
        return of_card
    since = facts.work_start_month
    account = words["account"].format(bank=facts.bank, tail=facts.account[-4:])
    return of_card | {
        "unit_name": facts.unit_name,
        "work_start_month": Month.parse(since).words() if since else "",
        "paid_months": years_and_months_words(facts.paid_months),
        "medical_months": years_and_months_words(facts.medical_months),
        "marital": words["marital"][facts.marital],
        "account": account if facts.account else "",
    }


def fact_parts(visit: Visit, book: ReferenceData) -> tuple[tuple[Fact, ...], ...]:
    """Return the facts in parts that fit a page."""
    return cut(fetched_facts(visit, book), visit.display.view)


def part_count(visit: Visit, book: ReferenceData) -> int:
    """Return the number of pages of the stage: the dates, then the facts if shown."""
    return 1 + len(fact_parts(visit, book)) if sees_facts(visit) else 1

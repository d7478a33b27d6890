"""Fetched facts as they are shown for confirmation, and the pages they take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from kiosk.date_words import full_day_words, years_and_months_words
from kiosk.people.facts import InsuredPlace
from kiosk.people.identity import Sex
from kiosk.retirement.months import Month
from kiosk.visit.pagination import cut
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, card_of, sees_facts

Known = Mapping[str, Any]
"""What the offices know, by the members of `SharedFacts`; some of them may be missing."""
Words = Mapping[str, Any]
"""The table `facts` of config/texts/pages.toml."""


@dataclass(frozen=True)
class Fact:
    """One fact in words; `key` names it in the application when it is disputed."""

    key: str
    label: str
    value: str


def fetched_facts(visit: Visit, book: ReferenceData) -> tuple[Fact, ...]:
    """Return what the card and the offices say, in words; unknown facts are left out."""
    words, card, facts = book.words["facts"], card_of(visit), visit.facts.shared
    sex = Sex.MALE if card.sex is Sex.MALE else Sex.FEMALE
    of_card = {
        "name": card.name,
        "sex": words["sexes"][sex],
        "birth": full_day_words(card.birth),
    }
    found = tuple(Fact(key, words["labels"][key], said) for key, said in of_card.items() if said)
    if facts is None:
        return found
    known = {one.name: getattr(facts, one.name) for one in fields(facts)}
    return (*found, *facts_in_words(known, words))


def facts_in_words(known: Known, words: Words) -> tuple[Fact, ...]:
    """Return what the offices know of a person, in words; what is not on record is left out."""
    said = ((key, in_words(known, words)) for key, in_words in IN_WORDS.items() if key in known)
    return tuple(Fact(key, words["labels"][key], value) for key, value in said if value)


def _text(key: str) -> Callable[[Known, Words], str]:
    return lambda known, _words: str(known[key])


def _months(key: str) -> Callable[[Known, Words], str]:
    return lambda known, _words: years_and_months_words(known[key])


def _one_of(key: str, table: str) -> Callable[[Known, Words], str]:
    return lambda known, words: str(words[table][known[key]])


def _month(key: str) -> Callable[[Known, Words], str]:
    return lambda known, _words: Month.parse(known[key]).words() if known[key] else ""


def _since(key: str) -> Callable[[Known, Words], str]:
    in_words = _month(key)

    def said(known: Known, words: Words) -> str:
        month = in_words(known, words)
        return str(words["since"].format(month=month)) if month else ""

    return said


def _flag(key: str) -> Callable[[Known, Words], str]:
    return lambda known, words: (
        "" if known[key] is None else str(words["flags"][str(known[key]).lower()])
    )


def _insured_places(known: Known, words: Words) -> str:
    """Return each place of insurance with its time; from a document they come as tables."""
    said: str = words["insured_place"]
    places = (
        asdict(one) if isinstance(one, InsuredPlace) else one for one in known["insured_places"]
    )
    return "、".join(
        said.format(place=one["place"], length=years_and_months_words(one["months"]))
        for one in places
    )


def _account(known: Known, words: Words) -> str:
    account, bank = known["account"], known.get("bank", "")
    return str(words["account"].format(bank=bank, tail=account[-4:])) if account else ""


def _work_start(known: Known, _words: Words) -> str:
    since = known["work_start_month"]
    return Month.parse(since).words() if since else ""


def _places(known: Known, _words: Words) -> str:
    return "、".join(known["earlier_places"])


def _latest_work(known: Known, words: Words) -> str:
    """Return the last of the places of work, with the number of all where there are more."""
    resume = known["resume"]
    if len(resume) <= 1:
        return "".join(resume)
    return str(words["resume"].format(count=len(resume), last=resume[-1]))


def _child_birth(known: Known, _words: Words) -> str:
    day = str(known["child_birth"])
    try:
        return full_day_words(date.fromisoformat(day)) if day else ""
    except ValueError:  # no page fails over what an office has on record
        return day


IN_WORDS: Mapping[str, Callable[[Known, Words], str]] = {
    "kind": _one_of("kind", "kinds"),
    "unit_name": _text("unit_name"),
    "unit_code": _text("unit_code"),
    "work_start_month": _work_start,
    "resume": _latest_work,
    "pay_grade_201409": _text("pay_grade_201409"),
    "paid_months": _months("paid_months"),
    "deemed_months": _months("deemed_months"),
    "medical_months": _months("medical_months"),
    "earlier_places": _places,
    "account": _account,
    "ss_card_number": _text("ss_card_number"),
    "fund_center": _text("fund_center"),
    "annuity_plan": _text("annuity_plan"),
    "marital": _one_of("marital", "marital"),
    "spouse_name": _text("spouse_name"),
    "only_child_certificate_number": _text("only_child_certificate_number"),
    "child_name": _text("child_name"),
    "child_birth": _child_birth,
    "disability_conclusion": _text("disability_conclusion"),
    "draws_since": _since("draws_since"),
    "home_place": _text("home_place"),
    "insured_places": _insured_places,
    "insured_since": _since("insured_since"),
    "notice_month": _month("notice_month"),
    "archive_birth": _month("archive_birth"),
    "state_manager": _flag("state_manager"),
}
"""The words of each fact, by the member of `SharedFacts`, in the order of the pages."""


def fact_parts(visit: Visit, book: ReferenceData) -> tuple[tuple[Fact, ...], ...]:
    """Return the facts that a person can judge, in parts that fit a page."""
    fields = book.catalogue.fields.items()
    hidden = {one.fact or name for name, one in fields if not one.shown_for_check}
    return cut(
        [one for one in fetched_facts(visit, book) if one.key not in hidden], visit.display.view
    )


def part_count(visit: Visit, book: ReferenceData) -> int:
    """Return the number of pages of the stage: the dates, then the facts if shown."""
    return 1 + len(fact_parts(visit, book)) if sees_facts(visit) else 1

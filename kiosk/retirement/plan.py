"""The plan for one person: verdicts, questions, papers, order and dates in one value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.retirement.calendar import Holidays
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.eligibility import EligibilityAnswer, Verdict, judge_all
from kiosk.retirement.facts import OF_THE_CARD
from kiosk.retirement.fields import Tally, count, form_fields
from kiosk.retirement.materials import Need, needed
from kiosk.retirement.months import Month
from kiosk.retirement.order import DateFrame, Part, schedule
from kiosk.retirement.questions import Question, open_questions
from kiosk.retirement.situation import Situation

NOT_FETCHED = OF_THE_CARD | {"kind", "draws_pension"}  # known without asking any office


@dataclass(frozen=True)
class Rulebook:
    """All data of the rules, as read from config/."""

    catalogue: Catalogue
    questions: tuple[Question, ...]
    holidays: Holidays


@dataclass(frozen=True)
class Plan:
    """One person's plan; `chosen` are the codes of the services that would be filed."""

    verdicts: Mapping[str, Verdict]
    chosen: tuple[str, ...]
    questions: tuple[Question, ...]
    papers: tuple[Need, ...]
    tally: Tally
    parts: Mapping[str, Part]


def make_plan(book: Rulebook, case: Situation, accepted: date | None = None) -> Plan:
    """Return the plan if everything offered is filed; `accepted` defaults to the day of `case`.

    `book` holds the services, questions and days off.
    """
    verdicts = judge_all(book.catalogue, case)
    chosen = offered(verdicts, case)
    usual = tuple(one for one in book.questions if not one.corrects)
    return Plan(
        verdicts=verdicts,
        chosen=chosen,
        questions=open_questions(usual, chosen, case, {}),
        papers=needed(book.catalogue, chosen, case),
        tally=tally(book.catalogue, chosen, case),
        parts=schedule(
            book.catalogue,
            months_of(verdicts, chosen),
            DateFrame(accepted or case.on, book.holidays),
        ),
    )


def offered(verdicts: Mapping[str, Verdict], case: Situation) -> tuple[str, ...]:
    """Return the services that are ticked to begin with: fileable, and beginning soon enough."""
    return tuple(code for code, verdict in verdicts.items() if is_offered(verdict, case))


def is_offered(verdict: Verdict, case: Situation) -> bool:
    """Return whether a service is ticked to begin with.

    One that begins more than `file_ahead_months` ahead is not, but can be ticked by hand.
    """
    if not verdict.fileable:
        return False
    if verdict.answer is not EligibilityAnswer.LATER or verdict.since is None:
        return True
    return verdict.since.since(case.today) <= case.rules.file_ahead_months


def months_of(
    verdicts: Mapping[str, Verdict], chosen: Collection[str]
) -> Mapping[str, Month | None]:
    """Return the first month in which each chosen service can be had; None for now."""
    return {code: verdicts[code].since for code in chosen}


def tally(catalogue: Catalogue, chosen: Collection[str], case: Situation) -> Tally:
    """Return how many fields the form for the chosen services has, and how many are known."""
    wanted = {name for code in chosen for name in catalogue.services[code].fields}
    form = form_fields(catalogue.fields, wanted, case.facts.get("kind"))
    return count(form, facts_known=bool(case.facts.keys() - NOT_FETCHED))

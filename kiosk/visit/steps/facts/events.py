"""Events of the facts that offices know, of filings by others, and of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from kiosk.application.confirmation import FiledForMe
from kiosk.people.facts import InsuredKind, InsuredPlace, Marital, SharedFacts
from kiosk.retirement.age import Category
from kiosk.retirement.figures import medical_short, paid_short
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Situation, assess
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event, FailureEvent
from kiosk.visit.journalling.phase import fit_birth, phase_of, situation_with
from kiosk.visit.journalling.record import LATE, Record, Said
from kiosk.visit.journalling.stand_ins import (
    STAND_IN_CASE,
    STAND_IN_CREDIT_CODE,
    STAND_IN_DAY,
    STAND_IN_DIGITS,
    STAND_IN_OPEN_CASE,
    STAND_IN_WORD,
)
from kiosk.visit.records.facts import Draft
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.shared_facts import IN_WORDS, facts_in_words
from kiosk.visit.steps.facts.draft_record import NO_DRAFT
from kiosk.visit.steps.facts.ruled_facts import (
    MANY,
    STAND_IN_MONTH,
    months_missing,
    ruled_facts,
    stand_in_facts,
)

WRITTEN = (
    "unit_name",
    "bank",
    "account",
    "pay_grade_201409",
    "ss_card_number",
    "fund_center",
    "annuity_plan",
    "spouse_name",
    "only_child_certificate_number",
    "child_name",
    "disability_conclusion",
)
OPTIONAL: Mapping[str, Any] = {
    **dict.fromkeys(WRITTEN, STAND_IN_WORD),
    "unit_code": STAND_IN_CREDIT_CODE,
    "resume": (STAND_IN_WORD,),
    "child_birth": STAND_IN_DIGITS["child_birth"],
    "waiting_unit": STAND_IN_WORD,
    "open_case": STAND_IN_OPEN_CASE,
    "prepared": True,
    "home_place": STAND_IN_WORD,
    **dict.fromkeys(("draws_since", "insured_since", "notice_month"), STAND_IN_MONTH),
}
"""Facts that may be missing and that pages or stages depend on, with their stand-ins."""
FLAGS = (
    "card_account_active",
    "has_fund_account",
    "has_annuity",
    "only_child_certificate",
    "household_matches",
)
MEDICAL = 300
STAND_IN_FACTS: Mapping[str, Any] = {
    **{name: stand_in for name, stand_in in OPTIONAL.items() if name in IN_WORDS},
    **dict.fromkeys(("paid_months", "deemed_months", "medical_months"), MANY),
    "kind": InsuredKind.ENTERPRISE,
    "work_start_month": "1990-01",
    "earlier_places": (STAND_IN_WORD,),
    "marital": Marital.MARRIED,
    "insured_places": (InsuredPlace(STAND_IN_WORD, MANY),),
    "archive_birth": STAND_IN_MONTH,
    "state_manager": False,
}
"""Every fact that a page shows of what the offices add to a filing."""
STAND_IN_FILING = FiledForMe(
    STAND_IN_CASE, STAND_IN_DAY, None, STAND_IN_WORD, "", STAND_IN_WORD, ()
)


def _is_of_nobody(visit: Visit) -> bool:
    """Return whether there is no card or consent: then no stage takes facts."""
    return visit.identity.card is None or visit.identity.consent is None


@dataclass(frozen=True)
class FactsKnown(Event):
    """The shared facts arrived."""

    facts: SharedFacts

    def record(self, visit: Visit, book: ReferenceData) -> Record:
        """Return what decides: kind, category, phase, every condition, and which words are there.

        Neither months nor amounts nor words: in a village they identify somebody.
        """
        if _is_of_nobody(visit):
            return LATE
        return _coarse(situation_with(visit, self.facts, book), self.facts)

    @classmethod
    def prepare(cls, said: Said, visit: Visit, context: Context) -> tuple[Visit, Context]:
        """Give the stand-in a birth of the same phase, and the situation without any facts.

        A visit that has its facts takes no others, and keeps its situation.
        """
        visit, context = fit_birth(said, visit, context)
        card, known = visit.identity.card, visit.facts.situation is not None
        if card is None or known or "category" not in said:
            return visit, context
        birth, rules = Month.of_day(card.birth), context.book.age_rules
        case = assess(rules, Category(said["category"]), birth, context.today, {})
        return replace(visit, facts=replace(visit.facts, situation=case)), context

    @classmethod
    def restore(cls, said: Said, visit: Visit) -> Self:
        """Return facts that are as coarse as what was recorded."""
        has: dict[str, Any] = {name: OPTIONAL[name] for name in said["has"]}
        has |= stand_in_facts(said)
        return cls(
            SharedFacts(
                kind=InsuredKind(said["insured"]),
                category=said["category"],
                paid_months=_paid_like(said, visit),
                deemed_months=int(said["deemed"]),
                medical_months=MEDICAL - int(said["medical_short"]),
                medical_months_needed=MEDICAL,
                work_start_month="1990-01",
                earlier_places=(STAND_IN_WORD,) if said["elsewhere"] else (),
                household_checked=said.get("household_checked", True),  # earlier: always
                **{name: said[name] for name in FLAGS},
                **has,
            )
        )


def _paid_like(said: Said, visit: Visit) -> int:
    """Return paid months with which a stand-in has enough, or lacks about as many months."""
    if said["enough"]:  # months to merge make it enough without those of this city
        return 0 if said.get("ruled", {}).get("merge") else MANY
    if visit.facts.situation is None:
        return 0
    missing = months_missing(said) + int(said["deemed"])
    return max(0, visit.facts.situation.minimum_months - missing)


def _coarse(case: Situation, facts: SharedFacts) -> Record:
    ruled = ruled_facts(case, facts)
    return {
        **({"ruled": ruled} if any(ruled.values()) else {}),
        **phase_of(case),
        "insured": facts.kind.value,
        "enough": paid_short(case) == 0,
        "deemed": facts.deemed_months > 0,
        "medical_short": medical_short(case) != 0,
        "elsewhere": bool(facts.earlier_places),
        **{name: getattr(facts, name) for name in (*FLAGS, "household_checked")},
        "has": [name for name in OPTIONAL if _is_there(name, facts)],
    }


def _is_there(name: str, facts: SharedFacts) -> bool:
    """Return whether a fact is there, or not asked for either.

    Nobody but the married is asked for the name of a spouse; of the others it counts as there, so
    that the journal does not tell who is widowed.
    """
    unasked = name == "spouse_name" and facts.marital is not Marital.MARRIED
    return unasked or bool(getattr(facts, name))


class FactsUnknown(FailureEvent):
    """The shared facts could not be fetched; the visit goes on without them."""

    def record(self, visit: Visit, book: ReferenceData) -> Record:
        """Return why, with category and phase by the card alone."""
        if _is_of_nobody(visit):
            return LATE
        return {"failure": self.failure.value, **phase_of(situation_with(visit, None, book))}

    @classmethod
    def prepare(cls, said: Said, visit: Visit, context: Context) -> tuple[Visit, Context]:
        """Give the stand-in a birth of the same phase."""
        return fit_birth(said, visit, context)


@dataclass(frozen=True)
class FilingsKnown(Event):
    """Filings in the person's name that the person has not decided on."""

    filings: tuple[FiledForMe, ...]

    def record(self, _visit: Visit, book: ReferenceData) -> Record:
        """Return whether each awaits a decision by a day, and how many facts offices add to it."""
        words = book.words["facts"]
        return {
            "awaited": [one.until is not None for one in self.filings],
            "facts": [len(facts_in_words(one.facts, words)) for one in self.filings],
        }

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return as many filings, by nobody."""
        counts = said.get("facts") or [0] * len(said["awaited"])  # earlier programs showed none
        return cls(
            tuple(
                replace(
                    STAND_IN_FILING,
                    until=STAND_IN_DAY if awaits else None,
                    facts=dict(list(STAND_IN_FACTS.items())[:count]),
                    facts_mark=STAND_IN_WORD if count else "",
                )
                for awaits, count in zip(said["awaited"], counts, strict=True)
            )
        )


@dataclass(frozen=True)
class DraftFound(Event):
    """A draft was found, left by the same person and not expired."""

    draft: Draft

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return nothing: what of it is restored is recorded when the person goes on with it."""
        return {}

    @classmethod
    def restore(cls, _said: Said, _visit: Visit) -> Self:
        """Return an empty draft."""
        return cls(NO_DRAFT)

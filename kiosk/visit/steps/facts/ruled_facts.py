"""What else in shared facts decides of verdicts, as the journal keeps it: flags and codes."""

from __future__ import annotations

from typing import Any

from kiosk.people.facts import FinishedService, InsuredPlace, PaidScope, SharedFacts
from kiosk.retirement.figures import (
    insured_before_law,
    no_pension_in_sight,
    paid_short,
    place_that_pays,
    to_merge,
)
from kiosk.retirement.situation import Situation
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import STAND_IN_DAY, STAND_IN_WORD

ELSEWHERE = "elsewhere"
STAND_IN_MONTH = "2000-01"
LATER_MONTH = "2020-01"  # of who was first insured under 社会保险法
MANY = 480  # months that are enough for a pension in any year
FEW, SOME, NONE_PAID = 1, 4, 480  # months that are missing: soon paid, paid by the month, never


def ruled_facts(case: Situation, facts: SharedFacts) -> Record:
    """Return what decides, in flags and codes of services; no month, and no place but this city."""
    pays, here = place_that_pays(case), case.rules.drawing_place.here
    short = paid_short(case)
    return {
        "drawn": case.draws_pension,
        "pays": "" if pays is None else here if pays == here else ELSEWHERE,
        "placed": bool(facts.insured_places),
        "counted": facts.paid_scope is PaidScope.EVERYWHERE,
        "merge": to_merge(case),
        "near": bool(short) and not no_pension_in_sight(case),
        "soon": bool(short) and (short or 0) <= case.rules.file_ahead_months,
        "late_insured": insured_before_law(case) is False,
        "manager": facts.state_manager is not None,
        "manages": facts.state_manager is True,
        "open": list(facts.services_open),
        "refused": list(facts.services_refused),
        "done": [one.code for one in facts.services_done],
    }


def months_missing(said: Said) -> int:
    """Return how many months a stand-in lacks who has not enough."""
    ruled = said.get("ruled", {})
    if ruled.get("soon"):
        return FEW
    return SOME if ruled.get("near") else NONE_PAID


def stand_in_facts(said: Said) -> dict[str, Any]:
    """Return the members of the stand-in's facts that follow from `ruled_facts`.

    Journals of older programs have no such record.
    """
    ruled = said.get("ruled")
    if ruled is None:
        return {}
    return {
        **_places(ruled, enough=said["enough"]),
        "draws_pension": True if ruled["drawn"] else None,
        "state_manager": ruled["manages"] if ruled["manager"] else None,
        "services_open": tuple(ruled["open"]),
        "services_refused": tuple(ruled["refused"]),
        "services_done": tuple(
            FinishedService(code, STAND_IN_DAY.isoformat()) for code in ruled["done"]
        ),
        **({"insured_since": LATER_MONTH} if ruled["late_insured"] else {}),
    }


def _places(ruled: Record, *, enough: bool) -> dict[str, Any]:
    """Return places with the same one that pays, and the same need to merge."""
    unmerged = PaidScope.HERE if enough else PaidScope.NOT_SAID
    scope = unmerged if ruled["merge"] else PaidScope.EVERYWHERE
    if not ruled["placed"]:
        return {"paid_scope": scope}
    here = ruled["pays"] not in ("", ELSEWHERE)
    elsewhere = ruled["merge"] or not here
    places = [InsuredPlace(STAND_IN_WORD, MANY)] if elsewhere else []
    if here:
        places.append(InsuredPlace(ruled["pays"], 1))
    home = {"home_place": ruled["pays"]} if here else {}
    return {"paid_scope": scope, "insured_places": tuple(places), **home}

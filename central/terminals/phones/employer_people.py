"""API call of the employer page: whose month of retirement is near, among the company's people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from central.employer_drafts import reference_of
from central.intake.visitor import NO_VISIT
from central.radar.judgement import NotPrepared, RadarPerson, due_situation
from central.radar.looks import LookFinding, LookKind, look_at_files
from central.terminals.caller import Caller, CurrentContext
from central.terminals.phones.employers import token_proves
from central.terminals.table import ApiCall, json_of
from kiosk.civil_time import civil_day
from kiosk.crypto.envelope import canonical
from kiosk.people.facts import SharedFacts
from kiosk.retirement.catalogue import HowObtained
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route

MOST = 500
SHOWN_FIRST, SHOWN_LAST = 3, 4  # digits of a number


class EmployerAsking(BaseModel):
    """A company that logged in; `token` is that of its log-in."""

    model_config = ConfigDict(extra="forbid", strict=True)
    unit_code: str = Field(min_length=1, max_length=32)
    token: str = Field(min_length=1, max_length=200)


@dataclass(frozen=True)
class DueEmployee:
    """Somebody whose month is near; `begun`: the company began a filing that waits for them.

    `papers` are those that the company has to hand in, by code with their name, `pages`: how many
    pages of them it handed in; `is_filed`: the office has them already.
    """

    month: Month
    number: str = field(repr=False)
    name: str = field(repr=False)
    begun: bool
    papers: Mapping[str, str]
    pages: int = 0
    is_filed: bool = False

    def document(self, token: str) -> dict[str, Any]:
        """Return one of `people` of the EmployerPeople of openapi.yaml; `token` of the log-in."""
        hidden = "*" * (len(self.number) - SHOWN_FIRST - SHOWN_LAST)
        return {
            "name": self.name,
            "number": self.number[:SHOWN_FIRST] + hidden + self.number[-SHOWN_LAST:],
            "month": str(self.month),
            "begun": self.begun,
            "missing": [] if self.pages or self.is_filed else list(self.papers.values()),
            "papers": dict(self.papers),
            "pages": self.pages,
            "reference": reference_of(token, self.number),
        }


def post_employer_people(
    company: EmployerAsking, asking: Caller, context: CurrentContext
) -> Response:
    """Answer with the company's people whose month comes within a year, by the kiosk's rules."""
    if not token_proves(company.token, company.unit_code, asking, context):
        return NO_VISIT.response()
    found = due_employees(company.unit_code, context, civil_day(asking.at))
    people = [one.document(company.token) for one in found[:MOST]]
    return json_of(canonical({"version": 1, "people": people, "more": max(0, len(found) - MOST)}))


def due_employees(unit_code: str, context: CurrentContext, today: date) -> list[DueEmployee]:
    """Return who of the company `unit_code` is due on the day `today`, the first month first.

    Who filed already, draws a pension or is not known by name is left out.
    """
    mine = [item for item in context.people.facts.items() if item[1].unit_code == unit_code]
    found = (_due(number, facts, context, today) for number, facts in mine)
    return sorted((one for one in found if one), key=lambda one: (one.month, one.name))


def _due(
    number: str, facts: SharedFacts, context: CurrentContext, today: date
) -> DueEmployee | None:
    known = context.people.registered_as(number)
    case = due_situation(RadarPerson(number, facts, known), context.radar, today)
    if isinstance(case, NotPrepared) or not known.name:
        return None
    person = context.vault.person(number)
    if context.store.cases.open_case(person):
        return None
    looks = look_at_files(facts, case, context.radar.policy.looks)
    has_file = any(
        one.kind is LookKind.ARCHIVE and one.finding is LookFinding.IN_ORDER for one in looks
    )
    papers = context.radar.catalogue.papers
    needed = context.radar.catalogue.services[Route.AGE].materials
    ours = {one: papers[one].name for one in needed if papers[one].how is HowObtained.EMPLOYER}
    unit = context.store.handed.unit_of(person)
    begun = bool(unit) and unit == facts.unit_name
    return DueEmployee(
        month=case.estimate.statutory,
        number=number,
        name=known.name,
        begun=begun,
        papers=ours,
        pages=context.store.handed.pages_of(person) if begun else 0,
        is_filed=has_file,
    )


ROUTES = (ApiCall("POST", "/v1/employers/people", post_employer_people, (200, 413, 422)),)

"""What a look tells of who helped: who filed for another person, or vouched for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from central.confirmation import FilingConfirmation
from kiosk.application.document import Way
from kiosk.civil_time import civil_day
from kiosk.delivery.principals import SECONDS_A_YEAR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from central.authenticated_request import AuthenticatedRequest
    from central.intake.examiner import Intake
    from central.policy import VouchingPolicy
    from central.rules import Rules


class HelperFilingKind(StrEnum):
    """What a member of the staff did that no face check covers."""

    VOUCHED = "vouched"
    ABSENT = "absent"

    def most_a_day(self, policy: VouchingPolicy) -> int:
        """Return how often one of the staff may do it on one day."""
        return policy.vouched_a_day if self is self.VOUCHED else policy.absent_a_day


_MOST_HELPERS = 3  # two who vouched, and who filed for the absent person
_POINT = "coalesce((SELECT point FROM terminal WHERE id = {terminal}), '')"
_ACTED_FOR = """
    (SELECT count(*) FROM acting
        WHERE proxy = {proxy} AND person <> {person} AND at > {acted_since})
"""
_HELPED = """
    (SELECT count(*) FROM helper_filing WHERE {column} = {{{column}}} AND kind = {{kind_{number}}}
        AND staff = {{staff_{number}}} AND point = """
_DECIDED = ", ".join(
    f"'{one.name}'" for one in (FilingConfirmation.STARTED, FilingConfirmation.CONFIRMED)
)
_UNCONFIRMED = f"""
    (SELECT count(*) FROM confirmation JOIN application ON application.id = application_id
        WHERE filed_at >= {{filed_since}} AND state NOT IN ({_DECIDED}) AND """  # noqa: S608
_WHOSE = {
    "person": "application.person = {person}",
    "filer": "CASE WHEN {proxy} = '' THEN application.staff = {staff}"
    " ELSE confirmation.proxy = {proxy} END",
    "terminal": "application.terminal = {terminal}",
}
COLUMNS = ", ".join(
    [
        _POINT,
        _ACTED_FOR,
        *(
            _HELPED.format(column=column, number=number) + _POINT + ")"
            for column in ("day", "arrived_on")
            for number in range(_MOST_HELPERS)
        ),
        *(f"{_UNCONFIRMED} {mine})" for mine in _WHOSE.values()),
    ]
)
"""The columns of the look, whose parameters stand in braces."""


@dataclass(frozen=True)
class HelperQuestion:
    """What is asked about a filing that somebody helped with.

    `signed_on`, `today`, `filed_since`: ISO dates; `acted_since`: seconds since 1970.
    """

    helpers: tuple[tuple[HelperFilingKind, str], ...]
    terminal: str
    proxy: str
    staff: str
    signed_on: str
    today: str
    filed_since: str
    acted_since: float

    def parameters(self) -> dict[str, object]:
        """Return the parameters of `COLUMNS`, but that of the person."""
        none = ("", "")
        asked = [*self.helpers, *[none] * _MOST_HELPERS][:_MOST_HELPERS]
        return {
            "terminal": self.terminal,
            "proxy": self.proxy,
            "staff": self.staff,
            "day": self.signed_on,
            "arrived_on": self.today,
            "filed_since": self.filed_since,
            "acted_since": self.acted_since,
            **{f"kind_{number}": str(kind) for number, (kind, _) in enumerate(asked)},
            **{f"staff_{number}": staff for number, (_, staff) in enumerate(asked)},
        }


@dataclass(frozen=True)
class HelperLook:
    """What stands in the database of the point and of who helped, before this filing.

    `acted_for`: other people for whom the proxy filed within a year. `signed`, `arrived`: how often
    each helper helped on the day of signing, and today. `unconfirmed`: filings of the same person,
    filer and terminal that nobody has confirmed.
    """

    point: str
    acted_for: int
    signed: Sequence[int]
    arrived: Sequence[int]
    unconfirmed: Mapping[str, int]


def question_of(
    asking: AuthenticatedRequest, intake: Intake, rules: Rules
) -> HelperQuestion | None:
    """Return what to ask about an application; None for nearly every one, that a person filed."""
    if intake.for_another is None and intake.vouching is None:
        return None
    today, days = civil_day(asking.at), timedelta(days=rules.authority.confirm_days)
    return HelperQuestion(
        helpers=_helpers(intake),
        terminal=asking.terminal,
        proxy=intake.proxy,
        staff=intake.staff,
        signed_on=(intake.signed_on or today).isoformat(),
        today=today.isoformat(),
        filed_since=civil_day(asking.at - days).isoformat(),
        acted_since=asking.at.timestamp() - SECONDS_A_YEAR,
    )


def read_helper_look(row: Sequence[object]) -> HelperLook:
    """Return what the columns say."""
    point, *counts = row
    acted_for, *others = (int(str(one)) for one in counts)
    return HelperLook(
        point=str(point),
        acted_for=acted_for,
        signed=others[:_MOST_HELPERS],
        arrived=others[_MOST_HELPERS : 2 * _MOST_HELPERS],
        unconfirmed=dict(zip(_WHOSE, others[2 * _MOST_HELPERS :], strict=True)),
    )


def _helpers(intake: Intake) -> tuple[tuple[HelperFilingKind, str], ...]:
    vouched = intake.vouching.staff if intake.vouching else ()
    absent = (intake.staff,) if intake.way == Way.HELPER_ABSENT else ()
    return (
        *((HelperFilingKind.VOUCHED, staff) for staff in vouched),
        *((HelperFilingKind.ABSENT, staff) for staff in absent),
    )

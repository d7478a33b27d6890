"""What another month of retirement changes, said by numbers that were read in a text only.

In yuan it can be said once the base of the province was read. Until then it is said of every
thousand yuan: how fast the parts grow does not depend on the base. The basic pension grows with the
months that count (国发〔2005〕38号: one per cent for each year), the personal account is divided by
fewer months. Growth is rounded down, as is what is said in yuan: more may come, less does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from kiosk.people.facts import InsuredKind
from kiosk.retirement.estimate.formula import PensionFacts, estimate_pension, extra_pension
from kiosk.retirement.estimate.parameters import EstimateParameters, Interval
from kiosk.retirement.figures import credited_months, months_to_wait, number, paid_short
from kiosk.retirement.situation import Route, Situation

KINDS = frozenset({InsuredKind.ENTERPRISE, InsuredKind.FLEXIBLE})
"""Whose pension the formula is; staff of state bodies have a transition of their own."""
GROWTH = ("formula", "divisor")
AMOUNTS = ("base", *GROWTH, "contributions")
THOUSAND = 1000


@dataclass(frozen=True)
class LaterMonth:
    """What it brings to pay on and retire `months` later.

    `basic` and `account` are how many yuan are added to a thousand of the basic pension and of the
    part from the personal account; `yuan` is by how much the monthly pension grows at least, None
    while the base was not read.
    """

    months: int
    basic: int
    account: int
    yuan: int | None


@dataclass(frozen=True)
class ShownOutlook:
    """What may be said to the person; `basic` is in yuan, None while the base was not read."""

    facts: PensionFacts
    basic: Interval | None
    later: tuple[LaterMonth, ...]


def pension_facts(case: Situation, parameters: EstimateParameters) -> PensionFacts | None:
    """Return what decides the amount in the month of `case`; None where nothing can be said.

    Who pays on until the chosen month has as many more months by then. Index and personal account
    are not known here.
    """
    credited, deemed, short = credited_months(case), number(case, "deemed_months"), paid_short(case)
    wait, age = months_to_wait(case), case.retire.since(case.estimate.birth)
    if case.facts.get("kind") not in KINDS or case.route is not Route.AGE or not case.seeks_pension:
        return None
    if not credited or deemed is None or (short is not None and short > wait):
        return None
    if age not in parameters.ages:
        return None
    return PensionFacts(credited_months=credited + wait, deemed_months=deemed, age_months=age)


def shown_outlook(
    parameters: EstimateParameters, case: Situation, months: Sequence[int] = ()
) -> ShownOutlook | None:
    """Return what the person may be told of later months; None where nothing can be said.

    `months` count from the month that is offered first; without them those of the parameters are
    taken. None also while formula or table were not read, and for whom no later month is open.
    """
    facts = pension_facts(case.retiring(case.first), parameters)
    if facts is None or not parameters.are_read(*GROWTH) or case.facts.get("state_manager") is True:
        return None
    room = case.estimate.latest.since(case.first)
    amounts = parameters.are_read(*AMOUNTS)
    later = tuple(
        _later(parameters, facts, one, amounts)
        for one in months or parameters.what_if_months
        if one <= room and facts.age_months + one in parameters.ages
    )
    if not later:
        return None
    basic = estimate_pension(parameters, facts).basic if amounts else None
    return ShownOutlook(facts, basic, later)


def _later(
    parameters: EstimateParameters, facts: PensionFacts, months: int, amounts: bool
) -> LaterMonth:
    before, after = (parameters.divisor(facts.age_months + one) for one in (0, months))
    return LaterMonth(
        months,
        basic=THOUSAND * months // facts.credited_months,
        account=whole(THOUSAND * (before / after - 1)),
        yuan=whole(extra_pension(parameters, facts, months).low) if amounts else None,
    )


def whole(yuan: Decimal) -> int:
    """Return the whole yuan of an amount, rounded down."""
    return int(yuan.to_integral_value(ROUND_DOWN))

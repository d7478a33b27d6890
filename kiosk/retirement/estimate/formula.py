"""The published formula of the monthly pension (国发〔2005〕38号), as intervals.

What is not known widens the interval: the average index lies between its legal bounds, a personal
account that nobody knows holds at least nothing, so the pension is "at least". Months are counted
as twelfths of a year. Each part is rounded to the fen, half up, as it is paid; sums add rounded
parts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from kiosk.retirement.estimate.parameters import EstimateParameters, Interval
from kiosk.retirement.months import MONTHS

FEN = Decimal("0.01")


@dataclass(frozen=True)
class PensionFacts:
    """What decides the amount.

    Months count paid and deemed ones at retirement, of which `deemed_months` are deemed.
    `age_months` is the age then. `index` is the average contribution index and `balance` the
    personal account in yuan; None where it is not known.
    """

    credited_months: int
    deemed_months: int
    age_months: int
    index: Decimal | None = None
    balance: Decimal | None = None


@dataclass(frozen=True)
class PensionEstimate:
    """The monthly pension in yuan by its parts."""

    basic: Interval
    account: Interval
    transition: Interval

    @property
    def total(self) -> Interval:
        """Return the sum of the parts."""
        parts = (self.basic, self.account, self.transition)
        highs = [one.high for one in parts]
        known = [one for one in highs if one is not None]
        low = sum((one.low for one in parts), Decimal(0))
        return Interval(low, sum(known, Decimal(0)) if len(known) == len(highs) else None)


def estimate_pension(parameters: EstimateParameters, facts: PensionFacts) -> PensionEstimate:
    """Return the monthly pension, at the prices of the base's year.

    The age must be one for which there is a divisor (`parameters.ages`).
    """
    index = _index(parameters, facts)
    assert index.high is not None
    assert parameters.transition.high is not None
    deemed = parameters.base * facts.deemed_months / MONTHS
    return PensionEstimate(
        basic=Interval(
            in_fen(_exact_basic(parameters, facts, index.low)),
            in_fen(_exact_basic(parameters, facts, index.high)),
        ),
        account=_account(parameters, facts),
        transition=Interval(
            in_fen(deemed * index.low * parameters.transition.low),
            in_fen(deemed * index.high * parameters.transition.high),
        ),
    )


def extra_pension(parameters: EstimateParameters, facts: PensionFacts, months: int) -> Interval:
    """Return how much more a month it is to pay on and retire `months` later.

    Both months are counted at the same prices, and contributions are paid at the average index of
    before, on the base. Compared are equal indices: the least is that of the lowest possible index.
    Where the account is not known, nothing bounds the gain, because a smaller divisor makes more of
    a large account.
    """
    index = _index(parameters, facts)
    assert index.high is not None
    gains = [_gain(parameters, facts, months, one) for one in (index.low, index.high)]
    return Interval(gains[0], gains[1] if facts.balance is not None else None)


def retiring_later(
    parameters: EstimateParameters, facts: PensionFacts, months: int, index: Decimal
) -> PensionFacts:
    """Return the facts of who pays on for `months` at `index`: the account grows, too."""
    paid = parameters.personal_rate * parameters.base * index * months
    return replace(
        facts,
        credited_months=facts.credited_months + months,
        age_months=facts.age_months + months,
        index=index,
        balance=(facts.balance or Decimal(0)) + paid,
    )


def in_fen(yuan: Decimal) -> Decimal:
    """Return an amount rounded to the fen, half up."""
    return yuan.quantize(FEN, ROUND_HALF_UP)


def _gain(
    parameters: EstimateParameters, facts: PensionFacts, months: int, index: Decimal
) -> Decimal:
    """Return the difference of the exact sums, rounded once: two rounded ones may be a fen off."""
    before, after = (
        _exact_sum(parameters, retiring_later(parameters, facts, one, index)) for one in (0, months)
    )
    return in_fen(after - before)


def _exact_sum(parameters: EstimateParameters, facts: PensionFacts) -> Decimal:
    """Return basic pension and account, not rounded; index and account must be known."""
    assert facts.index is not None
    assert facts.balance is not None
    account = facts.balance / parameters.divisor(facts.age_months)
    return _exact_basic(parameters, facts, facts.index) + account


def _index(parameters: EstimateParameters, facts: PensionFacts) -> Interval:
    if facts.index is None:
        return parameters.index
    return Interval(facts.index, facts.index)


def _exact_basic(parameters: EstimateParameters, facts: PensionFacts, index: Decimal) -> Decimal:
    mean = parameters.base * (1 + index) / 2
    return mean * facts.credited_months / MONTHS * parameters.rate_a_year


def _account(parameters: EstimateParameters, facts: PensionFacts) -> Interval:
    if facts.balance is None:
        return Interval(Decimal(0), None)
    amount = in_fen(facts.balance / parameters.divisor(facts.age_months))
    return Interval(amount, amount)

"""Which conditions may a service or paper name? A small closed vocabulary, one function each.

A condition is True, False, or None when the facts that decide it are not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kiosk.retirement.situation import Situation

Condition = Callable[[Situation], bool | None]


def paid_enough(case: Situation) -> bool | None:
    """Tell whether paid and deemed months reach the year's minimum (决定 二)."""
    if case.facts is None:
        return None
    return case.facts.paid_months + case.facts.deemed_months >= case.estimate.minimum_months


def reached_age(case: Situation) -> bool | None:
    """Tell whether the chosen month has come."""
    return case.retire <= case.today


def paid_elsewhere(case: Situation) -> bool | None:
    """Tell whether contributions were paid in another place."""
    return None if case.facts is None else bool(case.facts.earlier_places)


def deemed_service(case: Situation) -> bool | None:
    """Tell whether there was service before contributions began."""
    return None if case.facts is None else case.facts.deemed_months > 0


def medical_short(case: Situation) -> bool | None:
    """Tell whether medical insurance months are missing (社会保险法 第二十七条)."""
    if case.facts is None:
        return None
    return case.facts.medical_months < case.facts.medical_months_needed


def fund_account(case: Situation) -> bool | None:
    """Tell whether a housing fund account exists."""
    return None if case.facts is None else case.facts.has_fund_account


def only_child(case: Situation) -> bool | None:
    """Tell whether an only-child certificate is on record."""
    return None if case.facts is None else case.facts.only_child_certificate


def annuity(case: Situation) -> bool | None:
    """Tell whether the employer keeps an annuity."""
    return None if case.facts is None else case.facts.has_annuity


def card_account_inactive(case: Situation) -> bool | None:
    """Tell whether the bank account of the social security card still sleeps."""
    return None if case.facts is None else not case.facts.card_account_active


def flexible_month(case: Situation) -> bool | None:
    """Tell whether the person retires in another month than the statutory one."""
    return case.retire > case.estimate.statutory and case.retire > case.today


CONDITIONS: Mapping[str, Condition] = {
    condition.__name__: condition
    for condition in (
        paid_enough,
        reached_age,
        paid_elsewhere,
        deemed_service,
        medical_short,
        fund_account,
        only_child,
        annuity,
        card_account_inactive,
        flexible_month,
    )
}

"""Facts computed from other facts: months to wait, months short, the minimum of the year.

All functions return None while a fact that they need is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter

from kiosk.date_words import length_words
from kiosk.operator_texts import text_of
from kiosk.people.facts import InsuredKind
from kiosk.retirement.facts import Declarations, FactType, FactValue
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route, Situation, Timing

Figure = Callable[[Situation], FactValue | None]


def number(case: Situation, name: str) -> int | None:
    """Return the fact `name` when it is a number of months, None while it is not known."""
    value = case.facts.get(name)
    return value if isinstance(value, int) else None


def credited_months(case: Situation) -> int | None:
    """Return paid plus deemed months (视同缴费计入累计年限)."""
    paid, deemed = number(case, "paid_months"), number(case, "deemed_months")
    return None if paid is None or deemed is None else paid + deemed


def paid_short(case: Situation) -> int | None:
    """Return how many paid months are missing to the minimum of the year (决定 二)."""
    credited, minimum = credited_months(case), minimum_of(case)
    return None if credited is None or minimum is None else max(0, minimum - credited)


def minimum_of(case: Situation) -> int | None:
    """Return the minimum of paid months; None on the special routes, where the office decides."""
    return case.minimum_months if case.route is Route.AGE else None


def early_short(case: Situation) -> bool | None:
    """Return whether an earlier month was picked without the minimum (人社部发〔2024〕94号)."""
    if case.timing is not Timing.EARLY:
        return False
    short = paid_short(case)
    return None if short is None else short > months_to_wait(case)


def months_to_wait(case: Situation) -> int:
    """Return the months until the chosen one; who keeps paying has as many more months by then."""
    return max(0, case.retire.since(case.today))


def medical_short(case: Situation) -> int | None:
    """Return the months missing for medical insurance without further payment (社会保险法 27)."""
    paid, needed = number(case, "medical_months"), number(case, "medical_months_needed")
    return None if paid is None or needed is None else max(0, needed - paid)


def late_in_state_body(case: Situation) -> bool | None:
    """Return whether staff of a state body asks to retire late (人社部发〔2024〕94号)."""
    kind = case.facts.get("kind")
    if case.timing not in (Timing.LATE, Timing.OVERDUE) or not case.estimate.flexible:
        return False
    return None if kind is None else kind == InsuredKind.INSTITUTION


FIGURES: Mapping[str, Figure] = {
    "on_month": lambda case: case.today,
    "retire_month": lambda case: case.retire,
    "statutory_month": lambda case: case.estimate.statutory,
    "months_to_wait": months_to_wait,
    "timing": lambda case: case.timing.value,
    "credited_months": credited_months,
    "minimum_months": minimum_of,
    "minimum_year": lambda case: str(case.minimum_year),
    "paid_short": paid_short,
    "early_short": early_short,
    "medical_short": medical_short,
    "late_in_state_body": late_in_state_body,
    "on_disability": lambda case: case.route is Route.DISABILITY,
}


def value_of(case: Situation, name: str) -> FactValue | None:
    """Return the value of a declared fact, computed or known; None while it is not known."""
    figure = FIGURES.get(name)
    return figure(case) if figure else case.facts.get(name)


def braces_of(text: str) -> tuple[str, ...] | None:
    """Return the names in braces in a sentence; None when the braces do not pair."""
    try:
        return tuple(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    except ValueError:
        return None


def words_of(declared: Declarations, case: Situation) -> Mapping[str, str]:
    """Return every declared fact in words, to fill in the braces of sentences."""
    return {name: _words(value_of(case, name), fact.type) for name, fact in declared.items()}


def _words(value: FactValue | None, kind: FactType) -> str:
    if value is None:
        return text_of("retirement.not_known")
    if isinstance(value, Month):
        return value.words()
    if isinstance(value, tuple):
        return "、".join(value)
    if kind is FactType.MONTHS and isinstance(value, int):
        return length_words(value)
    return str(value)

"""Facts computed from other facts: months to wait, months short, the minimum of the year.

All functions return None while a fact that they need is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter

from kiosk.date_words import length_words
from kiosk.operator_texts import text_of
from kiosk.people.drawing_place import drawing_place
from kiosk.people.facts import InsuredKind, InsuredPlace, PaidScope
from kiosk.retirement.facts import Declarations, FactType, FactValue
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route, Situation, Timing

Figure = Callable[[Situation], FactValue | None]


def number(case: Situation, name: str) -> int | None:
    """Return the fact `name` when it is a number of months, None while it is not known."""
    value = case.facts.get(name)
    return value if isinstance(value, int) else None


def counted_months(case: Situation) -> int | None:
    """Return the paid months that the offices have counted, plus deemed ones (视同缴费)."""
    paid, deemed = number(case, "paid_months"), number(case, "deemed_months")
    return None if paid is None or deemed is None else paid + deemed


def insured_places(case: Situation) -> tuple[InsuredPlace, ...]:
    """Return the places of insurance in the order of time; empty while they are not known."""
    places = case.facts.get("insured_places", ())
    assert isinstance(places, tuple)
    return tuple(one for one in places if isinstance(one, InsuredPlace))


def months_elsewhere(case: Situation) -> int | None:
    """Return the months of other places that are not counted yet; None while it is not known."""
    if case.facts.get("paid_scope") == PaidScope.EVERYWHERE:
        return 0
    here = case.rules.drawing_place.here
    if places := insured_places(case):
        elsewhere = sum(one.months for one in places if one.place != here)
        known = case.facts.get("paid_scope") == PaidScope.HERE or not elsewhere
        return elsewhere if known else None
    return None if case.facts.get("earlier_places") else 0


def credited_months(case: Situation) -> int | None:
    """Return paid plus deemed months of all places.

    None also while months of another place, which nobody has counted, may still make up for what is
    missing.
    """
    counted, elsewhere = counted_months(case), months_elsewhere(case)
    if counted is None:
        return None
    if elsewhere is None:
        minimum = minimum_of(case)
        return counted if minimum is None or counted >= minimum else None
    return counted + elsewhere


def to_merge(case: Situation) -> bool:
    """Return whether months of other places have to be merged for the minimum to be reached."""
    counted, minimum = counted_months(case), minimum_of(case)
    if counted is None or minimum is None or counted >= minimum:
        return False
    elsewhere = months_elsewhere(case)
    return elsewhere is None or (elsewhere > 0 and counted + elsewhere >= minimum)


def paid_short(case: Situation) -> int | None:
    """Return how many paid months are missing to the minimum of the year (决定 二)."""
    credited, minimum = credited_months(case), minimum_of(case)
    return None if credited is None or minimum is None else max(0, minimum - credited)


def enough_month(case: Situation) -> Month | None:
    """Return the month in which the minimum is reached by who goes on paying from now."""
    short = paid_short(case)
    return None if short is None else case.today.later(short)


def no_pension_in_sight(case: Situation) -> bool:
    """Return whether the minimum will be missed by more months than an application may wait."""
    short = paid_short(case)
    return short is not None and short - months_to_wait(case) > case.rules.file_ahead_months


def insured_before_law(case: Situation) -> bool | None:
    """Return whether the first payment was before 社会保险法 came into force."""
    since = case.facts.get("insured_since")
    begins = Month.parse(case.rules.lump_sum.insured_before)
    return since < begins if isinstance(since, Month) else None


def place_that_pays(case: Situation) -> str | None:
    """Return the place that pays the pension; None while it is not known.

    The notice is about workers; staff of state bodies are paid where their body is.
    """
    home, places = case.facts.get("home_place"), insured_places(case)
    if not isinstance(home, str) or not places:
        return None
    if case.facts.get("kind") == InsuredKind.INSTITUTION:
        return None
    return drawing_place(home, places, case.rules.drawing_place.months)


def drawn_elsewhere(case: Situation) -> bool:
    """Return whether another place is known to pay the pension."""
    place = place_that_pays(case)
    return place is not None and place != case.rules.drawing_place.here


def births_differ(case: Situation) -> bool:
    """Return whether personnel file and card have different months of birth."""
    return card_birth(case) != case.estimate.birth


def card_birth(case: Situation) -> Month:
    """Return the month of birth on the card."""
    return case.card_birth or case.estimate.birth


def notice_missing(case: Situation) -> bool:
    """Return whether an early month was chosen and no office knows of a notice in time."""
    if case.timing is not Timing.EARLY:
        return False
    told = case.facts.get("notice_month")
    needed = case.rules.early_notice_months
    return not isinstance(told, Month) or case.retire.since(told) < needed


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
    """Return whether somebody to whom late retirement is not open asks for it.

    That is staff of a state body, and who holds a managing post in a state-owned enterprise
    (人社部发〔2024〕94号).
    """
    kind = case.facts.get("kind")
    if case.timing not in (Timing.LATE, Timing.OVERDUE) or not case.estimate.flexible:
        return False
    if case.facts.get("state_manager") is True:
        return True
    return None if kind is None else kind == InsuredKind.INSTITUTION


FIGURES: Mapping[str, Figure] = {
    "on_month": lambda case: case.today,
    "retire_month": lambda case: case.retire,
    "statutory_month": lambda case: case.estimate.statutory,
    "months_to_wait": months_to_wait,
    "timing": lambda case: case.timing.value,
    "credited_months": credited_months,
    "to_merge": to_merge,
    "enough_month": enough_month,
    "no_pension_in_sight": no_pension_in_sight,
    "insured_before_law": insured_before_law,
    "place_that_pays": place_that_pays,
    "drawn_elsewhere": drawn_elsewhere,
    "births_differ": births_differ,
    "card_birth": card_birth,
    "counted_birth": lambda case: case.estimate.birth,
    "notice_missing": notice_missing,
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


class FactWords(dict[str, str]):
    """Declared facts in words, to fill in the braces of sentences, each made when it is asked for.

    A sentence fills in two or three of some fifty facts.
    """

    def __init__(self, declared: Declarations, case: Situation) -> None:
        """Word the facts of `case` that are `declared`."""
        super().__init__()
        self._declared, self._case = declared, case

    def __missing__(self, name: str) -> str:
        """Return the fact `name` in words. Raises KeyError for one that is not declared."""
        said = self[name] = _words(value_of(self._case, name), self._declared[name].type)
        return said


def _words(value: FactValue | None, kind: FactType) -> str:
    if value is None:
        return text_of("retirement.not_known")
    if isinstance(value, Month):
        return value.words()
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    if kind is FactType.MONTHS and isinstance(value, int):
        return length_words(value)
    return str(value)

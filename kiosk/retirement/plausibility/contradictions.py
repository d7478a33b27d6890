"""Facts that contradict each other, the calendar or the person's age.

Nothing is refused for them and nobody types over them: they are marked as disputed like a number
with a wrong check digit (`kiosk/retirement/fields.py`), the page says that somebody will look, and
the application tells the offices which facts they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kiosk.people.facts import PaidScope, SharedFacts
from kiosk.retirement.age import AgeRules
from kiosk.retirement.months import MONTHS, Month

PAST_MONTHS = (
    "work_start_month",
    "draws_since",
    "insured_since",
    "notice_month",
    "archive_birth",
)
"""Shared facts that are months of the past, or empty."""
BIRTH = "birth"


def contradicting_facts(
    shared: SharedFacts, birth: Month, today: date, rules: AgeRules
) -> frozenset[str]:
    """Return the names of the facts of `shared` that can't all be true.

    `birth` is the month of birth on the card; it is named "birth" when the person would be older
    than anybody (`rules.plausible`). `today` is the day of handling.
    """
    now = Month.of_day(today)
    return frozenset(
        (
            *_in_the_future(shared, now),
            *_more_paid_than_lived(shared, birth, now, rules),
            *_more_paid_than_insured(shared, now),
            *_by_two_offices(shared, rules),
            *((BIRTH,) if now.since(birth) > rules.plausible.oldest_years * MONTHS else ()),
        )
    )


def _in_the_future(shared: SharedFacts, now: Month) -> Iterator[str]:
    for name in PAST_MONTHS:
        said = getattr(shared, name)
        if said and Month.parse(said) > now:
            yield name


def _more_paid_than_lived(
    shared: SharedFacts, birth: Month, now: Month, rules: AgeRules
) -> Iterator[str]:
    """Yield the months when there are more than since the youngest age of insured work."""
    begins = birth.later(rules.plausible.youngest_years * MONTHS)
    if shared.paid_months + shared.deemed_months > max(0, now.since(begins) + 1):
        yield "paid_months"
        if shared.deemed_months:
            yield "deemed_months"


def _more_paid_than_insured(shared: SharedFacts, now: Month) -> Iterator[str]:
    """Yield the months when more were paid than have passed since the first payment."""
    if not shared.insured_since:
        return
    since = Month.parse(shared.insured_since)
    if since <= now and shared.paid_months > now.since(since) + 1:
        yield from ("paid_months", "insured_since")


def _by_two_offices(shared: SharedFacts, rules: AgeRules) -> Iterator[str]:
    """Yield what two registries say differently: the pension, and the months of the places."""
    if shared.draws_pension is False and shared.draws_since:
        yield from ("draws_pension", "draws_since")
    months = _months_of_places(shared, rules)
    if months is not None and months != shared.paid_months + shared.deemed_months:
        yield from ("paid_months", "insured_places")


def _months_of_places(shared: SharedFacts, rules: AgeRules) -> int | None:
    """Return the months that the list of places counts; None where the two can't be compared."""
    if not shared.insured_places or shared.paid_scope is PaidScope.NOT_SAID:
        return None
    everywhere = shared.paid_scope is PaidScope.EVERYWHERE
    here = rules.drawing_place.here
    return sum(one.months for one in shared.insured_places if everywhere or one.place == here)

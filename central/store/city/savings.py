"""What applications saved in a span of days: one term of config/city.toml less another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.store.city.city_policy import SavingTerm
from central.store.city.figures import NOTHING
from central.store.city.point_counts import CASES
from central.store.city.roll_up import ALL, CORRECTIONS, OFFICE, PAGES, PARTS, SERVICE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from central.store.city.city_policy import CityPolicy, SavingFormula
    from central.store.city.figures import KeyFigures
    from kiosk.retirement.catalogue import Service


@dataclass(frozen=True)
class Saving:
    """A measured saving: both sides of its formula, and over how many cases."""

    name: str
    formula: SavingFormula
    before: int
    after: int
    cases: int

    @property
    def saved(self) -> int:
        """Return what all cases together saved."""
        return self.before - self.after

    @property
    def a_case(self) -> float | None:
        """Return what a case saved on average, to a tenth; None without any case."""
        return round(self.saved / self.cases, 1) if self.cases else None


def measure_savings(
    figures: Mapping[str, Mapping[str, KeyFigures]],
    policy: CityPolicy,
    services: Mapping[str, Service],
) -> tuple[Saving, ...]:
    """Return the savings by the figures of a span: of all, by office and by service.

    `services`: those of the catalogue by code.
    """
    whole = figures[ALL].get("", NOTHING)
    parts = {code: one.count(PARTS) for code, one in figures[SERVICE].items() if code in services}
    papers = sum(count * len(services[code].materials) for code, count in parts.items())
    terms = {
        SavingTerm.SERVICE_PAPERS: papers,
        SavingTerm.PAGES: whole.count(PAGES),
        SavingTerm.SERVICE_STAMPS: sum(n * policy.stamps.get(code, 0) for code, n in parts.items()),
        SavingTerm.OFFICES: sum(one.count(CASES) for one in figures[OFFICE].values()),
        SavingTerm.VISITS: whole.count(CASES) + whole.count(CORRECTIONS),
        SavingTerm.NONE: 0,
    }
    return tuple(
        Saving(name, one, terms[one.before], terms[one.after], whole.count(CASES))
        for name, one in policy.savings.items()
    )

"""Which papers does the application need, each once, and how is each obtained?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kiosk.retirement.catalogue import Catalogue, HowObtained
from kiosk.retirement.conditions import CONDITIONS
from kiosk.retirement.situation import Situation


class Resolution(StrEnum):
    """How a paper was settled."""

    FETCHED = "fetched"
    EMPLOYER = "employer"
    PROMISED = "promised"  # 承诺书
    LATER = "later"


@dataclass(frozen=True)
class Need:
    """One paper of the set; `settled` is None while the person has not said."""

    code: str
    name: str
    why: str
    may_promise: bool
    services: tuple[str, ...]
    settled: Resolution | None


BY_ITSELF = {
    HowObtained.FETCHED: Resolution.FETCHED,
    HowObtained.EMPLOYER: Resolution.EMPLOYER,
    HowObtained.PERSONAL: None,
}


def needed(catalogue: Catalogue, chosen: Iterable[str], case: Situation) -> tuple[Need, ...]:
    """Return the smallest set of papers for the chosen services, in the catalogue's order."""
    return tuple(_needs(catalogue, frozenset(chosen), case))


def _needs(catalogue: Catalogue, chosen: frozenset[str], case: Situation) -> Iterator[Need]:
    for code, paper in catalogue.papers.items():
        services = tuple(
            service.code
            for service in catalogue.in_order()
            if service.code in chosen and code in service.materials
        )
        applies = all(CONDITIONS[name](case) is not False for name in paper.when)
        if services and applies:
            settled = BY_ITSELF[paper.how]
            yield Need(code, paper.name, paper.why, paper.promise, services, settled)

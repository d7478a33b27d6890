"""Papers that an application needs, each once, with the ways in which it can be obtained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.retirement.catalogue import Catalogue, HowObtained, Paper
from kiosk.retirement.conditions import holds
from kiosk.retirement.order import DateFrame, end_of
from kiosk.retirement.situation import Situation


class Resolution(StrEnum):
    """How a paper is settled: what stands in the application for it."""

    FETCHED = "fetched"
    EMPLOYER = "employer"
    CAPTURED = "captured"
    PROMISED = "promised"  # 承诺书
    LATER = "later"


@dataclass(frozen=True)
class Need:
    """One paper that the application needs.

    `ways` are the ways in which it may be settled, best first; `settled` is None while the person
    has to choose one. `person_only`: it is accepted from the person, never from somebody who files
    in the person's absence. `most_pages`: how many pictures of it are taken at most.
    """

    code: str
    name: str
    why: str
    services: tuple[str, ...]
    ways: tuple[Resolution, ...]
    settled: Resolution | None
    person_only: bool = False
    most_pages: int = 1

    @property
    def may_promise(self) -> bool:
        """Return whether a written promise (承诺书) may stand for the paper."""
        return Resolution.PROMISED in self.ways


@dataclass(frozen=True)
class RequestedPaper:
    """A paper that an office asks the employer, or whoever keeps the file, for.

    `by` is the everyday name of `office`, `due` the day until which it has to come. `expected`: the
    day may move, because the holiday notice of a year is not published.
    """

    code: str
    name: str
    office: str
    by: str
    due: date
    expected: bool


BY_ITSELF = {
    HowObtained.FETCHED: Resolution.FETCHED,
    HowObtained.EMPLOYER: Resolution.EMPLOYER,
}


def needed(catalogue: Catalogue, chosen: Iterable[str], case: Situation) -> tuple[Need, ...]:
    """Return the smallest set of papers for the chosen services, in the catalogue's order."""
    return tuple(_needs(catalogue, frozenset(chosen), case))


def requested_papers(
    catalogue: Catalogue, needs: Iterable[Need], frame: DateFrame
) -> tuple[RequestedPaper, ...]:
    """Return which of `needs` (papers) an office asks somebody else for, with the last day.

    `frame` is the day of acceptance, with the days off.
    """
    return tuple(_requested(catalogue, needs, frame))


def _requested(
    catalogue: Catalogue, needs: Iterable[Need], frame: DateFrame
) -> Iterator[RequestedPaper]:
    for need in needs:
        request = catalogue.papers[need.code].request
        if request is not None and need.settled is Resolution.EMPLOYER:
            due = end_of(request.limit, frame.accepted, frame.holidays)
            years = frame.holidays.unannounced_years(frame.accepted, due)
            yield RequestedPaper(need.code, need.name, request.office, request.by, due, bool(years))


def _needs(catalogue: Catalogue, chosen: frozenset[str], case: Situation) -> Iterator[Need]:
    def all_hold(names: tuple[str, ...], unknown: bool) -> bool:
        found = [holds(catalogue.conditions[name], case) for name in names]
        return all(unknown if one is None else one for one in found)

    for code, paper in catalogue.papers.items():
        services = tuple(
            service.code
            for service in catalogue.in_order()
            if service.code in chosen and code in service.materials
        )
        # Not knowing asks for a paper, but never doubts one that sharing supplies.
        if services and all_hold(paper.when, unknown=True):
            failed = bool(paper.personal_when) and all_hold(paper.personal_when, unknown=False)
            settled = None if failed else BY_ITSELF.get(paper.how)
            ways = (settled,) if settled else tuple(_ways(paper))
            why = paper.personal_why if failed else paper.why
            only, pages = paper.person_only, paper.most_pages
            yield Need(code, paper.name, why, services, ways, settled, only, pages)


def _ways(paper: Paper) -> Iterator[Resolution]:
    if paper.capture:
        yield Resolution.CAPTURED
    if paper.promise:
        yield Resolution.PROMISED
    yield Resolution.LATER

"""The one notice (一次告知): all services in words, for anybody, without identification."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.retirement.catalogue import Catalogue, GuideTexts, HowObtained, Limit, Service


@dataclass(frozen=True)
class GuideEntry:
    """One service in words: who may file it, papers, days, office with telephone, result, basis.

    Of what this terminal can't do (`leaflet_entries`) `days` says where to go instead.
    """

    code: str
    plain: str
    name: str
    who: str
    papers: str
    days: str
    office: str
    phone: str
    proxy: str
    result: str
    basis: str


def leaflet_entries(catalogue: Catalogue) -> tuple[GuideEntry, ...]:
    """Return what people come for that this terminal can't do, with where to go."""
    return tuple(
        GuideEntry(
            code=code,
            plain=one.plain,
            name=one.name,
            who=one.who,
            papers="、".join(one.papers),
            days=one.where,
            office=catalogue.offices.offices[one.office].name,
            phone=catalogue.offices.offices[one.office].phone,
            proxy=catalogue.words.guide.at_window,
            result=one.result,
            basis=one.basis,
        )
        for code, one in catalogue.leaflets.items()
    )


def entries(catalogue: Catalogue) -> tuple[GuideEntry, ...]:
    """Return the entries of the notice in the order of handling."""
    return tuple(_entry(catalogue, service) for service in catalogue.in_order())


def to_bring(catalogue: Catalogue) -> tuple[str, ...]:
    """Return every paper that a person may have to bring, with who needs it, each once."""
    found = {name: None for one in catalogue.in_order() for name in _to_bring(catalogue, one)}
    return tuple(found)


def _entry(catalogue: Catalogue, service: Service) -> GuideEntry:
    office = catalogue.offices.offices[service.office]
    names = [office.name, *(catalogue.offices.offices[one].name for one in service.with_offices)]
    return GuideEntry(
        code=service.code,
        plain=service.plain,
        name=service.name,
        who="、".join(catalogue.words.kinds[kind] for kind in service.kinds),
        papers="、".join(_to_bring(catalogue, service)) or catalogue.words.guide.no_papers,
        days=_days(catalogue, service),
        office="、".join(names),
        phone=office.phone,
        proxy=catalogue.words.guide.proxy[service.proxy],
        result=service.result,
        basis=service.basis,
    )


def _to_bring(catalogue: Catalogue, service: Service) -> Iterator[str]:
    for code in service.materials:
        paper = catalogue.papers[code]
        if paper.how is HowObtained.PERSONAL:
            yield f"{paper.name}（{paper.only}）" if paper.only else paper.name


def _days(catalogue: Catalogue, service: Service) -> str:
    """Return how long the service takes, in words.

    The limit promised for the whole counts unless the service's own one is shorter; that one begins
    after the services it waits for. Where the person has to act first no days are promised, and the
    sentence says what the person has to do.
    """
    if service.waits_for_person:
        return service.waits_for_person
    words = catalogue.words.guide
    own = service.promised or service.statutory
    if own is None or own.days >= catalogue.offices.promised.days:
        return days_words(catalogue.offices.promised, words)
    waits = service.needs_any or service.needs_all
    gap = " " if own.days else ""
    days = days_words(own, words)
    return f"{words.after_previous}{gap}{days}" if waits else days


def days_words(limit: Limit, words: GuideTexts) -> str:
    """Return a limit in words: 当天 or 15 个工作日."""
    return f"{limit.days} {words.units[limit.unit]}" if limit.days else words.same_day

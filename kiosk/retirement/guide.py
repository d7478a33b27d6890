"""What does anybody get to know without saying who they are? The one notice (一次告知)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.retirement.catalogue import Catalogue, DayUnit, HowObtained, Limit, ProxyRule, Service

UNITS = {DayUnit.WORKING_DAY: "个工作日", DayUnit.DAY: "天"}
NOBODY = "全部自动核对，什么都不用带"


@dataclass(frozen=True)
class Entry:
    """One service in words: who may, papers, days, office with telephone, result, basis."""

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


def entries(catalogue: Catalogue) -> tuple[Entry, ...]:
    """Return the notice's entries in the order of handling."""
    return tuple(_entry(catalogue, service) for service in catalogue.in_order())


def _entry(catalogue: Catalogue, service: Service) -> Entry:
    office = catalogue.offices.offices[service.office]
    names = [office.name, *(catalogue.offices.offices[one].name for one in service.with_offices)]
    return Entry(
        code=service.code,
        plain=service.plain,
        name=service.name,
        who="、".join(catalogue.words.kinds[kind] for kind in service.kinds),
        papers="、".join(_to_bring(catalogue, service)) or NOBODY,
        days=days_words(_shortest(catalogue, service)),
        office="、".join(names),
        phone=office.phone,
        proxy=PROXY[service.proxy],
        result=service.result,
        basis=service.basis,
    )


PROXY = {
    ProxyRule.APPLY_AND_COLLECT: "别人可以代办",
    ProxyRule.APPLY_ONLY: "别人可以代办，要本人去领",
}


def _to_bring(catalogue: Catalogue, service: Service) -> Iterator[str]:
    for code in service.materials:
        paper = catalogue.papers[code]
        if paper.how is HowObtained.PERSONAL:
            yield paper.name


def _shortest(catalogue: Catalogue, service: Service) -> Limit:
    """Return what is promised, or what the law allows when that is less."""
    limits = (service.promised, service.statutory, catalogue.offices.promised)
    return min((one for one in limits if one is not None), key=lambda one: one.days)


def days_words(limit: Limit) -> str:
    """Return 当天 or 15 个工作日."""
    return f"{limit.days} {UNITS[limit.unit]}" if limit.days else "当天"

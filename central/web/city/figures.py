"""The supervisor's page of the city: cases, time until the end, savings, by office and point."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from central.store.city.figures import NOTHING, FigureSpan
from central.store.city.roll_up import ALL, HOLDER, OFFICE, SERVICE, WAY
from central.store.city.savings import measure_savings
from central.web.city.charts import draw_bars
from central.web.city.helpers import SUPERVISOR
from central.web.csv_table import csv_answer
from central.web.page_table import WebPage, error_page
from central.web_accounts import WebEventKind
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.responses import Response

    from central.store.city.figures import KeyFigures
    from central.store.city.savings import Saving
    from central.web.page_table import PageRequest

CITY_PATH = "/city"
_DIMENSIONS = ALL, OFFICE, SERVICE, WAY
MEDIAN, MOST = 0.5, 0.9
_ALL_ROWS = 100_000
Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class FigureLine:
    """A row of a table: an office, service or way with its figures of the span and of now.

    `holders`: accounts with their overdue parts, most first; "" for parts that nobody took.
    """

    name: str
    figures: KeyFigures
    open: KeyFigures = NOTHING
    holders: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class CityTables:
    """All tables of a span of days."""

    span: FigureSpan
    whole: KeyFigures
    open: KeyFigures
    periods: Mapping[str, tuple[int, int]]
    offices: list[FigureLine]
    services: list[FigureLine]
    ways: list[FigureLine]
    savings: tuple[Saving, ...]

    @property
    def late(self) -> int:
        """Return how many parts of all offices are overdue."""
        return sum(one.open.count("overdue") for one in self.offices)


def show_city(asking: PageRequest) -> Response:
    """Return the page, for the span of days that was asked for."""
    span = _span(asking)
    if span is None:
        return error_page(asking.context, HTTPStatus.BAD_REQUEST, "days")
    context, tables = asking.context, _tables(asking, span)
    return asking.page(
        "city.html",
        tables=tables,
        talents=context.city.offers.counts(),
        today=context.city.figures.today(span.today),
        chart=draw_bars(tables.periods),
        points=_point_rows(asking, span, context.city.policy.points.shown),
        spans=context.policy.web.pages_days,
        city=context.city.policy,
        median=MEDIAN,
        most=MOST,
        least=context.policy.ratings.smallest_group,
        notices=sum(one.is_late(span.today.isoformat()) for one in context.city.notices.all()),
    )


def export_city(asking: PageRequest) -> Response:
    """Return one table as CSV, recorded in the audit."""
    span, name = _span(asking), asking.path["table"]
    rows_of = _EXPORTS.get(name)
    if span is None or rows_of is None:
        return error_page(asking.context, HTTPStatus.BAD_REQUEST, "days")
    head, rows = rows_of(asking, span)
    asking.context.events.record(asking.event(WebEventKind.EXPORTED, f"city {name} {span.days}"))
    words = asking.context.renderer.texts["city"]["columns"]
    return csv_answer(f"city-{name}-{span.days}.csv", [words[one] for one in head], rows)


def _span(asking: PageRequest) -> FigureSpan | None:
    """Return the span that was asked for, None for one that is not offered."""
    offered = asking.context.policy.web.pages_days
    typed = asking.query.get("days", str(offered[1]))
    days = next((one for one in offered if str(one) == typed), None)
    return FigureSpan(civil_day(asking.context.now()), days) if days is not None else None


def _tables(asking: PageRequest, span: FigureSpan) -> CityTables:
    context = asking.context
    figures = context.city.figures.of(span, *_DIMENSIONS)
    now = context.city.figures.now()
    ways = context.renderer.texts["city"]["ways"]
    offices = [
        FigureLine(name, figures[OFFICE].get(code, NOTHING), now[OFFICE].get(code, NOTHING), held)
        for code, name in context.office_names.items()
        for held in (_holders(now[HOLDER], code),)
        if code in figures[OFFICE] or code in now[OFFICE]
    ]
    services = [
        FigureLine(one.name, figures[SERVICE][code])
        for code, one in context.services.items()
        if code in figures[SERVICE]
    ]
    by_way = [FigureLine(ways.get(way, way), one) for way, one in figures[WAY].items()]
    return CityTables(
        span=span,
        whole=figures[ALL].get("", NOTHING),
        open=now[ALL].get("", NOTHING),
        periods=context.city.figures.by_period(span),
        offices=sorted(offices, key=lambda one: -one.open.count("overdue")),
        services=services,
        ways=sorted(by_way, key=lambda one: -one.figures.count("cases")),
        savings=measure_savings(figures, context.city.policy, context.services),
    )


def _holders(held: Mapping[str, KeyFigures], office: str) -> tuple[tuple[str, int], ...]:
    """Return who holds overdue parts of an office, and how many."""
    mine = [(key.partition(" "), one.count("overdue")) for key, one in held.items()]
    found = [(account, count) for (code, _, account), count in mine if code == office]
    return tuple(sorted(found, key=lambda one: (-one[1], one[0])))


def _point_rows(asking: PageRequest, span: FigureSpan, most: int) -> Rows:
    found = asking.context.city.figures.points(span, most)
    return [(code, asking.context.point_name(code), filed, ended) for code, filed, ended in found]


def _export_periods(asking: PageRequest, span: FigureSpan) -> tuple[tuple[str, ...], Rows]:
    rows = [(name, *pair) for name, pair in asking.context.city.figures.by_period(span).items()]
    return ("period", "cases", "closed"), list(rows)


def _export_offices(asking: PageRequest, span: FigureSpan) -> tuple[tuple[str, ...], Rows]:
    days = asking.context.city.policy.promise.days
    rows: Rows = [
        (
            one.name,
            *(one.figures.count(name) for name in ("cases", "parts", "closed")),
            *(one.open.count(name) for name in ("waiting", "yellow", "red", "overdue")),
            *(one.figures.percentile(share) for share in (MEDIAN, MOST)),
            one.figures.within(days),
            " ".join(f"{account or '-'}:{count}" for account, count in one.holders),
        )
        for one in _tables(asking, span).offices
    ]
    head = ("office", "cases", "parts", "closed", "waiting", "yellow", "red", "overdue")
    return (*head, "median", "most", "within", "holders"), rows


def _export_services(asking: PageRequest, span: FigureSpan) -> tuple[tuple[str, ...], Rows]:
    days = asking.context.city.policy.promise.days
    rows: Rows = [
        (
            one.name,
            one.figures.count("parts"),
            one.figures.count("closed"),
            *(one.figures.percentile(share) for share in (MEDIAN, MOST)),
            one.figures.within(days),
        )
        for one in _tables(asking, span).services
    ]
    return ("service", "parts", "closed", "median", "most", "within"), rows


def _export_ways(asking: PageRequest, span: FigureSpan) -> tuple[tuple[str, ...], Rows]:
    rows: Rows = [(one.name, one.figures.count("cases")) for one in _tables(asking, span).ways]
    return ("way", "cases"), rows


def _export_points(asking: PageRequest, span: FigureSpan) -> tuple[tuple[str, ...], Rows]:
    return ("point", "point_name", "cases", "closed"), _point_rows(asking, span, _ALL_ROWS)


def _export_savings(asking: PageRequest, span: FigureSpan) -> tuple[tuple[str, ...], Rows]:
    words = asking.context.renderer.texts["city"]["savings"]
    rows: Rows = [
        (words[one.name], one.before, one.after, one.saved, one.cases, one.a_case)
        for one in _tables(asking, span).savings
    ]
    return ("saving", "before", "after", "saved", "cases", "a_case"), rows


_EXPORTS: Mapping[str, Callable[[PageRequest, FigureSpan], tuple[tuple[str, ...], Rows]]] = {
    "periods": _export_periods,
    "offices": _export_offices,
    "services": _export_services,
    "ways": _export_ways,
    "points": _export_points,
    "savings": _export_savings,
}
PAGES = (
    WebPage("GET", CITY_PATH, show_city, SUPERVISOR, "city"),
    WebPage("GET", "/city/{table}.csv", export_city, SUPERVISOR),
)

"""The report of a trial: how long each page took real people, beside the model (docs/pilot.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Any

from kiosk.json_decoder import decode

COUNTS = ("touches", "repeats", "backs", "helps")
WHOLE = "visit"
"""The row of whole visits."""
NINE_TENTHS = 0.9


@dataclass(frozen=True)
class PageUseTotal:
    """What one visit did on one page, however often it came back to it."""

    seconds: float
    touches: int
    repeats: int
    backs: int
    helps: int


TrialVisit = Mapping[str, PageUseTotal]
"""The totals of one visit by the name of the page."""


@dataclass(frozen=True)
class PageFigures:
    """One page over all visits that saw it; `modelled` is None where the model has no such page.

    Seconds are of one visit, with the ninth of ten in `nine_tenths`; the counts are of all visits.
    """

    page: str
    visits: int
    median: float
    nine_tenths: float
    modelled: float | None
    touches: int
    repeats: int
    backs: int
    helps: int


def read_trial(lines: Iterable[str]) -> tuple[tuple[TrialVisit, ...], int]:
    """Return the visits of a record, and how many of its lines cannot be read.

    A line that was cut off when the power went, or by hand, is left out.
    """
    visits, unreadable = [], 0
    for line in lines:
        if not line.strip():
            continue
        found = _visit(line)
        unreadable += found is None
        if found:
            visits.append(found)
    return tuple(visits), unreadable


def page_figures(
    visits: Sequence[TrialVisit], modelled: Mapping[str, float]
) -> tuple[PageFigures, ...]:
    """Return the figures of every page in the order of the visits, and those of the whole visit.

    `modelled`: seconds by the name of the page, of the fullest visit of somebody who listens.
    """
    pages = list(dict.fromkeys(page for visit in visits for page in visit))
    rows = [
        _figures(page, [one[page] for one in visits if page in one], modelled.get(page))
        for page in pages
    ]
    if visits:
        whole = [_sum(list(one.values())) for one in visits]
        rows.append(_figures(WHOLE, whole, None))
    return tuple(rows)


def _visit(line: str) -> TrialVisit | None:
    """Return the visit of a line, None for a line that is none."""
    try:
        uses = decode(line)["pages"]
        found: dict[str, list[PageUseTotal]] = {}
        for use in uses:
            found.setdefault(str(use["page"]), []).append(_use(use))
    except (ValueError, KeyError, TypeError):
        return None
    return {page: _sum(several) for page, several in found.items()}


def _use(use: Mapping[str, Any]) -> PageUseTotal:
    return PageUseTotal(float(use["seconds"]), *(int(use[name]) for name in COUNTS))


def _sum(uses: Sequence[PageUseTotal]) -> PageUseTotal:
    counts = (sum(getattr(one, name) for one in uses) for name in COUNTS)
    return PageUseTotal(sum(one.seconds for one in uses), *counts)


def _figures(page: str, uses: Sequence[PageUseTotal], modelled: float | None) -> PageFigures:
    seconds = sorted(one.seconds for one in uses)
    high = seconds[ceil(NINE_TENTHS * len(seconds)) - 1]
    all_uses = _sum(uses)
    counts = (getattr(all_uses, name) for name in COUNTS)
    return PageFigures(page, len(uses), median(seconds), high, modelled, *counts)

"""Wording of pages for whoever files for another: 您 becomes 他 where the person is meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial

from kiosk.pages.page import Page, Panel, TimeBar
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import Visit, acts_for_another

Reword = Callable[[str], str]
WHOLE = frozenset({Stage.FACTS, Stage.FORM})
"""Stages whose every word is about the person; choosing services also addresses who files."""
TABLES = ("kind", "drawn", "resident", "dates", "other_time", "other_way", "why")
"""Tables of page words about the person, besides questions, services and verdicts."""


def of_another(text: str, book: ReferenceData) -> str:
    """Return the text with the words for "you" replaced by those for "him"."""
    for own, others in book.words["addressing"].items():
        text = text.replace(own, others)
    return text


def addressed(page: Page, visit: Visit, book: ReferenceData) -> Page:
    """Return the page worded for its reader; unchanged for whoever files for themselves."""
    if not acts_for_another(visit) or visit.facts.situation is None:
        return page
    reworded = partial(of_another, book=book)
    rows = tuple(
        replace(row, words=reworded(row.words), reason=reworded(row.reason)) for row in page.rows
    )
    if visit.stage is Stage.CHOOSE and visit.overlay is not Overlay.WHY:
        return replace(page, rows=rows)
    if visit.stage not in WHOLE and visit.overlay is not Overlay.WHY:
        return page
    if visit.overlay and visit.overlay.value not in TABLES:
        return page
    return replace(
        page,
        title=reworded(page.title),
        sentence=reworded(page.sentence),
        rows=rows,
        panel=_panel(page.panel, reworded),
        time_bar=_time_bar(page.time_bar, reworded),
        choices=tuple(replace(one, words=reworded(one.words)) for one in page.choices),
        spoken=tuple(replace(one, words=reworded(one.words)) for one in page.spoken),
    )


def _panel(panel: Panel | None, reworded: Reword) -> Panel | None:
    if panel is None:
        return None
    return Panel(reworded(panel.heading), tuple(map(reworded, panel.lines)))


def _time_bar(bar: TimeBar | None, reworded: Reword) -> TimeBar | None:
    if bar is None:
        return None
    texts = {
        one.name: reworded(said)
        for one in fields(bar)
        if isinstance(said := getattr(bar, one.name), str)
    }
    return replace(bar, **texts)  # type: ignore[arg-type]  # each is a text of its own

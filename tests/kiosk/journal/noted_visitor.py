"""A visitor whose every event is recorded, and walks for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.page import Page
from kiosk.pages.press import Press
from kiosk.visit.events.devices import Printed
from kiosk.visit.events.event import Answered
from kiosk.visit.render import draw_page
from kiosk.visit.state import Visit
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.facts.events import FactsKnown
from kiosk.visit.steps.progress.events import ProgressKnown, ProgressUnknown
from kiosk.visit.steps.wiping.events import Wiped
from tests.kiosk.invented_people import NOW, InventedVisitor, handbook, persona

PLACES = ("live_", "away_", "unit", "letters")


def outline(page: Page) -> tuple[str, ...]:
    """Return what a page shows whoever it is: its name, its hint, its rows but for places, tones."""
    other = page.name.startswith((*PLACES, "guided_tones"))
    values = (row.value + row.tick for row in page.rows if not other)
    return (page.name, page.hint, *values)


@dataclass
class NotedVisitor(InventedVisitor):
    """A visitor whose every event is noted."""

    lines: list[str] = field(default_factory=list)
    pages: list[tuple[str, ...]] = field(default_factory=list)

    def happen(self, what, visit="", request=0):
        Journal(self.lines.append, self.table.book).note(
            self.visit, Answered(what, visit, request), 1.5
        )
        super().happen(what, visit, request)
        self.pages.append(outline(self.page))
        return self

    @property
    def seen_again(self) -> list[Visit]:
        return list(replay(self.lines, self.table, NOW))

    @property
    def pages_again(self) -> list[tuple[str, ...]]:
        return [outline(draw_page(visit, build_table(handbook()))) for visit in self.seen_again]


def rated(noted: NotedVisitor) -> NotedVisitor:
    noted.at_receipt().happen(Printed()).press(Press.DONE)
    return noted.press(Press.RATE, "1").press(Press.PICK, "slow").happen(Wiped())


def lives_elsewhere(noted: NotedVisitor) -> NotedVisitor:
    noted.at_form().press(Press.NONE_OF_IT).type("13900001234").press(Press.NEXT)
    noted.press(Press.PICK, "other").press(Press.PICK, "341602").press(Press.MORE)
    return noted.press(Press.PICK, noted.page.rows[2].value)


def lives_away(noted: NotedVisitor, *places: str) -> NotedVisitor:
    noted.at_form().press(Press.NONE_OF_IT).type("13900001234").press(Press.NEXT)
    noted.press(Press.PICK, "away")
    for place in places:
        noted.press(Press.PICK, place) if place else noted.press(Press.NONE_OF_IT)
    return noted.press(Press.NEXT)


def open_case(noted: NotedVisitor) -> NotedVisitor:
    facts = replace(persona("liu")[1], open_case="11111111-0000-4000-8000-000000000001")
    noted.proved().happen(FactsKnown(facts))
    noted.happen(ProgressUnknown(Failure.CENTRAL_UNREACHABLE))
    return noted.happen(ProgressKnown("亳退 0042 7138", {"R01": "ready"}))

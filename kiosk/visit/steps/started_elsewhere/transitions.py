"""The step SCAN: the code of a filing that was started elsewhere."""

from __future__ import annotations

from dataclasses import replace

from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.effects import ReadCode
from kiosk.visit.events.devices import CodeFailed
from kiosk.visit.events.started_elsewhere import DraftBegun
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.navigation import show_failure
from kiosk.visit.steps.started_elsewhere.page import scan_page
from kiosk.visit.transition import On, Step, ask


def take_begun(visit: Visit, what: DraftBegun, _context: Context) -> Visit:
    """Keep the filing that the code led to, until its person is proved."""
    return replace(visit, begun=what.begun)


SCAN = Step(
    stage=Stage.SCAN,
    page=scan_page,
    holds_person=False,
    enter=ask(ReadCode()),
    transitions=(
        On(DraftBegun, to=Stage.NOTICE, do=take_begun),
        On(CodeFailed, do=show_failure, again=True),
        On(Press.BACK, to=Stage.WIPING),
    ),
)

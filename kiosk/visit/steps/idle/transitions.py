"""The steps IDLE, where a visit begins, and OUT_OF_SERVICE."""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.document import Way
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.events.idling import Timeout
from kiosk.visit.stages import Stage
from kiosk.visit.state import Purpose, Visit
from kiosk.visit.step_parts.devices import has_scanner
from kiosk.visit.step_parts.navigation import close_overlay, reset_visit, show_failure
from kiosk.visit.steps.idle.events import DeviceBack, DeviceLost
from kiosk.visit.steps.idle.page import idle_page, out_of_service_page
from kiosk.visit.transition import On, Step


def is_pilot(_visit: Visit, _what: Event, context: Context) -> bool:
    """Tell whether pages are timed here, of those who agree (docs/pilot.md)."""
    return context.book.settings.pilot.enabled


def begin_proxy(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark that the person files for somebody else."""
    return replace(visit, on_behalf=replace(visit.on_behalf, way=Way.PROXY))


def ask_progress(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark that the person came for the progress of a case."""
    return replace(visit, purpose=Purpose.PROGRESS)


IDLE = Step(
    stage=Stage.IDLE,
    page=idle_page,
    holds_person=False,
    may_end=False,
    transitions=(
        On(Press.START_SELF, to=Stage.PILOT, when=is_pilot),
        On(Press.START_SELF, to=Stage.NOTICE),
        On(Press.ASK_PROGRESS, to=Stage.FINDING, when=has_scanner, do=ask_progress),
        On(Press.CONTINUE, to=Stage.SCAN, when=has_scanner, do=close_overlay),
        On(Press.ASK_PROGRESS, to=Stage.NOTICE, do=ask_progress),
        On(Press.START_PROXY, to=Stage.PILOT, when=is_pilot, do=begin_proxy),
        On(Press.START_PROXY, to=Stage.NOTICE, do=begin_proxy),
        On(Press.STAFF, to=Stage.LOGIN, do=close_overlay),
        On(Press.READ_GUIDE, to=Stage.GUIDE, do=close_overlay),
        On(DeviceLost, to=Stage.OUT_OF_SERVICE, do=show_failure),
        On(Timeout, do=reset_visit),
    ),
)


OUT_OF_SERVICE = Step(
    stage=Stage.OUT_OF_SERVICE,
    page=out_of_service_page,
    holds_person=False,
    may_end=False,
    transitions=(
        On(DeviceBack, to=Stage.IDLE),
        On(Press.STAFF, to=Stage.LOGIN),
    ),
)

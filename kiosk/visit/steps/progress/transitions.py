"""The steps FINDING, SLIP and PROGRESS: how far a case is.

FINDING and SLIP show the case that a slip names, and nobody's data; PROGRESS shows the own case of
a proved person.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.effects import FetchProgress, ScanCode
from kiosk.visit.events.devices import CodeFailed
from kiosk.visit.events.event import Event
from kiosk.visit.stages import Stage
from kiosk.visit.state import Purpose, Visit, has_open_case, may_file_more
from kiosk.visit.step_parts.draft import look_for_drafts
from kiosk.visit.step_parts.navigation import next_part, not_first_part, previous_part, show_failure
from kiosk.visit.step_parts.slips import case_of_code
from kiosk.visit.steps.progress.events import CodeScanned, ProgressKnown, ProgressUnknown
from kiosk.visit.steps.progress.page import finding_page, progress_page
from kiosk.visit.transition import Change, Effects, On, Step, ask


def file_after_all(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Turn the visit to filing: the person has no case, or files another part beside it."""
    return replace(visit, purpose=Purpose.FILE)


def take_progress(visit: Visit, what: ProgressKnown, _context: Context) -> Visit:
    """Keep the state and dates of each part of the case."""
    known_now = what
    states, number = known_now.states, known_now.case_number
    dated = replace(
        visit, opens=known_now.opens, progress=replace(visit.progress, due=known_now.due)
    )
    asked = replace(dated, progress=replace(dated.progress, confirmation=known_now.confirmation))
    asked = replace(asked, progress=replace(asked.progress, confirm_until=known_now.confirm_until))
    return replace(
        asked, failure=None, progress=replace(asked.progress, states=states, case_number=number)
    )


def is_slip(_visit: Visit, what: CodeScanned, _context: Context) -> bool:
    """Return whether the code is that of a slip."""
    return bool(case_of_code(what.token.reveal()))


def take_slip(visit: Visit, what: CodeScanned, _context: Context) -> Visit:
    """Keep the application id that the slip's code names."""
    case = case_of_code(what.token.reveal())
    return replace(visit, progress=replace(visit.progress, slip=case))


def refuse_code(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show that the code is not that of a slip."""
    return replace(visit, failure=Failure.CODE_NOT_A_SLIP)


def forget_slip(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget the slip and its case, so that another can be scanned."""
    return replace(
        visit, progress=replace(visit.progress, slip="", states={}, due={}, case_number="")
    )


def may_file(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether there is no case, or another part can be filed beside the person's own."""
    none = visit.facts.shared is not None and not visit.facts.shared.open_case
    return none or may_file_more(visit)


def fetch_progress(change: Change[Any]) -> Effects:
    """Ask for the progress of the slip's or the person's case, if there is one."""
    visit = change.after
    return (
        (FetchProgress(visit.progress.slip or visit.progress.own or visit.application_id),)
        if has_open_case(visit)
        else ()
    )


FINDING = Step(
    stage=Stage.FINDING,
    page=finding_page,
    holds_person=False,
    enter=ask(ScanCode()),
    transitions=(
        On(CodeScanned, to=Stage.SLIP, when=is_slip, do=take_slip),
        On(CodeScanned, do=refuse_code, again=True),
        On(CodeFailed, do=show_failure, again=True),
        On(Press.NO_SLIP, to=Stage.NOTICE),
        On(Press.BACK, to=Stage.WIPING),
    ),
)


SLIP = Step(
    stage=Stage.SLIP,
    page=progress_page,
    holds_person=False,
    enter=fetch_progress,
    transitions=(
        On(ProgressKnown, do=take_progress),
        On(ProgressUnknown, do=show_failure),
        On(Press.MORE, do=next_part),
        On(Press.BACK, when=not_first_part, do=previous_part),
        On(Press.BACK, to=Stage.FINDING, do=forget_slip),
        On(Press.DONE, to=Stage.WIPING),
    ),
)


PROGRESS = Step(
    stage=Stage.PROGRESS,
    page=progress_page,
    needs_proof=True,
    enter=fetch_progress,
    transitions=(
        On(ProgressKnown, do=take_progress),
        On(ProgressUnknown, do=show_failure),
        On(Press.MORE, do=next_part),
        On(Press.BACK, when=not_first_part, do=previous_part),
        On(
            Press.START_SELF,
            to=Stage.FACTS,
            when=may_file,
            do=file_after_all,
            effects=look_for_drafts,
        ),
        On(Press.DONE, to=Stage.WIPING),
    ),
)

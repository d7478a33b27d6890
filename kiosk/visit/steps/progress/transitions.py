"""The steps FINDING, SLIP, PROGRESS and RESULTS: how far a case is, and what came of it.

FINDING and SLIP show the case that a slip names, and nobody's data; PROGRESS and RESULTS show the
own case of a proved person, and what the offices gave with the ends of its parts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.application.rating import FILING
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.effects import FetchProgress, FetchRatings, FetchResults, PrintSlip, ScanCode
from kiosk.visit.events.devices import CodeFailed, Printed, PrintFailed
from kiosk.visit.events.event import Event
from kiosk.visit.events.ratings import RatingsKnown
from kiosk.visit.page_parts.rating_choice import may_rate_parts
from kiosk.visit.records.filing import FormCopy
from kiosk.visit.stages import Stage
from kiosk.visit.state import (
    Purpose,
    Visit,
    acts_for_another,
    attendance_of,
    has_open_case,
    may_file_more,
)
from kiosk.visit.step_parts.devices import begin_printing, end_printing, show_print_failure
from kiosk.visit.step_parts.draft import look_for_drafts
from kiosk.visit.step_parts.navigation import next_part, not_first_part, previous_part, show_failure
from kiosk.visit.step_parts.slips import case_of_code
from kiosk.visit.steps.progress.certificates import (
    begin_certificate,
    end_certificate,
    forget_printed,
    may_print_certificate,
    print_certificate,
    show_no_certificate,
)
from kiosk.visit.steps.progress.events import (
    CertificateNotPrinted,
    CertificatePrinted,
    CodeScanned,
    ProgressKnown,
    ProgressUnknown,
    ResultsKnown,
)
from kiosk.visit.steps.progress.page import finding_page, progress_page
from kiosk.visit.steps.progress.results_page import result_slip, results_page
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


def take_results(visit: Visit, what: ResultsKnown, context: Context) -> Visit:
    """Keep what the offices gave, of known services; first what asks something of the person."""
    known = context.book.catalogue.services
    found = (one for one in what.results if one.service in known)
    ordered = tuple(sorted(found, key=lambda one: not one.content.asks_person))
    return replace(visit, progress=replace(visit.progress, results=ordered))


def has_results(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the offices gave something to the person."""
    return bool(visit.progress.results)


def print_results(change: Change[Any]) -> Effects:
    """Print the results."""
    return (PrintSlip(result_slip(change.after, change.context.book)),)


def next_result(visit: Visit, what: Event, context: Context) -> Visit:
    """Show what follows, without the word that a certificate was printed."""
    return forget_printed(next_part(visit, what, context))


def previous_result(visit: Visit, what: Event, context: Context) -> Visit:
    """Show what came before, without the word that a certificate was printed."""
    return forget_printed(previous_part(visit, what, context))


def leave_results(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Return to the progress; the answer about a certificate is not waited for any more."""
    return replace(visit, progress=replace(visit.progress, certificate=FormCopy.NONE))


def fetch_own(change: Change[Any]) -> Effects:
    """Ask for the case's progress, for the person's own results and once for what they can rate."""
    visit = change.after
    if acts_for_another(visit):
        return fetch_progress(change)
    attendance = attendance_of(visit)
    ratings = (FetchRatings(attendance),) if visit.ratings.items is None else ()
    return (*fetch_progress(change), FetchResults(attendance), *ratings)


def fetch_progress(change: Change[Any]) -> Effects:
    """Ask for the progress of the slip's or the person's case, if there is one."""
    visit = change.after
    return (
        (FetchProgress(visit.progress.slip or visit.progress.own or visit.application_id),)
        if has_open_case(visit)
        else ()
    )


def take_ratings(visit: Visit, what: RatingsKnown, context: Context) -> Visit:
    """Keep what the person can rate, without services of a newer central service."""
    known = (FILING, *context.book.catalogue.services)
    items = tuple(one for one in what.items if one.stage in known)
    return replace(visit, ratings=replace(visit.ratings, items=items))


def something_to_rate(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the applicant is here, and there is something to rate or an answer."""
    return may_rate_parts(visit)


def first_part(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show the list from its beginning."""
    return replace(visit, failure=None, display=replace(visit.display, part=0))


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
    enter=fetch_own,
    transitions=(
        On(ProgressKnown, do=take_progress),
        On(ProgressUnknown, do=show_failure),
        On(ResultsKnown, do=take_results),
        On(RatingsKnown, do=take_ratings),
        On(Press.RESULTS, to=Stage.RESULTS, when=has_results),
        On(Press.RATE, to=Stage.RATINGS, when=something_to_rate, do=first_part),
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


RESULTS = Step(
    stage=Stage.RESULTS,
    page=results_page,
    needs_proof=True,
    transitions=(
        On(Press.MORE, do=next_result),
        On(Press.PRINT, do=begin_printing, effects=print_results),
        On(PrintFailed, do=show_print_failure),
        On(Printed, do=end_printing),
        On(
            Press.PRINT_CERTIFICATE,
            when=may_print_certificate,
            do=begin_certificate,
            effects=print_certificate,
        ),
        On(CertificatePrinted, do=end_certificate),
        On(CertificateNotPrinted, do=show_no_certificate),
        On(Press.BACK, when=not_first_part, do=previous_result),
        On(Press.BACK, to=Stage.PROGRESS, do=leave_results),
        On(Press.DONE, to=Stage.WIPING),
    ),
)

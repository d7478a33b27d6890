"""Pages of submitting the application, and its receipt."""

from __future__ import annotations

from kiosk.date_words import day_words
from kiosk.failures import Failure
from kiosk.pages.page import (
    ButtonStyle,
    Choice,
    Layout,
    NumberSlip,
    Page,
    PageWait,
    Row,
    Said,
    Stop,
)
from kiosk.pages.press import Press
from kiosk.retirement.materials import RequestedPaper
from kiosk.retirement.order import Part
from kiosk.visit.page_parts.wording import ALL_DONE, sentence_or_failure
from kiosk.visit.pagination import cut
from kiosk.visit.records.filing import FormCopy
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, awaits_person, chosen
from kiosk.visit.step_parts.devices import PRINTER_FAILURES
from kiosk.visit.step_parts.form_copies import copy_choices
from kiosk.visit.step_parts.promised_dates import (
    accepted_on,
    due_words,
    last_day_to_confirm,
    parts_of,
    requested_of,
    stops_of,
)
from kiosk.visit.step_parts.slips import local_number, query_code

MOST_STOPS = 3  # that have room above the buttons, in every text size


def submitting_page(_visit: Visit, book: ReferenceData) -> Page:
    """Return the page shown while the application is submitted."""
    words = book.words["submitting"]
    return Page(
        name="submitting",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        step=5,
        waiting=PageWait(()),  # it is kept and sent later after a few seconds, so nothing is late
    )


def receipt_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page with the number, the slip and what comes next."""
    words, signed = book.words["receipt"], visit.outcome.receipt
    count = len(chosen(visit, book))
    number = signed.case_number if signed else local_number(visit.application_id)
    slip = NumberSlip(
        words["label"] if signed else words["label_pending"],
        number,
        words["remark"] if signed else words["remark_pending"],
        query_code(visit.application_id),
    )
    taken = "sentence_both" if visit.proof.ss_card_in else "sentence"
    own = words[taken] if signed else words["sentence_pending"]
    title = words["title"] if signed else words["title_pending"]
    if awaits_person(visit):
        title, own = words["title_unconfirmed"], words["sentence_unconfirmed"]
    if visit.failure is Failure.CENTRAL_REFUSED_LATER:
        title = words["title_refused"]
    choices: tuple[Choice, ...] = (Choice(Press.DONE, words["done"], tone=ButtonStyle.PRIMARY),)
    again = visit.failure in PRINTER_FAILURES
    if again:
        choices = (Choice(Press.TRY_AGAIN, words["print_again"]), *choices)
    elif not awaits_person(visit):
        choices = (Choice(Press.PLAN, words["plan"]), *choices)
    choices = (*copy_choices(visit, book, words["print"]), *choices)
    if visit.signature.copy is not FormCopy.NONE:
        own = book.words["whole_form"][visit.signature.copy.value]
    stops = _stops(visit, book, count)
    promised = [
        Said(said)
        for stop in stops
        if stop.when not in (words["today"], words["next"])
        for said in (stop.when, stop.what)
    ]
    return Page(
        name="receipt",
        layout=Layout.RECEIPT,
        title=title,
        sentence=sentence_or_failure(visit, book, own),
        spoken=(*(promised if signed else ()), Said(f"{slip.label} {slip.number}", private=True)),
        step=ALL_DONE,
        picture="take_slip",
        slip=slip,
        stops=stops,
        choices=choices,
        mend=visit.failure is not None,
    )


def _stops(visit: Visit, book: ReferenceData, count: int) -> tuple[Stop, ...]:
    words, signed = book.words["receipt"], visit.outcome.receipt
    if visit.failure is Failure.CENTRAL_REFUSED_LATER:
        return (
            Stop(words["today"], words["today_pending"].format(count=count), "done"),
            Stop(words["next"], words["next_refused"], "now"),
        )
    if awaits_person(visit):
        until = words["until_unconfirmed"].format(day=day_words(last_day_to_confirm(visit, book)))
        return (
            Stop(words["today"], words["today_unconfirmed"].format(count=count), "done"),
            Stop(words["next"], words["next_unconfirmed"], "now"),
            Stop(until, words["last_unconfirmed"], "later"),
        )
    if signed is None:
        return (
            Stop(words["today"], words["today_pending"].format(count=count), "done"),
            Stop(words["next"], words["next_pending"], "now"),
            Stop(words["last_pending"], words["next_what"], "later"),
        )
    today = Stop(words["today"], words["today_what"].format(count=count), "done")
    return (today, *stops_of(visit, book))[-MOST_STOPS:]  # what is promised before what was done


def plan_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the overlay with the dates of each service."""
    words = book.words["plan"]
    parts = parts_of(visit, book)
    year = accepted_on(visit).year
    rows = [_plan_row(one, year, book) for one in parts.values()]
    rows += [_requested_row(one, year, book) for one in requested_of(visit, book)]
    pages = cut(rows, visit.display.view)
    part = visit.display.part % len(pages)
    choices = [Choice(Press.STAY, words["close"], tone=ButtonStyle.PRIMARY)]
    if len(pages) > 1:
        choices.insert(0, Choice(Press.MORE, words["more"], arrow=True))
    return Page(
        name="plan",
        layout=Layout.LIST,
        title=words["title"],
        sentence=words["sentence"] if visit.outcome.receipt else words["sentence_pending"],
        rows=pages[part],
        choices=tuple(choices),
    )


def _requested_row(paper: RequestedPaper, year: int, book: ReferenceData) -> Row:
    """Return the row about a paper that an office asks the employer for."""
    due = due_words(paper.due, year, book, expected=paper.expected)
    return Row(paper.name, book.words["plan"]["asked"].format(by=paper.by, due=due), icon="clock")


def _plan_row(part: Part, year: int, book: ReferenceData) -> Row:
    words, services = book.words["plan"], book.catalogue.services
    waits = (*part.waits_any, *part.waits_all)
    service = services[part.code]
    icon = "clock" if waits or part.since else "check-circle"
    if part.same_day and part.due:
        return Row(service.plain, words["today"], icon=icon)
    when = words["after"].format(first=services[waits[-1]].plain) if waits else words["at_once"]
    if part.since and (part.due or not waits):
        when, year = words["since"].format(month=part.since.words()), part.since.year
    if part.due is None:
        said = words["open_own"] if service.waits_for_person else words["open"]
        return Row(service.plain, said.format(when=when, waits=service.waits_for_person), icon=icon)
    due = due_words(part.due, year, book, expected=part.expected)
    return Row(service.plain, words["due"].format(when=when, due=due), icon=icon)

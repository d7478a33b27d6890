"""The pages after handing in: submitting, receipt, rating, wiping; and the progress of a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.failures import Failure
from kiosk.retirement.months import Month
from kiosk.visit.actions import PRINTER_FAILURES
from kiosk.visit.handbook import Handbook
from kiosk.visit.inquiries import CORRECTION
from kiosk.visit.lists import cut, pages_left
from kiosk.visit.page import Act, Choice, Layout, NumberSlip, Page, Panel, Row, Said, Stop, Tone
from kiosk.visit.pages_confirming import unstarted
from kiosk.visit.pages_identity import sentence_or_failure
from kiosk.visit.promised_dates import day_words, last_day_to_confirm, stops_of
from kiosk.visit.receipts import local_number, query_code
from kiosk.visit.state import Visit, acts_for_another, awaits_person, chosen, has_open_case

ALL_DONE = 6
MOST_STOPS = 3  # that have room above the buttons, in every text size
UNKNOWN = "working"  # as which a state of a newer central service is shown


def submitting(_visit: Visit, book: Handbook) -> Page:
    words = book.words["submitting"]
    return Page(
        name="submitting",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        step=5,
    )


def receipt(visit: Visit, book: Handbook) -> Page:
    words, signed = book.words["receipt"], visit.receipt
    count = len(chosen(visit, book))
    number = signed.case_number if signed else local_number(visit.application_id)
    slip = NumberSlip(
        words["label"] if signed else words["label_pending"],
        number,
        words["remark"] if signed else words["remark_pending"],
        query_code(visit.application_id),
    )
    own = words["sentence"] if signed else words["sentence_pending"]
    title = words["title"] if signed else words["title_pending"]
    if awaits_person(visit):
        title, own = words["title_unconfirmed"], words["sentence_unconfirmed"]
    if visit.failure is Failure.CENTRAL_REFUSED_LATER:
        title = words["title_refused"]
    choices: tuple[Choice, ...] = (Choice(Act.DONE, words["done"], tone=Tone.PRIMARY),)
    again = visit.failure in PRINTER_FAILURES
    if again:
        choices = (Choice(Act.TRY_AGAIN, words["print_again"]), *choices)
    elif not awaits_person(visit):
        choices = (Choice(Act.PLAN, words["plan"]), *choices)
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


def _no_case(visit: Visit, book: Handbook) -> Page:
    """Nothing under way, or nobody to ask: say which, and never begin to file unasked."""
    words, terminal = book.words["no_case"], book.settings.terminal
    if visit.shared is not None and visit.shared.waiting_unit:
        words = {**words, **book.words["case_waits"]}
    choices: tuple[Choice, ...] = (Choice(Act.DONE, words["done"], tone=Tone.PRIMARY),)
    if visit.shared is not None:
        file = Choice(Act.START_SELF, words["file"], tone=Tone.PRIMARY, arrow=True)
        choices = (Choice(Act.DONE, words["done"]), file)
    return Page(
        name="no_case",
        layout=Layout.MESSAGE,
        title=words["title"] if visit.failure is None else words["title_unknown"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        panel=Panel(words["heading"], (terminal.phone,)),
        choices=choices,
        mend=visit.failure is not None,
    )


def _stops(visit: Visit, book: Handbook, count: int) -> tuple[Stop, ...]:
    words, signed = book.words["receipt"], visit.receipt
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


def rating(visit: Visit, book: Handbook) -> Page:
    if visit.grade:
        return _rating_reason(book)
    words = book.words["rating"]
    return Page(
        name="rating",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence"],
        step=ALL_DONE,
        rows=tuple(
            Row(said, value=grade, act=Act.RATE, icon=f"grade-{grade}")
            for grade, said in words["grades"].items()
        ),
        choices=(Choice(Act.SKIP, words["skip"]),),
    )


def _rating_reason(book: Handbook) -> Page:
    words = book.words["rating_reason"]
    return Page(
        name="rating_reason",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence"],
        step=ALL_DONE,
        rows=tuple(
            Row(said, value=reason, act=Act.PICK) for reason, said in words["reasons"].items()
        ),
        choices=(Choice(Act.PICK, words["skip"], value="unsaid"),),
    )


def wiping(visit: Visit, book: Handbook) -> Page:
    words = book.words["wiping"]
    return Page(
        name="wiping",
        layout=Layout.PICTURE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        picture="take_card",
    )


def _state_words(visit: Visit, words: Mapping[str, Any], code: str, state: str) -> str:
    if state == CORRECTION and code in visit.due:
        dated: str = words["correction_until"]
        return dated.format(due=day_words(visit.due[code]))
    if code in visit.opens:
        month = Month.of_day(visit.opens[code]).words()
        return str(words["from_month"].format(month=month))
    said: str = words["states"].get(state, words["state_other"])
    return said


def finding(visit: Visit, book: Handbook) -> Page:
    words = book.words["finding"]
    return Page(
        name="finding",
        layout=Layout.PICTURE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        picture="slip_under_scanner",
        pill=words["pill"],
        choices=(Choice(Act.NO_SLIP, words["no_slip"]),),
        mend=visit.failure is not None,
    )


def progress(visit: Visit, book: Handbook) -> Page:
    words = book.words["progress"]
    if not has_open_case(visit):
        return _no_case(visit, book)
    if not visit.states:
        return _nothing_known_yet(visit, book)
    if visit.confirmation.value in book.words["unstarted"]["states"]:
        return unstarted(visit, book)
    rows = [
        Row(
            book.catalogue.services[code].plain,
            _state_words(visit, words, code, state),
            icon=f"state-{state if state in words['states'] else UNKNOWN}",
        )
        for code, state in visit.states.items()
        if code in book.catalogue.services
    ]
    parts = cut(rows, visit.view)
    part = visit.part % len(parts)
    onward = Choice(Act.DONE, words["done"], tone=Tone.PRIMARY)
    if part + 1 < len(parts):
        onward = Choice(Act.MORE, words["more"], tone=Tone.PRIMARY, arrow=True)
    said = words["already" if visit.filed_elsewhere else "sentence"]
    if acts_for_another(visit):
        said = book.words["acting"]["already"]
    number = (words["number"].format(number=visit.case_number),) if visit.case_number else ()
    count = pages_left(book, part, len(parts))
    return Page(
        name="progress",
        layout=Layout.LIST,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, said),
        spoken=(*(Said(one, private=True) for one in number), Said(count)),
        rows=parts[part],
        count=(*number, count),
        choices=(onward,),
        mend=visit.failure is not None,
    )


def _nothing_known_yet(visit: Visit, book: Handbook) -> Page:
    """Say that the parts of a case are still asked for, or can't be had."""
    words, terminal = book.words["progress"], book.settings.terminal
    failed = visit.failure is not None
    leave = Choice(Act.DONE, words["leave"])
    close = Choice(Act.DONE, words["close"], tone=Tone.PRIMARY)
    already = words["already"] if visit.filed_elsewhere else words["asking"]
    return Page(
        name="progress",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, already),
        hint_icon="" if failed else "hourglass",
        panel=Panel(book.words["no_case"]["heading"], (terminal.phone,)) if failed else None,
        choices=(close if failed else leave,),
        mend=failed,
    )

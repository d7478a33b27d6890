"""What a later month of retirement brings: a line on the page of dates, a page and a slip.

It is an estimate, and says so. What is not known, or was not read in a text, is not said.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.date_words import length_words
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Said
from kiosk.pages.press import Press
from kiosk.retirement.estimate.outlook import LaterMonth, ShownOutlook, shown_outlook, whole
from kiosk.retirement.estimate.parameters import SourceStatus
from kiosk.slip import Size, Slip, SlipLine
from kiosk.visit.page_parts.wording import print_failure_sentence
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, situation_of
from kiosk.visit.step_parts.devices import PRINTER_FAILURES
from kiosk.visit.step_parts.retirement_options import late_times

MOST_MONTHS = 4  # on the page, so that the lines stand below each other at the largest size


def outlook_of(visit: Visit, book: ReferenceData) -> ShownOutlook | None:
    """Return what later months bring this person; None where nothing can be said of it."""
    return shown_outlook(book.pension, situation_of(visit))


def first_gain(visit: Visit, book: ReferenceData) -> str:
    """Return what the first later month brings, in a line; "" where nothing can be said of it."""
    outlook = outlook_of(visit, book)
    return later_words(outlook.later[0], book, "dates") if outlook else ""


def gains_by_value(visit: Visit, book: ReferenceData) -> dict[str, str]:
    """Return what each later month that can be picked brings, by the value of its row."""
    values = [one.value for one in late_times(situation_of(visit))]
    months = tuple(map(int, values))
    found = shown_outlook(book.pension, situation_of(visit), months) if months else None
    later = found.later if found else ()
    return {str(one.months): later_words(one, book, "other_time") for one in later}


def later_words(later: LaterMonth, book: ReferenceData, table: str) -> str:
    """Return what one later month brings, in the words of a table of pages."""
    form = "gain" if later.yuan is None else "gain_yuan"
    length = length_words(later.months)
    said: str = book.words[table][form].format(length=length, basic=later.basic, yuan=later.yuan)
    return said


def outlook_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the overlay that says month by month what comes of retiring later."""
    words, outlook = book.words["outlook"], outlook_of(visit, book)
    assert outlook is not None
    said = words["sentence"]
    failed = visit.failure in PRINTER_FAILURES
    if visit.failure is not None and failed:
        said = print_failure_sentence(visit.failure, book)
    elif visit.display.printing:
        said = words["printing"]
    *nearer, last = (later_words(one, book, "outlook") for one in outlook.later)
    lines = (*nearer[: MOST_MONTHS - 1], last, words["condition"])
    return Page(
        name="outlook",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=said,
        spoken=tuple(map(Said, (words["heading"], *lines))),
        step=2,
        panel=Panel(words["heading"], lines),
        choices=(
            Choice(Press.PRINT, words["print"]),
            Choice(Press.STAY, words["close"], tone=ButtonStyle.PRIMARY),
        ),
        mend=failed,
    )


def outlook_slip(visit: Visit, book: ReferenceData) -> Slip:
    """Return the estimate on paper, with the source of each number; it names nobody."""
    words, rule = book.words["slip"], SlipLine("-" * book.settings.printer.columns)
    return Slip(
        (
            SlipLine(words["outlook"], Size.LARGE, centred=True),
            *map(SlipLine, _lines(visit, book)),
            rule,
            SlipLine(words["phone"].format(phone=book.settings.terminal.phone)),
        )
    )


def _lines(visit: Visit, book: ReferenceData) -> Iterator[str]:
    words, outlook, parameters = book.words["slip"], outlook_of(visit, book), book.pension
    assert outlook is not None
    yield words["outlook_no_promise"]
    first = situation_of(visit).first
    credited = length_words(outlook.facts.credited_months)
    yield words["outlook_from"].format(month=first.words(), length=credited)
    if outlook.basic is not None and outlook.basic.high is not None:
        low, high = whole(outlook.basic.low), whole(outlook.basic.high)
        yield words["outlook_basic"].format(low=low, high=high)
    for later in outlook.later:
        month = first.later(later.months).words()
        said = later_words(later, book, "outlook")
        yield words["outlook_later"].format(month=month, said=said, account=later.account)
    if outlook.facts.deemed_months:
        yield words["outlook_transition"]
    for source in parameters.sources:
        if source.status is SourceStatus.READ:
            read = words["outlook_source"]
            yield read.format(title=source.title, address=source.address, day=source.read_on)

"""Contents of the printed slips; they hold nothing that a finder could use.

A slip shows a masked name, a number, services and papers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from kiosk.application.document import mask_name
from kiosk.civil_time import to_civil
from kiosk.date_words import day_words
from kiosk.retirement.guide import entries, leaflet_entries, to_bring
from kiosk.retirement.materials import Resolution
from kiosk.slip import Qr, Size, Slip, SlipLine
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, acts_for_another, awaits_person, card_of, chosen, paper_set
from kiosk.visit.step_parts.promised_dates import (
    accepted_on,
    due_words,
    last_day_to_confirm,
    requested_of,
    slip_lines,
)

LOCAL_PLACES = 8
QUERY = "TX1:"


def local_number(application_id: str) -> str:
    """Return the number to ask by until the central one is known: two groups of four."""
    digits = str(int(application_id.replace("-", ""), 16) % 10**LOCAL_PLACES).zfill(LOCAL_PLACES)
    return f"{digits[:4]} {digits[4:]}"


def query_code(application_id: str) -> str:
    """Return the QR's text: the application id, which leads to states and to no person."""
    return f"{QUERY}{application_id}"


def case_of_code(code: str) -> str:
    """Return the application id in a slip's QR; "" when the code is not a slip's."""
    try:
        return str(UUID(code.removeprefix(QUERY))) if code.startswith(QUERY) else ""
    except ValueError:
        return ""


def notice_of(book: ReferenceData) -> Slip:
    """Return the one notice (一次告知) on paper: all services, for anybody."""
    words, rule = book.words["paper_notice"], SlipLine("-" * book.settings.printer.columns)
    parts: list[SlipLine | Qr] = [
        SlipLine(words["head"], Size.LARGE, centred=True),
        SlipLine(words["bring"]),
    ]
    parts += [SlipLine(f"· {one}") for one in (*words["always"], *to_bring(book.catalogue))]
    for one in (*entries(book.catalogue), *leaflet_entries(book.catalogue)):
        parts += [rule, SlipLine(one.plain, Size.LARGE)]
        parts += [SlipLine(words[name].format_map(vars(one))) for name in words["lines"]]
    phone = words["phone"].format(phone=book.settings.terminal.phone)
    parts += [rule, SlipLine(words["estimate"]), SlipLine(phone)]
    return Slip(tuple(parts))


def slip_of(visit: Visit, book: ReferenceData) -> Slip:
    """Return the slip for an application that was just handed in."""
    return Slip(tuple(_parts(visit, book, book.words["slip"])))


def _parts(visit: Visit, book: ReferenceData, words: Mapping[str, Any]) -> Iterator[SlipLine | Qr]:
    receipt, terminal = visit.outcome.receipt, book.settings.terminal
    rule = SlipLine("-" * book.settings.printer.columns)
    assert visit.signature.confirmed_at is not None
    codes = chosen(visit, book)
    yield SlipLine(words["head"], Size.LARGE, centred=True)
    yield SlipLine(words[_how_far(visit)], centred=True)
    yield rule
    yield SlipLine(words["number"] if receipt else words["local"])
    yield SlipLine(
        receipt.case_number if receipt else local_number(visit.application_id), Size.LARGE
    )
    yield SlipLine(
        f"{mask_name(card_of(visit).name)}  {to_civil(visit.signature.confirmed_at):%Y-%m-%d %H:%M}"
    )
    if acts_for_another(visit):
        yield SlipLine(who_acts(visit, book))
    yield SlipLine(f"{words['point']} {book.point.name}")
    yield rule
    yield SlipLine(words["services"].format(count=len(codes)))
    for code in codes:
        yield SlipLine(f"· {book.catalogue.services[code].plain}")
    yield from _papers(visit, book, words)
    yield from _requested(visit, book, words)
    yield rule
    if awaits_person(visit):
        day = day_words(last_day_to_confirm(visit, book))
        yield from (SlipLine(line.format(day=day)) for line in words["unconfirmed_lines"])
    elif receipt:
        yield from map(SlipLine, slip_lines(visit, book))
    else:
        yield SlipLine(words["pending_line"])
        yield SlipLine(words["pending_due"])
    yield Qr(query_code(visit.application_id))
    yield SlipLine(words["qr"], centred=True)
    yield SlipLine(words["phone"].format(phone=terminal.phone), centred=True)
    yield SlipLine(words["keep"], centred=True)


def _how_far(visit: Visit) -> str:
    """Return the key of the words for the application's state; it names no person."""
    if awaits_person(visit):
        return "unconfirmed"
    return "received" if visit.outcome.receipt else "pending"


def who_acts(visit: Visit, book: ReferenceData) -> str:
    """Return the slip's line about who files for whom, with masked names."""
    words, whose = book.words["acting"], mask_name(card_of(visit).name)
    if visit.on_behalf.proxy is None:
        return str(words["slip_staff"].format(whose=whose))
    return str(words["slip"].format(who=mask_name(visit.on_behalf.proxy.name), whose=whose))


def _papers(visit: Visit, book: ReferenceData, words: Mapping[str, Any]) -> Iterator[SlipLine]:
    for how, heading in ((Resolution.LATER, "papers"), (Resolution.PROMISED, "promised")):
        names = [paper.name for paper in paper_set(visit, book) if paper.settled is how]
        if names:
            yield SlipLine(words[heading])
        for name in names:
            yield SlipLine(f"· {name}")


def _requested(visit: Visit, book: ReferenceData, words: Mapping[str, Any]) -> Iterator[SlipLine]:
    """Yield who asks the employer for which paper, and by when: the person need not."""
    papers = () if awaits_person(visit) else requested_of(visit, book)
    if papers:
        yield SlipLine(words["asked"])
    for one in papers:
        due = due_words(one.due, accepted_on(visit).year, book, expected=one.expected)
        yield SlipLine(words["asked_line"].format(name=one.name, by=one.by, due=due))

"""Pages and slip of what the offices gave: what it is, and what the person has to do.

Nothing of it is said by the loudspeaker, and the slip names nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.application.service_result import ResultKind, ServiceResult
from kiosk.civil_time import civil_day, to_civil
from kiosk.date_words import full_day_words
from kiosk.failures import Failure
from kiosk.pages.display import TextSize
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Row, Said
from kiosk.pages.press import Press
from kiosk.slip import Size, Slip, SlipLine
from kiosk.visit.page_parts.wording import print_failure_sentence, private_text
from kiosk.visit.pagination import cut, pages_left
from kiosk.visit.records.filing import FormCopy
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, may_file_more
from kiosk.visit.step_parts.form_copies import offers_copy

FEN_A_YUAN = 100
ROWS = {TextSize.NORMAL: 4, TextSize.LARGE: 3, TextSize.LARGEST: 2}
"""Rows on a page by text size: texts of offices take two lines, and a heading stands above."""
NUMBER = "number"
LONGEST_PIECE = 24
"""Characters of a row that keep their size in the largest type."""
PUNCTUATION = "\uff0c\uff1b\u3002\uff1a"
ICONS = {
    "reason": "info",
    "law": "file-text",
    "review": "bank",
    "lawsuit": "bank",
    "pay": "credit-card",
    "code": "file-text",
    "pay_until": "calendar-blank",
    "when": "calendar-blank",
    "where": "map-pin",
    "monthly": "credit-card",
    "once": "credit-card",
    "from_month": "calendar-blank",
    "in_month": "calendar-blank",
    NUMBER: "identification-card",
}
"""Icons by the keys of `labels` in the table `results` of config/texts/pages.toml."""


@dataclass(frozen=True)
class ToldFact:
    """One thing that a result says; `key` names its label and icon."""

    key: str
    label: str
    words: str = field(repr=False)


def results_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page with a part of one result; results follow each other."""
    words, parts = book.words["results"], _parts(visit, book)
    at = visit.display.part % len(parts)
    one, rows = parts[at]
    onward = Choice(Press.DONE, words["done"], tone=ButtonStyle.PRIMARY)
    if at + 1 < len(parts):
        onward = Choice(Press.MORE, words["more"], tone=ButtonStyle.PRIMARY, arrow=True)
    failed = _failure_sentence(visit.failure, book) if visit.failure else ""
    count = pages_left(book, at, len(parts))
    heading = Said(rows[0].group, private=True)
    return Page(
        name="results",
        layout=Layout.FACTS,
        title=words["title"],
        sentence=failed or _sentence(visit, words),
        spoken=(heading, *private_text(rows), Said(count)),
        rows=rows,
        count=(count,),
        choices=(
            Choice(Press.PRINT, words["print"]),
            *_certificate_choice(one, visit, book),
            onward,
        ),
        mend=bool(failed),
    )


def shown_result(visit: Visit, book: ReferenceData) -> ServiceResult:
    """Return the result that is shown."""
    parts = _parts(visit, book)
    return parts[visit.display.part % len(parts)][0]


def _certificate_choice(
    one: ServiceResult, visit: Visit, book: ReferenceData
) -> tuple[Choice, ...]:
    idle = visit.progress.certificate is not FormCopy.PRINTING
    words = book.words["results"]["certificate"]["print"]
    can = one.has_file and idle and offers_copy(book)
    return (Choice(Press.PRINT_CERTIFICATE, words),) if can else ()


def _sentence(visit: Visit, words: Mapping[str, Any]) -> str:
    copy = visit.progress.certificate
    if copy is not FormCopy.NONE:
        return str(words["certificate"][copy.value])
    return str(words["printing" if visit.display.printing else "sentence"])


def _failure_sentence(failure: Failure, book: ReferenceData) -> str:
    """Return why nothing is printed; the usual words of the A4 printer speak of a form."""
    own: str = book.words["results"]["certificate"]["failures"].get(failure)
    return own or print_failure_sentence(failure, book)


def _parts(visit: Visit, book: ReferenceData) -> list[tuple[ServiceResult, tuple[Row, ...]]]:
    """Return the rows of each page, with the result of which they are."""
    return [
        (one, part)
        for one in visit.progress.results
        for part in cut(tuple(_rows(one, visit, book)), visit.display.view, ROWS)
    ]


def _rows(one: ServiceResult, visit: Visit, book: ReferenceData) -> Iterator[Row]:
    words = book.words["results"]
    service = book.catalogue.services[one.service].plain
    group = words["heading"].format(service=service, end=_end(one, words))
    for fact in told(one, words):
        for piece in pieces(fact.words):
            icon = ICONS[fact.key]
            yield Row(piece, label=fact.label, group=group, icon=icon, private=True)
    if one.has_file and not offers_copy(book):
        said, icon = words["certificate"], "printer"
        label = said["elsewhere_label"]
        yield Row(said["elsewhere"], label=label, group=group, icon=icon, private=True)
    if ResultKind.REFUSAL in one.content.kinds and may_file_again(visit):
        said, icon = words["again"], "pencil-simple-line"
        yield Row(said["words"], label=said["label"], group=group, icon=icon, private=True)


def pieces(text: str) -> Iterator[str]:
    """Yield a text in pieces of at most `LONGEST_PIECE` characters, cut behind punctuation."""
    while len(text) > LONGEST_PIECE:
        ends = [at for at, sign in enumerate(text[:LONGEST_PIECE], 1) if sign in PUNCTUATION]
        cut_at = ends[-1] if ends else LONGEST_PIECE
        yield text[:cut_at]
        text = text[cut_at:]
    yield text


def _end(one: ServiceResult, words: Mapping[str, Any]) -> str:
    """Return how a service ended: what is asked of the person, or that it is done."""
    kinds = one.content.kinds
    return str(
        next((said for kind, said in words["ends"].items() if kind in kinds), words["done_well"])
    )


def may_file_again(visit: Visit) -> bool:
    """Return whether the person may file: no case is under way, or another part beside it."""
    shared = visit.facts.shared
    return (shared is not None and not shared.open_case) or may_file_more(visit)


def told(one: ServiceResult, words: Mapping[str, Any]) -> Iterator[ToldFact]:
    """Yield what a result says; first what the person has to do.

    `words`: the table `results` of config/texts/pages.toml.
    """
    labels = words["labels"]
    for key, said in _told(one, words):
        label = words["numbers"].get(one.service, labels[key]) if key == NUMBER else labels[key]
        yield ToldFact(key, label, said)


def _told(one: ServiceResult, words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    content = one.content
    if content.refusal is not None:
        yield "reason", content.refusal.reason
        yield "law", content.refusal.law
        for remedy in content.refusal.remedies:
            day = full_day_words(remedy.last_day(one.decided_on))
            yield remedy.kind.value, words["remedy"].format(body=remedy.body, day=day)
    if (slip := content.payment) is not None:
        yield "pay", words["yuan"].format(yuan=yuan_of(slip.fen))
        yield "code", slip.code
        yield "pay_until", words["until"].format(day=full_day_words(slip.due_on))
    if (meeting := content.appointment) is not None:
        day = full_day_words(civil_day(meeting.at))
        yield "when", words["at"].format(day=day, time=f"{to_civil(meeting.at):%H:%M}")
        yield "where", meeting.place
    if (paid := content.amount) is not None:
        yield "monthly" if paid.monthly else "once", words["yuan"].format(yuan=yuan_of(paid.fen))
        yield "from_month" if paid.monthly else "in_month", paid.month.words()
    if content.certificate is not None:
        yield NUMBER, content.certificate.number


def yuan_of(fen: int) -> str:
    """Return an amount in yuan: 3215.40, or 3000 without fen."""
    yuan, rest = divmod(fen, FEN_A_YUAN)
    return f"{yuan}.{rest:02d}" if rest else f"{yuan}"


def result_slip(visit: Visit, book: ReferenceData) -> Slip:
    """Return the results on paper, which names nobody."""
    words, rule = book.words["results"], SlipLine("-" * book.settings.printer.columns)
    parts = [SlipLine(words["slip_head"], Size.LARGE, centred=True)]
    for one in visit.progress.results:
        service = book.catalogue.services[one.service]
        parts += [rule, SlipLine(service.plain, Size.LARGE), SlipLine(_end(one, words))]
        for fact in told(one, words):
            parts.append(SlipLine(words["slip_line"].format(label=fact.label, said=fact.words)))
    phone = words["slip_phone"].format(phone=book.settings.terminal.phone)
    parts += [rule, SlipLine(words["slip_again"]), SlipLine(phone)]
    return Slip(tuple(parts))

"""The technician's page of a stick: what it brings, beside what is in force."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.config.usb_bundle import Offer
from kiosk.visit.handbook import Handbook
from kiosk.visit.lists import cut
from kiosk.visit.maintaining import WRITTEN
from kiosk.visit.page import Act, Choice, Layout, Page, Reach, Row, Tone
from kiosk.visit.pages_identity import sentence_or_failure
from kiosk.visit.pages_upkeep import LINES, LINES_LOW, shortened
from kiosk.visit.state import Visit


def importing(visit: Visit, book: Handbook) -> Page:
    words, offer = book.words["importing"], visit.offer
    fresh = offer is not None and offer.is_new
    kind = "" if offer is None else "_new" if fresh else "_same"
    state = "_writing" if visit.writing else f"_{visit.noted}" if visit.noted else kind
    idle = not visit.writing and visit.noted != WRITTEN
    asked = offer is not None or visit.failure is not None
    again = (Choice(Act.TRY_AGAIN, words["again"]),) if asked and idle else ()
    write = (Choice(Act.WRITE, words["write"], tone=Tone.PRIMARY),) if fresh and idle else ()
    rows = tuple(_cure(visit, book) if offer is None else _rows(offer, book))
    low = visit.view.reach is Reach.SEATED
    parts = cut(rows, visit.view, LINES_LOW if low else LINES)
    more = (Choice(Act.MORE, words["more"]),) if len(parts) > 1 else ()
    return Page(
        name="importing",
        layout=Layout.DESK,
        title=words[f"title{kind}"],
        sentence=sentence_or_failure(visit, book, words[f"sentence{state}"]),
        rows=parts[visit.part % len(parts)],
        choices=(*more, *again, *write),
        mend=visit.failure is not None,
    )


def _cure(visit: Visit, book: Handbook) -> Iterator[Row]:
    if (failure := visit.failure) is not None and failure in book.cures:
        said = shortened(book.cures[failure], visit)
        yield Row(book.titles[failure], said, icon="warning-circle", mend=True)


def _rows(offer: Offer, book: Handbook) -> Iterator[Row]:
    words = book.words["importing"]
    came = words["set"].format(version=offer.version, layers=offer.layers)
    icon = "note-pencil" if offer.is_new else "check-circle"
    yield Row(words["came"], f"{came}，{offer.id}", icon=icon)
    yield Row(words["now"], offer.in_force or words["none"], icon="check-circle")

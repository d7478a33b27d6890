"""Pages of the one notice (一次告知): every service with its papers, days and office."""

from __future__ import annotations

from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Row
from kiosk.pages.press import Press
from kiosk.retirement.guide import entries, leaflet_entries
from kiosk.visit.page_parts.wording import print_failure_sentence
from kiosk.visit.pagination import cut
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def guide_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that lists the services."""
    words = book.words["guide"]
    rows = [
        Row(one.plain, words["row"].format_map(vars(one)), one.code, act=Press.WHY)
        for one in (*entries(book.catalogue), *leaflet_entries(book.catalogue))
    ]
    parts = cut(rows, visit.display.view)
    part = visit.display.part % len(parts)
    onward = Choice(Press.DONE, words["done"], tone=ButtonStyle.PRIMARY)
    if part < len(parts) - 1:
        onward = Choice(Press.MORE, words["more"], tone=ButtonStyle.PRIMARY, arrow=True)
    failed = print_failure_sentence(visit.failure, book) if visit.failure else ""
    printed = words["printing"] if visit.display.printing else words["sentence"]
    return Page(
        name="guide",
        layout=Layout.LIST,
        title=words["title"],
        sentence=failed or printed,
        rows=parts[part],
        choices=(Choice(Press.PRINT, words["print"]), onward),
        mend=bool(failed),
    )


def entry_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the overlay about one service."""
    words = book.words["entry"]
    told = (*entries(book.catalogue), *leaflet_entries(book.catalogue))
    found = next(one for one in told if one.code == visit.display.about)
    third = "where" if found.code in book.catalogue.leaflets else "days"
    lines = tuple(words[name].format_map(vars(found)) for name in ("who", "papers", third, "phone"))
    return Page(
        name="entry",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        panel=Panel(found.plain, lines),
        choices=(Choice(Press.STAY, words["close"], tone=ButtonStyle.PRIMARY),),
    )

"""Pages of settings: found devices, and signed settings from a USB stick."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.config.usb_bundle import OfferedBundle
from kiosk.maintenance.device_proposal import Proposal, Proposed
from kiosk.pages.display import Reach
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Row
from kiosk.pages.press import Press
from kiosk.visit.page_parts.report_rows import LINES, LINES_LOW, shortened
from kiosk.visit.page_parts.waiting import waiting_for
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.pagination import cut
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.maintenance_state import WRITTEN


def importing_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page about the stick's settings and what is active now."""
    words, offer = book.words["importing"], visit.maintenance.offer
    fresh = offer is not None and offer.is_new
    kind = "" if offer is None else "_new" if fresh else "_same"
    state = (
        "_writing"
        if visit.maintenance.writing
        else f"_{visit.maintenance.noted}"
        if visit.maintenance.noted
        else kind
    )
    idle = not visit.maintenance.writing and visit.maintenance.noted != WRITTEN
    asked = offer is not None or visit.failure is not None
    again = (Choice(Press.TRY_AGAIN, words["again"]),) if asked and idle else ()
    write = (
        (Choice(Press.WRITE, words["write"], tone=ButtonStyle.PRIMARY),) if fresh and idle else ()
    )
    rows = tuple(_cure(visit, book) if offer is None else _rows(offer, book))
    low = visit.display.view.reach is Reach.SEATED
    parts = cut(rows, visit.display.view, LINES_LOW if low else LINES)
    more = (Choice(Press.MORE, words["more"]),) if len(parts) > 1 else ()
    return Page(
        name="importing",
        layout=Layout.DESK,
        title=words[f"title{kind}"],
        sentence=sentence_or_failure(visit, book, words[f"sentence{state}"]),
        rows=parts[visit.display.part % len(parts)],
        choices=(*more, *again, *write),
        waiting=waiting_for("stick", book) if _waits(offer, visit) else None,
        mend=visit.failure is not None,
    )


def _waits(read: object | None, visit: Visit) -> bool:
    """Tell whether something is still being read or written."""
    return visit.failure is None and (read is None or visit.maintenance.writing)


def _cure(visit: Visit, book: ReferenceData) -> Iterator[Row]:
    if (failure := visit.failure) is not None and failure in book.cures:
        said = shortened(book.cures[failure], visit)
        yield Row(book.titles[failure], said, icon="warning-circle", mend=True)


def _rows(offer: OfferedBundle, book: ReferenceData) -> Iterator[Row]:
    words = book.words["importing"]
    came = words["set"].format(version=offer.version, layers=offer.layers)
    icon = "note-pencil" if offer.is_new else "check-circle"
    yield Row(words["came"], f"{came}，{offer.id}", icon=icon)
    yield Row(words["now"], offer.in_force or words["none"], icon="check-circle")


def seeking_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page with the devices found and the addresses proposed for them."""
    words, found = book.words["seeking"], visit.maintenance.found
    rows = tuple(_cure(visit, book) if found is None else _found_rows(found, visit, book))
    low = visit.display.view.reach is Reach.SEATED
    parts = cut(rows, visit.display.view, LINES_LOW if low else LINES)
    changes = found is not None and bool(found.changes)
    more = (Choice(Press.MORE, words["more"]),) if len(parts) > 1 else ()
    again = (
        (Choice(Press.TRY_AGAIN, words["again"]),)
        if found and not visit.maintenance.writing
        else ()
    )
    carried = () if visit.maintenance.writing else (Choice(Press.IMPORT, words["import"]),)
    write = Choice(Press.WRITE, words["write"], tone=ButtonStyle.PRIMARY)
    wanted = changes and not visit.maintenance.writing and visit.maintenance.noted != WRITTEN
    kind = "" if found is None else "_found" if changes else "_none"
    state = (
        "_writing"
        if visit.maintenance.writing
        else f"_{visit.maintenance.noted}"
        if visit.maintenance.noted
        else kind
    )
    return Page(
        name="seeking",
        layout=Layout.DESK,
        title=words[f"title{kind}"],
        sentence=sentence_or_failure(visit, book, words[f"sentence{state}"]),
        rows=parts[visit.display.part % len(parts)],
        choices=(*more, *again, *carried, *((write,) if wanted else ())),
        waiting=waiting_for("devices", book) if _waits(found, visit) else None,
        mend=visit.failure is not None,
    )


def _found_rows(found: Proposal, visit: Visit, book: ReferenceData) -> Iterator[Row]:
    for trouble in found.troubles:
        said = shortened(trouble.cure or trouble.evidence, visit)
        yield Row(book.titles[trouble.failure], said, icon="warning-circle", mend=True)
    for one in found.items:
        yield Row(_device(one, book), shortened(_why(one, book), visit), icon=_icon(one))


def _device(one: Proposed, book: ReferenceData) -> str:
    return str(book.upkeep["subjects"][f"device.{one.device}"])


def _why(one: Proposed, book: ReferenceData) -> str:
    words = book.words["seeking"]
    if not one.changes:
        return f"{one.url}，{words['same']}"
    before = words["now"].format(url=one.before) if one.before else words["unset"]
    return f"{one.url}，{one.evidence}，{before}"


def _icon(one: Proposed) -> str:
    return "note-pencil" if one.changes else "check-circle"

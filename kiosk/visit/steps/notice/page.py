"""The page of the notice: what the data are used for, and the consent."""

from __future__ import annotations

from kiosk.application.document import Way
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Row
from kiosk.pages.press import Press
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def notice_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the notice, worded for whoever files for themselves or for another."""
    words = book.words["notice"]
    if visit.on_behalf.way is Way.PROXY:
        words = {**words, **book.words["notice_proxy"]}
    return Page(
        name="notice",
        layout=Layout.NOTICE,
        title=words["title"],
        sentence=words["sentence"],
        step=1,
        rows=(
            Row(words["bring"], words["bring_under"], icon="identification-card"),
            Row(words["time"], words["time_under"], icon="clock"),
            Row(words["privacy"], words["privacy_under"], icon="lock-key"),
        ),
        panel=Panel(words["question"], (words["face"], words["no_face"])),
        choices=(
            Choice(Press.AGREE, words["agree"], tone=ButtonStyle.EQUAL, icon="scan-smiley"),
            Choice(
                Press.AGREE_WITHOUT_FACE,
                words["agree_without_face"],
                tone=ButtonStyle.EQUAL,
                icon="credit-card",
            ),
        ),
    )

"""The pages on which the person somebody acts for is proved to be here, and what follows if not."""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.document import Way
from kiosk.visit.handbook import Handbook
from kiosk.visit.page import Act, Choice, Layout, Page, Panel, Row, Tone
from kiosk.visit.pages_identity import sentence_or_failure
from kiosk.visit.pages_staff import door
from kiosk.visit.state import Visit

STEP = 1


def presence(visit: Visit, book: Handbook) -> Page:
    """Return the page that asks the person, not who acts, for consent to the face check."""
    words, notice = book.words["presence"], book.words["notice"]
    return Page(
        name="authority_presence",
        layout=Layout.NOTICE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=STEP,
        rows=(
            Row(words["who"], words["who_under"], icon="identification-card"),
            Row(words["staff"], words["staff_under"], icon="headset"),
        ),
        panel=Panel(words["question"], (notice["face"], words["no_face"])),
        choices=(
            Choice(Act.AGREE, notice["agree"], tone=Tone.EQUAL, icon="scan-smiley"),
            Choice(
                Act.AGREE_WITHOUT_FACE,
                notice["agree_without_face"],
                tone=Tone.EQUAL,
                icon="credit-card",
            ),
        ),
    )


def witness(visit: Visit, book: Handbook) -> Page:
    """Return the page on which somebody of the staff shows to stand beside."""
    page = door(visit, book, "witness", step=STEP)
    if visit.staff_card:
        return page
    nobody = Choice(Act.NO_OTHER_PROOF, book.words["witness"]["nobody"])
    return replace(page, choices=(nobody,))


def unconfirmed(visit: Visit, book: Handbook) -> Page:
    """Return the page on top that says what the person has to do, and what is hidden until then."""
    words = book.words["unconfirmed_window" if visit.way is Way.BACK_ENTRY else "unconfirmed"]
    days = book.authority.confirm_days
    return Page(
        name="unconfirmed",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        step=STEP,
        panel=Panel(words["heading"], tuple(line.format(days=days) for line in words["lines"])),
        choices=(Choice(Act.STAY, words["close"], tone=Tone.PRIMARY, arrow=True),),
    )

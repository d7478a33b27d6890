"""What a paper tells and nobody answered is asked again, filled in and to be checked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.application.scan import CapturedPaper
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.paper_text import PaperText, ReadField
from kiosk.people.facts import SharedFacts
from kiosk.retirement.materials import Resolution
from kiosk.visit.events.papers import PaperCaptured, PaperRead, PictureTaken
from kiosk.visit.stages import Stage
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.facts.events import FactsKnown
from tests.kiosk.invented_people import InventedVisitor, persona
from tests.kiosk.journal.noted_visitor import NotedVisitor
from tests.kiosk.visit.steps.test_held_picture import (
    BOOK,
    PictureVisitor,
    card_name,
    read,
    taken,
)

KEPT = CapturedPaper("a" * 64, "b" * 64, 48, "an-id")
CERTIFICATE, CHILD = "3416000000000306", "某小某"
LEFT_OUT = {"child_name": Press.NEXT, "only_child_cert": Press.NONE_OF_IT}


def unknown_child() -> SharedFacts:
    """Return facts of somebody of whose child no office knows more than that there is one."""
    return replace(persona("liu")[1], child_name="", only_child_certificate_number="")


@pytest.fixture
def visitor() -> PictureVisitor:
    """At the certificate of the only child, whose number and child's name were left out."""
    visitor = PictureVisitor()
    left_out(visitor)
    assert {name: visitor.visit.answers[name] for name in LEFT_OUT} == dict.fromkeys(LEFT_OUT, "")
    return visitor


def left_out(visitor: InventedVisitor) -> None:
    """Walk to the certificate, and leave out what is asked of it."""
    visitor.proved().happen(FactsKnown(unknown_child()))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    while visitor.visit.stage is Stage.FORM:
        if visitor.page.name in LEFT_OUT:
            visitor.press(LEFT_OUT[visitor.page.name])
        else:
            visitor.answer()
    assert visitor.visit.stage is Stage.MATERIALS


def keep(visitor: PictureVisitor, **values: str) -> PictureVisitor:
    """Take a picture of the certificate on which these values are read, and keep it."""
    taken(visitor.press(Press.CAPTURE))
    fields = tuple(ReadField(name, value, is_checked=False) for name, value in values.items())
    read(visitor, PaperText(fields))
    return visitor.press(Press.KEEP_PICTURE).happen(PaperCaptured("P2", KEPT))


def test_both_are_asked_again_one_after_the_other(visitor: PictureVisitor) -> None:
    name = card_name(visitor)
    keep(visitor, person_name=name, child_name=CHILD, only_child_cert=CERTIFICATE)
    assert (visitor.visit.stage, visitor.page.name) == (Stage.FORM, "child_name")
    assert visitor.page.sentence == "读到的，请核对："
    assert visitor.visit.entry.written == CHILD
    visitor.press(Press.NEXT)
    assert (visitor.page.name, visitor.visit.entry.typed) == ("only_child_cert", CERTIFICATE)
    assert visitor.page.sentence == "读到的，请核对："
    visitor.press(Press.NEXT)
    assert visitor.visit.stage is Stage.REVIEW
    assert visitor.visit.answers["child_name"] == CHILD
    assert visitor.visit.answers["only_child_cert"] == CERTIFICATE
    assert visitor.visit.papers.settled == {"P2": Resolution.CAPTURED}


def test_what_was_read_wrong_is_mended_or_left_out_again(visitor: PictureVisitor) -> None:
    keep(visitor, only_child_cert=CERTIFICATE)
    visitor.press(Press.ERASE)
    assert visitor.visit.entry.typed == CERTIFICATE[:-1]
    assert visitor.page.sentence != "读到的，请核对：", "it is the person's own now"
    visitor.press(Press.NONE_OF_IT)
    assert visitor.visit.answers["only_child_cert"] == ""
    assert visitor.visit.stage is Stage.REVIEW, "nobody is asked a third time"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"only_child_cert": "皖亳独0000306"},
        {"only_child_cert": "0" * 17},
        {"child_name": "某" * 200},
        {"person_name": "别人", "only_child_cert": CERTIFICATE},
        {"issued_on": "1999-06-01"},
    ],
)
def test_what_fits_no_question_or_is_doubted_asks_nothing(
    visitor: PictureVisitor, values: dict[str, str]
) -> None:
    keep(visitor, **values)
    assert visitor.visit.stage is Stage.REVIEW


def test_a_picture_that_the_camera_doubts_asks_nothing(visitor: PictureVisitor) -> None:
    taken(visitor.press(Press.CAPTURE), Failure.PAPER_GLARE)
    read(visitor, PaperText((ReadField("only_child_cert", CERTIFICATE, is_checked=False),)))
    visitor.press(Press.KEEP_PICTURE).happen(PaperCaptured("P2", KEPT))
    assert visitor.visit.stage is Stage.REVIEW


def test_what_somebody_said_is_never_replaced() -> None:
    visitor = PictureVisitor()
    visitor.proved().happen(FactsKnown(unknown_child()))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    while visitor.visit.stage is Stage.FORM:
        visitor.answer()
    said = dict(visitor.visit.answers)
    keep(visitor, only_child_cert="0" * 16)
    assert visitor.visit.stage is Stage.REVIEW
    assert visitor.visit.answers == said


@pytest.mark.parametrize("name", ["", "别人"])
def test_a_replay_sees_the_same_pages_and_nothing_that_was_read(name: str) -> None:
    noted = NotedVisitor(table=build_table(BOOK))
    left_out(noted)
    noted.press(Press.CAPTURE).happen(PictureTaken("P2", 1))
    values = {"child_name": CHILD, "only_child_cert": CERTIFICATE} | (
        {"person_name": name} if name else {}
    )
    fields = tuple(ReadField(field, value, is_checked=False) for field, value in values.items())
    noted.happen(PaperRead(1, PaperText(fields), 1))
    noted.press(Press.KEEP_PICTURE).happen(PaperCaptured("P2", KEPT))
    assert noted.visit.stage is (Stage.REVIEW if name else Stage.FORM)
    assert noted.pages_again == noted.pages
    said = "".join(noted.lines)
    assert not [value for value in values.values() if value in said]

"""A paper of several pages: each is looked at and kept, the last one can be taken out again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kiosk.application.scan import CapturedPaper
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.retirement.materials import Resolution
from kiosk.visit.effects import CapturePaper
from kiosk.visit.events.papers import PaperCaptured, PaperFailed
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.stages import Stage
from kiosk.visit.state import open_papers
from kiosk.visit.step_parts.application_of_visit import application_of
from tests.kiosk.visit.steps.test_held_picture import BOOK, PictureVisitor, taken

INK = (((1.0, 2.0, 0.0), (3.0, 4.0, 0.1)),)


def page(number: int) -> CapturedPaper:
    return CapturedPaper(f"{number:064x}", f"{number + 1000:064x}", 48, "an-id")


def keep(visitor: PictureVisitor, number: int) -> PictureVisitor:
    """Take a picture of a page and keep it."""
    visitor.press(Press.CAPTURE)
    assert visitor.effects[-1] == CapturePaper("P8")
    taken(visitor).press(Press.KEEP_PICTURE)
    return visitor.happen(PaperCaptured("P8", page(number)))


@pytest.fixture
def visitor() -> PictureVisitor:
    """At a paper of several pages, the last one; the one before was promised."""
    visitor = PictureVisitor()
    visitor.with_deemed_months_insisted()
    visitor.press(Press.PROMISE)
    assert [one.code for one in open_papers(visitor.visit, BOOK)] == ["P8"]
    return visitor


def choices(visitor: PictureVisitor) -> list[tuple[Press, str]]:
    return [(one.act, one.words) for one in visitor.page.choices]


def test_after_each_page_another_one_may_follow(visitor: PictureVisitor) -> None:
    keep(visitor, 1)
    assert (visitor.visit.stage, visitor.visit.papers.settled.get("P8")) == (Stage.MATERIALS, None)
    assert visitor.page.sentence == "拍好了，还有就再拍，没有就往下。"
    assert visitor.page.pill == "拍好 1 页"
    assert choices(visitor) == [
        (Press.DROP_PAGE, "重拍"),
        (Press.CAPTURE, "再拍一页"),
        (Press.ALL_PAGES, "下一步"),
    ]
    keep(visitor, 2)
    assert visitor.page.pill == "拍好 2 页"
    visitor.press(Press.ALL_PAGES)
    assert visitor.visit.stage is Stage.REVIEW
    assert visitor.visit.papers.settled["P8"] is Resolution.CAPTURED
    assert visitor.visit.papers.captured == {"P8": (page(1), page(2))}


def test_the_application_names_and_takes_along_all_pages_in_order(visitor: PictureVisitor) -> None:
    keep(keep(visitor, 1), 2).press(Press.ALL_PAGES)
    visitor.press(Press.CONFIRM).happen(Drawn(INK))
    application = application_of(visitor.press(Press.SIGNED).visit, BOOK)
    papers = {one["code"]: one for one in json.loads(application.content)["papers"]}
    assert papers["P8"]["pages"] == [page(1).record(), page(2).record()]
    assert application.blobs == (page(1).blob, page(2).blob)


def test_back_takes_out_the_last_page(visitor: PictureVisitor) -> None:
    keep(keep(visitor, 1), 2).press(Press.BACK)
    assert visitor.visit.papers.captured == {"P8": (page(1),)}
    assert visitor.page.pill == "拍好 1 页"
    visitor.press(Press.BACK)
    assert visitor.visit.papers.captured == {}
    assert Press.COMMITMENT in [act for act, _ in choices(visitor)], "as before the first page"
    assert visitor.visit.stage is Stage.MATERIALS


def test_the_last_page_is_taken_anew(visitor: PictureVisitor) -> None:
    keep(keep(visitor, 1), 2).press(Press.DROP_PAGE)
    assert visitor.effects[-1] == CapturePaper("P8")
    taken(visitor).press(Press.KEEP_PICTURE).happen(PaperCaptured("P8", page(3)))
    assert visitor.visit.papers.captured == {"P8": (page(1), page(3))}


def test_at_most_forty_pages_are_taken_and_it_is_said(visitor: PictureVisitor) -> None:
    for number in range(40):
        keep(visitor, number)
    assert visitor.page.sentence == "最多拍 40 页，剩下的交到窗口。"
    assert visitor.page.pill == "拍好 40 页"
    assert [act for act, _ in choices(visitor)] == [Press.DROP_PAGE, Press.ALL_PAGES]
    visitor.press(Press.CAPTURE)
    assert visitor.visit.papers.capturing == ""
    visitor.press(Press.BACK)
    assert (Press.CAPTURE, "再拍一页") in choices(visitor)


def test_a_camera_that_fails_leaves_the_pages(visitor: PictureVisitor) -> None:
    keep(visitor, 1).press(Press.CAPTURE)
    assert (visitor.page.pill, visitor.page.choices) == ("正在拍，请别动", ())
    visitor.happen(PaperFailed(Failure.PAPER_CAMERA_LOST))
    assert visitor.page.mend
    assert visitor.page.sentence == BOOK.failures[Failure.PAPER_CAMERA_LOST].sentence
    visitor.press(Press.ALL_PAGES)
    assert visitor.visit.papers.captured == {"P8": (page(1),)}


@pytest.mark.parametrize("press", [Press.ALL_PAGES, Press.DROP_PAGE])
def test_without_a_page_there_is_none_to_settle_or_take_out(
    visitor: PictureVisitor, press: Press
) -> None:
    before = visitor.visit
    assert replace(visitor.press(press).visit, request=before.request) == before


def test_nothing_is_promised_in_place_of_pages_that_are_there(visitor: PictureVisitor) -> None:
    keep(visitor, 1).press(Press.COMMITMENT)
    assert visitor.page.name == "materials"
    visitor.press(Press.BRING_LATER)
    assert visitor.visit.papers.settled["P8"] is Resolution.LATER
    assert visitor.visit.papers.captured == {}, "what is brought later has no pages here"


def test_another_paper_follows_the_pages_of_this_one() -> None:
    visitor = PictureVisitor()
    visitor.with_deemed_months_insisted()
    visitor.press(Press.CAPTURE)
    taken(visitor).press(Press.KEEP_PICTURE).happen(PaperCaptured("P2", page(0)))
    assert visitor.page.title == "早年工龄证明", "a paper of one page is settled by it"
    assert visitor.page.pill != "拍好 1 页"

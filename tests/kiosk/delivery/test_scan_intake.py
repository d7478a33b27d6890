"""A captured paper goes sealed with its application, and nowhere without it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kiosk.application.scan import CapturedPaper
from kiosk.config.settings import PaperCameraSettings
from kiosk.crypto.envelope import OpeningKey, digest, open_sealed
from kiosk.delivery.scan_intake import keep_paper
from kiosk.delivery.submission import Sender, submit
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.retirement.materials import Resolution
from kiosk.storage.store import Store, StoreError, open_store
from kiosk.visit.effects import Cancel, CapturePaper
from kiosk.visit.events.papers import PaperCaptured, PaperFailed
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.application_of_visit import application_of
from kiosk.visit.steps.catalogue import build_table
from tests.kiosk.invented_people import NOW, InventedVisitor, handbook

KEY = OpeningKey(bytes(range(32)))
PAGE = b"\xff\xd8 a page \xff\xd9"
BOOK = replace(
    handbook(),
    settings=replace(handbook().settings, paper_camera=PaperCameraSettings("/dev/kiosk/cam-paper")),
)
PAPER = CapturedPaper("a" * 64, "b" * 64, 48, "an-id")


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "kiosk.db")
    assert isinstance(opened, Store)
    yield opened
    opened.close()


class Capturing(InventedVisitor):
    """A visitor at a terminal with a document camera."""

    def __init__(self) -> None:
        super().__init__(table=build_table(BOOK))


def at_materials() -> InventedVisitor:
    return Capturing().at_materials()


def code(visitor: InventedVisitor) -> str:
    (effect,) = [one for one in visitor.effects if isinstance(one, CapturePaper)]
    return effect.code


def captured(visitor: InventedVisitor) -> InventedVisitor:
    visitor.press(Press.CAPTURE)
    return visitor.happen(PaperCaptured(code(visitor), PAPER))


def test_a_page_is_kept_sealed_under_the_name_of_its_sealed_bytes(store):
    found = keep_paper(store, KEY.sealing, "an-id", PAGE)
    assert isinstance(found, CapturedPaper)
    sealed = store.chunk(found.blob, 0)
    assert digest(sealed) == found.blob
    assert (found.digest, found.bytes) == (digest(PAGE), len(sealed))
    assert open_sealed(sealed, KEY, found.sealed_for, found.digest) == PAGE
    assert PAGE not in sealed
    store.drop_unconfirmed_papers()
    assert store.chunk(found.blob, 0) == b""


def test_a_store_that_cannot_keep_it_says_why(store, monkeypatch):
    def full(*_said: object) -> None:
        raise StoreError(Failure.DISK_FULL)

    monkeypatch.setattr(store, "add_paper", full)
    assert keep_paper(store, KEY.sealing, "an-id", PAGE) is Failure.DISK_FULL


def test_the_press_takes_a_picture_of_the_paper_on_the_page():
    visitor = at_materials()
    assert [choice.words for choice in visitor.page.choices] == ["先写承诺", "放好了，拍下来"]
    assert visitor.page.sentence == "放平，四个角都露出来。"
    visitor.press(Press.CAPTURE)
    assert [type(one) for one in visitor.effects] == [Cancel, CapturePaper]
    assert visitor.page.choices == ()
    assert visitor.page.pill == "正在拍，请别动"
    visitor.happen(PaperCaptured(code(visitor), PAPER))
    assert visitor.visit.papers.settled == {"P2": Resolution.CAPTURED}
    assert visitor.visit.stage is Stage.REVIEW


def test_a_picture_that_will_not_do_is_said_and_taken_again():
    visitor = at_materials().press(Press.CAPTURE)
    visitor.happen(PaperFailed(Failure.PAPER_CUT_OFF))
    assert visitor.page.sentence == "没拍全，请让四个角都露出来。"
    assert visitor.page.mend
    assert captured(visitor).visit.stage is Stage.REVIEW


def test_a_picture_of_a_paper_that_is_no_longer_asked_for_is_dropped():
    visitor = at_materials().press(Press.CAPTURE)
    late = code(visitor)
    visitor.press(Press.PROMISE)
    visitor.happen(PaperCaptured(late, PAPER))
    assert visitor.visit.papers.settled == {"P2": Resolution.PROMISED}
    assert visitor.visit.papers.captured == {}


def test_another_paper_follows():
    visitor = captured(Capturing().with_deemed_months_insisted())
    assert visitor.visit.stage is Stage.MATERIALS
    assert visitor.page.title == "早年工龄证明"
    captured(visitor).press(Press.ALL_PAGES)
    assert visitor.visit.papers.settled == dict.fromkeys(("P2", "P8"), Resolution.CAPTURED)
    assert visitor.visit.stage is Stage.REVIEW


def test_without_a_camera_there_is_nothing_to_capture():
    visitor = InventedVisitor().at_materials()
    assert Press.CAPTURE not in [choice.act for choice in visitor.page.choices]
    assert visitor.press(Press.CAPTURE).visit.papers.capturing == ""


def test_going_back_from_the_review_asks_for_the_papers_again():
    visitor = captured(at_materials()).press(Press.BACK)
    assert visitor.visit.papers.settled == visitor.visit.papers.captured == {}


def test_the_application_names_the_page_and_takes_it_along(store):
    visitor = at_materials().press(Press.CAPTURE)
    kept = keep_paper(store, KEY.sealing, visitor.visit.application_id, PAGE)
    assert isinstance(kept, CapturedPaper)
    visitor.happen(PaperCaptured(code(visitor), kept))
    visitor.press(Press.CONFIRM).happen(Drawn((((1.0, 2.0, 0.0), (3.0, 4.0, 0.1)),)))
    visitor.press(Press.SIGNED)
    application = application_of(visitor.visit, BOOK)
    papers = {one["code"]: one for one in json.loads(application.content)["papers"]}
    assert papers["P2"] == {"code": "P2", "settled": "captured", "pages": [kept.record()]}
    assert submit(store, Sender("BZ-1", KEY.sealing), application, NOW) is None
    store.drop_unconfirmed_papers()
    (paper,) = store.papers_due(0.0)
    assert (paper.digest, paper.sequence, paper.missing) == (kept.blob, 2, (0,))


def test_what_was_captured_and_is_no_longer_needed_stays_behind():
    visitor = captured(at_materials())
    visitor.visit = replace(
        visitor.visit,
        papers=replace(
            visitor.visit.papers, captured={**visitor.visit.papers.captured, "P9": (PAPER,)}
        ),
    )
    visitor.press(Press.CONFIRM).happen(Drawn((((1.0, 2.0, 0.0), (3.0, 4.0, 0.1)),)))
    assert application_of(visitor.press(Press.SIGNED).visit, BOOK).blobs == (PAPER.blob,)

"""The desk of the staff: cases, corrections, filing for one after another."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from kiosk.application.scan import CapturedPaper
from kiosk.audit.audit_events import AuditEvent
from kiosk.config.settings import PaperCameraSettings
from kiosk.crypto.envelope import (
    Envelope,
    EnvelopeKind,
    OpeningKey,
    digest,
    open_sealed,
    parse_envelope,
)
from kiosk.delivery.correction import PAPER, CorrectionPapers, hand_in
from kiosk.delivery.scan_intake import keep_paper
from kiosk.delivery.submission import Sender
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.ports import CentralAnswer, Trouble
from kiosk.session.device_tasks import see_desk
from kiosk.staff.desk import Correction, Desk, Unsent, corrections_of, look_at_desk
from kiosk.staff.roles import Right, Role, Session
from kiosk.storage.database import StoreError
from kiosk.storage.integrity import unreadable
from kiosk.storage.store import OutboxRecord, Store
from kiosk.visit.effects import (
    CapturePaper,
    HandInCorrection,
    LogOut,
    LookAtDesk,
    ReadCard,
)
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.devices import StoreFailed
from kiosk.visit.events.event import Event
from kiosk.visit.events.idling import Timeout
from kiosk.visit.events.papers import PaperCaptured, PaperFailed
from kiosk.visit.stages import Stage
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.correction.actions import MOST_PAGES
from kiosk.visit.steps.correction.events import CorrectionKept
from kiosk.visit.steps.desk.events import DeskSeen
from kiosk.visit.steps.wiping.events import Wiped
from tests.kiosk.invented_people import NOW, InventedVisitor, handbook
from tests.kiosk.staff_people import DESK, HELPER, OTHER_HELPER
from tests.kiosk.visit.steps.staff.staff_visits import LIU

CASE = "11111111-0000-4000-8000-000000000001"

MINE = "22222222-0000-4000-8000-000000000009"

OPENING = OpeningKey(b"s" * 32)

AT = "2026-11-26T09:05:00+08:00"


def test_the_most_urgent_stands_on_top():
    visitor = InventedVisitor().at_desk(DESK)
    rows = visitor.page.rows
    assert [row.words.partition("：")[0] for row in rows] == ["王**", "张*", "赵**"]
    assert [row.mend for row in rows] == [True, True, False]
    assert "11月26日前补" in rows[0].reason
    assert rows[1].words == "张*：别的"
    many = replace(DESK, unsent=DESK.unsent * 3)
    visitor = InventedVisitor().at_desk(many)
    assert len(visitor.page.rows) == 3
    visitor.press(Press.MORE).press(Press.MORE)
    assert len(visitor.page.rows) == 2
    visitor.press(Press.BACK)
    assert visitor.press(Press.BACK).visit.display.part == 0


def test_an_office_may_write_much():
    (row,) = (
        InventedVisitor()
        .at_desk(Desk((), (Correction("c-1", "王**", "R09", "很" * 50, None),)))
        .page.rows
    )
    assert len(row.reason) == 10
    assert row.reason.endswith("…")


def test_filing_for_somebody_is_one_touch_and_leaves_the_desk_behind():
    visitor = InventedVisitor().at_desk(DESK).press(Press.FILE_FOR)
    assert (visitor.visit.stage, visitor.visit.desk.content) == (Stage.NOTICE, None)
    assert visitor.visit.staff.session == OTHER_HELPER


def test_who_may_not_file_for_others_does_not():
    reader = Session("W-0001", Role.WINDOW, frozenset({Right.UNSENT}))
    assert InventedVisitor().at_desk(DESK, reader).press(Press.FILE_FOR).visit.stage is Stage.DESK


def test_the_own_card_is_not_taken():
    visitor = InventedVisitor().at_desk(DESK, HELPER).press(Press.FILE_FOR).press(Press.AGREE)
    visitor.happen(CardRead(LIU))
    assert (visitor.visit.stage, visitor.visit.identity.card) == (Stage.CARD, None)
    assert ReadCard() in visitor.effects, "the applicant's is waited for"
    assert visitor.page.sentence == handbook().failures[Failure.STAFF_SELF].sentence


def test_after_one_person_the_desk_comes_back_and_nothing_else():
    visitor = InventedVisitor().at_desk(DESK).press(Press.FILE_FOR).press(Press.AGREE)
    visitor.happen(CardRead(LIU)).press(Press.QUIT).press(Press.QUIT_YES)
    assert visitor.visit.stage is Stage.WIPING
    assert visitor.visit.identity.card is None
    visitor.happen(Wiped())
    assert (visitor.visit.stage, visitor.visit.staff.session) == (Stage.DESK, OTHER_HELPER)
    assert LookAtDesk() in visitor.effects
    visitor.press(Press.QUIT)
    assert LogOut("H-0002") in visitor.effects
    assert visitor.happen(Wiped()).visit.stage is Stage.IDLE
    assert visitor.visit.staff.session is None


@pytest.mark.parametrize("walk", [lambda it: it, lambda it: it.press(Press.FILE_FOR)])
def test_whom_nobody_answers_for_is_out(walk):
    visitor = walk(InventedVisitor().at_desk(DESK)).happen(Timeout())
    assert LogOut("H-0002") in visitor.effects
    assert visitor.visit.staff.session is None
    assert visitor.happen(Wiped()).visit.stage is Stage.IDLE


def test_a_desk_that_cannot_be_read_says_so():
    told: list[Event] = []

    def broken() -> Desk:
        raise StoreError(Failure.STORE_UNREADABLE)

    see_desk(broken, told.append)
    assert told == [DeskSeen(Desk(), Failure.STORE_UNREADABLE)]
    page = InventedVisitor().at_desk(None).happen(told[0]).page
    assert page.sentence == handbook().failures[Failure.STORE_UNREADABLE].sentence


class DeskService:
    def __init__(self, answer: CentralAnswer) -> None:
        self.answer = answer

    def call(self, *_: object) -> CentralAnswer:
        return self.answer


def told(items: object) -> CentralAnswer:
    return CentralAnswer(200, "application/json", None, json.dumps({"items": items}).encode())


ITEM = {
    "application_id": "c-1",
    "masked_name": "王**",
    "service": "R09",
    "reason": "看不清",
    "due_on": "2026-12-09",
}


def test_the_desk_is_what_did_not_arrive_and_what_came_back(store: Store):
    for name in ("a", "b", "c"):
        parcel = OutboxRecord(name, f"/v1/applications/{name}", "x/y", "d" * 64, b"x", "刘**")
        store.confirm(lambda _, it=parcel: it, AuditEvent.CONFIRMED, AT, {})
    rating = OutboxRecord("r", "/v1/ratings/a/filing", "x/y", "d" * 64, b"x")
    store.confirm(lambda _: rating, AuditEvent.RATED, AT, {})
    store.delivered("a", "receipt", AT)
    store.quarantine("b", "status 422", AT, "{}")
    later = ITEM | {"due_on": ""}
    found = look_at_desk(store, DeskService(told([later, ITEM])), "BZ-DEMO")
    assert found.unsent == (Unsent("刘**", AT, refused=True), Unsent("刘**", AT, refused=False))
    assert found.corrections == (
        Correction("c-1", "王**", "R09", "看不清", date(2026, 12, 9)),
        Correction("c-1", "王**", "R09", "看不清", None),
    )


@pytest.mark.parametrize(
    "answer",
    [
        CentralAnswer(trouble=Trouble.UNREACHABLE),
        CentralAnswer(503),
        CentralAnswer(200, "text/html", None, b"<html>"),
        CentralAnswer(200, "application/json", None, b"{"),
        told([{}]),
        told([ITEM | {"due_on": "soon"}]),
    ],
)
def test_without_an_answer_corrections_are_not_known(answer):
    assert corrections_of(DeskService(answer), "BZ-DEMO") is None


def with_camera(url: str = "http://camera.invalid") -> InventedVisitor:
    book = handbook()
    camera = PaperCameraSettings(url)
    return InventedVisitor(
        table=build_table(replace(book, settings=replace(book.settings, paper_camera=camera)))
    )


def correcting() -> InventedVisitor:
    return with_camera().at_desk(DESK).press(Press.PICK, f"{CASE}/R09")


def page_of(code: str = PAPER) -> PaperCaptured:
    return PaperCaptured(code, CapturedPaper("a" * 64, "b" * 64, 9, "an-id"))


def test_what_came_back_is_photographed_and_handed_in():
    visitor = correcting()
    assert (visitor.visit.stage, visitor.visit.desk.content) == (Stage.CORRECTING, None)
    assert visitor.page.panel is not None
    assert "照片不清，请重拍" in visitor.page.panel.lines
    mine = visitor.visit.application_id
    visitor.press(Press.HAND_IN)
    assert not visitor.visit.desk.handing_in, "there is nothing yet"
    visitor.press(Press.CAPTURE)
    assert visitor.effects[-1] == CapturePaper(PAPER)
    assert visitor.page.choices == ()
    visitor.happen(page_of("P2"))
    assert visitor.visit.desk.brought == (), "not the picture that is waited for"
    visitor.happen(PaperFailed(Failure.PAPER_BLURRED)).press(Press.CAPTURE).happen(page_of())
    visitor.press(Press.CAPTURE).happen(page_of()).press(Press.HAND_IN)
    (handed,) = visitor.effects
    assert isinstance(handed, HandInCorrection)
    brought = handed.brought
    assert (brought.id, brought.application_id, brought.service) == (mine, CASE, "R09")
    assert (brought.staff, len(brought.pages)) == ("H-0002", 2)
    assert visitor.page.choices == ()
    assert visitor.press(Press.HAND_IN).effects == (), "once is enough"
    visitor.happen(CorrectionKept())
    assert (visitor.visit.stage, visitor.visit.desk.brought) == (Stage.DESK, ())
    assert visitor.visit.application_id != mine, "one id never names two things"


def test_what_cannot_be_stored_is_not_lost():
    visitor = correcting().press(Press.CAPTURE).happen(page_of()).press(Press.HAND_IN)
    visitor.happen(StoreFailed(Failure.DISK_FULL))
    assert visitor.page.sentence == handbook().failures[Failure.DISK_FULL].sentence
    assert isinstance(visitor.press(Press.HAND_IN).effects[0], HandInCorrection)


def test_no_more_pages_than_there_is_room_for():
    visitor = correcting()
    for _ in range(MOST_PAGES):
        visitor.press(Press.CAPTURE).happen(page_of())
    assert [one.act for one in visitor.page.choices] == [Press.HAND_IN]
    assert visitor.press(Press.CAPTURE).visit.papers.capturing == ""


def test_who_may_not_or_what_does_not_lie_there():
    reader = Session("W-0001", Role.WINDOW, frozenset({Right.UNSENT}))
    visitor = InventedVisitor().at_desk(DESK, reader).press(Press.PICK, f"{CASE}/R09")
    assert visitor.visit.stage is Stage.DESK
    for name in (f"{CASE}/R01", "", "x"):
        assert InventedVisitor().at_desk(DESK).press(Press.PICK, name).visit.stage is Stage.DESK
    assert (
        InventedVisitor().at_desk(Desk()).press(Press.PICK, f"{CASE}/R09").visit.stage is Stage.DESK
    )


def test_without_a_camera_it_is_for_the_window():
    visitor = with_camera("").at_desk(DESK).press(Press.PICK, f"{CASE}/R09")
    assert visitor.page.sentence == handbook().words["correcting"]["sentence_no_camera"]
    assert visitor.page.choices == ()
    assert visitor.press(Press.CAPTURE).visit.papers.capturing == ""
    assert visitor.press(Press.BACK).visit.stage is Stage.DESK


def test_an_office_that_named_no_day():
    page = InventedVisitor().at_desk(DESK).press(Press.PICK, f"{CASE[:-1]}2/Z1").page
    assert page.panel is not None
    assert page.panel.lines[-1] == handbook().words["correcting"]["no_day"]


def test_a_correction_is_sealed_and_waits_with_its_pages(store: Store):
    captured = keep_paper(store, OPENING.sealing, MINE, b"a page")
    assert isinstance(captured, CapturedPaper)
    brought = CorrectionPapers(MINE, CASE, "R09", (captured,), "H-0002", "王**")
    assert hand_in(store, Sender("BZ", OPENING.sealing), brought, NOW) is None
    (parcel,) = store.due(0.0)
    envelope = parse_envelope(parcel.body, EnvelopeKind.CORRECTION)
    assert isinstance(envelope, Envelope)
    assert (parcel.path, envelope.kind) == (f"/v1/corrections/{MINE}", EnvelopeKind.CORRECTION)
    assert parcel.digest == digest(parcel.body)
    content = open_sealed(envelope.sealed, OPENING, MINE, envelope.digest)
    assert json.loads(content)["papers"][0]["pages"] == [captured.record()]
    assert [one.digest for one in store.papers_due(0.0)] == [captured.blob]
    desk = look_at_desk(store, DeskService(told([])), "BZ-DEMO")
    assert [one.masked_name for one in desk.unsent] == ["王**"]
    (entry,) = store.audit()
    assert entry.event is AuditEvent.CORRECTED
    assert store.database.run(unreadable) == (), "an update of the program does not stop at it"

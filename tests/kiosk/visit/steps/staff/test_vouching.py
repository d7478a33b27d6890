"""Vouching at the terminal: two of the staff, or one and a picture to which the person agreed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import cast

import pytest

from central.policy import read_policy
from drivers.clock import SystemClock
from kiosk.application.scan import CapturedPaper
from kiosk.audit.audit_events import AuditEvent
from kiosk.config.settings import StaffSettings
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.ports import PaperPicture
from kiosk.session.device_tasks import TaskWatch, capture_paper
from kiosk.session.services import Equipment
from kiosk.staff.roles import Right, Session
from kiosk.staff.staff_login import StaffLogin
from kiosk.storage.store import Store
from kiosk.visit.effects import CapturePaper, KeepPicture, ReadCard, Submit, WatchCard
from kiosk.visit.events.cards import CardLifted, CardRead
from kiosk.visit.events.event import Event
from kiosk.visit.events.papers import PaperCaptured, PaperFailed, PictureTaken
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.records.staff import StaffState
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.held_picture import HeldPicture
from kiosk.visit.steps.facts.events import FactsKnown
from kiosk.visit.steps.vouching.actions import PERSON
from tests.central.standing import CONFIG
from tests.kiosk.invented_people import INK, NOW, InventedVisitor, handbook, persona
from tests.kiosk.staff_people import (
    ENGINEER,
    HELPER,
    HELPER_CARD,
    NOON,
    OTHER_HELPER,
    PIN,
    TECHNICIAN,
    WINDOW,
    account,
    roster,
)

STAFF_CARD, SECOND_CARD = persona("helper")[0], persona("window")[0]
FIRST = replace(OTHER_HELPER, others_vouch=True)
AT = NOW.isoformat(timespec="seconds")
PAGE = CapturedPaper("a" * 64, "b" * 64, 9, "an-id")


@dataclass
class Shows:
    """A camera before which always the same lies or stands."""

    jpeg: bytes

    def capture(self, _cancelled: Callable[[], bool]) -> PaperPicture:
        return PaperPicture(self.jpeg)


@dataclass
class VouchingCameras:
    """The cameras of a terminal, and where their picture is held."""

    person_camera: Shows = field(default_factory=lambda: Shows(b"a person"))
    paper_camera: Shows = field(default_factory=lambda: Shows(b"a paper"))
    pictures: HeldPicture = field(default_factory=HeldPicture)


def at_second(first: Event | None = None) -> InventedVisitor:
    """Somebody whom one of the staff has vouched for."""
    visitor = (
        InventedVisitor().with_card(face=False).press(Press.VOUCH).press(Press.PICK, "portrait_old")
    )
    visitor.happen(CardRead(STAFF_CARD)).type("730492")
    return visitor.happen(first or LoggedIn(FIRST))


def at_picture() -> InventedVisitor:
    return at_second(LoggedIn(OTHER_HELPER))


def photographed() -> InventedVisitor:
    visitor = at_picture().press(Press.AGREE).happen(PictureTaken(PERSON, 4))
    return visitor.press(Press.KEEP_PICTURE)


def second_of(visitor: InventedVisitor, session: Session = WINDOW) -> InventedVisitor:
    visitor.happen(CardLifted()).happen(CardRead(SECOND_CARD)).type("730492")
    return visitor.happen(LoggedIn(session))


def is_clean(visit: Visit) -> bool:
    """Tell whether nothing of a vouching that ended is kept."""
    staff, names = visit.staff, ("first_voucher", "vouched_alone", "picture_agreed", "vouch_reason")
    clean = all(getattr(staff, name) == getattr(StaffState(), name) for name in names)
    return clean and not visit.papers.capturing


def test_one_of_the_staff_alone_proves_nobody() -> None:
    for visitor in (at_second(), at_picture()):
        assert (visitor.visit.stage, visitor.visit.proof.accepted) == (Stage.VOUCHING, None)


def test_two_of_the_staff_prove_a_person() -> None:
    visitor = at_second()
    assert visitor.page.name == "vouching_second"
    assert ReadCard() in visitor.happen(CardLifted()).effects
    assert visitor.happen(CardRead(SECOND_CARD)).effects == (WatchCard(),)
    assert visitor.page.name == "staff_pin"
    visitor.type("730492").happen(LoggedIn(WINDOW))
    proof = visitor.visit.proof.accepted
    assert visitor.visit.stage is Stage.FACTS
    assert proof is not None
    assert proof.record() == {
        "method": "vouched",
        "at": AT,
        "voucher": "H-0002",
        "reason": "portrait_old",
        "second": "W-0001",
    }
    assert visitor.visit.staff.session is None
    assert is_clean(visitor.visit)


@pytest.mark.parametrize(
    ("session", "failure"),
    [
        (FIRST, Failure.VOUCHER_SAME),
        (replace(WINDOW, card_hash=FIRST.card_hash), Failure.VOUCHER_SAME),
        (HELPER, Failure.STAFF_SELF),
        (ENGINEER, Failure.STAFF_NOT_ALLOWED),
        (replace(WINDOW, rights=frozenset({Right.FILE_FOR})), Failure.STAFF_NOT_ALLOWED),
    ],
)
def test_the_second_is_another_person_who_may(session: Session, failure: Failure) -> None:
    visitor = second_of(at_second(), session)
    assert (visitor.visit.stage, visitor.visit.failure) == (Stage.VOUCHING, failure)
    assert visitor.page.sentence == handbook().failures[failure].sentence
    assert visitor.visit.proof.accepted is None
    assert second_of(visitor).visit.stage is Stage.FACTS, "and another one may still come"


def test_without_another_one_a_picture_is_asked_for_and_sealed() -> None:
    visitor = at_second().press(Press.NO_OTHER_PROOF)
    assert (visitor.page.name, visitor.visit.proof.accepted) == ("vouching_picture", None)
    visitor.press(Press.AGREE)
    assert visitor.effects[-1] == CapturePaper(PERSON)
    assert visitor.page.choices == (), "while it is taken"
    visitor.happen(PictureTaken(PERSON, 4))
    assert (visitor.page.name, visitor.page.photo) == ("picture", 4)
    assert visitor.page.title == handbook().words["picture_of_person"]["title"]
    visitor.press(Press.KEEP_PICTURE)
    assert visitor.effects == (KeepPicture(visitor.visit.application_id, PERSON, 4),)
    visitor.happen(PaperCaptured(PERSON, PAGE))
    proof = visitor.visit.proof.accepted
    assert visitor.visit.stage is Stage.FACTS
    assert proof is not None
    assert proof.record()["picture"] == {
        "digest": "a" * 64,
        "blob": "b" * 64,
        "bytes": 9,
        "sealed_for": "an-id",
        "consent": {"text_version": "vouching-picture-1", "at": AT},
    }
    assert "second" not in proof.record()
    assert is_clean(visitor.visit)


def test_where_one_works_alone_the_picture_is_asked_for_at_once() -> None:
    assert at_picture().page.name == "vouching_picture"


def test_who_wants_no_picture_is_told_the_way_to_a_window() -> None:
    visitor = at_picture().press(Press.DECLINE_FACE)
    assert (visitor.visit.stage, visitor.visit.proof.accepted) == (Stage.LEAFLET, None)
    assert is_clean(visitor.visit)
    assert visitor.page.panel is not None
    assert any("窗口" in line for line in visitor.page.panel.lines)


def test_a_picture_may_be_taken_again_or_not_be_wanted_after_all() -> None:
    visitor = at_picture().press(Press.AGREE).happen(PictureTaken(PERSON, 4))
    visitor.press(Press.CAPTURE)
    assert visitor.effects[-1] == CapturePaper(PERSON)
    visitor.happen(PictureTaken(PERSON, 5)).press(Press.BACK)
    assert (visitor.page.name, visitor.visit.papers.picture) == ("vouching_picture", None)
    assert visitor.press(Press.BACK).visit.stage is Stage.OTHER_PROOF
    assert is_clean(visitor.visit)


def test_without_a_camera_it_is_said_and_the_window_is_left() -> None:
    visitor = at_picture().press(Press.AGREE).happen(PaperFailed(Failure.CAMERA_LOST))
    assert visitor.page.sentence == handbook().failures[Failure.CAMERA_LOST].sentence
    assert visitor.press(Press.DECLINE_FACE).visit.stage is Stage.LEAFLET


def test_a_friend_or_relative_is_vouched_for_by_two_or_by_one_and_a_picture() -> None:
    def friend() -> InventedVisitor:
        visitor = InventedVisitor().press(Press.START_PROXY).press(Press.AGREE_WITHOUT_FACE)
        visitor.happen(CardRead(persona("wang")[0])).press(Press.VOUCH).press(Press.PICK, "no_face")
        return visitor.happen(CardRead(STAFF_CARD)).type("730492").happen(LoggedIn(FIRST))

    assert second_of(friend()).visit.stage is Stage.PRINCIPAL
    pictured = friend().press(Press.NO_OTHER_PROOF).press(Press.AGREE)
    pictured.happen(PictureTaken(PERSON, 4)).press(Press.KEEP_PICTURE)
    assert pictured.happen(PaperCaptured(PERSON, PAGE)).visit.stage is Stage.PRINCIPAL


def test_the_picture_follows_the_application_as_a_paper_does() -> None:
    visitor = photographed().happen(PaperCaptured(PERSON, PAGE))
    visitor.happen(FactsKnown(persona("liu")[1]))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    visitor._answered()
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Press.PROMISE)
    visitor.press(Press.CONFIRM).happen(Drawn(INK)).press(Press.SIGNED)
    (submit,) = (one for one in visitor.effects if isinstance(one, Submit))
    assert submit.application.blobs == (PAGE.blob,)
    assert submit.application.vouchers == ("H-0002",)
    assert json.loads(submit.application.content)["proof"]["picture"]["blob"] == PAGE.blob


def test_the_person_is_taken_by_the_camera_of_the_face_check_and_papers_by_their_own() -> None:
    told: list[Event] = []
    kit = VouchingCameras()
    for code in (PERSON, "P01"):
        capture_paper(
            cast("Equipment", kit), CapturePaper(code), TaskWatch(SystemClock()), told.append
        )
        (taken,) = told
        assert isinstance(taken, PictureTaken)
        held = kit.pictures.take(taken.number)
        assert held is not None
        assert (taken.code, held.jpeg) == (code, b"a person" if code == PERSON else b"a paper")
        told.clear()


MOST = handbook().authority.vouched_a_day


def test_who_vouched_as_often_as_one_may_today_vouches_no_more() -> None:
    """The central service would refuse what is signed then; nobody signs in vain."""
    full = replace(OTHER_HELPER, vouched_today=MOST)
    visitor = at_second(LoggedIn(full))
    assert (visitor.visit.staff.first_voucher, visitor.visit.failure) == (
        None,
        Failure.VOUCHING_FULL,
    )
    visitor = second_of(at_second(), replace(WINDOW, vouched_today=MOST))
    assert (visitor.visit.stage, visitor.visit.failure) == (Stage.VOUCHING, Failure.VOUCHING_FULL)
    almost = second_of(at_second(), replace(WINDOW, vouched_today=MOST - 1))
    assert almost.visit.stage is Stage.FACTS


def test_the_limit_is_that_of_the_central_service() -> None:
    assert read_policy(CONFIG / "central.toml").vouching.vouched_a_day == MOST


def test_the_terminal_counts_for_the_day_what_each_vouched_for(store: Store) -> None:
    clock = [NOON]

    def note(event: AuditEvent, **detail: str) -> None:
        store.record_event(event, "BZ-DEMO-0001", AT, **detail)

    staff_login = StaffLogin(roster, store, StaffSettings(), lambda: clock[0], note)
    staff_login.record_vouched(("H-0001", "W-0001"))
    staff_login.record_vouched(("H-0001",))
    found = staff_login.enter(HELPER_CARD, PIN)
    assert isinstance(found, Session)
    assert (found.vouched_today, staff_login.count_vouched("W-0001")) == (2, 1)
    store.keep_value("staff vouched W-0001", "2026-11-26 many")
    assert staff_login.count_vouched("W-0001") == 0, "what can't be read counts nothing"
    clock[0] += timedelta(days=1)
    assert staff_login.count_vouched("H-0001") == 0


def test_the_roster_says_whether_another_one_may_vouch() -> None:
    day, mine = date(2026, 11, 26), account()
    other = account(id="W-0001", role="window", card_hash="c" * 64)

    def others(*accounts: dict[str, object]) -> bool:
        found = roster(accounts=[mine, *accounts])
        return found.has_another_voucher(found.accounts[0], day)

    assert others(other)
    assert not others()
    assert not others(TECHNICIAN)
    assert not others({**other, "valid_until": "2026-11-25"})
    assert not others({**other, "rights": ["file_for"]})
    assert not others({**other, "card_hash": mine["card_hash"]})

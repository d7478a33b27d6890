"""Where the face alone does not prove, the visit asks for a second factor (config/proofs.toml)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.config.settings import Profile
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.consent import ProofMethod
from kiosk.staff.roles import Right
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.stages import Stage
from kiosk.visit.steps.face_check.events import FaceFailed, FaceMatched
from kiosk.visit.steps.other_proof.card_pin.events import PinAccepted, SsCardRead
from tests.kiosk.invented_people import InventedVisitor, persona
from tests.kiosk.staff_people import OTHER_HELPER
from tests.kiosk.visit.proofs.proof_visitors import OWN_CARD, visitor_at

MATCH = FaceMatched(0.31, 0.42, "dlib128")
TURNS = Press.TURN_ONLY


def matched(profile: Profile, *, infrared: bool = False) -> InventedVisitor:
    return visitor_at(profile, infrared=infrared).with_card().happen(MATCH)


@pytest.mark.parametrize(
    ("profile", "infrared", "stage"),
    [
        (Profile.DEMO, False, Stage.FACTS),
        (Profile.TRAINING, False, Stage.FACTS),
        (Profile.PRODUCTION, False, Stage.OTHER_PROOF),
        # Near infrared stops screens, and paper is open still: tests of proof_rules have all rows.
        (Profile.PRODUCTION, True, Stage.OTHER_PROOF),
    ],
)
def test_profile_and_sensors_decide_what_follows_a_match(
    profile: Profile, infrared: bool, stage: Stage
):
    visitor = matched(profile, infrared=infrared)
    assert visitor.visit.stage is stage
    assert (visitor.visit.proof.accepted is None) == (stage is Stage.OTHER_PROOF)


def test_the_page_says_that_the_face_fits_and_offers_no_second_look():
    page = matched(Profile.PRODUCTION).page
    assert (page.title, page.sentence) == ("再认一样", "脸对上了，再选一样，就往下办。")
    assert [row.act for row in page.rows] == [Press.USE_SS_CARD, Press.VOUCH]


def test_card_and_pin_complete_the_face():
    visitor = matched(Profile.PRODUCTION).press(Press.USE_SS_CARD).happen(SsCardRead(OWN_CARD))
    visitor.type("135790").press(Press.NEXT).happen(PinAccepted())
    assert visitor.visit.stage is Stage.FACTS
    proof = visitor.visit.proof.accepted
    assert proof is not None
    assert proof.method is ProofMethod.FACE
    assert proof.record()["completed_by"]["card_number"] == "Z00000515"


def test_one_of_the_staff_completes_the_face():
    visitor = matched(Profile.PRODUCTION).press(Press.VOUCH).press(Press.PICK, "camera")
    visitor.happen(CardRead(persona("helper")[0])).type("730492").happen(LoggedIn(OTHER_HELPER))
    assert visitor.visit.stage is Stage.FACTS
    proof = visitor.visit.proof.accepted
    assert proof is not None
    assert proof.vouchers == (OTHER_HELPER.id,)
    assert visitor.visit.proof.face is None


def test_a_friend_who_files_needs_the_second_factor_too():
    visitor = visitor_at(Profile.PRODUCTION).press(Press.START_PROXY).press(Press.AGREE)
    visitor.happen(CardRead(persona("wang")[0])).happen(MATCH)
    assert visitor.visit.stage is Stage.OTHER_PROOF
    visitor.press(Press.VOUCH).press(Press.PICK, "camera")
    visitor.happen(CardRead(persona("helper")[0])).type("730492").happen(LoggedIn(OTHER_HELPER))
    assert visitor.visit.stage is Stage.PRINCIPAL


def test_who_of_the_staff_is_logged_in_beside_completes_it_at_once():
    visitor = visitor_at(Profile.PRODUCTION).at_desk(None).press(Press.FILE_FOR)
    visitor.press(Press.AGREE).happen(CardRead(persona("liu")[0])).happen(MATCH)
    assert visitor.visit.stage is Stage.FACTS
    proof = visitor.visit.proof.accepted
    assert proof is not None
    assert proof.vouchers == (OTHER_HELPER.id,)


def test_another_card_forgets_the_match():
    visitor = matched(Profile.PRODUCTION).press(Press.BACK)
    assert (visitor.visit.stage, visitor.visit.proof.face) == (Stage.CARD, None)
    visitor.happen(CardRead(persona("wang")[0]))
    assert visitor.visit.stage is Stage.PROOF


@pytest.mark.parametrize(
    ("profile", "infrared", "offered"),
    [
        (Profile.DEMO, False, True),
        (Profile.TRAINING, False, True),
        (Profile.PRODUCTION, False, False),
        (Profile.PRODUCTION, True, True),
    ],
)
def test_turns_alone_are_asked_with_a_second_sensor_only(
    profile: Profile, infrared: bool, offered: bool
):
    visitor = visitor_at(profile, infrared=infrared).with_card()
    assert (TURNS in {one.act for one in visitor.page.choices}) is offered
    assert visitor.press(TURNS).visit.proof.turns_only is offered
    blinked = visitor_at(profile, infrared=infrared).with_card()
    blinked.happen(FaceFailed(Failure.BLINK_NOT_SEEN))
    assert blinked.visit.proof.turns_only is offered
    assert Press.DECLINE_FACE in {one.act for one in blinked.page.choices}, "another proof is there"


def test_turns_alone_are_asked_beside_the_staff():
    visitor = visitor_at(Profile.PRODUCTION).at_desk(None).press(Press.FILE_FOR)
    visitor.press(Press.AGREE).happen(CardRead(persona("liu")[0]))
    asked = visitor.effects[-1]
    assert (asked.turn_only, asked.guarded) == (False, False), "closed eyes tell a head from paper"
    assert visitor.press(TURNS).visit.proof.turns_only
    assert (visitor.effects[-1].turn_only, visitor.effects[-1].guarded) == (True, True)


def test_turns_may_not_stay_short_where_nobody_is_beside():
    visitor = visitor_at(Profile.DEMO).with_card().press(TURNS)
    assert (visitor.effects[-1].turn_only, visitor.effects[-1].guarded) == (True, False)


def test_who_may_not_vouch_completes_nothing():
    may_not = replace(OTHER_HELPER, rights=OTHER_HELPER.rights - {Right.VOUCH})
    visitor = visitor_at(Profile.PRODUCTION).at_desk(None, may_not).press(Press.FILE_FOR)
    visitor.press(Press.AGREE).happen(CardRead(persona("liu")[0])).happen(MATCH)
    assert visitor.visit.stage is Stage.OTHER_PROOF

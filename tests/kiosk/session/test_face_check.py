"""The face check in the controller: hints, tries, faults of the camera."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.ports import CentralAnswer, Coach, FaceBand, FaceLook
from kiosk.session.device_tasks import CAMERA_WAIT
from kiosk.visit.events.event import Answered
from kiosk.visit.events.idling import Timeout
from kiosk.visit.stages import Stage
from tests.kiosk.invented_people import handbook, persona
from tests.kiosk.session.scene import ACCEPT, PORTRAIT, facts_answer


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"answers": {}}, Failure.CENTRAL_UNREACHABLE),
        (
            {"answers": {"portrait": CentralAnswer(404, "application/problem+json")}},
            Failure.PORTRAIT_MISSING,
        ),
        ({"answers": {"portrait": CentralAnswer(200, "text/html")}}, Failure.CENTRAL_STRANGE),
        ({"answers": {"portrait": CentralAnswer(502, "text/html")}}, Failure.CENTRAL_UNREACHABLE),
        ({"prepared": Failure.PORTRAIT_UNUSABLE}, Failure.PORTRAIT_UNUSABLE),
        ({"frames": "none"}, Failure.CAMERA_LOST),
        ({"frames": "frozen", "looks": FaceLook(1)}, Failure.CAMERA_LOST),
        ({"looks": Failure.FACE_ENGINE_LOST}, Failure.FACE_ENGINE_LOST),
        ({"looks": Failure.CAMERA_FROZEN}, Failure.CAMERA_FROZEN),
        ({"looks": Failure.CAMERA_SLOW}, Failure.CAMERA_SLOW),
        ({"prepared": Failure.FACE_MODEL_WRONG}, Failure.FACE_MODEL_WRONG),
    ],
    ids=str,
)
def test_face_check_that_can_not_be_leads_to_another_proof(scene, change, failure):
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT}
    for name, value in change.items():
        setattr(scene.devices, name, value)
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.OTHER_PROOF)
    assert scene.runner.visit.failure is failure
    assert CAMERA_WAIT > 0


@pytest.mark.parametrize(
    ("look", "failure"),
    [
        (FaceLook(1, band=FaceBand.RETRY, score=0.47), Failure.FACE_NOT_ALIKE),
        (FaceLook(1, band=FaceBand.OTHER_PROOF, score=0.7), Failure.FACE_NOT_ALIKE),
        (Failure.FACE_NOT_LIVE, Failure.FACE_NOT_LIVE),
    ],
)
def test_three_tries_then_another_proof(scene, look, failure):
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT}
    scene.devices.looks = look
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.OTHER_PROOF)
    assert (scene.runner.visit.proof.tries, scene.runner.visit.failure) == (3, failure)
    assert not any(choice.act is Press.TRY_AGAIN for choice in scene.loop.pages[-1].choices)
    assert scene.devices.calls.count("turns and blink") == 3


def test_hints_are_shown_and_the_time_of_a_try_ends(scene):
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT}
    scene.devices.looks = FaceLook(1, hint=Coach.TWO_FACES)
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.OTHER_PROOF)
    assert scene.runner.visit.failure is Failure.FACE_TIME_OVER
    assert "请让一个人来看" in [page.hint for page in scene.loop.pages if page.name == "proof"]


def test_who_was_not_seen_to_blink_is_asked_for_turns_alone(scene):
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT, "facts": facts_answer()}
    outcomes = [Failure.BLINK_NOT_SEEN, replace(ACCEPT, steps=("turn_left",))]
    scene.devices.looks = lambda _frame: outcomes.pop(0)
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.FACTS)
    begun = [call for call in scene.devices.calls if call.startswith("turns")]
    assert begun == ["turns and blink", "turns only"]
    assert scene.runner.visit.proof.accepted.steps == ("turn_left",)
    assert handbook().failures[Failure.BLINK_NOT_SEEN].sentence in [
        page.sentence for page in scene.loop.pages
    ]


def test_a_camera_that_is_pulled_during_the_check_is_said(scene):
    def looks(frame):
        scene.devices.frames = "none" if frame.sequence > 3 else None
        return FaceLook(frame.sequence, hint=Coach.TURN_LEFT)

    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT}
    scene.devices.looks = looks
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.OTHER_PROOF)
    assert scene.runner.visit.failure is Failure.CAMERA_LOST
    shown = [page.hint for page in scene.loop.pages if page.name == "proof"]
    assert "慢慢向左转头" in shown


def test_nothing_is_asked_while_the_page_is_being_said(scene):
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT, "facts": facts_answer()}
    quiet_at = scene.runner.clock.monotonic() + 6.0
    scene.runner.announcer.quiet_at = lambda: quiet_at
    scene.devices.looks = lambda frame: ACCEPT if scene.devices.asked[-1] else FaceLook(1)
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.FACTS)
    assert scene.devices.asked[0] is False
    assert scene.devices.asked[-1] is True
    assert scene.devices.asked == sorted(scene.devices.asked)


def test_a_card_that_had_its_tries_rests_in_the_next_visit_too(scene):
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT}
    scene.devices.looks = Failure.FACE_NOT_LIVE
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.OTHER_PROOF)
    scene.runner.handle(Answered(Timeout()))
    scene.until(Stage.IDLE)
    scene.devices.calls.clear()
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.OTHER_PROOF)
    assert scene.runner.visit.failure is Failure.FACE_RESTING
    assert "camera on" not in scene.devices.calls

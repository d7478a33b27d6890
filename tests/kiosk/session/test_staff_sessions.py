"""Sessions of the staff in the controller: login, handover, desk, vouching."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.audit.audit_events import AuditEvent
from kiosk.config.settings import StaffSettings
from kiosk.crypto.envelope import open_sealed, parse_envelope
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.identity import IdCard
from kiosk.ports import CentralAnswer
from kiosk.session.effect_handlers import LIVE_SECONDS
from kiosk.staff.code import code_of, read_key, step_of
from kiosk.visit.effects import (
    LogIn,
)
from kiosk.visit.stages import Stage
from tests.kiosk.invented_people import NOW, handbook, persona
from tests.kiosk.session.scene import OPENING, PORTRAIT, SHEET, SessionScene, facts_answer, log_in
from tests.kiosk.staff_people import (
    CODE_KEY,
    HELPER_CARD,
    OTHER_PIN,
    PIN,
    TECHNICIAN_CARD,
)


def test_a_technician_comes_in_by_a_third_thing(scene):
    scene.runner.start()
    scene.devices.card = replace(persona("liu")[0], number=TECHNICIAN_CARD)
    scene.devices.taken = False
    scene.runner.press(Press.STAFF)
    scene.loop.run_until(lambda: bool(scene.runner.visit.staff.card_number))
    key = read_key(CODE_KEY)
    assert key is not None
    for said, stage in ((PIN, Stage.CODE), (code_of(key, step_of(NOW)), Stage.MAINTENANCE)):
        for digit in said:
            scene.runner.press(Press.DIGIT, digit)
        scene.until(stage)
    scene.loop.run_until(lambda: scene.runner.visit.maintenance.report is SHEET)
    scene.devices.taken = True
    scene.runner.press(Press.QUIT)
    scene.until(Stage.IDLE)
    scene.settle()
    noted = [(one.event, one.detail.get("staff")) for one in scene.store.audit()]
    assert noted[-2:] == [(AuditEvent.STAFF_IN, "T-0001"), (AuditEvent.STAFF_OUT, "T-0001")]


@pytest.mark.parametrize(
    ("pin", "noted"),
    [
        (OTHER_PIN, ["staff_in", "staff_handed_over"]),
        (PIN, ["staff_in", "staff_turned_away", "staff_out"]),
    ],
    ids=["right", "wrong"],
)
def test_a_helper_hands_the_desk_over(scene, pin, noted):
    scene.runner.start()
    log_in(scene)
    pages = len(scene.loop.pages)
    scene.devices.taken = False
    scene.devices.card = persona("wang")[0]
    scene.runner.press(Press.REPORT)
    scene.runner.press(Press.HAND_OVER)
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number)
    for digit in pin:
        scene.runner.press(Press.DIGIT, digit)
    scene.until(Stage.DESK if pin == OTHER_PIN else Stage.LOGIN)
    scene.settle()
    assert [one.event for one in scene.store.audit()] == noted
    last = scene.store.audit()[-1].detail
    assert (
        dict(last).items()
        >= (
            {"staff": "H-0002", "relieved": "H-0001"} if pin == OTHER_PIN else {"staff": "H-0001"}
        ).items()
    )
    shown = {one.name for one in scene.loop.pages[pages:]}
    assert shown <= {"desk", "report", "handover", "staff_pin"}
    scene.devices.taken = True


@pytest.mark.parametrize(
    ("card", "pin", "noted"),
    [
        (HELPER_CARD, PIN, ["staff_in", "staff_out"]),
        (HELPER_CARD, OTHER_PIN, ["staff_turned_away"]),
        (TECHNICIAN_CARD, PIN, []),
    ],
    ids=["right", "wrong", "a technician, before the code"],
)
def test_who_lifts_the_card_while_the_pin_is_looked_at_is_not_in_and_the_audit_says_so(
    scene, card, pin, noted
):
    scene.runner.start()
    scene.runner.visit = replace(scene.runner.visit, stage=Stage.LOGIN, request=1)
    scene.runner.performer.perform(LogIn(card, pin))
    scene.runner.visit = replace(scene.runner.visit, request=2)
    scene.settle()
    scene.settle()
    assert (scene.stage, scene.runner.visit.staff.session) == (Stage.LOGIN, None)
    assert [one.event for one in scene.store.audit()] == noted


def test_a_helper_files_for_one_after_another(scene):
    scene.runner.start()
    log_in(scene)
    helpers_visit = scene.runner.visit.id
    assert (
        scene.runner.visit.desk.content.corrections is None
    )  # nobody answers at the central service
    ids = []
    for _ in range(2):
        scene.devices.card = persona("liu")[0]
        scene.devices.answers = {"portrait": PORTRAIT, "facts": facts_answer()}
        scene.runner.press(Press.FILE_FOR)
        scene.runner.press(Press.AGREE)
        scene.loop.run_until(lambda: scene.runner.visit.facts.situation is not None)
        scene.fill_in()
        scene.loop.fire(handbook().settings.visit.submit_wait_seconds)
        scene.until(Stage.RECEIPT)
        ids.append(scene.runner.visit.application_id)
        scene.runner.press(Press.DONE)
        scene.runner.press(Press.SKIP)
        scene.until(Stage.DESK)
        scene.loop.run_until(lambda: scene.runner.visit.desk.content is not None)
    assert len({helpers_visit, scene.runner.visit.id, *ids}) == 4
    assert [one.masked_name for one in scene.runner.visit.desk.content.unsent] == ["刘**"] * 2
    for parcel in scene.store.due(0.0):
        envelope = parse_envelope(parcel.body)
        content = open_sealed(envelope.sealed, OPENING, envelope.id, envelope.digest)
        said = json.loads(content)
        assert (said["way"], said["staff"]) == ("helper_present", "H-0001")
    scene.runner.press(Press.QUIT)
    scene.until(Stage.IDLE)
    assert scene.runner.visit.staff.session is None
    scene.settle()
    events = [(one.event, dict(one.detail).get("staff")) for one in scene.store.audit()]
    assert events == [
        (AuditEvent.STAFF_IN, "H-0001"),
        (AuditEvent.CONFIRMED, "H-0001"),
        (AuditEvent.CONFIRMED, "H-0001"),
        (AuditEvent.STAFF_OUT, "H-0001"),
    ]


MONTH = {"filed": 3, "own": 2, "services": 30, "closed": 1, "ways": {"self": 1}, "grades": {"5": 2}}


def test_the_month_is_asked_for_and_said_to_be_unknown_without_a_network(scene):
    scene.runner.start()
    log_in(scene)
    scene.runner.press(Press.REPORT)
    scene.loop.run_until(lambda: scene.runner.visit.failure is Failure.CENTRAL_UNREACHABLE)
    scene.runner.press(Press.BACK)
    body = json.dumps({"version": 1, **MONTH}).encode()
    scene.devices.answers = {
        "/months/2026-11/H-0001": CentralAnswer(200, "application/json", body=body)
    }
    scene.runner.press(Press.REPORT)
    scene.loop.run_until(lambda: scene.runner.visit.desk.month is not None)
    assert (scene.runner.visit.desk.month.own, scene.runner.visit.desk.month.grades) == (
        2,
        {"5": 2},
    )


def test_a_desk_that_is_looked_at_stays_true(scene):
    scene.runner.start()
    log_in(scene)
    assert scene.runner.visit.desk.content.corrections is None
    scene.devices.answers = {
        "corrections": CentralAnswer(200, "application/json", None, b'{"items": []}')
    }
    shown = len(scene.loop.pages)
    wait_firing(scene, lambda: scene.runner.visit.desk.content.corrections == ())
    pages = len(scene.loop.pages)
    assert pages > shown
    asked = len(scene.devices.calls)
    wait_firing(scene, lambda: len(scene.devices.calls) > asked)
    assert len(scene.loop.pages) == pages, "nothing new is nothing to draw"
    scene.runner.press(Press.QUIT)
    scene.until(Stage.IDLE)
    asked = scene.devices.calls.count("GET /v1/points/BZ-DEMO/corrections")
    scene.loop.fire(LIVE_SECONDS)
    scene.settle("central")
    assert scene.devices.calls.count("GET /v1/points/BZ-DEMO/corrections") == asked


def wait_firing(scene: SessionScene, wanted: Callable[[], bool]) -> None:
    """Let the timers of a page that is looked at come due again and again."""

    def fired() -> bool:
        scene.loop.fire(LIVE_SECONDS)
        return wanted()

    scene.loop.run_until(fired)


def test_a_card_that_is_lifted_before_the_pin_counts_no_more(scene):
    scene.runner.start()
    scene.devices.taken = False
    scene.devices.card = replace(persona("liu")[0], number=HELPER_CARD)
    scene.runner.press(Press.STAFF)
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number)
    scene.devices.card = None
    scene.devices.taken = True
    scene.loop.run_until(lambda: scene.runner.visit.failure is Failure.STAFF_CARD_LIFTED)
    assert (scene.stage, scene.runner.visit.staff.card_number) == (Stage.LOGIN, "")


def test_a_wrong_pin_is_told_and_typed_anew(scene):
    scene.runner.start()
    scene.devices.taken = False
    scene.devices.card = replace(persona("liu")[0], number=HELPER_CARD)
    scene.runner.press(Press.STAFF)
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number)
    for digit in "918273":
        scene.runner.press(Press.DIGIT, digit)
    scene.loop.run_until(lambda: scene.runner.visit.failure is Failure.STAFF_PIN_WRONG)
    assert (scene.runner.visit.entry.typed, scene.runner.visit.staff.checking) == ("", False)
    scene.devices.taken = True


def test_after_too_many_wrong_pins_the_page_counts_by_itself(scene):
    scene.runner.start()
    scene.devices.taken = False
    scene.devices.card = replace(persona("liu")[0], number=HELPER_CARD)
    scene.runner.press(Press.STAFF)
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number)
    for _ in range(StaffSettings().free_tries):
        for digit in "918273":
            scene.runner.press(Press.DIGIT, digit)
        scene.loop.run_until(lambda: not scene.runner.visit.staff.checking)
    pages, usual = len(scene.loop.pages), handbook().settings.visit
    assert scene.loop.pages[-1].sentence == "错得多了，还要等 15 秒再输。"
    open_timers = [one for one in scene.loop.timers if not one[2].cancelled]
    assert scene.runner.rhythm.limit(usual) + 15 in [seconds for seconds, _, _ in open_timers]
    scene.loop.fire(15)
    scene.loop.run_until(lambda: scene.runner.visit.staff.wait == 0)
    assert [one.name for one in scene.loop.pages[pages:]] == ["staff_pin"], "one picture, not 15"
    scene.devices.taken = True


def test_who_is_vouched_for_by_one_is_pictured_and_the_picture_is_sealed(scene):
    scene.runner.start()
    scene.devices.answers = {"facts": facts_answer()}
    scene.devices.card = persona("liu")[0]
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE_WITHOUT_FACE)
    scene.until(Stage.OTHER_PROOF)
    scene.devices.taken = False
    scene.devices.card = replace(persona("helper")[0], number=HELPER_CARD)
    scene.runner.press(Press.VOUCH)
    scene.runner.press(Press.PICK, "no_face")
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number)
    for digit in PIN:
        scene.runner.press(Press.DIGIT, digit)
    scene.loop.run_until(lambda: scene.runner.visit.staff.first_voucher is not None)
    assert scene.stage is Stage.VOUCHING, "one alone proves nobody"
    assert scene.runner.visit.staff.first_voucher.others_vouch, "as the roster says"
    scene.runner.press(Press.NO_OTHER_PROOF)
    scene.runner.press(Press.AGREE)
    scene.loop.run_until(lambda: scene.runner.visit.papers.picture)
    scene.runner.press(Press.KEEP_PICTURE)
    scene.until(Stage.FACTS)
    picture = scene.runner.visit.proof.accepted.picture
    sealed = scene.store.chunk(picture.blob, 0)
    opened = open_sealed(sealed, OPENING, picture.sealed_for, picture.digest)
    assert opened == scene.devices.picture.jpeg
    assert scene.devices.picture.jpeg not in sealed
    scene.devices.taken = True


def test_two_of_the_staff_with_their_own_cards_and_pins_vouch(scene):
    scene.runner.start()
    scene.devices.answers = {"facts": facts_answer()}
    scene.devices.card = persona("liu")[0]
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE_WITHOUT_FACE)
    scene.until(Stage.OTHER_PROOF)
    scene.devices.taken = False
    scene.runner.press(Press.VOUCH)
    scene.devices.card = replace(persona("helper")[0], number=HELPER_CARD)
    scene.runner.press(Press.PICK, "no_face")
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number)
    for digit in PIN:
        scene.runner.press(Press.DIGIT, digit)
    scene.loop.run_until(lambda: scene.runner.visit.staff.first_voucher is not None)

    def second_card() -> IdCard:
        scene.devices.taken = False
        return persona("wang")[0]

    scene.devices.card, scene.devices.taken = second_card, True
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number == persona("wang")[0].number)
    for digit in OTHER_PIN:
        scene.runner.press(Press.DIGIT, digit)
    scene.until(Stage.FACTS)
    proof = scene.runner.visit.proof.accepted
    assert (proof.voucher, proof.second, proof.picture) == ("H-0001", "H-0002", None)
    scene.devices.taken = True

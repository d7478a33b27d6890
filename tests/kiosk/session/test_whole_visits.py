"""Whole visits in the controller: handing in, drafts, journal, offline, a store that fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.envelope import open_sealed, parse_envelope
from kiosk.failures import Failure
from kiosk.journal.replay import replay
from kiosk.pages.press import Press
from kiosk.visit.effects import (
    SendRating,
)
from kiosk.visit.stages import Stage
from kiosk.visit.steps.catalogue import build_table
from tests.kiosk.invented_people import NOW, handbook, persona, receipt_for
from tests.kiosk.session.scene import OPENING, PORTRAIT, facts_answer


def test_what_is_to_be_kept_is_kept_when_the_program_ends(scene):
    """A try of other settings ends it as soon as nobody is here: a rating may still be under way."""
    store = scene.runner.performer.threads["store"]

    def busy() -> None:
        while not store._shutdown:
            pass
        with store._shutdown_lock:
            pass  # what is cancelled is cancelled by now

    scene.runner.performer.run("store", busy)
    scene.runner.performer.perform(SendRating("an-id", 5, ()))
    scene.runner.stop()
    assert [one.event for one in scene.store.audit()] == [AuditEvent.RATED]


@pytest.mark.parametrize("failure", [Failure.DISK_FULL, Failure.STORE_UNREADABLE])
def test_a_rating_that_is_not_kept_is_told_while_the_card_lies_there_and_holds_nobody_up(
    scene, failure
):
    kit = replace(scene.runner.kit(), rate=lambda _: failure)
    scene.runner.performer.kit = lambda: kit
    scene.devices.taken = False
    scene.runner.visit = replace(scene.runner.visit, stage=Stage.RATING)
    scene.runner.press(Press.RATE, "5")
    scene.loop.run_until(lambda: scene.runner.visit.failure is Failure.RATING_LOST)
    page = scene.loop.pages[-1]
    assert (page.name, page.title) == ("wiping", "请取走身份证")
    assert page.sentence == "评价没有存上，办的事不受影响。"
    scene.devices.taken = True
    scene.until(Stage.IDLE)
    assert scene.runner.visit.failure is None


def test_whole_visit(scene):
    scene.runner.start()
    scene.identify()
    scene.fill_in()
    scene.loop.run_until(lambda: bool(scene.woken))
    visit = scene.runner.visit
    (parcel,) = scene.store.due(0.0)
    envelope = parse_envelope(parcel.body)
    content = open_sealed(envelope.sealed, OPENING, envelope.id, envelope.digest)
    assert persona("liu")[0].number.encode() in content
    assert persona("liu")[0].number.encode() not in parcel.body
    scene.runner.receive(receipt_for(visit))
    scene.until(Stage.RECEIPT)
    scene.loop.run_until(lambda: "printed" in scene.devices.calls)
    scene.runner.press(Press.DONE)
    scene.runner.press(Press.RATE, "5")
    scene.loop.run_until(lambda: scene.stage is Stage.IDLE)
    assert scene.runner.visit.id != visit.id
    assert scene.runner.visit.identity.card is None
    scene.loop.run_until(lambda: bool(scene.dropped))
    assert "forgotten" in scene.devices.calls
    assert scene.devices.calls.index("forgotten") < scene.devices.calls.index("removed")
    scene.loop.run_until(lambda: len(scene.woken) == 2)
    assert [one.path for one in scene.store.due(0.0)][1:] == [
        f"/v1/ratings/{visit.application_id}/filing"
    ]


def test_who_leaves_goes_on_later_and_nobody_else(scene):
    """Left, wiped, another person comes, then the same one; the draft opens for one of them."""
    scene.runner.start()
    scene.identify()
    scene.runner.press(Press.NEXT)
    scene.runner.press(Press.NEXT)
    scene.runner.press(Press.QUIT)
    scene.runner.press(Press.QUIT_YES)
    scene.until(Stage.IDLE)
    scene.devices.card = persona("wang")[0]
    for answers in ([persona("wang")[0], False], [persona("liu")[0], True]):
        scene.devices.card, found = answers
        scene.devices.answers = {"portrait": PORTRAIT, "facts": facts_answer()}
        scene.runner.press(Press.START_SELF)
        scene.runner.press(Press.AGREE)
        scene.loop.run_until(lambda: scene.runner.visit.facts.situation is not None)
        scene.settle()
        assert (scene.runner.visit.facts.draft is not None) is found
        scene.runner.press(Press.RESUME)
        scene.settle()
        assert scene.runner.visit.facts.draft is None
        scene.runner.kit().drafts.drop(persona("liu")[0].number) if found else None
        scene.runner.press(Press.QUIT)
        scene.runner.press(Press.QUIT_YES)
        scene.until(Stage.IDLE)


def test_a_draft_that_cannot_be_read_is_silently_none(scene):
    scene.runner.kit().drafts.keep(persona("liu")[0].number, b"of a program to come")
    scene.identify()
    scene.settle()
    assert scene.runner.visit.facts.draft is None
    assert scene.stage is Stage.FACTS


def test_journal_holds_no_person_and_replays(scene):
    scene.runner.start()
    scene.identify()
    scene.fill_in()
    scene.loop.run_until(lambda: bool(scene.woken))
    said = "\n".join(scene.lines)
    card, facts = persona("liu")
    for secret in (card.name, card.number, facts.account, facts.unit_name, "13900001234"):
        assert secret not in said
    stages = [visit.stage for visit in replay(scene.lines, build_table(handbook()), NOW)]
    assert stages[-1] is Stage.SUBMITTING


def test_without_network_the_receipt_says_so_and_later_changes(scene):
    scene.identify()
    scene.fill_in()
    seconds = handbook().settings.visit.submit_wait_seconds
    scene.loop.fire(seconds)
    scene.until(Stage.RECEIPT)
    assert scene.loop.pages[-1].title == "已收下，请放心"
    scene.runner.receive(receipt_for(scene.runner.visit))
    scene.loop.run_until(lambda: scene.loop.pages[-1].title == "收到了，请放心")


def test_the_time_of_one_application_is_not_that_of_the_next(scene):
    scene.identify()
    scene.fill_in()
    scene.runner.visit = replace(scene.runner.visit, application_id="of the next one")
    scene.loop.fire(handbook().settings.visit.submit_wait_seconds)
    scene.settle()
    assert scene.stage is Stage.SUBMITTING


def test_receipt_of_another_application_is_not_shown(scene):
    scene.identify()
    scene.fill_in()
    other = receipt_for(type(scene.runner.visit)("x", "00000000-0000-4000-8000-00000000ffff"))
    scene.runner.receive(other)
    scene.runner.refused("00000000-0000-4000-8000-00000000ffff")
    scene.loop.run_until(lambda: bool(scene.woken))
    assert scene.stage is Stage.SUBMITTING


def test_refused_by_the_central_service(scene):
    scene.identify()
    scene.fill_in()
    scene.runner.refused(scene.runner.visit.application_id)
    scene.until(Stage.REVIEW)
    assert scene.loop.pages[-1].sentence == handbook().failures[Failure.CENTRAL_REFUSED].sentence
    scene.loop.fire(handbook().settings.visit.submit_wait_seconds)
    assert scene.stage is Stage.REVIEW


def test_a_store_that_fails_hands_nothing_in(scene):
    scene.identify()
    scene.store.confirm = lambda *_: Failure.DISK_FULL
    scene.fill_in()
    scene.until(Stage.REVIEW)
    assert scene.loop.pages[-1].sentence == handbook().failures[Failure.DISK_FULL].sentence
    assert scene.store.due(0.0) == ()


def test_a_refusal_after_the_slip_is_said(scene):
    scene.identify()
    scene.fill_in()
    scene.loop.fire(handbook().settings.visit.submit_wait_seconds)
    scene.until(Stage.RECEIPT)
    scene.runner.refused(scene.runner.visit.application_id)
    said = handbook().failures[Failure.CENTRAL_REFUSED_LATER].sentence
    scene.loop.run_until(lambda: scene.loop.pages[-1].sentence == said)

"""The controller performs what the table asks, and no late answer reaches the next person."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.effects import (
    CapturePaper,
)
from kiosk.visit.events.event import Answered
from kiosk.visit.stages import Stage
from tests.kiosk.invented_people import handbook, persona


def test_an_answer_names_the_visit_and_the_request_that_asked(scene):
    """Or what one person asked for could reach the next one."""
    heard: list[Answered] = []
    scene.runner.performer.take = heard.append
    asked = scene.runner.visit
    scene.runner.performer.perform(CapturePaper("P2"))
    scene.runner.visit = replace(asked, id="of the next one", request=asked.request + 1)
    scene.loop.run_until(lambda: heard)
    assert (heard[0].visit, heard[0].request) == (asked.id, asked.request)


def test_late_answers_never_reach_the_next_person(scene):
    release = threading.Event()

    def slow_card():
        release.wait(30)
        return persona("wang")[0]

    scene.devices.card = slow_card
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.runner.press(Press.BACK)
    scene.runner.press(Press.BACK)
    release.set()
    scene.until(Stage.IDLE)
    scene.devices.card = None
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    while scene.loop.posted:
        scene.loop.posted.pop(0)()
    assert scene.stage is Stage.CARD
    assert scene.runner.visit.identity.card is None


def test_a_reader_that_fails_is_asked_again(scene):
    outcomes = [Failure.CARD_MOVED, Failure.CARD_MOVED, persona("liu")[0]]
    scene.devices.card = lambda: outcomes.pop(0)
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE_WITHOUT_FACE)
    scene.until(Stage.OTHER_PROOF)
    said = [page.sentence for page in scene.loop.pages if page.name == "card"]
    assert said.count(handbook().failures[Failure.CARD_MOVED].sentence) == 2


def test_nobody_there(scene):
    settings = handbook().settings.visit
    scene.runner.press(Press.START_SELF)
    scene.runner.touched()
    scene.loop.fire(settings.idle_seconds)
    assert scene.loop.pages[-1].name == "still_here"
    scene.runner.press(Press.STAY)
    scene.runner.touched()
    assert scene.loop.pages[-1].name == "notice"
    scene.loop.fire(settings.idle_seconds)
    scene.loop.fire(settings.answer_seconds)
    assert scene.stage is Stage.WIPING


def test_the_program_may_begin_anew_only_while_nobody_is_here(scene):
    scene.runner.start()
    assert scene.runner.is_free()
    scene.runner.press(Press.START_SELF)
    assert not scene.runner.is_free()


def test_health_while_idle(scene):
    scene.devices.health = Failure.READER_LOST
    scene.runner.start()
    scene.until(Stage.OUT_OF_SERVICE)
    assert scene.loop.pages[-1].sentence == handbook().failures[Failure.READER_LOST].sentence
    scene.devices.health = None
    scene.loop.fire(15.0)
    scene.until(Stage.IDLE)
    scene.room[0] = Failure.DISK_FULL
    scene.loop.fire(15.0)
    scene.until(Stage.OUT_OF_SERVICE)


def test_a_device_that_changes_is_looked_after_at_once(scene):
    scene.runner.start()
    scene.loop.run_until(lambda: not scene.loop.posted)
    scene.devices.health = Failure.READER_LOST
    scene.runner.device_changed()
    scene.until(Stage.OUT_OF_SERVICE)
    scene.devices.health = None
    scene.runner.device_changed()
    scene.until(Stage.IDLE)


def test_a_bug_in_a_worker_surfaces(scene):
    def broken():
        raise ZeroDivisionError

    scene.devices.card = broken
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    with pytest.raises(ZeroDivisionError):
        scene.loop.run_until(lambda: False)


def test_repeating_the_sentence_is_no_step(scene):
    scene.runner.press(Press.REPEAT)
    assert scene.lines == []
    assert scene.stage is Stage.IDLE


def test_what_somebody_left_open_on_the_idle_page_is_put_away(scene):
    seconds = handbook().settings.visit.idle_seconds
    scene.runner.start()
    for act in (Press.LARGER, Press.HELP):
        scene.runner.touched()  # the screen tells of the finger before it knows what it presses
        scene.runner.press(act)
    scene.loop.fire(seconds)
    assert scene.loop.pages[-1].name == "idle"
    assert scene.loop.pages[-1].view.text_size == 0


def test_the_pages_behind_the_idle_page_are_told_before_anybody_presses(scene):
    scene.runner.start()
    assert scene.runner.next_pages()[0].name == "notice"
    assert scene.stage is Stage.IDLE

"""Speech, the bell and the idle limit in the controller."""

from __future__ import annotations

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.ports import Bell
from kiosk.speech.announcer import Announcer
from kiosk.visit.events.event import Answered
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.stages import Stage
from tests.kiosk.invented_people import handbook
from tests.kiosk.session.scene import FakeClock
from tests.kiosk.speech.listening import VOICE, Ear


@pytest.fixture
def ear(scene):
    """Let the scene speak: the announcer with every recording and a clock that stands still."""
    clock = FakeClock()
    clock.monotonic = lambda: clock.seconds
    scene.runner.clock = clock
    scene.runner.announcer = Announcer(VOICE, Ear(), clock, scene.loop.later, scene.lines.append)
    return scene.runner.announcer.speaker


def test_pages_are_said_and_again_on_demand(scene, ear):
    scene.runner.start()
    scene.runner.press(Press.START_SELF)
    scene.runner.handle(Answered(Pressed(Press.REPEAT)))
    assert ear.heard[0] == "退休一次办 / 一张表，办好 18 件事"
    assert ear.heard[1] == ear.heard[2] == "先说清楚三件事 / 看完再选。不同意，就点退出。"


def test_no_limit_runs_while_a_sentence_is_said(scene, ear):
    visit = handbook().settings.visit
    scene.runner.press(Press.START_SELF)
    said = scene.runner.announcer.quiet_at() - scene.runner.clock.seconds
    scene.runner.clock.seconds += visit.idle_seconds
    scene.loop.fire(visit.idle_seconds)
    assert scene.loop.pages[-1].name == "notice"
    (left,) = [one[0] for one in scene.loop.timers if not one[2].cancelled]
    assert left == pytest.approx(said)
    scene.runner.clock.seconds += left
    scene.loop.fire(left)
    assert scene.loop.pages[-1].name == "still_here"
    assert ear.heard[-1].startswith("您还在吗？")
    scene.runner.clock.seconds += visit.answer_seconds
    scene.loop.fire(visit.answer_seconds)
    assert scene.stage is Stage.NOTICE


def test_lost_sound_is_seen_where_repeat_was(scene, ear):
    scene.runner.start()
    ear.trouble = Failure.SPEAKER_LOST
    scene.runner.sound_changed()
    scene.loop.run_until(lambda: scene.loop.pages[-1].dock[2].words == "没声音")
    ear.trouble = None
    scene.runner.sound_changed()
    scene.loop.run_until(lambda: scene.loop.pages[-1].dock[2].words == "再听")
    assert len(ear.heard) == 1, "drawing the page anew says nothing"


def test_the_voice_ends_with_the_runner(scene, ear):
    scene.runner.stop()
    assert ear.closed


def test_a_card_left_on_the_reader_is_called_out_until_it_is_taken(scene, ear):
    visit = handbook().settings.visit
    scene.runner.start()
    scene.devices.taken = False
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.BACK)
    scene.until(Stage.WIPING)
    for calls in range(1, 4):
        heard = ear.heard.count("请取走身份证 / 您的信息已经从机器里清掉。")
        assert heard == calls
        scene.runner.clock.seconds = (
            scene.runner.announcer.quiet_at() + visit.card_reminder_interval_seconds
        )
        scene.loop.fire(visit.card_reminder_interval_seconds)
    assert "ring" not in scene.devices.calls
    for _ in range(visit.card_reminders_before_bell):
        scene.runner.clock.seconds = (
            scene.runner.announcer.quiet_at() + visit.card_reminder_interval_seconds
        )
        scene.loop.fire(visit.card_reminder_interval_seconds)
    scene.loop.run_until(lambda: "ring" in scene.devices.calls)
    scene.devices.taken = True
    scene.until(Stage.IDLE)
    scene.loop.post(lambda: None)
    heard = len(ear.heard)
    scene.loop.fire(visit.card_reminder_interval_seconds)
    assert len(ear.heard) == heard


def test_the_limit_follows_the_rhythm_and_is_forgotten_with_the_visit(scene, ear):
    visit = handbook().settings.visit
    scene.runner.start()
    scene.runner.press(Press.START_SELF)
    for _ in range(4):
        clock = scene.runner.clock
        clock.seconds = max(clock.seconds, scene.runner.announcer.quiet_at()) + 40
        scene.runner.touched()
    assert scene.runner.rhythm.limit(visit) == 240
    (left,) = [one[0] for one in scene.loop.timers if not one[2].cancelled and one[0] > 100]
    assert left == 240
    scene.runner.press(Press.BACK)
    scene.until(Stage.IDLE)
    assert scene.runner.rhythm.limit(visit) == visit.idle_seconds


def test_who_says_still_here_is_asked_again_as_often_as_it_takes(scene, ear):
    visit = handbook().settings.visit
    scene.runner.start()
    scene.runner.press(Press.START_SELF)
    for _ in range(20):
        scene.runner.clock.seconds = scene.runner.announcer.quiet_at() + visit.idle_seconds
        scene.loop.fire(visit.idle_seconds)
        assert scene.loop.pages[-1].name == "still_here"
        scene.runner.press(Press.STAY)
        assert scene.stage is Stage.NOTICE


def test_help_rings_until_it_is_called_off(scene, ear):
    scene.runner.start()
    scene.runner.press(Press.HELP)
    scene.loop.run_until(lambda: scene.runner.visit.help.bell is Bell.RINGING)
    assert ear.heard[-1] == "铃响了，正在叫人，请等一等。"
    scene.runner.press(Press.CALL_OFF)
    scene.runner.performer.threads["bell"].submit(lambda: None).result(30)
    assert scene.devices.calls[-1] == "silence"

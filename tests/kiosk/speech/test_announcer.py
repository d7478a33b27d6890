"""What is said when: new pages stop old ones, hints wait, the idle page is said once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from kiosk.clips import Clips
from kiosk.pages.press import Press
from kiosk.ports import Coach, Manner
from kiosk.speech.announcer import HINT_HOLD, Announcer
from kiosk.visit.state import Visit
from kiosk.visit.steps.face_check.events import FaceHint
from kiosk.visit.steps.wiping.events import Wiped
from tests.kiosk.invented_people import InventedVisitor
from tests.kiosk.speech.listening import CLIPS, VOICE, Ear


@dataclass
class Hours:
    """A clock that stands still, and what is to happen later."""

    at: float = 100.0
    timers: list[tuple[float, object, Hours.SpeechTimer]] = field(default_factory=list)

    @dataclass
    class SpeechTimer:
        cancelled: bool = False

        def cancel(self):
            self.cancelled = True

    def now(self):
        raise NotImplementedError

    def monotonic(self):
        return self.at

    def wait(self, event, seconds):
        raise NotImplementedError

    def later(self, seconds, call):
        handle = Hours.SpeechTimer()
        self.timers.append((self.at + seconds, call, handle))
        return handle

    def pass_by(self, seconds):
        self.at += seconds
        for timer in [one for one in self.timers if one[0] <= self.at]:
            self.timers.remove(timer)
            if not timer[2].cancelled:
                timer[1]()


@dataclass
class Listening(InventedVisitor):
    """A visitor who hears what is said of every page."""

    hours: Hours = field(default_factory=Hours)
    ear: Ear = field(default_factory=Ear)
    lacking: list[str] = field(default_factory=list)
    clips: Clips = CLIPS

    def __post_init__(self):
        self.voice = Announcer(
            replace(VOICE, clips=self.clips),
            self.ear,
            self.hours,
            self.hours.later,
            self.lacking.append,
            slow_factor=1.35,
        )
        self.voice.tell(self.page, self.visit.id)

    def happen(self, what, visit="", request=0):
        super().happen(what, visit, request)
        self.voice.tell(self.page, self.visit.id)
        return self

    @property
    def last(self):
        return self.ear.heard[-1]


def test_a_new_page_is_said_and_stops_the_old_one():
    visitor = Listening().press(Press.START_SELF)
    assert visitor.last == "先说清楚三件事 / 看完再选。不同意，就点退出。"
    assert visitor.press(Press.AGREE).last == "请放身份证 / 照片朝上，平放在亮灯的地方。"
    assert len(visitor.ear.heard) == 3


def test_the_same_page_says_only_what_is_new():
    visitor = Listening().at_choose()
    assert visitor.last.startswith("这些一起办 / 都替您勾好了")
    visitor.press(Press.TOGGLE, "R01")
    assert "这些一起办" not in visitor.last
    heard = len(visitor.ear.heard)
    visitor.press(Press.LARGER)
    assert len(visitor.ear.heard) in (heard, heard + 1)


def test_typed_digits_are_not_said():
    visitor = Listening().at_form()
    heard = list(visitor.ear.heard)
    visitor.type("139")
    assert visitor.ear.heard == heard


def test_the_receipt_says_the_promised_day_and_no_number():
    visitor = Listening().at_receipt()
    received, done, rest = "收到了，请放心 / 请取走小票和身份证。", "十四项办好", "两项等您补缴"
    assert visitor.last == f"{received} / 十二月十四日前 / {done} / 另外 / {rest}"


def test_repeat_says_all_of_the_page_again():
    visitor = Listening().press(Press.START_SELF)
    before = visitor.last
    visitor.voice.repeat()
    assert visitor.ear.heard[-2:] == [before, before]


def test_nothing_is_repeated_before_the_first_page():
    ear, hours = Ear(), Hours()
    Announcer(VOICE, ear, hours, hours.later, print).repeat()
    assert ear.heard == []


def test_the_idle_page_is_said_once_a_visit():
    visitor = Listening()
    assert visitor.ear.heard == ["退休一次办 / 一张表，办好 18 件事"]
    visitor.press(Press.HELP)
    assert visitor.press(Press.STAY).last == ""
    visitor.visit = Visit("v-2", "a-2")
    visitor.press(Press.HELP).press(Press.STAY)
    assert visitor.last == "退休一次办 / 一张表，办好 18 件事"


def test_louder_is_heard_at_once():
    visitor = Listening().press(Press.START_SELF)
    before = visitor.last
    visitor.press(Press.LOUDER)
    assert visitor.last == before
    assert visitor.ear.volumes[-2:] == [1, 2]


def test_slower_is_heard_at_once_and_takes_longer():
    visitor = Listening().press(Press.START_SELF)
    before, usual = visitor.last, visitor.voice.quiet_at() - visitor.hours.at
    visitor.press(Press.SLOWER)
    assert visitor.last == before
    assert [one.pace for one in visitor.ear.manners[-2:]] == [1.0, 1.35]
    assert visitor.voice.quiet_at() - visitor.hours.at == pytest.approx(usual * 1.35)
    assert visitor.press(Press.SLOWER).ear.manners[-1].pace == 1.0


def test_the_next_person_hears_the_usual_voice():
    visitor = Listening().press(Press.START_SELF).press(Press.LOUDER).press(Press.SLOWER)
    visitor.press(Press.BACK).happen(Wiped())
    visitor.visit = Visit("v-2", "a-2")
    visitor.press(Press.START_SELF)
    assert visitor.ear.manners[-1] == Manner(1)


def test_a_hint_waits_for_the_sentence_and_for_the_hint_before():
    visitor = Listening().with_card()
    said = visitor.last
    visitor.happen(FaceHint(Coach.NO_FACE))
    assert visitor.last == said
    visitor.happen(FaceHint(Coach.COME_CLOSER))
    visitor.hours.pass_by(visitor.voice.quiet_at() - visitor.hours.at)
    assert visitor.last == "请靠近一点"
    visitor.hours.pass_by(HINT_HOLD / 2)
    visitor.happen(FaceHint(Coach.MOVE_BACK))
    assert visitor.last == "请靠近一点"
    visitor.hours.pass_by(HINT_HOLD / 2)
    assert visitor.last == "请退后一点"
    visitor.hours.pass_by(60)
    assert visitor.happen(FaceHint(Coach.CENTRE)).last == "请站到中间"


def test_a_hint_that_waits_is_not_said_on_another_page():
    visitor = Listening().with_card().happen(FaceHint(Coach.NO_FACE))
    visitor.press(Press.DECLINE_FACE)
    said = visitor.last
    visitor.hours.pass_by(60)
    assert visitor.last == said


def test_how_long_the_sentence_lasts_is_known():
    visitor = Listening().press(Press.START_SELF)
    ends = visitor.hours.at + CLIPS.seconds_of(
        tuple((CLIPS.id_of(text),) for text in ("先说清楚三件事", "看完再选。不同意，就点退出。"))
    )
    assert visitor.voice.quiet_at() == pytest.approx(ends)
    visitor.press(Press.BACK)
    visitor.visit = Visit("v-1", "a")
    visitor.press(Press.HELP).press(Press.STAY)
    assert visitor.voice.quiet_at() == visitor.hours.at


def test_what_nobody_recorded_is_told_once():
    few = Clips({text: CLIPS.by_text[text] for text in ("请放身份证",)})
    visitor = Listening(clips=few).press(Press.START_SELF).press(Press.AGREE)
    assert visitor.last == "请放身份证"
    visitor.voice.repeat()
    assert visitor.lacking.count("照片朝上，平放在亮灯的地方。") == 1


def test_without_any_recording_there_is_silence():
    visitor = Listening(clips=Clips()).press(Press.START_SELF)
    assert (visitor.ear.heard, visitor.lacking) == ([], [])


def test_the_end():
    visitor = Listening().with_card().happen(FaceHint(Coach.NO_FACE))
    visitor.voice.close()
    visitor.hours.pass_by(60)
    assert visitor.ear.closed
    assert "请站到镜头前" not in visitor.ear.heard


TONES = (("../tones/low",), ("../tones/high",))
HEARD = "../tones/low / ../tones/high"


def test_tones_wait_for_the_sentence_and_end_with_the_page():
    visitor = Listening().press(Press.START_SELF)
    visitor.voice.sound(TONES, 1.6)
    assert visitor.ear.heard[-1] != HEARD
    visitor.hours.pass_by(60)
    assert visitor.ear.heard[-1] == HEARD
    assert visitor.voice.quiet_at() == visitor.hours.at + 1.6
    visitor.voice.sound(TONES, 1.6)
    visitor.press(Press.AGREE)
    visitor.hours.pass_by(60)
    assert visitor.ear.heard[-1] != HEARD


def test_before_any_page_tones_are_quiet():
    hours, ear = Hours(), Ear()
    voice = Announcer(VOICE, ear, hours, hours.later, [].append)
    voice.sound(TONES, 1.6)
    hours.pass_by(0)
    assert (ear.heard, ear.volumes) == ([HEARD], [0])

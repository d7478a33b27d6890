"""Somebody who sees nothing files alone: a whole visit by keys and by what is heard.

The keypad and the headphone jack are simulated devices on their wires; the person knows nothing of
pages and decides by words that were said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import pytest

from drivers.devices.headphone_jack import open_jack
from drivers.devices.keypad import open_keypad
from drivers.simulated.input_device import SimulatedInput
from kiosk.application.ink import KEY_MARK
from kiosk.config.accessibility import KEY_CODES, KeypadSettings, meanings
from kiosk.pages.keypad_focus import Key
from kiosk.speech.announcer import Announcer
from kiosk.visit.stages import Stage
from tests.kiosk.invented_people import persona, receipt_for
from tests.kiosk.session.scene import PORTRAIT, FakeClock, SessionScene, facts_answer
from tests.kiosk.speech.listening import VOICE, Ear

MOST_PLACES = 40


@dataclass
class BlindPerson:
    """Presses keys, remembers what was said since."""

    scene: SessionScene
    keypad: SimulatedInput
    jack: SimulatedInput
    ear: Ear
    keys: int = 0
    presses: list[str] = field(default_factory=list)

    def press(self, key: str) -> str:
        """Press a key and return what is said then."""
        before, handled = len(self.ear.heard), self.keys
        self.keypad.press(KEY_CODES[key])
        self.scene.loop.run_until(lambda: self.keys > handled)
        return " / ".join(self.ear.heard[before:])

    def find(self, words: str) -> None:
        """Go on until these words are said, and choose."""
        said = []
        for _ in range(MOST_PLACES):
            said.append(self.press("right"))
            if words in said[-1]:
                self.press("enter")
                return
        raise AssertionError(f"nobody said {words}, but {said}")

    def wait_for(self, words: str) -> str:
        """Listen until these words are said."""
        heard = self.ear.heard
        self.scene.loop.run_until(lambda: any(words in one for one in heard[-3:]))
        return next(one for one in reversed(heard) if words in one)

    def type(self, digits: str) -> None:
        """Type digits on the keypad."""
        for digit in digits:
            self.press(f"kp{digit}")

    def hand_in(self) -> None:
        """Go from the facts to the receipt, as who has been recognised."""
        scene = self.scene
        self.wait_for("您的退休时间")
        self.find("对，往下办")
        for _ in range(3):
            self.find("都看过了")
        for _ in range(2):
            self.find("下一页")
        self.find("就办这些")
        self.type("13900001234")
        for words in ("号码对，下一步", "和身份证上一样", "社保卡，尾号六六八八", "换一张新卡"):
            self.find(words)
        for words in ("一次补齐", "先歇一歇", "写承诺，先办", "是真的，我承诺", "按一下，就当签名"):
            self.find(words)
        self.find("签好了，交上去")
        scene.loop.run_until(lambda: bool(scene.woken))
        scene.runner.receive(receipt_for(scene.runner.visit))
        self.wait_for("收到了，请放心")

    def plug(self, *, plugged: bool) -> None:
        self.jack.plug(plugged=plugged)
        self.scene.loop.run_until(lambda: self.scene.runner.announcer.private is plugged)


@pytest.fixture
def blind(scene, tmp_path):
    clock, ear = FakeClock(), Ear()
    runner, post = scene.runner, scene.loop.post
    runner.announcer = Announcer(VOICE, ear, clock, scene.loop.later, scene.lines.append)
    keypad, jack = SimulatedInput(tmp_path / "keypad"), SimulatedInput(tmp_path / "jack")
    person = BlindPerson(scene, keypad, jack, ear)

    def handle(meaning):
        runner.digit(meaning) if meaning.isdigit() else runner.key(Key(meaning))
        person.keys += 1

    ears = (
        open_keypad(keypad.url, meanings(KeypadSettings()), lambda one: post(partial(handle, one))),
        open_jack(jack.url, lambda yes: post(partial(runner.plug, yes))),
    )
    yield person
    for one in ears:
        one.close()
    keypad.close()
    jack.close()


def test_a_whole_visit_by_keys_and_voice_alone(blind):
    scene, devices = blind.scene, blind.scene.devices
    devices.card = persona("liu")[0]
    devices.answers = {"portrait": PORTRAIT, "facts": facts_answer()}
    scene.runner.start()
    blind.wait_for("退休一次办")
    blind.plug(plugged=True)
    blind.find("我来办")
    blind.find("同意刷脸")
    blind.wait_for("您的退休时间")
    blind.find("对，往下办")
    assert "liu2chang2qing1" in blind.wait_for("看看对不对")
    for _ in range(3):
        blind.find("都看过了")
    blind.wait_for("这些一起办")
    blind.find("下一页")
    blind.find("下一页")
    blind.find("就办这些")
    blind.wait_for("您的手机号码？")
    for digit in "一三九零":
        blind.find(digit)
    for digit in "0001234":
        said = blind.press(f"kp{digit}")
    assert said == "幺三九 / 零零零零 / 幺二三四", "the whole number is read back"
    blind.find("号码对，下一步")
    blind.find("和身份证上一样")
    blind.find("社保卡，尾号六六八八")
    blind.find("换一张新卡")
    blind.find("一次补齐")
    blind.find("先歇一歇")
    blind.find("写承诺，先办")
    blind.find("是真的，我承诺")
    blind.wait_for("看一遍，签个名")
    blind.find("按一下，就当签名")
    assert scene.runner.visit.signature.ink == KEY_MARK
    blind.find("签好了，交上去")
    scene.loop.run_until(lambda: bool(scene.woken))
    scene.runner.receive(receipt_for(scene.runner.visit))
    assert "受理号" in blind.wait_for("收到了，请放心")
    blind.find("我取好了")
    blind.find("非常满意")
    blind.wait_for("请取走身份证")
    scene.until(Stage.IDLE)
    assert blind.ear.manners[-1].private
    assert blind.keys < 150


def test_headphones_switch_the_loudspeaker_off_and_back(blind):
    blind.scene.runner.start()
    blind.plug(plugged=True)
    assert [one.private for one in blind.ear.manners] == [False, True, True]
    blind.plug(plugged=False)
    assert not blind.ear.manners[-1].private
    assert "" in blind.ear.heard[-3:], "first of all there is silence"
    heard = len(blind.ear.heard)
    blind.scene.runner.plug(False)
    assert len(blind.ear.heard) == heard, "nothing changed"


def test_without_headphones_no_number_is_said(blind):
    blind.scene.devices.card = persona("liu")[0]
    blind.scene.devices.answers = {"portrait": PORTRAIT, "facts": facts_answer()}
    blind.scene.runner.start()
    blind.find("我来办")
    blind.find("同意刷脸")
    blind.wait_for("您的退休时间")
    blind.find("对，往下办")
    assert blind.press("right") == "插上耳机，就念给您听。"
    assert not any("liu2" in one for one in blind.ear.heard)


def test_repeat_slower_louder_and_help_have_keys(blind):
    blind.scene.runner.start()
    said = blind.press("home")
    assert said == "退休一次办 / 一张表，办好 18 件事"
    blind.press("right")
    assert blind.press("home").startswith(said)
    assert len(blind.press("home")) > len(said), "and where the keys stand"
    blind.press("pageup")
    blind.press("pagedown")
    assert blind.ear.manners[-1].volume == 2
    assert "找人帮忙" in blind.press("f1")
    blind.wait_for("铃响了")
    assert blind.press("backspace") == "", "there is nothing to erase"
    assert blind.press("5") == ""


def test_choosing_nothing_says_the_page_again(blind):
    blind.scene.runner.start()
    assert blind.press("enter") == blind.ear.heard[0]


def test_a_finger_takes_over_from_the_keys(blind):
    blind.scene.runner.start()
    blind.press("right")
    assert blind.scene.loop.pages[-1].focus is not None
    blind.scene.runner.touched()
    assert blind.scene.loop.pages[-1].focus is None
    drawn = len(blind.scene.loop.pages)
    blind.scene.runner.touched()
    assert len(blind.scene.loop.pages) == drawn


def test_a_page_where_nothing_can_be_chosen(blind):
    from dataclasses import replace

    runner = blind.scene.runner
    runner.start()
    bare = replace(blind.scene.loop.pages[-1], choices=(), dock=(None,) * 5, voice=(), sight=())
    runner.keypad.take_page(bare, private=False)
    shown = len(blind.scene.loop.pages)
    assert blind.press("right") == ""
    assert len(blind.scene.loop.pages) == shown

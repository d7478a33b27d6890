"""Every page can be walked by keys, and each place is said in the words that stand there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.pages.keypad_focus import FocusPosition, Key, Keypad, places_of
from kiosk.pages.page import Layout, Said
from kiosk.pages.press import Press
from kiosk.speech.utterance import Voice
from kiosk.visit.render import draw_page
from kiosk.visit.steps.catalogue import build_table
from kiosk.writing.pronunciation import Readings
from screens.scripted.tour import words_of
from tests.kiosk.invented_people import INK, InventedVisitor, handbook, persona
from tests.kiosk.pages.page_journeys import PAGES
from tests.kiosk.speech.listening import CLIPS, VOICE
from tests.kiosk.speech.test_spoken_words import SEEN, secrets_of

WORDS = handbook().words["keys"]
ORIENTATION = handbook().words["orientation"]
ALOUD = Voice(CLIPS, Readings())  # says no name


def keypad_on(page, *, private=False):
    keypad = Keypad(WORDS, ORIENTATION)
    keypad.take_page(page, private=private)
    return keypad


def walked(page, key=Key.NEXT):
    """Return where the keys stand one after the other, once round."""
    keypad, seen = keypad_on(page), []
    while True:
        keypad.move(key)
        place = keypad.focused()
        if place in seen:
            return seen
        seen.append(place)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_keys_reach_everything_that_a_finger_reaches(page):
    reached = {(place.act, place.value) for place in walked(page)}
    ink = {Press.CLEAR_INK} if not page.ink else set()
    wanted = {(one.act, one.value) for one in page.presses() if one.act not in ink}
    wanted |= {(row.act, row.value) for row in page.rows if row.act is not None}
    if page.layout in (Layout.KEYPAD, Layout.WRITE):
        wanted |= {(Press.DIGIT, digit) for digit in "0123456789"}
    if page.layout is Layout.SIGN and not page.ink:
        wanted.add((Press.MARK, ""))
    assert reached == wanted
    assert walked(page, Key.PREVIOUS) == walked(page)[::-1]


def test_every_place_says_the_words_that_stand_there():
    own = {*WORDS.values(), *(text for key, text in handbook().words["dock"].items())}
    for page in SEEN:
        shown = " ".join(
            [
                *words_of(page),
                *(f"{one.words} {one.under}" for one in page.presses()),
                *"1234567890",
            ]
        )
        for place in places_of(page, WORDS):
            for one in place.said:
                assert one.words in shown or one.words in own, (page.name, one)


def test_every_place_is_recorded():
    """But for the lists of the staff, which say what offices write."""
    missing = {
        text
        for page in SEEN
        if page.name not in ("desk", "correcting")
        for place in places_of(page, WORDS)
        for one in place.said
        if not one.private  # names and what an office wrote
        for text in ALOUD.utterance((replace(one, proper=False),)).missing
    }
    assert not missing, "run script/voice"


def test_what_is_private_of_a_place_is_only_said_into_an_ear():
    secrets = secrets_of("liu") | secrets_of("wang") | {"13900001234"}
    for page in SEEN:
        for place in places_of(page, WORDS):
            for one in place.said:
                for secret in secrets:
                    assert one.private or secret not in one.words, (page.name, one)
        keypad = keypad_on(page)
        keypad.move(Key.NEXT)
        assert not any(one.private for one in keypad.take_page(page, private=False).focus_said)


def test_whoever_has_no_headphones_is_told_to_plug_them_in():
    page = InventedVisitor().at_form().page
    keypad = keypad_on(page)
    keypad.move(Key.NEXT)
    assert keypad.take_page(page, private=False).focus_said == (Said(WORDS["private"]),)
    assert keypad.take_page(page, private=True).focus_said == (Said("1", private=True),)


def test_a_row_says_whether_it_is_ticked():
    visitor = InventedVisitor().at_choose()
    first = next(iter(places_of(visitor.page, WORDS)))
    assert first.said[-1] == Said(WORDS["on"])
    visitor.press(first.act, first.value)
    assert next(iter(places_of(visitor.page, WORDS))).said[-1] == Said(WORDS["off"])


def test_a_marked_fact_says_so():
    visitor = InventedVisitor().with_facts().press(Press.NEXT).press(Press.TOGGLE, "name")
    first = next(iter(places_of(visitor.page, WORDS)))
    assert first.said[-1] == Said(WORDS["mend"])


def test_what_is_picked_already_says_so():
    page = InventedVisitor().press(Press.START_SELF).page
    chosen = replace(page.choices[0], chosen=True)
    page = replace(page, choices=(chosen,))
    assert next(iter(places_of(page, WORDS))).said[-1] == Said(WORDS["chosen"])


def test_the_keys_stay_where_they_are_while_the_page_stays():
    visitor = InventedVisitor().at_choose()
    keypad = keypad_on(visitor.page)
    keypad.move(Key.NEXT)
    before = keypad.focused()
    visitor.press(Press.TOGGLE, before.value)
    page = keypad.take_page(visitor.page, private=False)
    assert page.focus == (before.act, before.value)
    visitor.press(Press.NEXT)
    assert keypad.take_page(visitor.page, private=False).focus is None, "other rows: another place"


def test_a_place_that_has_gone_is_left():
    visitor = InventedVisitor().at_review()
    keypad = keypad_on(visitor.page)
    keypad.move(Key.NEXT)
    assert keypad.focused() == FocusPosition(Press.MARK, "", (Said(WORDS["sign"]),))
    signed = draw_page(
        replace(visitor.visit, signature=replace(visitor.visit.signature, ink=INK)),
        build_table(handbook()),
    )
    assert keypad.take_page(signed, private=False).focus is None


def test_a_page_without_a_place():
    page = replace(InventedVisitor().page, choices=(), dock=(None,) * 5, voice=(), sight=())
    keypad = keypad_on(page)
    assert not keypad.move(Key.NEXT)
    assert keypad.focused() is None
    assert not keypad.leave()
    assert (
        Keypad(WORDS, ORIENTATION).offers(Press.HELP),
        Keypad(WORDS, ORIENTATION).takes_digits(),
    ) == (False, False)
    assert Keypad(WORDS, ORIENTATION).move(Key.NEXT) is False


# names, by syllables


def test_names_and_numbers_are_said_with_headphones():
    said = (
        Said(f"姓名 {persona('liu')[0].name}", private=True),
        Said("139 0000 1234", private=True),
    )
    found = VOICE.utterance(said, private=True)
    words = [[next(c.text for c in CLIPS if c.id == one) for one in p] for p in found.phrases]
    assert words[0] == ["姓名", "liu2", "chang2", "qing1"]
    assert words[1:] == [["幺三", "九"], ["零零", "零零"], ["幺二", "三四"]]
    assert not VOICE.utterance(said).phrases


@pytest.mark.parametrize(
    ("words", "syllables"),
    [
        ("单长青", "shan4 chang2 qing1"),
        ("欧阳单", "ou1 yang2 dan1"),
        ("万俟亳", "mo4 qi2 bo2"),
        ("涡阳县", "guo1 yang2 xian4"),
        ("华佗镇", "hua4 tuo2 zhen4"),
        ("华夏银行亳州分行", "hua2 xia4 yin2 hang2 bo2 zhou1 fen1 hang2"),
        ("曾·生", "zeng1 sheng1"),
    ],
)
def test_how_names_are_read(words, syllables):
    assert handbook().readings.syllables(words) == tuple(syllables.split())


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        ("尾号 6688", "尾号 六六 八八"),
        ("打进尾号 0110 的卡", "打进尾号 零幺 幺零 的卡"),
        ("2012年6月", "二零一二年 六月"),
        ("34162219660615001X", "三四 幺六 二二 幺九 六六 零六 幺五 零零 幺 艾克斯"),
        ("33 年 6 个月", "三十三年 六个月"),
    ],
)
def test_how_private_numbers_are_said(words, pieces):
    found = VOICE.utterance((Said(words, private=True),), private=True)
    texts = {clip.id: clip.text for clip in CLIPS}
    said = [texts[one] for phrase in found.phrases for one in phrase]
    wanted = pieces.replace("二 零 幺 二 年", "二 零 一 二 年")
    assert said == wanted.split()


def test_with_headphones_a_page_says_first_where_the_person_is():
    said = {}
    for page in PAGES:
        heard = Keypad(WORDS, ORIENTATION).take_page(page, private=True)
        assert heard.spoken == page.spoken
        said[page.name] = "".join(one.words for one in heard.orientation)
    assert said["notice"] == "第一步，共五步。有 2 个选择。"
    assert said["idle"] == "有 4 个选择。", "it is no step"
    assert said["mobile"] == "第三步，共五步。", "digits are no choices"
    assert set(said.values()) <= {
        step + count
        for step in ("", *ORIENTATION["steps"])
        for count in ("", *(ORIENTATION["count"].format(count=at) for at in range(1, 21)))
    }


def test_without_headphones_nobody_is_told_where_they_are():
    for page in PAGES:
        assert Keypad(WORDS, ORIENTATION).take_page(page, private=False).orientation == ()

"""What is said stands on the page, nothing of a person is said, and all of it is recorded."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiosk.clips import MANIFEST, PHRASE_GAP, Clip, Clips, clip_id, read_clips
from kiosk.failures import Failure
from kiosk.pages.display import TextSize, View
from kiosk.pages.page import Page, Said
from kiosk.pages.press import Press
from kiosk.ports import Coach
from kiosk.speech.numerals import pieces_of
from kiosk.speech.recording_list import wanted_texts
from kiosk.speech.utterance import utterance
from kiosk.visit.render import draw_page
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.face_check.events import FaceHint
from screens.scripted.tour import words_of
from tests.kiosk.invented_people import ROOT, InventedVisitor, handbook, persona
from tests.kiosk.pages.page_journeys import PAGES

FOLDER = ROOT / "assets" / "voice"
CLIPS = read_clips(FOLDER)


def pages_of_failures() -> Iterator[Page]:
    stages = (
        InventedVisitor().with_card(),
        InventedVisitor().at_review(),
        InventedVisitor().at_form(),
    )
    stages += (
        InventedVisitor().press(Press.START_SELF).press(Press.AGREE),
        InventedVisitor().at_choose(),
    )
    for failure in Failure:
        for visitor in stages:
            yield draw_page(replace(visitor.visit, failure=failure), visitor.table)


def pages_of_hints() -> Iterator[Page]:
    for hint in Coach:
        yield InventedVisitor().with_card().happen(FaceHint(hint)).page


def pages_of_ages() -> Iterator[Page]:
    for year in range(1966, 1990):
        visitor = InventedVisitor().with_young_facts(year)
        visitor.visit = replace(
            visitor.visit,
            display=replace(visitor.visit.display, view=View(text_size=TextSize.LARGEST)),
        )
        for _ in range(24):
            yield visitor.page
            visitor.press(Press.NEXT)


SEEN = [*PAGES, *pages_of_failures(), *pages_of_hints(), *pages_of_ages()]


def test_every_sentence_of_every_page_is_recorded():
    missing = {text for page in SEEN for text in utterance(page.spoken, CLIPS).missing}
    assert not missing, "run script/voice"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_said_stands_on_the_page(page):
    assert [one.words for one in page.spoken[:2]] == [page.title, page.sentence]
    shown = " ".join(words_of(page))
    for one in page.spoken:
        assert one.words in shown, one


def test_what_the_pages_can_say_is_recorded_and_nothing_else():
    assert {clip.text for clip in CLIPS} == set(wanted_texts(handbook()))


def test_another_word_on_a_page_lacks_its_clip():
    words = {**handbook().words, "card": {**handbook().words["card"], "title": "请放好身份证"}}
    page = draw_page(
        InventedVisitor().with_card().visit, build_table(replace(handbook(), words=words))
    )
    page = replace(page, spoken=(Said(words["card"]["title"]), *page.spoken))
    assert utterance(page.spoken, CLIPS).missing == ("请放好身份证",)


def test_clips_are_those_of_the_manifest():
    manifest = json.loads((FOLDER / MANIFEST).read_text("utf-8"))
    assert manifest["licence"].startswith("Apache-2.0")
    for name, said in manifest["clips"].items():
        assert name == clip_id(said["text"])
        sound = (FOLDER / f"{name}.opus").read_bytes()
        assert hashlib.sha256(sound).hexdigest() == said["sha256"], said["text"]
        assert 0.2 < said["seconds"] < 8
    files = {file.stem for file in FOLDER.glob("*.opus")}
    assert files == set(manifest["clips"])
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 25e6


# privacy


def secrets_of(name: str) -> set[str]:
    card, facts = persona(name)
    return {card.name, card.number, card.address, facts.account, facts.account[-4:]}


def test_nothing_of_a_person_is_said_aloud():
    private: set[str] = set()
    secrets = secrets_of("liu") | secrets_of("wang") | {"13900001234", "0042"}
    for page in SEEN:
        for one in page.spoken:
            private |= {one.words} if one.private else set()
            for secret in secrets:
                assert one.private or secret not in one.words, (page.name, one)
    assert any(persona("liu")[0].name in words for words in private)
    assert any("139" in words for words in private)


def test_typed_digits_are_private():
    page = InventedVisitor().at_form().type("139").page
    assert Said("139", private=True) in page.spoken
    assert utterance((Said("139", private=True),), CLIPS).phrases == ()


# numbers


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        ("2026年11月", "二零二六年 十一月"),
        ("知道 16 项，只再问您 2 句。", "知道 十六项 只再问您 两句"),
        ("还有 2 页", "还有 两页"),
        ("12月20日前", "十二月 二十日前"),
        ("12月20日前答复", "十二月 二十日 前答复"),
        ("2月2日", "二月 二日"),
        ("还差 2 年 5 个月", "还差 两年 五个月"),
        ("15 年半", "十五年半"),
        ("还差 70 年", "还差 七十 年"),
        ("共 0 元", "共 零 元"),
        ("共 12 元", "共 十二 元"),
        ("共 105 元", "共 一百 零五 元"),
        ("共 110 元", "共 一百 一十 元"),
        ("共 1005 元", "共 一千 零五 元"),
        ("共 1050 元", "共 一千 零五十 元"),
        ("共 3456 元", "共 三千 四百 五十六 元"),
        ("共 10500 元", "共 一万 零五百 元"),
        ("共 120030 元", "共 十二万 零三十 元"),
        ("共 1050000 元", "共 一百 零五 万 元"),
        ("第 2 页", "第 二页"),
        ("点一下。", "点一下。"),
        ("2 项", "两项"),
        ("105 岁", "一百零五岁"),
    ],
)
def test_how_numbers_are_said(words, pieces):
    assert pieces_of(words) == tuple(pieces.split())


# clips


def test_a_phrase_with_a_gap_is_left_out_whole():
    clips = Clips({text: Clip(text, 1.0, "") for text in ("已选", "三项", "好")})
    found = utterance((Said("已选 3 项"), Said("已选 4 项"), Said("好")), clips)
    assert found.phrases == (tuple(map(clip_id, ("已选", "三项"))), (clip_id("好"),))
    assert found.missing == ("四项",)
    assert found.seconds == pytest.approx(3 + PHRASE_GAP)


@pytest.mark.parametrize("text", ["", "{}", '{"clips": 3}', '{"clips": {"a": {"text": "x"}}}'])
def test_a_manifest_that_is_none_means_no_recordings(tmp_path, text):
    assert not read_clips(tmp_path).by_text
    (tmp_path / MANIFEST).write_text(text, "utf-8")
    assert not read_clips(tmp_path).by_text


def test_a_manifest_is_read(tmp_path):
    shutil.copy(FOLDER / MANIFEST, tmp_path)
    assert read_clips(tmp_path).by_text == CLIPS.by_text
    assert clip_id("请放身份证") in {clip.id for clip in CLIPS}

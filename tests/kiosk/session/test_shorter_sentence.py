"""A sentence that is asked for again and again comes in shorter words."""

from __future__ import annotations

from dataclasses import replace

from kiosk.pages.page import Layout, Page, Said
from kiosk.pages.press import Press
from kiosk.session.shorter_sentence import ShorterSentence
from kiosk.speech.recording_list import wanted_texts
from screens.line_breaking import body_length
from tests.kiosk.invented_people import handbook
from tests.kiosk.session.test_sound import ear

__all__ = ["ear"]

LONG, SHORT = "看完再选。不同意，就点退出。", "不同意，就点退出。"
PAGE = Page("notice", Layout.NOTICE, "先说清楚", LONG, spoken=(Said("先说清楚"), Said(LONG)))


def test_the_second_repetition_says_and_shows_the_shorter_sentence(scene, ear):
    scene.runner.start()
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.REPEAT)
    assert scene.loop.pages[-1].sentence == LONG
    scene.runner.press(Press.REPEAT)
    assert scene.loop.pages[-1].sentence == SHORT
    assert ear.heard[-1] == f"先说清楚三件事 / {SHORT}"
    scene.runner.press(Press.REPEAT)
    assert ear.heard[-1] == f"先说清楚三件事 / {SHORT}"


def test_another_page_is_counted_anew():
    place = ShorterSentence({LONG: SHORT}, 2)
    for _ in range(2):
        assert place.take_page(PAGE).sentence == LONG
        assert not place.repeat()
        assert place.repeat()
        assert place.take_page(PAGE) == replace(
            PAGE, sentence=SHORT, spoken=(Said("先说清楚"), Said(SHORT))
        )
        place.take_page(replace(PAGE, name="idle"))


def test_a_sentence_without_a_shorter_text_stays():
    place = ShorterSentence({}, 1)
    place.take_page(PAGE)
    assert not place.repeat()
    assert place.take_page(PAGE) == PAGE


def test_each_shorter_text_belongs_to_a_sentence_and_is_shorter():
    book = handbook()
    shorter = book.words["shorter"]
    others = {table: words for table, words in book.words.items() if table != "shorter"}
    known = wanted_texts(replace(book, words=others))
    assert [one for one in shorter if one not in known] == []
    wordy = {one: short for one, short in shorter.items() if body_length(short) >= body_length(one)}
    assert wordy == {}

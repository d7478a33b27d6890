"""Every page of every stage keeps the rules for words (T13) and has what a page must have."""

import re
from dataclasses import replace

import pytest

from kiosk.pages.display import Contrast, TextSize
from kiosk.pages.page import ButtonStyle
from kiosk.pages.press import Press
from kiosk.visit.render import draw_page
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.wiping.events import Wiped
from tests.kiosk.invented_people import InventedVisitor, handbook
from tests.kiosk.pages.page_journeys import PAGES

CODE_WORDS = re.compile(r"[A-Za-z]{2,}|error|\bR\d\d\b", re.IGNORECASE)
UNIT_CODE = re.compile(r"[0-9A-Z]{18}")  # GB 32100; it is shown as it stands on papers


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_words_are_plain(page):
    assert 0 < len(page.title) <= 10, page.title
    assert 0 < len(page.sentence) <= 24, page.sentence
    words = [page.title, page.sentence, page.hint, page.pill]
    words += [word for row in page.rows for word in (row.words, row.reason)]
    words += [choice.words for choice in page.presses()]
    for said in words:
        assert "{" not in said
        assert UNIT_CODE.fullmatch(said) or not CODE_WORDS.search(said), said


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_shape(page):
    assert sum(choice.tone is ButtonStyle.PRIMARY for choice in page.choices) <= 1
    assert len(page.rows) <= 6
    assert len(page.dock) == 5
    assert page.dock[2] is not None, "say it again"
    assert page.dock[3] is not None, "larger text"
    assert page.dock[4] is not None, "help or telephone"
    assert page.banner


def test_every_stage_and_overlay_was_drawn():
    drawn = {page.name for page in PAGES}
    assert {"idle", "out_of_service", "guide", "notice", "card", "proof", "other_proof"} <= drawn
    assert {"leaflet", "waiting", "dates", "facts", "choose", "mobile", "materials"} <= drawn
    assert {"review", "submitting", "receipt", "rating", "rating_reason", "wiping"} <= drawn
    assert {"progress", "help", "quit", "still_here", "change"} <= drawn
    assert {"login", "staff_pin", "desk", "vouching_reason", "vouching"} <= drawn
    shown = set(Overlay) - {Overlay.NONE, Overlay.SIGNS}  # the list of films ships empty
    assert {overlay.value for overlay in shown} <= drawn


def test_the_way_of_sixteen_services_takes_few_touches():
    """No page of the way asks for more than one touch besides typing."""
    visitor = InventedVisitor().at_choose("liu")
    assert "16" in visitor.page.count[0]


def test_larger_text_shows_fewer_rows_and_loses_none():
    for size in TextSize:
        visitor = InventedVisitor().at_choose("liu")
        for _ in range(size):
            visitor.press(Press.LARGER)
        seen = []
        while visitor.visit.stage is Stage.CHOOSE:
            page = visitor.page
            assert page.view.text_size is size
            seen += [row.value for row in page.rows]
            visitor.press(Press.NEXT)
        assert len(seen) == len(set(seen)) == 16


def test_contrast_is_a_switch_and_is_reset():
    visitor = InventedVisitor().press(Press.START_SELF).press(Press.CONTRAST)
    assert visitor.page.view.contrast is Contrast.HIGH
    visitor.press(Press.CONTRAST)
    assert visitor.page.view.contrast is Contrast.LIGHT
    visitor.press(Press.LARGER).press(Press.BACK).happen(Wiped())
    assert visitor.visit.stage is Stage.IDLE
    assert visitor.page.view.text_size is TextSize.NORMAL


def test_wiping_holds_nothing_of_the_person():
    visitor = InventedVisitor().at_review().press(Press.LARGER).press(Press.QUIT_YES)
    visit = visitor.visit
    assert visit.stage is Stage.WIPING
    assert (
        visit.identity.card,
        visit.facts.situation,
        visit.proof.accepted,
        dict(visit.answers),
    ) == (None, None, None, {})
    assert visitor.page.view.text_size is TextSize.LARGE


def test_the_place_of_repeat_tells_whether_there_is_sound():
    from dataclasses import replace

    book, visit = handbook(), InventedVisitor().visit
    silent = replace(book.settings.visit, voice=False)
    quiet = replace(book, settings=replace(book.settings, visit=silent))
    assert draw_page(visit, build_table(quiet)).dock[2] is None
    assert draw_page(visit, build_table(book)).dock[2].words == "再听"
    lost = draw_page(visit, build_table(book), mute=True).dock[2]
    assert (lost.act, lost.words) == (Press.REPEAT, "没声音")


def test_the_voice_has_three_steps_until_the_visit_ends():
    visitor, offered = InventedVisitor().press(Press.START_SELF), []
    for _ in range(3):
        offered.append(visitor.page.voice[1].words)
        visitor.press(Press.LOUDER)
    assert offered == ["响", "轻", "响"]
    visitor.press(Press.LOUDER).press(Press.QUIT).happen(Wiped())
    assert visitor.visit.display.view.volume == 1


def test_the_pace_has_two_steps_until_the_visit_ends():
    visitor = InventedVisitor().press(Press.START_SELF)
    assert visitor.page.voice[0].words == "慢"
    assert visitor.press(Press.SLOWER).page.voice[0].words == "快"
    visitor.press(Press.QUIT).happen(Wiped())
    assert visitor.page.voice[0].words == "慢"


def test_slower_and_louder_stand_on_every_page_that_speaks():
    for page in PAGES:
        assert [one.act for one in page.voice] == [Press.SLOWER, Press.LOUDER]
    settings = replace(handbook().settings, visit=replace(handbook().settings.visit, voice=False))
    silent = draw_page(InventedVisitor().visit, build_table(replace(handbook(), settings=settings)))
    assert silent.voice == ()

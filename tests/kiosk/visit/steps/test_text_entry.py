"""A few characters can be written: where somebody lives, when it is not on the card."""

from __future__ import annotations

import pytest

from kiosk.pages.keypad_focus import Key, Keypad, places_of
from kiosk.pages.page import Layout, Said
from kiosk.pages.press import Press
from kiosk.retirement.questions import LONGEST_TEXT
from kiosk.visit.effects import ReadHand
from kiosk.visit.events.pressed import Drawn, HandRead
from kiosk.visit.step_parts.draft import draft_of
from kiosk.visit.steps.facts.events import DraftFound
from tests.kiosk.invented_people import INK, InventedVisitor, handbook
from tests.kiosk.journal.noted_visitor import NotedVisitor


def at_writing(visitor: InventedVisitor | None = None) -> InventedVisitor:
    visitor = (visitor or InventedVisitor()).at_form()
    visitor.type("13900001234").press(Press.NEXT).press(Press.PICK, "other").press(
        Press.PICK, "341602"
    )
    for _ in range(2):
        visitor.press(Press.PICK, visitor.page.rows[0].value)
    assert visitor.page.name == "live_detail"
    return visitor


def by_letters(visitor: InventedVisitor | None = None) -> InventedVisitor:
    return at_writing(visitor).press(Press.OTHER_HAND)


def spell(visitor: InventedVisitor, letters: str, sign: str) -> InventedVisitor:
    for letter in letters:
        visitor.press(Press.SPELL, letter)
    while sign not in [row.words for row in visitor.page.rows]:
        visitor.press(Press.MORE)
    return visitor.press(Press.CHARACTER, sign)


def test_a_road_and_a_number_are_written():
    visitor = by_letters()
    assert visitor.page.layout is Layout.WRITE
    assert [row.words for row in visitor.page.rows][:3] == ["路", "街", "号"]
    spell(spell(visitor, "xing", "幸"), "fu", "福").press(Press.CHARACTER, "路")
    visitor.press(Press.DIGIT, "1").press(Press.DIGIT, "2").press(Press.CHARACTER, "号")
    assert visitor.page.writing.text == "幸福路12号"
    assert Said("幸福路12号", private=True) in visitor.page.spoken
    visitor.press(Press.NEXT)
    assert visitor.visit.answers["live_detail"] == "幸福路12号"
    assert visitor.page.name == "bank"
    assert visitor.visit.entry.written == ""


def test_nothing_has_to_be_written():
    visitor = at_writing().press(Press.NEXT)
    assert visitor.visit.answers["live_detail"] == ""
    assert visitor.page.name == "bank"


def test_letters_go_before_characters_when_erased():
    visitor = (
        by_letters().press(Press.CHARACTER, "路").press(Press.SPELL, "z").press(Press.SPELL, "h")
    )
    assert visitor.press(Press.ERASE).page.writing.letters == "z"
    assert visitor.press(Press.ERASE).page.writing.letters == ""
    assert visitor.press(Press.ERASE).page.writing.text == ""
    assert visitor.press(Press.ERASE).page.writing.text == ""


def test_only_letters_that_lead_somewhere_are_taken():
    visitor = by_letters().press(Press.SPELL, "x")
    assert visitor.page.writing.follow == "iu"
    assert visitor.press(Press.SPELL, "q").page.writing.letters == "x"


def test_a_text_ends_somewhere():
    visitor = at_writing()
    for _ in range(LONGEST_TEXT + 5):
        visitor.press(Press.CHARACTER, "单元")
    assert len(visitor.visit.entry.written) == LONGEST_TEXT


def test_more_candidates_come_in_fives_and_round_again():
    visitor = by_letters().press(Press.SPELL, "n").press(Press.SPELL, "v")
    seen = []
    while (first := visitor.page.rows[0].words) not in seen:
        seen.append(first)
        assert len(visitor.page.rows) <= 5
        visitor.press(Press.MORE)
    assert seen[0] == "女"


def test_going_back_forgets_what_was_begun():
    visitor = at_writing().press(Press.CHARACTER, "路").press(Press.BACK)
    assert visitor.page.name == "live_village"
    visitor.press(Press.PICK, visitor.page.rows[0].value)
    assert visitor.page.writing.text == ""


def test_keys_write_too_and_nothing_of_it_is_said_aloud():
    visitor = by_letters().press(Press.SPELL, "z")
    places = places_of(visitor.page, handbook().words["keys"])
    acts = [place.act for place in places]
    assert acts.count(Press.SPELL) == len(visitor.page.writing.follow)
    assert acts.count(Press.DIGIT) == 10
    assert Press.ERASE in acts
    for place in places:
        if place.act in (Press.CHARACTER, Press.SPELL, Press.DIGIT):
            assert all(one.private for one in place.said)


def test_the_keys_stay_on_their_letter_while_candidates_come_and_go():
    words = handbook().words
    visitor, keypad = by_letters(), Keypad(words["keys"], words["orientation"])
    keypad.take_page(visitor.page, private=True)
    while keypad.focused() is None or keypad.focused().act is not Press.SPELL:
        keypad.move(Key.NEXT)
    letter = keypad.focused().value
    visitor.press(Press.CHARACTER, "路")
    assert keypad.take_page(visitor.page, private=True).focus == (Press.SPELL, letter)


@pytest.mark.parametrize("act", [Press.SPELL, Press.CHARACTER])
def test_letters_mean_nothing_where_nothing_is_written(act):
    visitor = InventedVisitor().at_form()
    before = visitor.visit
    assert visitor.press(act, "a").visit == before


def test_the_journal_says_nothing_of_the_address_and_can_be_replayed():
    noted = NotedVisitor()
    by_letters(noted)
    spell(noted, "xing", "幸").press(Press.DIGIT, "1").press(Press.ERASE).press(Press.NEXT)
    said = "\n".join(noted.lines)
    assert "幸" not in said
    assert '"xing"' not in said
    assert noted.pages_again == noted.pages


def test_a_draft_keeps_the_address_and_the_journal_does_not():
    visitor = spell(by_letters(), "xing", "幸").press(Press.NEXT)
    again = InventedVisitor().with_facts().happen(DraftFound(draft_of(visitor.visit)))
    again.press(Press.RESUME)
    assert again.visit.answers["live_detail"] == "幸"
    noted = NotedVisitor()
    noted.with_facts().happen(DraftFound(draft_of(visitor.visit))).press(Press.RESUME)
    assert "幸" not in "\n".join(noted.lines)
    assert noted.pages_again == noted.pages


# with the finger


def drawn(visitor: InventedVisitor, signs: str = "王玉主五丑正", ink=INK) -> InventedVisitor:
    visitor.happen(Drawn(ink))
    assert visitor.effects == (ReadHand(ink),)
    return visitor.happen(HandRead(ink, tuple(signs)))


def test_the_finger_is_offered_first():
    page = at_writing().page
    assert page.writing.by_hand
    assert (page.writing.follow, page.ink) == ("", ())


def test_a_drawn_character_is_picked_and_its_strokes_go():
    visitor = drawn(at_writing())
    assert [row.words for row in visitor.page.rows] == list("王玉主五丑")
    assert visitor.page.ink == INK
    assert [row.words for row in visitor.press(Press.MORE).page.rows] == ["正"]
    visitor.press(Press.CHARACTER, "正")
    assert (visitor.page.writing.text, visitor.page.ink) == ("正", ())
    assert visitor.page.rows[0].words == "路"


def test_strokes_are_erased_before_characters():
    visitor = drawn(at_writing().press(Press.CHARACTER, "路"))
    assert visitor.press(Press.ERASE).page.ink == ()
    assert visitor.page.writing.text == "路"
    assert visitor.press(Press.ERASE).page.writing.text == ""


def test_what_was_read_of_older_strokes_is_dropped():
    visitor = at_writing().happen(Drawn(INK))
    visitor.happen(Drawn((*INK, *INK))).happen(HandRead(INK, ("王",)))
    assert visitor.page.rows == ()


def test_letters_and_finger_take_turns():
    visitor = drawn(at_writing()).press(Press.OTHER_HAND)
    assert (visitor.page.ink, visitor.page.writing.by_hand) == ((), False)
    assert visitor.press(Press.OTHER_HAND).page.writing.by_hand


def test_strokes_never_become_a_signature():
    visitor = drawn(at_writing()).press(Press.NEXT).press(Press.PICK, "card")
    visitor.press(Press.PICK, "renew").press(Press.PICK, "once").press(Press.PICK, "rest")
    while visitor.visit.stage == "materials":
        visitor.press(Press.PROMISE)
    assert visitor.page.name == "review"
    assert (visitor.page.ink, visitor.visit.entry.strokes) == ((), ())


def test_drawing_where_nothing_is_written_changes_nothing():
    visitor = InventedVisitor().at_form()
    before = visitor.visit
    assert visitor.happen(Drawn(INK)).visit == before


def test_the_journal_holds_no_stroke_and_can_be_replayed():
    noted = NotedVisitor()
    drawn(at_writing(noted)).press(Press.CHARACTER, "王").press(Press.NEXT)
    assert "王" not in "\n".join(noted.lines)
    assert noted.pages_again == noted.pages


# by parts


def test_a_rare_character_takes_the_place_of_its_parts():
    visitor = at_writing().press(Press.CHARACTER, "路")
    assert visitor.page.rows[0].act is Press.CHARACTER
    visitor.press(Press.CHARACTER, "王")
    assert "璐" in [row.words for row in visitor.page.rows], "nobody knows yet that 月 comes"
    first = visitor.press(Press.CHARACTER, "月").page.rows[0]
    assert (first.act, first.words, first.value) == (Press.JOIN, "玥", "2玥")
    assert visitor.press(first.act, first.value).page.writing.text == "路玥"
    assert visitor.page.rows[0].words == "路"
    visitor.press(Press.NEXT)
    assert visitor.visit.answers["live_detail"] == "路玥"


def test_what_is_being_written_goes_before_parts():
    visitor = at_writing().press(Press.CHARACTER, "王").press(Press.CHARACTER, "月")
    assert [row.words for row in drawn(visitor).page.rows] == list("王玉主五丑")


def test_who_asks_is_told_how_and_that_a_helper_can_write_it():
    page = at_writing().press(Press.RARE).page
    assert page.name == "rare"
    assert "帮忙" in page.panel.lines[-1]
    assert Press.HELP in [choice.act for choice in page.presses()]


def test_parts_mean_nothing_where_nothing_is_written():
    visitor = InventedVisitor().at_form()
    before = visitor.visit
    assert visitor.press(Press.JOIN, "2玥").press(Press.RARE).visit == before


def test_the_journal_says_nothing_of_parts():
    noted = NotedVisitor()
    visitor = at_writing(noted).press(Press.CHARACTER, "王").press(Press.CHARACTER, "月")
    visitor.press(Press.JOIN, "2玥").press(Press.NEXT)
    assert "玥" not in "\n".join(noted.lines)
    assert noted.pages_again == noted.pages

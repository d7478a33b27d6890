"""Where the person lives, outside the city too, and what no list holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.pages.press import Press
from kiosk.retirement.divisions import DivisionsElsewhere
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.step_parts.draft import draft_of
from kiosk.visit.steps.catalogue import build_table
from tests.kiosk.application.test_recorded_facts import document_of
from tests.kiosk.invented_people import CONFIG, InventedVisitor, handbook
from tests.kiosk.visit.draft_visits import restored

NONE = "名单里没有"


def living(where: str, visitor: InventedVisitor | None = None) -> InventedVisitor:
    visitor = (visitor or InventedVisitor()).at_form().type("13900001234").press(Press.NEXT)
    return visitor.press(Press.PICK, where)


def pick(visitor: InventedVisitor, *names: str) -> InventedVisitor:
    """Pick each name on the page of its level, leafing on until it is there."""
    for name in names:
        for _ in range(30):
            row = next((row for row in visitor.page.rows if row.words == name), None)
            if row is not None:
                break
            visitor.press(Press.MORE)
        assert row is not None, name
        visitor.press(row.act, row.value)
    return visitor


def facts_of(visitor: InventedVisitor) -> dict:
    return document_of(visitor.filled_in_from_here().signed())["facts"]


@pytest.mark.parametrize(
    ("names", "asked", "code", "words"),
    [
        (
            ("安徽省", "阜阳市", "太和县", "城关镇"),
            ["away_province", "away_city", "away_county", "away_town"],
            "341222100",
            "安徽省阜阳市太和县城关镇",
        ),
        (
            ("江苏省", "南京市", "鼓楼区"),
            ["away_province", "away_city", "away_county"],
            "320106",
            "江苏省南京市鼓楼区",
        ),
        (("北京市", "东城区"), ["away_province", "away_city"], "110101", "北京市东城区"),
        (("湖北省", "仙桃市"), ["away_province", "away_city"], "429004", "湖北省仙桃市"),
    ],
)
def test_only_the_levels_that_there_are_get_asked(names, asked, code, words):
    visitor = living("away")
    seen = []
    for name in names:
        seen.append(visitor.page.name)
        pick(visitor, name)
    assert seen == asked
    assert visitor.page.name == "live_detail"
    facts = facts_of(visitor)
    assert (facts["live_code"]["value"], facts["live_code"]["words"]) == (code, words)
    assert facts["home_community"]["value"] == code
    assert facts["live_detail"]["value"] == "英"


@pytest.mark.parametrize(
    ("where", "names", "code"),
    [
        ("other", ("谯城区", NONE), "341602"),
        ("other", ("谯城区", "花戏楼街道", NONE), "341602001"),
        ("away", ("江苏省", NONE), "32"),
        ("away", ("安徽省", "阜阳市", "太和县", NONE), "341222"),
    ],
)
def test_what_no_list_holds_is_written(where, names, code):
    visitor = pick(living(where), *names)
    assert visitor.page.name == "live_detail"
    facts = facts_of(visitor)
    assert facts["live_code"]["value"] == code
    assert facts["live_detail"]["value"] == "英"


def test_who_lives_in_no_listed_province_only_writes():
    visitor = pick(living("away"), NONE)
    assert visitor.page.name == "live_detail"
    facts = facts_of(visitor)
    assert facts["live_code"] == {"reason": "person_has_none"}
    assert facts["live_detail"]["value"] == "英"


def test_the_own_province_comes_first():
    assert living("away").page.rows[0].words == "安徽省"


def test_back_goes_up_one_level():
    visitor = pick(living("away"), "安徽省", "阜阳市")
    assert visitor.page.name == "away_county"
    assert visitor.press(Press.BACK).page.name == "away_city"
    assert visitor.press(Press.BACK).page.name == "away_province"
    assert visitor.press(Press.BACK).page.name == "live"


def test_a_province_can_be_searched_by_letter():
    visitor = living("away").press(Press.LETTERS)
    group = next(row for row in visitor.page.rows if "J" in row.words)
    visitor.press(Press.LETTER, group.value)
    assert "江苏省" in [row.words for row in visitor.page.rows]
    assert visitor.page.rows[-1].words == NONE


@pytest.mark.parametrize(
    ("where", "names"),
    [("away", ("安徽省", "阜阳市")), ("away", (NONE,)), ("other", ("谯城区", NONE))],
)
def test_places_come_back_in_a_draft(where, names):
    draft = draft_of(pick(living(where), *names).visit)
    assert dict(restored(draft).visit.answers) == dict(draft.answers)


def test_changing_the_address_asks_for_every_level_anew():
    visitor = pick(living("away"), "安徽省", "阜阳市", "太和县", "城关镇")
    visitor.answer()
    visitor.visit = replace(visitor.visit, stage=Stage.REVIEW, overlay=Overlay.CHANGE)
    visitor.press(Press.PICK, "live")
    assert not [name for name in visitor.visit.answers if name.startswith(("live", "away"))]


def test_without_the_list_the_person_writes(tmp_path):
    book = replace(handbook(), elsewhere=DivisionsElsewhere(tmp_path / "x.csv"))
    visitor = living("away", InventedVisitor(table=build_table(book)))
    assert [row.words for row in visitor.page.rows] == [NONE]
    assert pick(visitor, NONE).page.name == "live_detail"


def test_who_lives_where_the_card_says_reads_no_list(tmp_path):
    """The start and the usual visit do not pay for the list of the whole country."""
    path = tmp_path / "divisions_elsewhere.csv"
    book = replace(handbook(), elsewhere=DivisionsElsewhere(path))
    living("same", InventedVisitor(table=build_table(book))).filled_in_from_here().signed()
    path.write_bytes((CONFIG / "divisions_elsewhere.csv").read_bytes())
    assert book.elsewhere.divisions.units  # read only now

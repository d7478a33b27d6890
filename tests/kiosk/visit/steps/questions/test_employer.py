"""Who marks the employer as wrong names another: by list, by code, or in writing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.failures import Failure
from kiosk.pages.page import Layout
from kiosk.pages.press import Press
from kiosk.retirement.pick_lists.employers import Employer, EmployerList
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.draft import draft_of
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.facts.events import FactsKnown
from tests.kiosk.application.test_recorded_facts import document_of
from tests.kiosk.invented_people import InventedVisitor, handbook, persona
from tests.kiosk.visit.draft_visits import restored

LISTED = "91341600MA0000008F"  # of the invented list
UNLISTED = "91340000MA99999999"
WRONG = "91340000MA99999998"


def disputing(*names: str, visitor: InventedVisitor | None = None, **facts: object):
    """Walk to the questions of somebody who marked these facts of the offices as wrong."""
    shared = replace(persona("liu")[1], **facts)  # type: ignore[arg-type]
    visitor = (visitor or InventedVisitor()).proved().happen(FactsKnown(shared))
    for name in names:
        visitor.press(Press.TOGGLE, name)
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    return visitor.type("13900001234").press(Press.NEXT).press(Press.PICK, "same")


def type_code(visitor: InventedVisitor, code: str) -> InventedVisitor:
    for one in code:
        act = Press.DIGIT if one.isdigit() else Press.SPELL
        visitor.press(act, one.lower())
    return visitor


def facts_of(visitor: InventedVisitor) -> dict:
    return document_of(visitor.filled_in_from_here().signed())["facts"]


def test_who_marks_nothing_is_not_asked():
    assert disputing().page.name == "bank"
    assert disputing("paid_months").page.name == "bank"


@pytest.mark.parametrize(
    "visitor",
    [
        lambda: disputing("unit_name"),
        lambda: disputing("unit_code"),
        lambda: disputing(unit_name="", unit_code=""),
    ],
    ids=["name", "code", "none"],
)
def test_an_employer_that_is_wrong_or_missing_is_asked_for(visitor):
    assert visitor().page.name == "unit"


@pytest.mark.parametrize(("kind", "asked"), [("JG", True), ("LH", False)])
def test_only_who_has_an_employer_is_asked(kind, asked):
    shared = persona("liu")[1]
    visitor = disputing("unit_name", kind=type(shared.kind)(kind))
    assert (visitor.page.name == "unit") is asked


def test_offline_nobody_is_asked():
    visitor = InventedVisitor().offline("QY")
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    visitor.type("13900001234").press(Press.NEXT).press(Press.PICK, "same")
    assert visitor.page.name == "bank"


def test_the_employer_is_picked_by_its_letters():
    visitor = disputing("unit_name").press(Press.LETTERS)
    group = next(row for row in visitor.page.rows if "G" in row.words)
    visitor.press(Press.LETTER, group.value)
    row = next(row for row in visitor.page.rows if row.value == LISTED)
    assert row.private
    facts = facts_of(visitor.press(Press.PICK, LISTED))
    assert row.words == "公共交通公司（示范）"
    assert facts["unit_name"]["value"] == "亳州市示范公共交通公司"
    assert facts["unit_name"]["source"] == "rule"  # the list has the name of the code
    assert (facts["unit_uscc"]["value"], facts["unit_uscc"]["source"]) == (LISTED, "person")


def test_the_code_of_a_listed_employer_finds_it():
    visitor = disputing("unit_name").press(Press.NONE_OF_IT)
    assert (visitor.page.name, visitor.page.layout) == ("unit_code", Layout.WRITE)
    assert visitor.page.writing.follow == "abcdefghjklmnpqrtuwxy"
    type_code(visitor, LISTED)
    assert visitor.page.writing.text == "91 341600 MA0000008 F"
    visitor.press(Press.NEXT)
    assert visitor.page.name == "bank"
    facts = facts_of(visitor)
    assert facts["unit_name"]["value"] == "亳州市示范公共交通公司"
    assert facts["unit_uscc"]["value"] == LISTED


def test_another_code_is_taken_with_the_written_name():
    visitor = disputing("unit_name").press(Press.NONE_OF_IT)
    type_code(visitor, UNLISTED).press(Press.NEXT)
    assert visitor.page.name == "unit_text"
    facts = facts_of(visitor)
    assert (facts["unit_name"]["value"], facts["unit_name"]["source"]) == ("英", "person")
    assert facts["unit_uscc"]["value"] == UNLISTED


def test_without_a_code_the_name_counts():
    visitor = disputing("unit_name").press(Press.NONE_OF_IT).press(Press.NONE_OF_IT)
    facts = facts_of(visitor)
    assert facts["unit_name"]["value"] == "英"
    assert facts["unit_uscc"] == {"reason": "person_has_none"}


def test_who_names_none_leaves_what_the_office_said_marked_wrong():
    visitor = disputing("unit_name").press(Press.NONE_OF_IT).press(Press.NONE_OF_IT)
    facts = facts_of(visitor.press(Press.NEXT))
    assert facts["unit_name"]["value"] == persona("liu")[1].unit_name
    assert facts["unit_name"]["state"] == "marked_wrong"


@pytest.mark.parametrize("code", [WRONG, UNLISTED[:-1], ""])
def test_a_wrong_code_is_said(code):
    visitor = disputing("unit_name").press(Press.NONE_OF_IT)
    type_code(visitor, code).press(Press.NEXT)
    assert visitor.page.name == "unit_code"
    assert visitor.visit.failure is Failure.CREDIT_CODE_WRONG
    assert visitor.page.sentence == handbook().failures[Failure.CREDIT_CODE_WRONG].sentence
    assert visitor.visit.entry.typed == code
    visitor.press(Press.ERASE)
    assert visitor.visit.failure is None


def test_a_code_has_18_places():
    visitor = disputing("unit_name").press(Press.NONE_OF_IT)
    type_code(visitor, UNLISTED + "9A")
    assert visitor.visit.entry.typed == UNLISTED


def test_who_takes_the_mark_back_says_nothing_of_the_employer():
    marked = disputing("unit_name").press(Press.PICK, LISTED)
    visitor = restored(replace(draft_of(marked.visit), disputed=()))
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    document = document_of(visitor.filled_in_from_here().signed())
    assert "unit" not in document["answers"]
    assert document["facts"]["unit_uscc"]["source"] == "office"


@pytest.mark.parametrize(
    "answers",
    [
        (("unit", LISTED),),
        (("unit", ""), ("unit_code", UNLISTED), ("unit_text", "甲厂")),
        (("unit", ""), ("unit_code", "")),
    ],
)
def test_the_employer_comes_back_in_a_draft(answers):
    draft = draft_of(disputing("unit_name").visit)
    draft = replace(draft, answers=(*draft.answers, *answers))
    assert dict(restored(draft).visit.answers) == dict(draft.answers)


@pytest.mark.parametrize(
    "answer", [("unit", UNLISTED), ("unit_code", UNLISTED), ("unit_code", "９134")]
)
def test_an_employer_that_is_not_listed_any_more_does_not(answer):
    draft = draft_of(disputing("unit_name").visit)
    again = restored(replace(draft, answers=(*draft.answers, answer)))
    assert answer[0] not in again.visit.answers


def long_list() -> InventedVisitor:
    """Return a visitor before a list of 400 employers, of which many begin alike."""
    book, letters = handbook(), "abcdefghij"
    many = {
        f"{at}": Employer(f"{at}", f"示范{at}厂", f"{at}厂", f"{one}{two}{three}")
        for at, (one, two, three) in enumerate(
            (one, two, three) for one in "ab" for two in letters for three in letters * 2
        )
    }
    employers = EmployerList(None)
    employers.__dict__["employers"] = many
    table = build_table(replace(book, employers=employers))
    return disputing("unit_name", visitor=InventedVisitor(table=table))


def test_a_very_long_list_is_searched_letter_by_letter():
    visitor = long_list()
    counts, titles = [], []
    for _ in range(4):
        if visitor.page.choices[0].words != "按拼音找":
            break
        visitor.press(Press.LETTERS)
        titles.append(visitor.page.title)
        visitor.press(Press.LETTER, visitor.page.rows[-1].value)
        counts.append(visitor.visit.entry.letters)
    assert titles == ["第一个字的拼音", "下一个字的拼音", "下一个字的拼音"]
    assert counts[-1].count(" ") == 2
    again = visitor.press(Press.LETTERS).page
    assert again.title == "第一个字的拼音"
    visitor.press(Press.LETTER, "")
    assert visitor.visit.entry.letters == ""


def test_names_that_are_alike_are_leafed_through():
    book = handbook()
    employers = EmployerList(None)
    employers.__dict__["employers"] = {
        f"{at}": Employer(f"{at}", f"示范{at}厂", f"{at}厂", "ab") for at in range(40)
    }
    table = build_table(replace(book, employers=employers))
    visitor = disputing("unit_name", visitor=InventedVisitor(table=table))
    for _ in range(2):
        visitor.press(Press.LETTERS)
        visitor.press(Press.LETTER, visitor.page.rows[0].value)
    assert visitor.press(Press.LETTERS).page.title == "第一个字的拼音"

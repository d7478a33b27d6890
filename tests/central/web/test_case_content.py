"""What the page of a case shows of an office's view, also of older and strange ones."""

from __future__ import annotations

from typing import Any

import pytest

from central.vault_port import OfficeForm
from central.web.offices.case_content import (
    CaseContent,
    CasePaper,
    CasePicture,
    CaseWords,
    EmployerPaper,
    case_content,
)
from kiosk.application.forms.definitions import read_form_definitions
from kiosk.retirement.reading import read_catalogue
from tests.central.standing import CONFIG
from tests.kiosk.application.forms.documents import AT, NAME, NUMBER, document, proxy_document

CATALOGUE = read_catalogue(CONFIG)
DEFINITIONS = read_form_definitions(CONFIG, CATALOGUE)
WORDS = CaseWords(authority="letter", correction="later", answers="answers")
SERVICE = next(code for code, one in CATALOGUE.services.items() if "P2" in one.materials)
PAGE = {"blob": "0" * 64, "digest": "1" * 64, "bytes": 1}


def view(said: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    """A view of a document, as far as the page reads it."""
    whole = said or document()
    materials = CATALOGUE.services[SERVICE].materials
    papers = [{**one, "pages": []} for one in whole["papers"] if one["code"] in materials]
    names = ("id", "terminal", "confirmed_at", "way", "applicant", "proxy", "authority")
    made = {name: whole[name] for name in names if name in whole}
    fields = DEFINITIONS.views.fields_of(whole["facts"], SERVICE)
    facts = {name: whole["facts"][name] for name in fields}
    made |= {"service": SERVICE, "insisted": False, "facts": facts, "papers": papers}
    return {**made, "corrections": [], **changed}


def content(said: dict[str, Any]) -> CaseContent:
    return case_content(DEFINITIONS.contents, WORDS, said)


def test_fields_stand_with_their_source_or_the_reason() -> None:
    found = content(view())
    assert (found.name, found.number, found.proxy, found.is_insisted) == (NAME, NUMBER, "", False)
    assert found.confirmed_at.isoformat() == AT
    fields = {one.label: one for part in found.sections for one in part.fields}
    number = fields[CATALOGUE.fields["id_no"].label]
    assert number.value.replace(" ", "") == NUMBER
    assert number.source
    alternative = fields[CATALOGUE.fields["mobile_alt"].label]
    assert (alternative.value, alternative.reason) == ("", "本人没有")


def test_what_the_person_calls_wrong_is_marked() -> None:
    wrong = {**document()["facts"]["mobile"], "state": "marked_wrong"}
    said = view()
    fields = content({**said, "facts": {**said["facts"], "mobile": wrong}}).sections
    disputed = [one.label for part in fields for one in part.fields if one.dispute]
    assert disputed == [CATALOGUE.fields["mobile"].label]


def test_the_forms_follow_from_the_view() -> None:
    assert content(view()).forms == (OfficeForm.SERVICE, OfficeForm.COMMITMENT)
    assert content(view(papers=[])).forms == (OfficeForm.SERVICE,)
    found = content(view(proxy_document()))
    assert (found.proxy, found.forms[-1]) == ("李强", OfficeForm.AUTHORITY)


def test_a_document_of_before_facts_shows_its_answers() -> None:
    said = view(answers={"mobile": "13900001234", "unheard": "<b>"}, insisted=True)
    del said["facts"]
    found = content(said)
    (part,) = found.sections
    assert part.title == "answers"
    assert [(one.label, one.value) for one in part.fields] == [
        (CATALOGUE.fields["mobile"].label, "13900001234"),
        ("unheard", "<b>"),
    ]
    assert (found.forms, found.is_insisted) == ((), True)
    assert content({**said, "answers": {}}).sections == ()


def test_letters_and_what_came_later_are_papers_too() -> None:
    doubted = {**PAGE, "blob": "2" * 64, "doubt": "glare"}
    authority = {"scope": "apply", "pages": [PAGE], "card_copy": doubted}
    later = [{"papers": [{"code": "correction", "pages": [PAGE]}], "answers": {}}]
    found = content(view(papers=[], authority=authority, corrections=later)).papers
    assert found == (
        CasePaper("letter", "拍了照", (CasePicture("0" * 64, ""), CasePicture("2" * 64, "glare"))),
        CasePaper("later", "拍了照", (CasePicture("0" * 64, ""),)),
    )


def test_a_paper_that_is_in_no_list_keeps_its_code() -> None:
    paper = {"code": "X9", "settled": "later", "pages": []}
    assert content(view(papers=[paper])).papers == (CasePaper("X9", "以后再交", ()),)


@pytest.mark.parametrize("gone", ["applicant", "confirmed_at", "papers", "corrections"])
def test_what_no_terminal_composes_is_an_error(gone: str) -> None:
    said = view()
    del said[gone]
    with pytest.raises(KeyError):
        content(said)


def test_what_the_employer_has_to_send_is_named_with_its_day() -> None:
    code = next(iter(CATALOGUE.papers))
    asked = [{"paper": code, "due_on": "2026-12-07"}, {"paper": "unknown", "due_on": "2026-12-08"}]
    found = content(view(requests=asked)).requests
    name = CATALOGUE.papers[code].name
    assert found == (EmployerPaper(name, "2026-12-07"), EmployerPaper("unknown", "2026-12-08"))
    assert content(view()).requests == ()


def test_what_was_brought_later_says_when() -> None:
    brought = [{"papers": [{"pages": [PAGE]}]}, {"papers": [{"pages": [PAGE]}]}]
    said = view(corrections=brought)
    found = case_content(DEFINITIONS.contents, WORDS, said, ("2026-11-24", "2026-11-25")).papers
    assert [one.brought_at for one in found[-2:]] == ["2026-11-24", "2026-11-25"]
    assert {one.brought_at for one in found[:-2]} <= {""}
    assert [one.brought_at for one in content(said).papers[-2:]] == ["", ""]

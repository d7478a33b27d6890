"""Pages that a company hands in wait, sealed, for the person; a clerk reads them in the case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from central.employer_drafts import EmployerDraft, open_handed, reference_of, seal_handed
from central.store.begun.tables import HandedPageRow, HandedRow
from central.store.tables import Blob, ChunkRow
from kiosk.crypto.envelope import digest, seal
from tests.central.phone_proof.test_platform_login import (
    FACTORY,
    LoginService,
    log_in_company,
    service,
)
from tests.central.standing import LIU, OTHER_TERMINAL, WANG, numbered

__all__ = ["service"]  # a fixture
PICTURE = b"\xff\xd8\xff what stands in the personnel file"
CHUNK = 262_144
PATH = "/v1/employers/pages"


class Company:
    """A company that logged in and began for Liu."""

    def __init__(self, service: LoginService) -> None:
        self.service, office = service, service.central.office
        facts = office.people.facts
        mine = {"unit_code": FACTORY.number, "unit_name": FACTORY.name}
        facts[LIU] = replace(facts[LIU], **mine, resume=())
        said = log_in_company(service, FACTORY).json()
        self.asked = {"unit_code": FACTORY.number, "token": said["token"]}
        self.begin()

    def begin(self) -> None:
        rows = [{"id_number": LIU, "name": "刘长青", "mobile": "13900001234"}]
        said = {**self.asked, "services": ["R01"], "rows": rows}
        assert self.service.post("/v1/employers/filings", said).json()["states"] == ["begun"]

    def send(self, picture: bytes = PICTURE) -> dict[str, Any]:
        """Seal a page and send its chunks; return what names it."""
        central = self.service.central
        plain, bound = digest(picture), numbered(9)
        sealed = seal(picture, central.keys.sealing, bound, plain)
        blob = digest(sealed)
        for start in range(0, len(sealed), CHUNK):
            path = f"/v1/blobs/{blob}/chunks/{start // CHUNK}?bytes={len(sealed)}"
            headers = central.headers(content_type="application/octet-stream")
            part = sealed[start : start + CHUNK]
            assert self.service.client.put(path, content=part, headers=headers).is_success
        return {"digest": plain, "blob": blob, "bytes": len(sealed), "sealed_for": bound}

    def name(self, *pages: dict[str, Any], act: str = "add", **changes: Any) -> Any:
        more = {"reference": reference_of(self.asked["token"], LIU), "paper": "P1", "act": act}
        said = {**self.asked, **more, "pages": list(pages), **changes}
        return self.service.post(PATH, said).json()

    def draft(self) -> Any:
        """What the person's visit gets."""
        central = self.service.central
        answer = self.service.client.post(
            "/v1/people/draft", json=central.visit(LIU), headers=central.headers()
        )
        return answer.json()

    def rows(self, table: Any) -> int:
        wanted = sa.select(sa.func.count()).select_from(table)
        database = self.service.central.office.store.database
        return database.read(lambda session: session.scalar(wanted)) or 0

    def forget(self, days: float = 0) -> int:
        office = self.service.central.office
        now = office.now() + timedelta(days=days)
        return office.store.handed.forget(now, office.policy.retention)

    def due(self) -> dict[str, Any]:
        shown = self.service.post("/v1/employers/people", self.asked).json()
        (one,) = shown["people"]
        return dict(one)


@pytest.fixture
def company(service: LoginService) -> Company:
    return Company(service)


def test_pages_wait_with_the_draft_and_the_company_sees_how_many(company: Company) -> None:
    assert company.due()["missing"] == ["人事档案"]
    page, other = company.send(), company.send(b"\xff\xd8\xff " + b"x" * 2 * CHUNK)
    assert company.name(page, other) == {"version": 1, "state": "kept", "pages": 2}
    assert company.draft()["papers"] == [{"code": "P1", "pages": [page, other]}]
    due = company.due()
    assert (due["missing"], due["pages"]) == ([], 2)
    company.begin()
    assert company.draft()["papers"] == [{"code": "P1", "pages": [page, other]}], "begun again"


def test_a_page_that_comes_twice_is_kept_once_and_no_bytes_are_left(company: Company) -> None:
    page = company.send()
    company.name(page)
    again = company.send()
    assert again["blob"] != page["blob"]
    assert company.name(again)["pages"] == 1
    assert company.rows(Blob) == company.rows(HandedPageRow) == 1


def test_pages_take_the_place_of_those_before(company: Company) -> None:
    company.name(company.send())
    other = company.send(b"\xff\xd8\xff another")
    assert company.name(other, act="replace")["pages"] == 1
    assert company.draft()["papers"][0]["pages"] == [other]
    assert company.rows(Blob) == 1


def test_what_did_not_come_whole_is_not_taken(company: Company) -> None:
    page = company.send()
    absent = {**page, "blob": "0" * 64}
    assert company.name(page, absent)["state"] == "absent"
    assert company.draft()["papers"] == []
    assert company.rows(Blob) == 0, "sealed pages that nothing names are deleted"


def test_a_file_of_too_many_pages_is_refused(company: Company) -> None:
    here = company.service.central.office
    assert here.policy.papers.employer_pages == 200
    page = company.send()
    many = [{**page, "digest": f"{number:064x}"} for number in range(150)]
    assert company.name(*many)["state"] == "kept"
    more = [{**page, "digest": f"{number:064x}"} for number in range(150, 201)]
    assert company.name(*more)["state"] == "full"


@pytest.mark.parametrize(
    "changes",
    [
        {"reference": "0" * 32},
        {"paper": "A1"},
        {"paper": "none"},
    ],
)
def test_pages_of_nobody_or_of_another_paper_are_not_taken(
    company: Company, changes: dict[str, str]
) -> None:
    assert company.name(company.send(), **changes)["state"] == "not-begun"
    assert company.rows(Blob) == 0


def test_another_company_terminal_or_log_in_hands_in_nothing(company: Company) -> None:
    page = company.send()
    other = company.name(page, unit_code="91340000000000000X")
    assert other["type"] == "no-visit"
    assert company.name(page, token="made-up")["type"] == "no-visit"
    said = {**company.asked, "reference": reference_of(company.asked["token"], LIU)}
    said |= {"paper": "P1", "act": "add", "pages": [page]}
    assert company.service.post(PATH, said, OTHER_TERMINAL).json()["type"] == "no-visit"
    theirs = company.name(page, reference=reference_of(company.asked["token"], WANG))
    assert theirs["state"] == "not-begun", "Wang is no person of this company"
    elsewhere = company.name(page, reference=reference_of("another token", LIU))
    assert elsewhere["state"] == "not-begun", "a reference is of one log-in"


def test_nothing_is_added_to_what_another_company_began(company: Company) -> None:
    office = company.service.central.office
    unit = office.people.facts[WANG].unit_name
    assert unit not in ("", FACTORY.name)
    draft = EmployerDraft(WANG, "王秀英", unit, ("R01",), {}, "2026-11-20")
    person, key = office.vault.person(WANG), office.vault.handed_key(WANG)
    office.store.handed.keep(person, unit, seal_handed(draft, key, office.random))
    theirs = reference_of(company.asked["token"], WANG)
    assert company.name(company.send(), reference=theirs)["state"] == "not-begun"
    sealed = office.store.handed.sealed_for(person)
    assert sealed is not None
    assert open_handed(sealed, key)["papers"] == []


def test_two_who_send_at_once_lose_nothing(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed = company.service.central.office.store.handed
    first, second = company.send(), company.send(b"\xff\xd8\xff second")
    before = handed.sealed_for(company.service.central.office.vault.person(LIU))
    assert before is not None
    assert company.name(first)["state"] == "kept"
    monkeypatch.setattr(type(handed), "sealed_for", lambda _self, _person: before)
    assert company.name(second)["state"] == "again"
    monkeypatch.undo()
    assert company.draft()["papers"][0]["pages"] == [first]


def file(company: Company, pages: list[dict[str, Any]]) -> None:
    """Let Liu file with these pages, as a kiosk hands them in."""
    central = company.service.central
    supplied = [{**one, "supplied_by": "employer"} for one in pages]
    papers = [{"code": "P1", "settled": "employer", "pages": supplied}]
    body = central.body(way="employer", papers=papers)
    path = f"/v1/applications/{numbered(1)}"
    answer = company.service.client.put(path, content=body, headers=central.headers())
    assert answer.status_code == 201, answer.text


def test_once_the_person_filed_only_named_pages_are_kept(company: Company) -> None:
    page, left = company.send(), company.send(b"\xff\xd8\xff left out")
    company.name(page, left)
    file(company, [page])
    assert company.draft()["type"] == "unknown"
    assert company.forget() == 2
    assert (company.rows(Blob), company.rows(ChunkRow), company.rows(HandedPageRow)) == (1, 1, 0)
    kept = company.service.central.office.store.blobs.state(page["blob"])
    assert kept is not None
    assert company.forget() == 0


def test_pages_that_nobody_signs_for_go_with_their_draft(company: Company) -> None:
    company.name(company.send())
    days = company.service.central.office.policy.retention.employer_page_days
    assert company.forget(days - 1) == 0
    assert company.forget(days + 1) == 1
    tables = (Blob, ChunkRow, HandedPageRow, HandedRow)
    assert [company.rows(one) for one in tables] == [0, 0, 0, 0]


def test_pages_of_an_earlier_employer_go_when_another_begins(company: Company) -> None:
    company.name(company.send())
    facts = company.service.central.office.people.facts
    facts[LIU] = replace(facts[LIU], unit_name="另一家")
    assert company.name()["state"] == "not-begun"
    company.begin()
    assert company.draft()["papers"] == []
    assert company.rows(Blob) == 0


def test_nobody_reads_a_page_from_the_bytes_that_are_kept(company: Company, tmp_path: Path) -> None:
    company.name(company.send())
    company.service.central.office.store.close()
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for secret in (b"what stands in the personnel file", "刘长青".encode(), LIU.encode()):
        assert not [one for one in files if secret in one]

"""What the vault shows to whom, and what it writes down of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from central.intake.examiner import Intake
from central.load import RateLimit
from central.signatures import SignedMessage
from central.vault.access_log import FILE, AccessLog
from central.vault.accounts import VaultAccount, VaultAccounts, read_accounts
from central.vault.child import FOLDER
from central.vault.operations import VaultOperations
from central.vault_port import (
    ENGINE,
    OfficeAsk,
    OfficeForm,
    OfficeShare,
    PageLook,
    PaperAsk,
    PictureAsk,
    SealedRequest,
    VaultRefusal,
    VaultUnavailable,
)
from kiosk.config.schema import ConfigError
from kiosk.crypto.envelope import digest, seal
from tests.central.standing import LIU, NOON, POINT, TERMINAL, Standing, content, numbered, standing

PAGE = b"\xff\xd8 a page of the household register \xff\xd9"
OFFICE = VaultAccount(("R01", "R17"), an_hour=3, id="RS-1")


def with_pages(document: dict[str, Any], service: str) -> dict[str, Any]:
    """What an office sees: whose it is, and its papers."""
    papers = [one for one in document["papers"] if service in one["for"]]
    return {"service": service, "applicant": document["applicant"], "papers": papers}


@pytest.fixture
def central(tmp_path: Path) -> Any:
    with standing(tmp_path, view=with_pages) as built:
        yield built


@pytest.fixture
def vault(central: Standing) -> VaultOperations:
    return replace(central.opening, accounts=VaultAccounts({OFFICE.id: OFFICE}))


def sealed_page(central: Standing) -> bytes:
    return seal(PAGE, central.keys.sealing, numbered(1), digest(PAGE))


def application(central: Standing, sealed: bytes) -> bytes:
    """An application with one paper for R01 and another for R06."""
    named = {"digest": digest(PAGE), "blob": digest(sealed), "bytes": len(sealed)}
    page = {**named, "sealed_for": numbered(1)}
    papers = [{"code": "hukou", "for": ["R01"], "pages": [page]}]
    return central.envelope(content(numbered(1), papers=papers)).encode()


def ask(central: Standing, service: str = "R01", account: str = OFFICE.id) -> OfficeAsk:
    body = application(central, sealed_page(central))
    return OfficeAsk(account, numbered(1), service, NOON.isoformat(), body)


def recorded(central: Standing) -> list[tuple[str, str, str, str]]:
    log = AccessLog(central.keys.folder / FOLDER)
    return [
        (one["operation"], one["account"], one["service"], one["detail"]) for one in log.entries()
    ]


def test_an_office_sees_its_part_and_that_is_written_down(
    central: Standing, vault: VaultOperations
) -> None:
    share = vault.case_view(ask(central))
    assert isinstance(share, OfficeShare)
    assert share.view["applicant"]["number"] == LIU
    assert recorded(central) == [("case_view", "RS-1", "R01", "")]


@pytest.mark.parametrize(
    ("service", "account", "why"),
    [
        ("R06", "RS-1", VaultRefusal.NOT_THEIRS),  # another office's service
        ("R17", "nobody", VaultRefusal.UNKNOWN_ACCOUNT),
        ("R01", "engine", VaultRefusal.UNKNOWN_ACCOUNT),  # which has all services, and is no person
    ],
)
def test_nobody_else_sees_it(
    central: Standing, vault: VaultOperations, service: str, account: str, why: VaultRefusal
) -> None:
    assert vault.case_view(ask(central, service, account)) is why
    assert recorded(central) == [("case_view", account, service, why.value)]


def test_the_engine_has_its_own_question(central: Standing, vault: VaultOperations) -> None:
    asked = ask(central, account=ENGINE)
    assert isinstance(vault.office_share(asked), OfficeShare)
    assert vault.office_share(replace(asked, account=OFFICE.id)) is VaultRefusal.UNKNOWN_ACCOUNT
    for form in OfficeForm:
        assert vault.case_form(asked, form) is VaultRefusal.UNKNOWN_ACCOUNT


def test_a_service_that_was_not_applied_for_is_nobodys(
    central: Standing, vault: VaultOperations
) -> None:
    every = VaultAccount(("*",), id="RS-2")
    vault = replace(vault, accounts=VaultAccounts({every.id: every}))
    assert vault.case_view(ask(central, "R09", every.id)) is VaultRefusal.NOT_THEIRS
    other = replace(ask(central, "R01", every.id), application_id=numbered(2))
    assert vault.case_view(other) is VaultRefusal.NOT_THEIRS


def test_an_account_ends_and_is_limited(central: Standing, vault: VaultOperations) -> None:
    asked = ask(central)
    for _ in range(OFFICE.an_hour):
        assert isinstance(vault.case_view(asked), OfficeShare)
    assert vault.case_view(asked) is VaultRefusal.TOO_OFTEN
    central.clock[0] = NOON + timedelta(hours=1)
    assert isinstance(vault.case_view(asked), OfficeShare)
    past = replace(OFFICE, until=date(2026, 11, 22))
    vault = replace(vault, accounts=VaultAccounts({past.id: past}))
    assert vault.case_view(asked) is VaultRefusal.UNKNOWN_ACCOUNT


def test_an_office_sees_a_page_of_its_paper(central: Standing, vault: VaultOperations) -> None:
    sealed = sealed_page(central)
    body = application(central, sealed)
    asked = PaperAsk(OFFICE.id, numbered(1), "R01", NOON.isoformat(), body, sealed)
    assert vault.paper_page(asked) == PAGE
    assert vault.paper_page(replace(asked, service="R17")) is VaultRefusal.NOT_THEIRS
    assert vault.paper_page(replace(asked, sealed=sealed_page(central))) is VaultRefusal.NOT_THEIRS
    assert [one[0] for one in recorded(central)] == ["paper_page"] * 3


def correction(central: Standing, sealed: bytes, **changes: str) -> bytes:
    """A correction of application 1 for R01 with one page."""
    page = {"digest": digest(PAGE), "blob": digest(sealed), "bytes": len(sealed)}
    papers = [{"code": "correction", "pages": [{**page, "sealed_for": numbered(1)}]}]
    said = {"id": numbered(9), "application_id": numbered(1), "service": "R01", "papers": papers}
    return central.sealed("correction", {**said, **changes})


def test_a_page_of_a_correction_is_seen_too(central: Standing, vault: VaultOperations) -> None:
    sealed = sealed_page(central)
    body = central.envelope(content(numbered(1), papers=[])).encode()
    later = (correction(central, sealed),)
    asked = PaperAsk(OFFICE.id, numbered(1), "R01", NOON.isoformat(), body, sealed, later)
    assert vault.paper_page(asked) == PAGE
    assert vault.paper_page(replace(asked, corrections=())) is VaultRefusal.NOT_THEIRS


@pytest.mark.parametrize("other", [{"application_id": numbered(2)}, {"service": "R17"}])
def test_a_correction_of_another_case_or_service_is_not_opened_beside_this_one(
    central: Standing, vault: VaultOperations, other: dict[str, str]
) -> None:
    sealed = sealed_page(central)
    later = (correction(central, sealed, **other),)
    asked = replace(ask(central), corrections=later)
    assert vault.case_view(asked) is VaultRefusal.NOT_THEIRS
    assert vault.case_form(asked, OfficeForm.SERVICE) is VaultRefusal.NOT_THEIRS
    body = application(central, sealed)
    page = PaperAsk(OFFICE.id, numbered(1), "R01", NOON.isoformat(), body, sealed, later)
    assert vault.paper_page(page) is VaultRefusal.NOT_THEIRS
    assert {one[3] for one in recorded(central)} == {"not-theirs"}
    look = PageLook("O-0001", "x", body, later)
    assert (vault.named_pages(look) is VaultRefusal.NOT_THEIRS) is ("application_id" in other)


def test_what_cant_be_read_is_said_to_be(central: Standing, vault: VaultOperations) -> None:
    asked = ask(central)
    other = central.envelope(content(numbered(1)), key_id="0" * 16).encode()
    for body in (b"{}", other):
        found = vault.case_view(replace(asked, envelope=body))
        assert found is VaultRefusal.UNREADABLE
    plain = central.envelope(content(numbered(1))).encode()  # it names no papers
    assert vault.case_view(replace(asked, envelope=plain)) is VaultRefusal.UNREADABLE
    picture = PictureAsk("R-0001", numbered(1), numbered(1), digest(PAGE), b"other")
    assert vault.vouching_picture(picture) is VaultRefusal.UNREADABLE


def test_before_its_day_an_office_sees_nothing(central: Standing, vault: VaultOperations) -> None:
    asked = replace(ask(central), received_at=(NOON + timedelta(days=1)).isoformat())
    share = vault.case_view(asked)
    assert isinstance(share, OfficeShare)
    assert (share.opens.date(), share.view) == (date(2026, 11, 24), {})
    sealed = sealed_page(central)
    page = PaperAsk(
        OFFICE.id, numbered(1), "R01", asked.received_at, application(central, sealed), sealed
    )
    assert vault.paper_page(page) is VaultRefusal.NOT_YET


def test_a_changed_record_is_found(central: Standing, vault: VaultOperations) -> None:
    for _ in range(3):
        vault.case_view(ask(central))
    folder = central.keys.folder / FOLDER
    log, path = AccessLog(folder), folder / FILE
    assert log.first_broken() is None
    assert path.stat().st_mode & 0o777 == 0o600
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([lines[0].replace("RS-1", "RS-2"), *lines[1:]]) + "\n", "utf-8")
    assert log.first_broken() == 1
    path.write_text("\n".join([lines[0], lines[2]]) + "\n", "utf-8")
    assert log.first_broken() == 2
    path.write_text("\n".join(lines)[:-9], "utf-8")  # a power cut tore the last one
    vault.case_view(ask(central))
    assert log.first_broken() is None
    assert len(list(log.entries())) == 3


def test_what_cant_be_written_down_is_not_shown(
    central: Standing, vault: VaultOperations, tmp_path: Path
) -> None:
    (tmp_path / "full").write_bytes(b"")
    full = replace(vault, log=AccessLog(tmp_path / "full"))
    with pytest.raises(OSError, match="full"):
        full.case_view(ask(central))


def test_the_record_names_nobody(central: Standing, vault: VaultOperations) -> None:
    vault.case_view(ask(central))
    text = (central.keys.folder / FOLDER / FILE).read_text("utf-8")
    for said in (LIU, "刘长青", LIU[-6:]):
        assert said not in text
    assert json.loads(text)["application_id"] == numbered(1)


def test_accounts_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "accounts.toml"
    path.write_text('[accounts.RS-1]\nservices = ["R01"]\nuntil = 2027-12-31\n', "utf-8")
    (found,) = read_accounts(path).accounts.values()
    assert (found.id, found.services, found.until) == ("RS-1", ("R01",), date(2027, 12, 31))
    path.write_text('[accounts.RS-1]\nservice = ["R01"]\n', "utf-8")
    with pytest.raises(ConfigError, match="service"):
        read_accounts(path)


def test_nobody_tries_all_numbers(central: Standing) -> None:
    vault = replace(central.opening, hashes=RateLimit(2, 1.0))
    assert vault.person(LIU) != vault.chip(LIU)
    for ask_for in (vault.person, vault.chip, vault.mobile_mark, vault.handed_key):
        with pytest.raises(VaultUnavailable):
            ask_for(LIU)
    central.clock[0] = NOON + timedelta(seconds=1)
    assert vault.person(LIU)
    # What the vault needs itself does not count.
    assert isinstance(vault.examine_application(asked_for(central)), Intake)


def asked_for(central: Standing) -> SealedRequest:
    message = SignedMessage("PUT", "https://x/", {})
    return SealedRequest(message, central.body(), numbered(1), TERMINAL, POINT, NOON)

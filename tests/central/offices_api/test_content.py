"""What a system reads of a case: its view, forms and pages, and what stands in the audit of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from central.vault.access_log import FILE
from central.vault.accounts import VaultAccounts
from central.vault.child import FOLDER
from central.vault.client import VaultClient, VaultLink
from central.vault.operations import VaultOperations
from central.vault.protocol import CallerRole
from central.web_accounts import WebRole
from tests.central.offices_api.api_office import ApiOffice, api_over
from tests.central.standing import NOON, Standing
from tests.central.vault.test_socket import POLICY, listening
from tests.central.web.test_case_page import (
    SERVICES,
    ShownCase,
    case,
    central,
    empty_pages,
    name_of,
    side,
    vault,
)

__all__ = ["case", "central", "side", "vault"]  # fixtures
OFFICES = ("RS", "YB", "SJ")


@pytest.fixture
def office(
    central: Standing, case: ShownCase, vault: VaultOperations, tmp_path: Path
) -> Iterator[ApiOffice]:
    """The API, which reaches the vault through its socket, as the process of the pages does."""
    path = tmp_path / "vault-socket"
    link = VaultLink(path, POLICY)
    with (
        listening(vault, path, frozenset({CallerRole.PAGES})),
        api_over(central, vault=VaultClient(link)) as found,
    ):
        yield found
    link.close()


def pages_of(view: object) -> set[str]:
    return {one["blob"] for paper in view["papers"] for one in paper["pages"]}  # type: ignore[index]


def test_each_office_reads_exactly_what_is_its_own(office: ApiOffice, case: ShownCase) -> None:
    """Office x service x view, form and pages, both ways."""
    systems = {one: office.system(name_of(WebRole.CLERK, one), one) for one in OFFICES}
    number = case.document["applicant"]["number"]
    for service in sorted(case.document["services"]):
        path = f"/v1/tasks/1/{service}"
        for where, system in systems.items():
            answer = system.call("GET", f"{path}/view")
            if SERVICES[service].office != where:
                assert (answer.status_code, answer.json()["type"]) == (404, "unknown")
                assert number not in answer.text
                continue
            view = answer.json()["view"]
            assert (answer.status_code, view["service"]) == (200, service)
            assert answer.headers["cache-control"] == "no-store"
            for code, blobs in case.pages.items():
                mine = set(blobs) <= pages_of(view)
                shown = system.call("GET", f"{path}/pages/{blobs[0]}")
                assert (shown.status_code == 200) is mine, (service, code)
                if mine:
                    assert shown.content == case.picture(code, 1)
                    assert shown.headers["content-type"] == "image/jpeg"
                else:
                    assert shown.json()["type"] == "not-theirs"


def test_a_form_comes_as_pdf_and_each_look_is_recorded_twice(
    office: ApiOffice, central: Standing
) -> None:
    name = name_of(WebRole.CLERK, "SJ")
    system, path = office.system(name, "SJ"), "/v1/tasks/1/R17"
    answer = system.call("GET", f"{path}/forms/service")
    assert (answer.headers["content-type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert system.call("GET", f"{path}/forms/authority").json()["type"] == "no-form"
    assert system.call("GET", f"{path}/forms/moon").json()["type"] == "unknown"
    for wrong in ("0" * 64, "x", "%00"):
        assert system.call("GET", f"{path}/pages/{wrong}").json()["type"] == "absent-page"
    assert (name, "viewed", "1 R17 form service") in office.events()
    log = (central.keys.folder / FOLDER / FILE).read_text("utf-8").splitlines()
    told = [(one["account"], one["operation"]) for one in map(json.loads, log)]
    assert (name, "case_form") in told


def test_a_page_whose_store_is_away_can_be_asked_for_later(
    office: ApiOffice, central: Standing, case: ShownCase
) -> None:
    empty_pages(central)
    system = office.system(name_of(WebRole.CLERK, "SJ"), "SJ")
    answer = system.call("GET", f"/v1/tasks/1/R17/pages/{next(iter(case.pages.values()))[0]}")
    assert (answer.status_code, answer.json()["type"]) == (503, "pages-away")


def test_before_its_first_day_an_office_reads_nothing(
    office: ApiOffice, vault: VaultOperations
) -> None:
    before = replace(vault, now=lambda: NOON.replace(year=2020))
    office.context = replace(office.context, vault=before)
    system = office.system(name_of(WebRole.CLERK, "SJ"), "SJ")
    for what in ("view", "forms/service"):
        answer = system.call("GET", f"/v1/tasks/1/R17/{what}")
        assert (answer.status_code, answer.json()["type"]) == (409, "not-yet")


def test_an_account_that_the_vault_does_not_know_reads_nothing(
    office: ApiOffice, vault: VaultOperations
) -> None:
    office.context = replace(office.context, vault=replace(vault, accounts=VaultAccounts({})))
    answer = office.system("SYS-9", "SJ").call("GET", "/v1/tasks/1/R17/view")
    assert (answer.status_code, answer.json()["type"]) == (403, "unknown-account")


def test_a_vault_that_is_away_is_said_to_be(office: ApiOffice, tmp_path: Path) -> None:
    gone = VaultClient(VaultLink(tmp_path / "no-socket", POLICY))
    office.context = replace(office.context, vault=gone)
    answer = office.system("SYS-9", "SJ").call("GET", "/v1/tasks/1/R17/view")
    assert (answer.status_code, answer.json()["type"]) == (503, "vault-away")
    assert answer.headers["retry-after"] == "10"


def test_lists_and_problems_name_nobody(office: ApiOffice, case: ShownCase) -> None:
    system = office.system(name_of(WebRole.CLERK, "SJ"), "SJ")
    for path in ("", "/1/R17", "/1/R01", "/1/R17/view"):
        system.call("GET", f"/v1/tasks{path}")
    said = [system.call("GET", path).text for path in ("/v1/tasks", "/v1/tasks/1/R17")]
    for secret in (case.document["applicant"]["number"], case.document["applicant"]["name"]):
        assert not any(secret in one for one in (*said, repr(office.events())))

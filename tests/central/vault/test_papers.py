"""Who sees which page of whose paper: offices theirs, operators with a reason, nobody else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import main
from central.intake.delivered_views import DeliveredViews
from central.vault.access_log import AccessLog
from central.vault.accounts import VaultAccount, VaultAccounts
from central.vault.child import FOLDER
from central.vault.operations import VaultOperations
from central.vault_port import OfficeAsk, OfficeShare, PageLook, PaperAsk, VaultRefusal
from kiosk.crypto.envelope import digest, seal
from kiosk.visit.steps.facts.events import FactsKnown
from tests.central.intake.test_promised_dates import Counter, central, side
from tests.central.standing import NOON, Standing, content, numbered
from tests.central.terminals.test_terminal_side import TerminalSide
from tests.kiosk.invented_people import InventedVisitor, handbook, persona

BOOK = handbook()
OTHER_CASE = numbered(77)

__all__ = ["central", "side"]  # fixtures


@dataclass(frozen=True)
class FiledCase:
    """An application as it is kept, and its pages by the code of their paper."""

    id: str
    envelope: bytes
    services: tuple[str, ...]
    pages: dict[str, bytes]


def with_pages(central: Standing, document: dict[str, Any], case: str) -> FiledCase:
    """The application under the id `case`, each of its papers with one page."""
    pages, papers = {}, []
    for paper in document["papers"]:
        plain = f"a page of {paper['code']} of {case}".encode()
        sealed = seal(plain, central.keys.sealing, case, digest(plain))
        named = {"digest": digest(plain), "blob": digest(sealed), "bytes": len(sealed)}
        papers.append({**paper, "pages": [{**named, "sealed_for": case}]})
        pages[paper["code"]] = sealed
    whole = {**document, "id": case, "papers": papers}
    return FiledCase(case, central.envelope(whole).encode(), tuple(document["services"]), pages)


@pytest.fixture
def cases(central: Standing, side: TerminalSide) -> tuple[FiledCase, FiledCase]:
    """The fullest application, and one of somebody else with the same papers."""
    facts = persona("liu")[1]
    counter = Counter(central, side, InventedVisitor(now=NOON).proved().happen(FactsKnown(facts)))
    envelope = central.office.store.cases.envelope_of(counter.file().id)
    assert envelope is not None
    document = central.document(envelope)
    return with_pages(central, document, document["id"]), with_pages(central, document, OTHER_CASE)


@pytest.fixture
def vault(central: Standing) -> VaultOperations:
    """The vault with one account for each service, and the real views."""
    accounts = {
        f"A-{code}": VaultAccount((code,), id=f"A-{code}") for code in BOOK.catalogue.services
    }
    views = DeliveredViews(BOOK.views.view_of, central.opening.views.joined)
    return replace(central.opening, accounts=VaultAccounts(accounts), views=views)


def test_each_account_sees_exactly_the_pages_of_its_services(
    cases: tuple[FiledCase, FiledCase], vault: VaultOperations
) -> None:
    mine, other = cases
    # Each office may begin at once: what is shown here does not hang on the day.
    vault = replace(vault, now=lambda: NOON.replace(year=2050))
    seen, refused = set(), 0
    for code, service in BOOK.catalogue.services.items():
        for paper, sealed in mine.pages.items():
            asked = PaperAsk(f"A-{code}", mine.id, code, NOON.isoformat(), mine.envelope, sealed)
            found = vault.paper_page(asked)
            theirs = code in mine.services and paper in service.materials
            assert (found == f"a page of {paper} of {mine.id}".encode()) is theirs, (code, paper)
            assert theirs or found is VaultRefusal.NOT_THEIRS
            # Neither by another case's application, nor in another account's name, nor its own page
            # for a service that it does not have.
            for wrong in (
                replace(asked, envelope=other.envelope),
                replace(asked, sealed=other.pages[paper]),
                replace(asked, application_id=other.id),
                replace(asked, account=f"A-{_another(code)}"),
            ):
                assert vault.paper_page(wrong) is VaultRefusal.NOT_THEIRS
                refused += 1
            if theirs:
                seen.add((code, paper))
    assert {paper for _, paper in seen} == set(mine.pages)
    assert len({code for code, _ in seen}) >= 5
    assert refused >= 4 * len(BOOK.catalogue.services)


def _another(code: str) -> str:
    return next(one for one in BOOK.catalogue.services if one != code)


def test_each_account_sees_exactly_the_fields_of_its_services(
    cases: tuple[FiledCase, FiledCase], vault: VaultOperations
) -> None:
    mine, _ = cases
    vault = replace(vault, now=lambda: NOON.replace(year=2050))
    for code, service in BOOK.catalogue.services.items():
        asked = OfficeAsk(f"A-{code}", mine.id, code, NOON.isoformat(), mine.envelope)
        share = vault.case_view(asked)
        if code not in mine.services:
            assert share is VaultRefusal.NOT_THEIRS
            continue
        assert isinstance(share, OfficeShare)
        common = set(BOOK.views.fields_of({}, code)) - set(service.fields)
        assert set(share.view["facts"]) <= {*common, *service.fields}
        assert {one["code"] for one in share.view["papers"]} <= set(service.materials)


def put_page(client: TestClient, central: Standing, sealed: bytes) -> None:
    path = f"/v1/blobs/{digest(sealed)}/chunks/0?bytes={len(sealed)}"
    headers = central.headers() | {"Content-Type": "application/octet-stream"}
    assert client.put(path, content=sealed, headers=headers).is_success


def test_an_operator_sees_a_page_with_a_reason(
    central: Standing, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = with_pages(central, content(numbered(1), papers=[{"code": "hukou"}]), numbered(1))
    (sealed,) = case.pages.values()
    where = ("--data", str(tmp_path / "data"), "--database", f"sqlite:///{tmp_path / 'central.db'}")
    why = ("--operator", "O-0001", "--reason", "电话核对  户口簿")
    words = ("central", "papers", numbered(1), *why, *where)
    with central.client() as client:
        path = f"/v1/applications/{numbered(1)}"
        assert client.put(path, content=case.envelope, headers=central.headers()).is_success
        assert main.main([*words]) == 0
        row = ["hukou", digest(sealed), str(len(sealed))]
        assert capsys.readouterr().out.splitlines()[1].split("\t") == [*row, "no"]
        put_page(client, central, sealed)
    assert main.main([*words]) == 0
    assert capsys.readouterr().out.splitlines()[1].split("\t") == [*row, "yes"]
    target = tmp_path / "page.jpg"
    page = ("--page", digest(sealed), "--to", str(target))
    assert main.main([*words, *page]) == 0
    assert target.read_bytes() == f"a page of hukou of {numbered(1)}".encode()
    assert target.stat().st_mode & 0o777 == 0o600
    said = [
        (one["operation"], one["account"], one["application_id"], one["detail"])
        for one in AccessLog(tmp_path / "data" / FOLDER).entries()
    ]
    reason = "电话核对 户口簿"
    looks = ("named_pages", "named_pages", "operator_page")
    assert said == [(one, "O-0001", numbered(1), reason) for one in looks]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--reason", " "), "reason"),
        (("--page", "0" * 64), "--to"),
        (("--page", "0" * 64, "--to", "{new}"), "not here yet"),
        (("--page", "0" * 64, "--to", __file__), "already"),
    ],
)
def test_what_an_operator_does_not_see(
    central: Standing,
    tmp_path: Path,
    more: tuple[str, ...],
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    where = ("--data", str(tmp_path / "data"), "--database", f"sqlite:///{tmp_path / 'central.db'}")
    words = ["central", "papers", numbered(1), "--operator", "O-0001", "--reason", "x", *where]
    assert main.main(words) == 1  # there is no such application
    with central.client() as client:
        path = f"/v1/applications/{numbered(1)}"
        assert client.put(path, content=central.body(), headers=central.headers()).is_success
    capsys.readouterr()
    asked = [one.replace("{new}", str(tmp_path / "new")) for one in more]
    assert main.main([*words, *asked]) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_page_of_another_application_is_no_operators_either(central: Standing) -> None:
    first, second = (
        with_pages(central, content(case, papers=[{"code": "hukou"}]), case)
        for case in (numbered(1), numbered(2))
    )
    look = PageLook("O-0001", "x", first.envelope, sealed=second.pages["hukou"])
    assert central.opening.operator_page(look) is VaultRefusal.NOT_THEIRS
    assert central.opening.operator_page(replace(look, envelope=b"{}")) is VaultRefusal.UNREADABLE
    assert central.opening.named_pages(replace(look, envelope=b"{}")) is VaultRefusal.UNREADABLE

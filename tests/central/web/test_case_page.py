"""One case in a browser: an office's people read exactly its view, forms and pages, through the vault."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pyhanko.pdf_utils.reader import PdfFileReader

from central.intake.delivered_views import DeliveredViews
from central.store.tables import ApplicationRow, Blob, ChunkRow
from central.tasks import TaskMove, TaskState
from central.vault.access_log import FILE, AccessLog
from central.vault.accounts import VaultAccount, VaultAccounts
from central.vault.child import FOLDER
from central.vault.client import VaultClient, VaultLink
from central.vault.operations import VaultOperations
from central.vault.protocol import CallerRole
from central.vault_port import PaperAsk, VaultRefusal
from central.web.app import HEADERS
from central.web_accounts import OFFICE_ROLES, WebRole
from kiosk.crypto.envelope import digest, seal
from kiosk.visit.steps.facts.events import FactsKnown
from tests.central.intake.test_promised_dates import Counter, central, side
from tests.central.standing import NOON, Standing, numbered
from tests.central.terminals.test_terminal_side import TerminalSide
from tests.central.vault.test_socket import POLICY, listening
from tests.central.web.desk import Browser, WebDesk, desk_over
from tests.kiosk.invented_people import InventedVisitor, handbook, persona

BOOK = handbook()
SERVICES = BOOK.catalogue.services
OFFICES = sorted({one.office for one in SERVICES.values()})
OTHER_CASE = numbered(77)
LATER = NOON.replace(year=2050)
"""After every first day: what is shown here does not hang on it."""

__all__ = ["central", "side"]  # fixtures


@dataclass(frozen=True)
class ShownCase:
    """The fullest application, as the service has it, with two pages of each paper."""

    document: dict[str, Any]
    pages: dict[str, tuple[str, ...]]

    def picture(self, code: str, number: int) -> bytes:
        """The page of a paper as the terminal took it: bytes that begin as a JPEG does."""
        return b"\xff\xd8\xff " + f"page {number} of {code}".encode()


def with_pictures(central: Standing, document: dict[str, Any]) -> ShownCase:
    """Put two pages of each paper into the application and the database."""
    case, pages, papers = ShownCase(document, {}), {}, []
    for paper in document["papers"]:
        named = []
        for number in (1, 2):
            plain = case.picture(paper["code"], number)
            sealed = seal(plain, central.keys.sealing, document["id"], digest(plain))
            store_page(central, sealed)
            one = {"digest": digest(plain), "blob": digest(sealed), "bytes": len(sealed)}
            named.append({**one, "sealed_for": document["id"]})
        papers.append({**paper, "pages": named})
        pages[paper["code"]] = tuple(one["blob"] for one in named)
    whole = {**document, "papers": papers}
    envelope = central.envelope(whole).encode()
    changed = sa.update(ApplicationRow).values(envelope=envelope)
    central.office.store.database.write(lambda session: session.execute(changed))
    return ShownCase(whole, pages)


def store_page(central: Standing, sealed: bytes) -> None:
    """Store a page as if all of it had arrived."""
    blob = Blob(digest=digest(sealed), bytes=len(sealed), received_at=NOON.isoformat())
    chunk = ChunkRow(blob=blob.digest, number=0, body=sealed)
    central.office.store.database.write(lambda session: session.add_all([blob, chunk]))


@pytest.fixture
def case(central: Standing, side: TerminalSide) -> ShownCase:
    counter = Counter(
        central, side, InventedVisitor(now=NOON).proved().happen(FactsKnown(persona("liu")[1]))
    )
    filed = counter.file().id
    envelope = central.office.store.cases.envelope_of(filed)
    assert envelope is not None
    document = central.document(envelope)
    for service in document["services"]:  # each has come to its office
        central.office.store.work.settle(
            filed, service, TaskMove(TaskState.WORKING), NOON.isoformat()
        )
    return with_pictures(central, document)


def accounts() -> VaultAccounts:
    """One account of each role at each office, with the services of that office."""
    found = {}
    for office in OFFICES:
        services = tuple(code for code, one in SERVICES.items() if one.office == office)
        for role in OFFICE_ROLES:
            found[name_of(role, office)] = VaultAccount(services, an_hour=10_000)
    return VaultAccounts({name: replace(one, id=name) for name, one in found.items()})


def name_of(role: WebRole, office: str) -> str:
    return f"{role.value[0].upper()}-{OFFICES.index(office) + 1:04d}"


@pytest.fixture
def vault(central: Standing) -> VaultOperations:
    views = DeliveredViews(BOOK.views.view_of, central.opening.views.joined)
    return replace(central.opening, accounts=accounts(), views=views, now=lambda: LATER)


@pytest.fixture
def desk(central: Standing, vault: VaultOperations, tmp_path: Path) -> Iterator[WebDesk]:
    """The pages, which reach the vault through its socket, as an account that has no other role."""
    path = tmp_path / "vault-socket"
    link = VaultLink(path, POLICY)
    roles = frozenset({CallerRole.PAGES})
    with listening(vault, path, roles), desk_over(central, vault=VaultClient(link)) as found:
        yield found
    link.close()


def clerk_of(desk: WebDesk, office: str, role: WebRole = WebRole.CLERK) -> Browser:
    return desk.logged_in(name_of(role, office), role, office)


def text_of(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


@pytest.mark.slow
@pytest.mark.parametrize("role", sorted(OFFICE_ROLES))
@pytest.mark.parametrize("office", OFFICES)
def test_each_role_of_each_office_sees_its_cases_and_pages_and_no_others(
    desk: WebDesk, case: ShownCase, office: str, role: WebRole
) -> None:
    browser = clerk_of(desk, office, role)
    for code, service in SERVICES.items():
        theirs = service.office == office and code in case.document["services"]
        answer = browser.get(f"/cases/1/{code}")
        assert (answer.status_code == 200) is theirs, code
        assert theirs or case.document["applicant"]["number"] not in answer.text
        form = browser.get(f"/cases/1/{code}/forms/service")
        assert (form.status_code == 200) is theirs
        assert theirs or not form.content.startswith(b"%PDF")
        for paper, blobs in case.pages.items():
            for number, blob in enumerate(blobs, start=1):
                seen = theirs and paper in service.materials
                picture = browser.get(f"/cases/1/{code}/pages/{blob}")
                assert (picture.content == case.picture(paper, number)) is seen, (code, paper)
                assert seen or picture.status_code == 404


def test_a_page_of_another_case_is_not_shown_in_this_one(
    desk: WebDesk, case: ShownCase, central: Standing
) -> None:
    """Nor one that waits for its application: it may be anybody's."""
    plain = case.picture("hukou", 1)
    sealed = seal(plain, central.keys.sealing, OTHER_CASE, digest(plain))
    store_page(central, sealed)
    answer = clerk_of(desk, "RS").get(f"/cases/1/R01/pages/{digest(sealed)}")
    assert (answer.status_code, plain in answer.content) == (404, False)


def test_the_picture_of_who_was_vouched_for_is_no_paper(
    case: ShownCase, vault: VaultOperations, central: Standing
) -> None:
    """It is for its reviewer alone, although every view names it among the proof."""
    plain = b"\xff\xd8\xff a face"
    sealed = seal(plain, central.keys.sealing, case.document["id"], digest(plain))
    named = {"digest": digest(plain), "blob": digest(sealed), "bytes": len(sealed)}
    proof = {**case.document["proof"], "picture": {**named, "sealed_for": case.document["id"]}}
    envelope = central.envelope({**case.document, "proof": proof}).encode()
    asked = PaperAsk(
        name_of(WebRole.CLERK, "RS"), case.document["id"], "R01", NOON.isoformat(), envelope, sealed
    )
    assert vault.paper_page(asked) is VaultRefusal.NOT_THEIRS


@pytest.mark.parametrize("role", [WebRole.SUPERVISOR, WebRole.TECHNICIAN])
def test_who_belongs_to_no_office_sees_none(desk: WebDesk, case: ShownCase, role: WebRole) -> None:
    browser = desk.logged_in("S-0009", role)
    for code in case.document["services"]:
        for what in ("", "/papers/1", "/forms/service", f"/pages/{'0' * 64}"):
            assert browser.get(f"/cases/1/{code}{what}").status_code == 403


def test_the_page_holds_each_listed_field_and_no_other(desk: WebDesk, case: ShownCase) -> None:
    browsers = {office: clerk_of(desk, office) for office in OFFICES}
    for code in case.document["services"]:
        text = text_of(browsers[SERVICES[code].office], f"/cases/1/{code}")
        rows = re.findall(r'<th scope="row">([^<]+)</th>', text)
        listed = BOOK.views.fields_of(case.document["facts"], code)
        assert sorted(rows) == sorted(BOOK.catalogue.fields[name].label for name in listed)
        named = re.findall(r'data-name="材料">([^<]+)</th>', text)
        materials = [
            one for one in case.document["papers"] if one["code"] in SERVICES[code].materials
        ]
        assert named == [BOOK.catalogue.papers[one["code"]].name for one in materials]


def test_the_list_leads_to_the_case_and_on_to_its_papers(desk: WebDesk, case: ShownCase) -> None:
    clerk = clerk_of(desk, "RS")
    assert 'href="/cases/1/R01"' in text_of(clerk, "/tasks")
    text = text_of(clerk, "/cases/1/R01")
    (place, *_) = re.findall(r'href="/cases/1/R01/papers/(\d+)"', text)
    shown = text_of(clerk, f"/cases/1/R01/papers/{place}")
    blobs = re.findall(r'<img src="(/cases/1/R01/pages/[0-9a-f]{64})"', shown)
    assert len(blobs) == 2
    picture = clerk.get(blobs[0])
    assert picture.headers["content-type"] == "image/jpeg"
    assert "<script" not in shown
    assert " style=" not in shown


def test_a_form_is_a_pdf_that_no_browser_stores(desk: WebDesk, case: ShownCase) -> None:
    answer = clerk_of(desk, "RS").get("/cases/1/R01/forms/service")
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="1-R01-service.pdf"'
    for name, said in HEADERS.items():
        assert answer.headers[name] == said


def test_the_data_in_a_form_are_the_view_that_was_signed(desk: WebDesk, case: ShownCase) -> None:
    pdf = clerk_of(desk, "RS").get("/cases/1/R01/forms/service").content
    (attached,) = (one.get_object() for one in PdfFileReader(io.BytesIO(pdf)).root["/AF"])
    said = json.loads(attached["/EF"]["/F"].data)
    assert said == BOOK.views.view_of(case.document, "R01")


def test_the_merged_form_is_no_offices(desk: WebDesk, case: ShownCase) -> None:
    clerk = clerk_of(desk, "RS")
    for name in ("merged", "authority", "R06", "../service"):
        assert clerk.get(f"/cases/1/R01/forms/{name}").status_code == 404


def test_every_look_is_recorded_twice(desk: WebDesk, case: ShownCase, central: Standing) -> None:
    clerk = clerk_of(desk, "RS")
    blob = next(blobs[0] for code, blobs in case.pages.items() if code in SERVICES["R01"].materials)
    clerk.get("/cases/1/R01")
    clerk.get(f"/cases/1/R01/pages/{blob}")
    clerk.get("/cases/1/R01/forms/service")
    clerk.get("/cases/1/R17")  # another office's
    clerk.get(f"/cases/{2**70}/R01")
    looks = [one for one in desk.events() if one[1] in ("viewed", "denied")]
    name = name_of(WebRole.CLERK, "RS")
    assert looks == [
        (name, "viewed", "1 R01"),
        (name, "viewed", f"1 R01 page {blob[:12]}"),
        (name, "viewed", "1 R01 form service"),
        (name, "denied", "case 1 R17"),
        (name, "denied", "case"),
    ]
    log = AccessLog(central.keys.folder / FOLDER)
    said = [(one["operation"], one["account"], one["detail"]) for one in log.entries()]
    assert said == [
        ("case_view", name, ""),
        ("paper_page", name, ""),
        ("case_form", name, "service"),
    ]


def test_what_was_looked_at_is_stored_nowhere_in_plain(
    desk: WebDesk, case: ShownCase, central: Standing, tmp_path: Path
) -> None:
    clerk = clerk_of(desk, "RS")
    clerk.get("/cases/1/R01")
    clerk.get("/cases/1/R01/forms/service")
    for blobs in case.pages.values():
        for blob in blobs:
            clerk.get(f"/cases/1/R01/pages/{blob}")
    facts = persona("liu")[1]
    number = case.document["applicant"]["number"]
    mobile = case.document["facts"]["mobile"]["value"]
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any(path.name == "central.db" for path in files)
    assert any(path.name == FILE for path in files)
    for secret in (number, mobile, facts.unit_name, facts.account, "page 1 of"):
        for path, content in files.items():
            assert secret.encode() not in content, (secret, path)


def empty_pages(central: Standing) -> None:
    """As if all pages had been moved to a store."""
    database = central.office.store.database
    database.write(lambda session: session.execute(sa.delete(ChunkRow)))


def test_a_page_whose_store_is_away_is_said_to_be_safe(
    desk: WebDesk, case: ShownCase, central: Standing
) -> None:
    blob = next(blobs[0] for code, blobs in case.pages.items() if code in SERVICES["R01"].materials)
    empty_pages(central)
    answer = clerk_of(desk, "RS").get(f"/cases/1/R01/pages/{blob}")
    assert (answer.status_code, "页没有丢" in answer.text) == (503, True)


def test_without_a_vault_the_page_says_so(central: Standing, case: ShownCase) -> None:
    with desk_over(central) as desk:
        answer = clerk_of(desk, "RS").get("/cases/1/R01")
    assert (answer.status_code, "没有接上" in answer.text) == (503, True)


def test_a_vault_that_is_away_is_said_and_found_again(
    central: Standing, vault: VaultOperations, case: ShownCase, tmp_path: Path
) -> None:
    path = tmp_path / "vault-socket"
    link = VaultLink(path, POLICY)
    roles = frozenset({CallerRole.PAGES})
    with desk_over(central, vault=VaultClient(link)) as desk:
        clerk = clerk_of(desk, "RS")
        for what in ("", "/papers/1", "/forms/service"):
            answer = clerk.get(f"/cases/1/R01{what}")
            assert (answer.status_code, "没有回答" in answer.text) == (503, True)
        with listening(vault, path, roles):
            assert clerk.get("/cases/1/R01").status_code == 200
    link.close()


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"accounts": VaultAccounts({})}, 403, "账号还不能看"),
        ({"now": lambda: NOON.replace(year=2020)}, 409, "还没到"),
    ],
)
def test_what_the_vault_refuses_has_words(
    central: Standing,
    vault: VaultOperations,
    case: ShownCase,
    changes: dict[str, Any],
    status: int,
    words: str,
) -> None:
    with desk_over(central, vault=replace(vault, **changes)) as desk:
        clerk = clerk_of(desk, "RS")
        for what in ("", "/forms/service"):
            answer = clerk.get(f"/cases/1/R01{what}")
            assert (answer.status_code, words in answer.text) == (status, True)

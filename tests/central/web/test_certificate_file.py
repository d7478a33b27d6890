"""The file of a certificate: what is taken, where it lies, and who gets it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from pyhanko.pdf_utils.generic import ArrayObject, NameObject, PdfObject

from central.results.pdf_scan import scan_pdf
from central.results.reading import ResultTrouble
from central.store import copying
from central.store.web.tables import DeskActRow
from central.tasks import TaskState
from central.vault_port import OfficeAsk, VaultRefusal
from central.web_accounts import WebRole
from tests.central.results.certificate_files import (
    SCRIPT,
    TITLE,
    action,
    certificate,
    entries,
    locked,
)
from tests.central.web.desk import Browser
from tests.central.web.task_office import CHOSEN, FORMS, DeskOffice, path_of, text_of

PAGE = "/cases/1/R01"
MOST = 10


def hand_in(office: DeskOffice, browser: Browser, file: bytes, **changes: str) -> int:
    said = office.open_form(browser, "finish", "R01") | FORMS["finish"] | changes
    return browser.send("finish", path_of("finish", "R01"), said, file).status_code


def test_the_file_goes_to_the_result_and_only_the_vault_opens_it(office: DeskOffice) -> None:
    pdf = certificate()
    clerk, reviewer = office.clerk(), office.clerk("R-0001", WebRole.REVIEWER)
    office.take(clerk, "R01")
    assert "保存证书的文件" not in text_of(clerk.get(f"{PAGE}/decision"))
    assert hand_in(office, clerk, pdf) == 303
    assert "保存证书的文件" in text_of(reviewer.get(f"{PAGE}/decision"))
    answer = reviewer.get(f"{PAGE}/decision/certificate")
    assert answer.content == pdf
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert ("R-0001", "viewed", "1 R01 certificate") in office.desk.events()
    office.desk.pass_time(minutes=5)
    assert office.say(reviewer, "confirmed").status_code == 303
    assert office.carry_out() == 1
    assert office.result("R01").file == pdf
    assert "保存证书的文件" in text_of(clerk.get(PAGE))
    assert clerk.get(f"{PAGE}/certificate").content == pdf
    assert office.central.rows((DeskActRow.file,))[-1] == (None,)  # it lies with the result
    assert_nowhere_in_plain(office)


def assert_nowhere_in_plain(office: DeskOffice) -> None:
    found: list[bytes] = []
    database = office.central.office.store.database
    copying.dump(database, lambda _table, lines: found.extend(lines))
    assert len(found) > 1
    assert not any(TITLE.encode() in line or b"%PDF" in line for line in found)


def test_an_end_without_a_file_gives_none(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk, "R07")
    said = office.open_form(clerk, "finish", "R07") | {"certificate-number": "1"}
    assert clerk.send("finish", path_of("finish", "R07"), said).status_code == 303
    office.carry_out()
    assert office.state("R07")["state"] == "done"
    answer = clerk.get("/cases/1/R07/certificate")
    assert (answer.status_code, "没有证书的文件" in text_of(answer)) == (404, True)
    assert clerk.get("/cases/1/R07/decision/certificate").status_code == 404
    assert "保存证书的文件" not in text_of(clerk.get("/cases/1/R07"))


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (certificate(OpenAction=SCRIPT), "有脚本、动作、夹带的文件"),
        (certificate(MOST + 1), "页太多"),
        (locked(), "有密码"),
        (b"%PDF-1.7 no more", "打不开"),
        (b"GIF89a", "不是 PDF"),
        (b"%PDF-" + bytes(6 * 1024 * 1024), "文件太大了，最大 5 MB"),
    ],
    ids=["script", "pages", "password", "damaged", "no pdf", "large"],
)
def test_another_file_is_refused_with_its_cure(office: DeskOffice, file: bytes, words: str) -> None:
    clerk = office.clerk()
    office.take(clerk, "R01")
    said = office.open_form(clerk, "finish", "R01") | FORMS["finish"]
    answer = clerk.send("finish", path_of("finish", "R01"), said, file)
    assert (answer.status_code, words in text_of(answer)) == (422, True)
    assert office.acts() == []


def test_a_file_needs_the_number_of_its_certificate(office: DeskOffice) -> None:
    clerk = office.clerk()
    for service, form, words in (
        ("R01", {"certificate-number": ""}, "要填“证书或决定书”"),
        ("R08", FORMS["finish"], "没有“证书或决定书”"),
    ):
        office.take(clerk, service)
        said = office.open_form(clerk, "finish", service) | form
        answer = clerk.send("finish", path_of("finish", service), said, certificate())
        assert (answer.status_code, words in text_of(answer)) == (422, True)


@pytest.mark.parametrize(
    "make",
    [
        lambda: certificate(OpenAction=SCRIPT),
        lambda: certificate(OpenAction=action("Launch")),
        lambda: certificate(AA=entries()),
        lambda: certificate(AcroForm=entries(XFA=ArrayObject())),
        lambda: certificate(Names=entries(EmbeddedFiles=entries())),
        lambda: certificate(Names=entries(JavaScript=entries())),
        lambda: certificate(Extra=ArrayObject([entries(Subtype=NameObject("/RichMedia"))])),
        lambda: certificate(Extra=entries(A=action("SubmitForm"))),
    ],
)
def test_whatever_could_run_is_found(make: Callable[[], bytes]) -> None:
    assert scan_pdf(make(), MOST) is ResultTrouble.ACTIVE


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"OpenAction": ArrayObject([NameObject("/Fit")])},
        {"Extra": entries(A=action("URI"))},  # nothing happens before somebody presses it
    ],
)
def test_what_is_only_looked_at_is_taken(more: dict[str, PdfObject]) -> None:
    assert scan_pdf(certificate(MOST, **more), MOST) is None


def test_other_offices_get_no_file(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk, "R01")
    hand_in(office, clerk, certificate())
    office.say(office.clerk("R-0001", WebRole.REVIEWER), "confirmed")
    office.carry_out()
    other = office.clerk("C-0002", office="YB")
    for path in (f"{PAGE}/certificate", f"{PAGE}/decision/certificate"):
        assert other.get(path).status_code == 404
    case, vault = office.desk.context.cases.find(1, "R01", ["R01"]), office.desk.context.vault
    assert case is not None
    kept = office.central.office.store.results.of_task(case.id, "R01")
    assert kept is not None
    assert vault is not None
    asked = OfficeAsk("C-0001", case.id, "R07", case.received_at, case.envelope)
    assert vault.case_result(asked, kept.sealed) is VaultRefusal.NOT_THEIRS


def test_files_of_decisions_are_forgotten_with_the_results(office: DeskOffice) -> None:
    """Also one that was declined, which never became a result."""
    central, clerk = office.central, office.clerk()
    office.take(clerk, "R01")
    hand_in(office, clerk, certificate())
    office.say(office.clerk("R-0001", WebRole.REVIEWER), "declined")
    for service in CHOSEN:
        central.settle(service, TaskState.ENDED, office.desk.context.said_at())
    kept = (DeskActRow.file, DeskActRow.result)
    assert None not in central.rows(kept)[-1]
    later = central.clock[0] + timedelta(days=401)
    central.office.store.results.forget(later, central.office.policy.retention)
    assert central.rows(kept)[-1] == (None, None)

"""A certificate on A4: fetched by who is here, printed by the simulated printer, kept nowhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from drivers.devices.documents.document_printer import IppPrinter, address_of
from drivers.simulated.printer.document_printer import SimulatedDocumentPrinter
from kiosk.config.settings import DocumentPrinterSettings
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.ports import CentralAnswer, Trouble
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.event import Event
from kiosk.visit.stages import Stage
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown
from kiosk.visit.steps.progress.certificates import PrintCertificate
from kiosk.visit.steps.progress.events import (
    CertificateNotPrinted,
    CertificatePrinted,
    ResultsKnown,
)
from tests.kiosk.invented_people import InventedVisitor, handbook, persona
from tests.kiosk.visit.steps.test_results import CASE, CERTIFICATE, REFUSED

PRINTER = "ipp://printer.invalid/ipp/print"
FILE = b"%PDF-1.7 one certificate of an invented person"
WITH_FILE = replace(CERTIFICATE, application_id=CASE, has_file=True)
NOTHING_WRONG = "一项一项看，也可以打一张带走。"


class FileCentral:
    """The central service, which answers with one certificate."""

    def __init__(self, answer: CentralAnswer) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def call(
        self, _method: str, path: str, body: bytes = b"", _headers: Mapping[str, str] | None = None
    ) -> CentralAnswer:
        self.asked.append((path, json.loads(body)))
        return self.answer


def pdf(body: bytes = FILE) -> CentralAnswer:
    return CentralAnswer(200, "application/pdf", None, body)


@pytest.fixture
def there() -> Iterator[SimulatedDocumentPrinter]:
    with closing(SimulatedDocumentPrinter()) as printer:
        yield printer


def at_results(*results: Any, url: str = PRINTER) -> InventedVisitor:
    book = handbook()
    settings = replace(book.settings, document_printer=DocumentPrinterSettings(url))
    visitor = InventedVisitor(table=build_table(replace(book, settings=settings)))
    visitor.press(Press.ASK_PROGRESS).press(Press.AGREE)
    visitor.happen(CardRead(persona("liu")[0])).happen(FaceMatched(0.31, 0.42, "dlib128"))
    visitor.happen(FactsKnown(persona("liu")[1]))
    visitor.happen(ResultsKnown(results or (WITH_FILE,))).press(Press.RESULTS)
    assert visitor.visit.stage is Stage.RESULTS
    return visitor


def acts(visitor: InventedVisitor) -> list[Press]:
    return [one.act for one in visitor.page.choices]


def requests(visitor: InventedVisitor) -> list[PrintCertificate]:
    return [one for one in visitor.effects if isinstance(one, PrintCertificate)]


def request() -> PrintCertificate:
    (found,) = requests(at_results().press(Press.PRINT_CERTIFICATE))
    return found


def printed_by(
    wish: PrintCertificate,
    central: FileCentral,
    url: str,
    cancelled: Callable[[], bool] = lambda: False,
) -> Event:
    printer = IppPrinter(address_of(url), seconds=5.0)
    devices: Any = SimpleNamespace(central=central, print_pdf=printer.print_pdf)
    return wish.answer(devices, cancelled)


def test_a_certificate_is_printed_and_the_sheet_is_called_out(
    there: SimulatedDocumentPrinter,
) -> None:
    visitor = at_results()
    assert acts(visitor) == [Press.PRINT, Press.PRINT_CERTIFICATE, Press.DONE]
    visitor.press(Press.PRINT_CERTIFICATE)
    assert visitor.page.sentence == "正在打印，请等一等。"
    assert acts(visitor) == [Press.PRINT, Press.DONE]
    (wish,) = requests(visitor)
    central = FileCentral(pdf())
    visitor.happen(printed_by(wish, central, there.url))
    assert there.documents == [FILE]
    assert visitor.page.sentence == "打好了，请拿走这张纸。"
    assert acts(visitor) == [Press.PRINT, Press.PRINT_CERTIFICATE, Press.DONE]
    ((path, asked),) = central.asked
    assert path == "/v1/people/certificate"
    assert (asked["application_id"], asked["service"]) == (CASE, "R07")
    assert asked["id_number"] == persona("liu")[0].number
    assert asked["visit"]["proof"]["method"] == "face", "by the person's own proof"


def test_a_second_press_while_it_is_printed_prints_no_second_one() -> None:
    visitor = at_results().press(Press.PRINT_CERTIFICATE).press(Press.PRINT_CERTIFICATE)
    assert not requests(visitor)


def test_each_result_has_its_own_certificate() -> None:
    visitor = at_results(REFUSED, WITH_FILE)
    while visitor.page.rows[0].group.endswith("没办成"):
        assert Press.PRINT_CERTIFICATE not in acts(visitor)
        assert not requests(visitor.press(Press.PRINT_CERTIFICATE))
        visitor.press(Press.MORE)
    assert [one.service for one in requests(visitor.press(Press.PRINT_CERTIFICATE))] == ["R07"]
    visitor.happen(CertificatePrinted())
    assert visitor.page.sentence == "打好了，请拿走这张纸。"
    visitor.press(Press.BACK)
    assert visitor.page.sentence == NOTHING_WRONG, "what was printed is of another page"
    visitor.press(Press.MORE).press(Press.PRINT_CERTIFICATE).press(Press.BACK)
    assert visitor.page.sentence == "正在打印，请等一等。", "it is still being printed"


def test_a_result_without_a_file_offers_none() -> None:
    visitor = at_results(CERTIFICATE)
    assert acts(visitor) == [Press.PRINT, Press.DONE]
    assert not requests(visitor.press(Press.PRINT_CERTIFICATE))


def test_without_a_printer_the_page_says_where_to_fetch_it() -> None:
    visitor = at_results(url="")
    assert acts(visitor) == [Press.PRINT, Press.DONE]
    assert [(row.label, row.words) for row in visitor.page.rows] == [
        ("退休证号", "演示证 3416 2026 00427"),
        ("证书的纸", "这里打不了，请到窗口拿"),
    ]
    assert not requests(visitor.press(Press.PRINT_CERTIFICATE))


@pytest.mark.parametrize(
    ("answer", "failure", "sentence"),
    [
        (
            CentralAnswer(404, "application/problem+json"),
            Failure.CERTIFICATE_GONE,
            "这份证书这里没有了，请到窗口问。",
        ),
        (pdf(b""), Failure.CERTIFICATE_TOO_LARGE, "文件太大，这里打不了，请到窗口拿。"),
        (
            CentralAnswer(trouble=Trouble.TIMEOUT),
            Failure.CENTRAL_UNREACHABLE,
            "这会儿拿不到证书，请再点一次。",
        ),
        (
            CentralAnswer(503, "application/problem+json"),
            Failure.CENTRAL_UNREACHABLE,
            "这会儿拿不到证书，请再点一次。",
        ),
        (
            CentralAnswer(200, "text/html", None, FILE),
            Failure.CENTRAL_STRANGE,
            "这会儿拿不到证书，请点帮忙。",
        ),
        (pdf(b"<html>"), Failure.CENTRAL_STRANGE, "这会儿拿不到证书，请点帮忙。"),
    ],
    ids=["gone", "too large", "no answer", "overloaded", "a page", "no pdf"],
)
def test_why_there_is_no_certificate(
    there: SimulatedDocumentPrinter, answer: CentralAnswer, failure: Failure, sentence: str
) -> None:
    visitor = at_results().press(Press.PRINT_CERTIFICATE)
    said = printed_by(requests(visitor)[0], FileCentral(answer), there.url)
    assert said == CertificateNotPrinted(failure)
    assert there.documents == []
    visitor.happen(said)
    assert visitor.page.sentence == sentence
    assert visitor.page.mend
    assert Press.PRINT_CERTIFICATE in acts(visitor), "it can be tried again"
    assert not visitor.press(Press.PRINT_CERTIFICATE).page.mend


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("media-empty-error", "打印机没纸了，请点帮忙。"),
        ("media-jam-error", "打印机卡住了，请点帮忙。"),
    ],
)
def test_a_printer_that_can_not(
    there: SimulatedDocumentPrinter, reason: str, sentence: str
) -> None:
    there.reasons = (reason,)
    visitor = at_results().press(Press.PRINT_CERTIFICATE)
    visitor.happen(printed_by(requests(visitor)[0], FileCentral(pdf()), there.url))
    assert there.documents == []
    assert visitor.page.sentence == sentence


def test_a_printer_that_is_off() -> None:
    with closing(SimulatedDocumentPrinter()) as printer:
        url = printer.url
    visitor = at_results().press(Press.PRINT_CERTIFICATE)
    visitor.happen(printed_by(requests(visitor)[0], FileCentral(pdf()), url))
    assert visitor.page.sentence == "打印机没反应，请点帮忙。"


def test_who_left_gets_no_sheet_that_lies_for_the_next(there: SimulatedDocumentPrinter) -> None:
    said = printed_by(request(), FileCentral(pdf()), there.url, lambda: True)
    assert isinstance(said, CertificateNotPrinted)
    assert there.documents == []


def test_leaving_the_results_forgets_the_printing() -> None:
    visitor = at_results().press(Press.PRINT_CERTIFICATE).press(Press.BACK)
    assert visitor.visit.stage is Stage.PROGRESS
    assert visitor.press(Press.RESULTS).page.sentence == NOTHING_WRONG


def test_nothing_of_the_file_is_kept(
    there: SimulatedDocumentPrinter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither on the disk, nor by anything that outlives the request, nor in the journal."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    answer, visitor = pdf(bytes(bytearray(FILE))), at_results().press(Press.PRINT_CERTIFICATE)
    (wish,) = requests(visitor)
    before = sys.getrefcount(answer.body)
    said = printed_by(wish, FileCentral(answer), there.url)
    after = sys.getrefcount(answer.body)
    assert there.documents == [FILE]
    assert after == before
    visitor.happen(said)
    assert list(tmp_path.rglob("*")) == []
    book = visitor.table.book
    for one in (repr(visitor.visit), repr(said), repr(wish), said.record(visitor.visit, book)):
        assert "invented person" not in str(one)
    assert persona("liu")[0].number not in repr(wish)

"""Forms on A4, over real connections to a simulated IPP printer."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from drivers.devices.documents.document_printer import IppPrinter, address_of
from drivers.devices.documents.form_printer import FormPrinter
from drivers.simulated.printer.document_printer import SimulatedDocumentPrinter
from kiosk.application.forms.compiler import form_engine
from kiosk.application.forms.document_case import case_of
from kiosk.failures import Failure
from tests.kiosk.application.forms.documents import NAME, document
from wiring.forms import read_forms

PDF = b"%PDF-1.7 one sheet"


@pytest.fixture
def there() -> Iterator[SimulatedDocumentPrinter]:
    with closing(SimulatedDocumentPrinter()) as printer:
        yield printer


def printer_at(url: str) -> IppPrinter:
    return IppPrinter(address_of(url), seconds=5.0)


def test_a_document_arrives_byte_for_byte(there: SimulatedDocumentPrinter) -> None:
    assert printer_at(there.url).check() is None
    assert printer_at(there.url).print_pdf(PDF) is None
    assert there.documents == [PDF]


@pytest.mark.parametrize(
    ("reason", "failure"),
    [
        ("media-empty-error", Failure.DOCUMENT_PAPER_OUT),
        ("media-needed", Failure.DOCUMENT_PAPER_OUT),
        ("media-jam-error", Failure.DOCUMENT_PRINTER_BLOCKED),
        ("cover-open-warning", Failure.DOCUMENT_PRINTER_BLOCKED),
        ("other-error", Failure.DOCUMENT_PRINTER_BLOCKED),
    ],
)
def test_what_a_printer_complains_of_is_told_before_anything_is_sent(
    there: SimulatedDocumentPrinter, reason: str, failure: Failure
) -> None:
    there.reasons = (reason,)
    assert printer_at(there.url).print_pdf(PDF) is failure
    assert there.documents == []
    there.reasons = ()
    assert printer_at(there.url).print_pdf(PDF) is None


def test_a_printer_that_takes_no_such_document(there: SimulatedDocumentPrinter) -> None:
    assert printer_at(there.url).print_pdf(b"GIF89a") is Failure.DOCUMENT_PRINTER_LOST
    assert there.documents == []


def test_another_path_is_no_printer(there: SimulatedDocumentPrinter) -> None:
    elsewhere = there.url.replace("/ipp/print", "/ipp/other")
    assert printer_at(elsewhere).check() is Failure.DOCUMENT_PRINTER_LOST


def test_nobody_there() -> None:
    with closing(SimulatedDocumentPrinter()) as printer:
        url = printer.url
    assert printer_at(url).print_pdf(PDF) is Failure.DOCUMENT_PRINTER_LOST


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnope"])
def test_somebody_there_who_speaks_no_ipp(said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer_once, args=(server, said))
        thread.start()
        failure = printer_at(f"ipp://127.0.0.1:{server.getsockname()[1]}/").check()
        thread.join()
    assert failure is Failure.DOCUMENT_PRINTER_LOST


def answer_once(server: socket.socket, said: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(said)


def test_a_queue_of_cups_is_asked_on_this_machine() -> None:
    there = address_of("cups:forms")
    assert (there.host, there.port, there.path) == ("localhost", 631, "/printers/forms")
    assert there.uri == "ipp://localhost:631/printers/forms"
    assert address_of("ipp://printer.invalid").port == 631


def test_the_form_is_printed_whole_and_nothing_of_it_is_left(
    there: SimulatedDocumentPrinter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    print_form = FormPrinter(read_forms, printer_at(there.url))
    case = case_of(document())
    assert print_form(case) is None
    library = read_forms()
    (printed,) = there.documents
    assert printed == library.compiler.make_pdf(library.contents.merged(case))
    there.reasons = ("media-empty",)
    assert print_form(case) is Failure.DOCUMENT_PAPER_OUT
    assert list(tmp_path.rglob("*")) == []
    assert NAME not in repr(print_form)


def test_without_typst_nothing_is_sent(
    there: SimulatedDocumentPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    form_engine.cache_clear()
    try:
        failure = FormPrinter(read_forms, printer_at(there.url))(case_of(document()))
    finally:
        form_engine.cache_clear()
    assert failure is Failure.FORM_NOT_MADE
    assert there.documents == []

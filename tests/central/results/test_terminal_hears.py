"""A terminal asks the service itself for a person's results, and shows only what it understands."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from drivers.devices.documents.document_printer import IppPrinter, address_of
from drivers.simulated.printer.document_printer import SimulatedDocumentPrinter
from kiosk.failures import Failure
from kiosk.people.attendance import Attendance
from kiosk.people.consent import Proof, ProofMethod
from kiosk.people.identity import CardReading
from kiosk.ports import CentralAnswer, Trouble
from kiosk.session.central_queries import results_of
from kiosk.session.progress_tasks import fetch_results
from kiosk.visit.effects import FetchResults
from kiosk.visit.steps.progress.certificates import PrintCertificate
from kiosk.visit.steps.progress.events import (
    CertificateNotPrinted,
    CertificatePrinted,
    ResultsKnown,
)
from tests.central.results.results import PDF, move, result
from tests.central.standing import LIU, NOON, Standing, numbered, read_of
from tests.central.terminals.test_terminal_side import TerminalSide, side

__all__ = ["side"]  # a fixture
AT = NOON.isoformat(timespec="seconds")
MARK = b"certificate 4711"  # in the file


def who(**changes: Any) -> Attendance:
    proof = Proof(ProofMethod.FACE, NOON, 0.31, 0.42, "dlib128")
    said = {"proof": proof, "reading": CardReading(**read_of("reading")), **changes}
    return Attendance(LIU, "刘长青", True, NOON, **said)


def test_a_terminal_hears_what_the_offices_gave(central: Standing, side: TerminalSide) -> None:
    side.file(1)
    side.carry()
    settle = central.office.store.work.settle
    assert settle(numbered(1), "R06", move("amount", "appointment"), AT)
    assert settle(numbered(1), "R17", move("refusal"), AT)
    found = results_of(side.line, who())
    assert not isinstance(found, Failure)
    assert {one.service: one.content for one in found} == {
        "R06": result("amount", "appointment"),
        "R17": result("refusal"),
    }
    assert {one.decided_on for one in found} == {NOON.date()}
    heard: list[object] = []
    fetch_results(side.line, FetchResults(who()), heard.append)
    assert heard == [ResultsKnown(found)]
    assert results_of(side.line, who(proof=None)) is Failure.CENTRAL_STRANGE


def test_a_terminal_prints_the_certificate(
    central: Standing, side: TerminalSide, tmp_path: Path
) -> None:
    """From the office's file to the sheet: service, vault, terminal and printer are real."""
    side.file(1)
    side.carry()
    assert central.office.store.work.settle(numbered(1), "R07", move("certificate", file=PDF), AT)
    found = results_of(side.line, who())
    assert not isinstance(found, Failure)
    (one,) = found
    assert (one.application_id, one.has_file) == (numbered(1), True)
    wish = PrintCertificate(who(), one.application_id, one.service)
    with closing(SimulatedDocumentPrinter()) as printer:
        there = IppPrinter(address_of(printer.url))
        devices: Any = SimpleNamespace(central=side.line, print_pdf=there.print_pdf)
        assert wish.answer(devices, lambda: False) == CertificatePrinted()
        assert printer.documents == [PDF]
        elsewhere = replace(wish, service="R01")
        gone = CertificateNotPrinted(Failure.CERTIFICATE_GONE)
        assert elsewhere.answer(devices, lambda: False) == gone
        unproved = replace(wish, who=who(proof=None))
        assert unproved.answer(devices, lambda: False) != CertificatePrinted()
        assert len(printer.documents) == 1
    kept = [one for one in tmp_path.rglob("*") if one.is_file() and MARK in one.read_bytes()]
    assert kept == [], "neither the terminal nor the service wrote it down"


class AnsweringCentral:
    def __init__(self, answer: CentralAnswer) -> None:
        self.answer = answer

    def call(self, *_asked: object) -> CentralAnswer:
        return self.answer


def json_answer(**said: object) -> CentralAnswer:
    return CentralAnswer(200, "application/json", None, json.dumps(said).encode())


GOOD = {"service": "R06", "decided_at": AT, "content": {"certificate": {"number": "1"}}}


@pytest.mark.parametrize(
    "answer",
    [
        json_answer(),
        json_answer(results=5),
        json_answer(results=["R06"]),
        json_answer(results=[{**GOOD, "decided_at": "soon"}]),
        json_answer(results=[{**GOOD, "content": []}]),
        json_answer(results=[{**GOOD, "content": {"certificate": {}}}]),
        CentralAnswer(404, "application/problem+json", None, b"{}"),  # an older central service
    ],
)
def test_a_strange_answer_is_no_result(answer: CentralAnswer) -> None:
    central = AnsweringCentral(answer)
    assert results_of(central, who()) is Failure.CENTRAL_STRANGE
    heard: list[object] = []
    fetch_results(central, FetchResults(who()), heard.append)
    assert heard == []


def test_a_silent_service() -> None:
    answer = CentralAnswer(trouble=Trouble.TIMEOUT)
    assert results_of(AnsweringCentral(answer), who()) is Failure.CENTRAL_UNREACHABLE


def test_kinds_of_a_newer_service_are_left_out() -> None:
    newer = {**GOOD, "content": {"voucher": {"code": "1"}}}
    mixed = {**GOOD, "content": {**GOOD["content"], "voucher": {}}}  # type: ignore[dict-item]
    found = results_of(AnsweringCentral(json_answer(results=[newer, mixed])), who())
    assert not isinstance(found, Failure)
    assert [one.content.kinds for one in found] == [{"certificate"}]


def test_nobody_is_asked_twice_by_the_same_reading(central: Standing, client: TestClient) -> None:
    """The results are asked for beside the facts, with the same reading of the card."""
    said = central.visit()
    for path in ("/v1/people/facts", "/v1/people/results"):
        assert client.post(path, json=said, headers=central.headers()).status_code == 200

"""A printer of A4 documents by IPP: at its own address, or behind a queue of CUPS.

The document goes to the printer from memory. A queue of CUPS spools it: its spool is a tmpfs and
keeps nothing after printing (deploy/tmpfiles, docs/deployment.md).
"""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from drivers.protocols.ipp import (
    PDF,
    IppAnswer,
    IppOperation,
    ValueTag,
    decode_answer,
    encode_request,
)
from kiosk.failures import Failure

if TYPE_CHECKING:
    from drivers.protocols.ipp import Wanted

CUPS = "cups:"
PORT = 631  # RFC 8010 4
CUPS_URL = "ipp://localhost:631/printers/{queue}"
MEDIA_TYPE = "application/ipp"
SECONDS = 10.0
LONGEST_ANSWER = 1_000_000
JOB = "form"  # the job's name: nothing of a person
WHO = "kiosk"
STOPPED = 5  # printer-state (RFC 8011 5.4.11)
NO_PAPER = ("media-empty", "media-needed")
BLOCKED = ("media-jam", "cover-open", "door-open", "interlock-open", "marker-supply-empty")
"""Values of printer-state-reasons (RFC 8011 5.4.12), without -report, -warning, -error."""


@dataclass(frozen=True)
class IppAddress:
    """Where a printer is: host, port, path, and the URI that requests name."""

    host: str
    port: int
    path: str
    uri: str


def address_of(url: str) -> IppAddress:
    """Return the address of a printer at ipp://HOST[:PORT]/PATH, or of the queue at cups:QUEUE."""
    if url.startswith(CUPS):
        url = CUPS_URL.format(queue=url.removeprefix(CUPS))
    parts = urlsplit(url)
    return IppAddress(parts.hostname or "", parts.port or PORT, parts.path or "/", url)


class IppPrinter:
    """`kiosk.ports.DocumentPrinter` over HTTP; a connection lasts for one request."""

    def __init__(self, address: IppAddress, seconds: float = SECONDS) -> None:
        self._address = address
        self._seconds = seconds

    def print_pdf(self, document: bytes) -> Failure | None:
        """Print one copy; None when the printer took it and has nothing to complain about."""
        if failure := self.check():
            return failure
        wanted = (
            (ValueTag.NAME, "requesting-user-name", WHO),
            (ValueTag.NAME, "job-name", JOB),
            (ValueTag.MIME_TYPE, "document-format", PDF),
        )
        answer = self._ask(IppOperation.PRINT_JOB, wanted, document)
        if answer is None or not answer.is_successful:
            return Failure.DOCUMENT_PRINTER_LOST
        return self.check()

    def check(self) -> Failure | None:
        """Return what is wrong with paper, cover or printer; None for nothing."""
        wanted = (
            (ValueTag.NAME, "requesting-user-name", WHO),
            (ValueTag.KEYWORD, "requested-attributes", "printer-state"),
            (ValueTag.KEYWORD, "", "printer-state-reasons"),
        )
        answer = self._ask(IppOperation.GET_PRINTER_ATTRIBUTES, wanted)
        if answer is None or not answer.is_successful:
            return Failure.DOCUMENT_PRINTER_LOST
        return _failure_of(answer)

    def _ask(
        self, operation: IppOperation, wanted: Wanted, document: bytes = b""
    ) -> IppAnswer | None:
        said = self._post(encode_request(operation, self._address.uri, wanted, document))
        return None if said is None else decode_answer(said)

    def _post(self, body: bytes) -> bytes | None:
        """Return the printer's answer; None when there is none in time."""
        there = self._address
        line = http.client.HTTPConnection(there.host, there.port, timeout=self._seconds)
        try:
            line.request("POST", there.path, body, {"Content-Type": MEDIA_TYPE})
            answer = line.getresponse()
            said = answer.read(LONGEST_ANSWER)
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()
        return said if answer.status == http.client.OK else None


def _failure_of(answer: IppAnswer) -> Failure | None:
    reasons = answer.keywords("printer-state-reasons")
    if any(one.startswith(NO_PAPER) for one in reasons):
        return Failure.DOCUMENT_PAPER_OUT
    stopped = answer.number("printer-state") == STOPPED
    if stopped or any(one.startswith(BLOCKED) for one in reasons):
        return Failure.DOCUMENT_PRINTER_BLOCKED
    return None

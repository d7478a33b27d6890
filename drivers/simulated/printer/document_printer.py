"""A simulated A4 printer: IPP over HTTP, whose printed documents stay in memory."""

from __future__ import annotations

import threading
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PATH = "/ipp/print"
IDLE, STOPPED = 3, 5
OK, NOT_POSSIBLE, WRONG_FORMAT, NO_SUCH_OPERATION = 0x0000, 0x0404, 0x040A, 0x0501
PRINT_JOB, GET_ATTRIBUTES = 2, 11
END, FIRST_VALUE_TAG = 0x03, 0x10


class SimulatedDocumentPrinter:
    """The printer's port on the loopback; `port` 0 takes any free one."""

    def __init__(self, port: int = 0) -> None:
        self.documents: list[bytes] = []
        self.reasons: tuple[str, ...] = ()
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", port), partial(_IppConnection, self.answer)
        )
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            args=(0.05,),
            name="simulated-document-printer",
            daemon=True,
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Return the address of the printer."""
        return f"ipp://127.0.0.1:{self._server.server_address[1]}{PATH}"

    def close(self) -> None:
        """Switch the printer off."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, request: bytes) -> bytes:
        """Return the answer to an IPP request; print what it carries."""
        operation = int.from_bytes(request[2:4], "big")
        told, document = read_attributes(request[8:])
        number = request[4:8]
        if operation == GET_ATTRIBUTES:
            state = STOPPED if self.reasons else IDLE
            return _said(OK, number, self._state(state))
        if operation != PRINT_JOB:
            return _said(NO_SUCH_OPERATION, number, b"")
        if told.get("document-format") != "application/pdf" or not document.startswith(b"%PDF-"):
            return _said(WRONG_FORMAT, number, b"")
        if self.reasons:
            return _said(NOT_POSSIBLE, number, b"")
        self.documents.append(document)
        return _said(OK, number, b"")

    def _state(self, state: int) -> bytes:
        reasons = self.reasons or ("none",)
        said = b"\x04" + _one(0x23, "printer-state", state.to_bytes(4, "big"))
        for at, reason in enumerate(reasons):
            said += _one(0x44, "" if at else "printer-state-reasons", reason.encode())
        return said


class _IppConnection(BaseHTTPRequestHandler):
    def __init__(self, answer: Callable[[bytes], bytes], *where: Any) -> None:
        self._answer = answer
        super().__init__(*where)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        right = self.path == PATH and self.headers["Content-Type"] == "application/ipp"
        said = self._answer(body) if right else b""
        self.send_response(HTTPStatus.OK if right else HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", "application/ipp")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: Any) -> None:
        """Say nothing: the base class would write each request to standard error."""


def read_attributes(said: bytes) -> tuple[dict[str, str], bytes]:
    """Return the attributes of a request by name, and the document behind them."""
    told: dict[str, str] = {}
    while said[0] != END:
        if said[0] < FIRST_VALUE_TAG:
            said = said[1:]
            continue
        end = 3 + int.from_bytes(said[1:3], "big")
        name, after = said[3:end].decode(), said[end:]
        size = 2 + int.from_bytes(after[:2], "big")
        if name:
            told[name] = after[2:size].decode()
        said = after[size:]
    return told, said[1:]


def _said(status: int, number: bytes, groups: bytes) -> bytes:
    head = b"\x01\x01" + status.to_bytes(2, "big") + number + b"\x01"
    charset = _one(0x47, "attributes-charset", b"utf-8")
    language = _one(0x48, "attributes-natural-language", b"en")
    return head + charset + language + groups + b"\x03"


def _one(tag: int, name: str, value: bytes) -> bytes:
    key = name.encode()
    return bytes([tag]) + len(key).to_bytes(2, "big") + key + len(value).to_bytes(2, "big") + value

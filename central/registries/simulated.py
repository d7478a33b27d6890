"""Reference providers of the registries, spoken to over HTTP, with the faults that real ones have.

For demo, training and tests. They share no code with the client, so that a misread wire can't be
wrong in the same way on both ends.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

LONGEST_BODY = 4096
DRIBBLE_SECONDS = 0.02
PAGE = b"<!DOCTYPE html><html><body>login</body></html>"
SOMEBODY = "341602196501010015"
"""An invented number, for answers about somebody else."""

Records = Mapping[str, Mapping[str, Any]]
"""Records by ID number."""


class RegistryFault(StrEnum):
    """Faults that a reference provider can show at the next question."""

    BUSY = "busy"  # 503
    DROPPED = "dropped"  # the line closes before the answer
    CUT = "cut"  # the line closes within the answer
    SLOW = "slow"  # a byte now and then, without an end
    NEVER = "never"  # no answer at all
    PAGE = "page"  # 200 with HTML, as a log-in page in between answers
    STRANGE = "strange"  # JSON of another form
    OTHER_PERSON = "other-person"  # a record of somebody else
    OTHER_QUESTION = "other-question"  # the answer to an earlier question


@dataclass
class ReferenceRegistries:
    """State of the providers: records by path and number, faults still to show, questions."""

    token: str = field(repr=False)
    records: dict[str, Records] = field(default_factory=dict, repr=False)
    faults: dict[str, list[RegistryFault]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    over: Event = field(default_factory=Event, repr=False)
    lock: Any = field(default_factory=Lock, repr=False)

    def next_fault(self, path: str) -> RegistryFault | None:
        """Take the next fault of a registry; None for a correct answer."""
        with self.lock:
            self.asked.append(path)
            waiting = self.faults.get(path, [])
            return waiting.pop(0) if waiting else None

    def answer(self, path: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to a question."""
        record = self.records.get(path, {}).get(str(asked["number"]))
        told = {"version": 1, "reference": asked["reference"], "number": asked["number"]}
        return told | {"record": record}


@contextmanager
def reference_registries(token: str) -> Iterator[tuple[str, ReferenceRegistries]]:
    """Serve the registries on a free port of 127.0.0.1; yield their URL and their state."""
    state = ReferenceRegistries(token)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", state
    finally:
        state.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(state: ReferenceRegistries) -> type[BaseHTTPRequestHandler]:
    class RegistryRequestHandler(BaseHTTPRequestHandler):
        """The HTTP handler of one question."""

        def do_POST(self) -> None:
            """Answer the question in the body."""
            asked = json.loads(self.rfile.read(min(self._length(), LONGEST_BODY)))
            given = self.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {state.token}".encode()):
                self._send(401, b"{}")
                return
            said = state.answer(self.path, asked)
            match state.next_fault(self.path):
                case None:
                    self._send(200, json.dumps(said).encode())
                case RegistryFault.OTHER_PERSON:
                    self._send(200, json.dumps(said | {"number": SOMEBODY}).encode())
                case RegistryFault.OTHER_QUESTION:
                    self._send(200, json.dumps(said | {"reference": "0" * 32}).encode())
                case RegistryFault.STRANGE:
                    self._send(200, b'{"code": 0, "data": []}')
                case RegistryFault.PAGE:
                    self._send(200, PAGE, "text/html")
                case RegistryFault.BUSY:
                    self._send(503, b"{}")
                case RegistryFault.NEVER:
                    state.over.wait()
                case RegistryFault.SLOW:
                    self._dribble()
                case RegistryFault.CUT:
                    self._head(200, "application/json", 1000)
                    self.wfile.write(b"{")
                case RegistryFault.DROPPED:
                    pass
            self.close_connection = True

        def log_message(self, *_words: object) -> None:
            """Do nothing: requests are not logged."""

        def _length(self) -> int:
            return int(self.headers["Content-Length"])

        def _dribble(self) -> None:
            self._head(200, "application/json", LONGEST_BODY)
            with suppress(OSError):
                while not state.over.wait(DRIBBLE_SECONDS):
                    self.wfile.write(b" ")

        def _head(self, status: int, media_type: str, length: int) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(length))
            self.end_headers()

        def _send(self, status: int, body: bytes, media_type: str = "application/json") -> None:
            self._head(status, media_type, len(body))
            self.wfile.write(body)

    return RegistryRequestHandler

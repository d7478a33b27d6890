"""The system of a simulated office, spoken to over HTTP, with the faults that real ones have.

For demo, tests, training and figures. It shares no code with the adapter, so that a misread wire
can't be wrong in the same way on both ends. It speaks the API of
config/offices/system.example.toml.
"""

from __future__ import annotations

import hmac
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

LONGEST_REQUEST = 1_048_576
FILE_BYTES = 209_715_200  # 200 MiB, as an office that attaches the scanned personnel file
IDLE_SECONDS = 5.0
_DRIPS, _DRIP_SECONDS = 200, 0.05
_PIECE = b" " * 65_536
_PAGE = b"<!DOCTYPE html><title>502</title><p>Bad Gateway"

Reply = Mapping[str, Any]


class OfficeFault(StrEnum):
    """Faults that a simulated office can show; the effect comes before each but the first four."""

    REFUSED_LINE = "refused-line"  # the line closes before anything is done
    BUSY = "busy"  # 503
    NEVER = "never"  # nothing is done, and no answer comes
    STRANGER = "stranger"  # 401, as after its secret was changed
    SLOW = "slow"  # the answer comes byte by byte, for ten seconds
    LOST_ANSWER = "lost-answer"  # the line closes before the answer
    HALF_ANSWER = "half-answer"  # the line closes in the middle of it
    HTML = "html"  # the page of a proxy, with status 200
    OTHER_CASE = "other-case"
    TWICE = "twice"  # the whole answer comes twice
    UNKNOWN_RESULT = "unknown-result"
    HUGE_FILE = "huge-file"  # 200 MiB that are announced
    ENDLESS_FILE = "endless-file"  # as many in chunks, so that nothing says how much is to come
    NO_REASON = "no-reason"  # refused, and it does not say why
    NOT_FOUND = "not-found"  # 404
    REDIRECT = "redirect"  # 307 to another address


BEFORE_THE_EFFECT = frozenset(
    {OfficeFault.REFUSED_LINE, OfficeFault.BUSY, OfficeFault.NEVER, OfficeFault.STRANGER}
)


def finish(_task: Mapping[str, Any]) -> Reply:
    """Return the reply of an office that finishes everything at once."""
    return {"state": "finished"}


@dataclass
class OfficeSystemState:
    """What a simulated office did; faults are shown in turn, `down` as long as it is set.

    `effects` holds the reply to each idempotency key: it is made once. `calls` counts every
    request that was authorised and came to an effect, made now or before.
    """

    token: str = field(repr=False)
    decide: Callable[[Mapping[str, Any]], Reply] = finish
    effects: dict[str, Reply] = field(default_factory=dict)
    views: dict[str, Any] = field(default_factory=dict, repr=False)
    faults: list[OfficeFault] = field(default_factory=list)
    calls: int = 0
    down: bool = False
    over: Event = field(default_factory=Event, repr=False)
    lock: Any = field(default_factory=Lock, repr=False)

    @property
    def repeated(self) -> int:
        """How many calls came to an effect that was already made."""
        return self.calls - len(self.effects)

    def next_fault(self) -> OfficeFault | None:
        """Take the next fault; None for a correct answer."""
        with self.lock:
            if self.down:
                return OfficeFault.REFUSED_LINE
            return self.faults.pop(0) if self.faults else None

    def take(self, key: str, task: Mapping[str, Any]) -> Reply:
        """Make the effect of a task under its key, once; return the reply to it."""
        with self.lock:
            self.calls += 1
            if key not in self.effects:
                self.effects[key] = dict(self.decide(task))
                self.views[key] = task.get("view")
            about = {"case": task["case"], "service": task["service"]}
            return {**about, **self.effects[key]}

    def change(self, key: str, **said: Any) -> None:
        """Let the office decide otherwise about a task that it has."""
        with self.lock:
            self.effects[key] = said


@contextmanager
def simulated_office(
    token: str = "",
    decide: Callable[[Mapping[str, Any]], Reply] = finish,
    port: int = 0,
    host: str = "127.0.0.1",
) -> Iterator[tuple[str, OfficeSystemState]]:
    """Serve a simulated office; yield its URL on 127.0.0.1 and its state. Port 0: any free one.

    `token`: the secret that callers need, "" for none. `decide`: the reply to a task as it came.
    `host`: the address that is listened at.
    """
    state = OfficeSystemState(token, decide)
    server = _OfficeServer((host, port), state)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", state
    finally:
        state.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _OfficeServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, where: tuple[str, int], state: OfficeSystemState) -> None:
        super().__init__(where, _OfficeHandler)
        self.state = state

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Do nothing of a caller that was killed, which leaves its connections."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _OfficeHandler(BaseHTTPRequestHandler):
    """The HTTP handler of one call to the office; its server has the state."""

    server: _OfficeServer

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS  # of a connection between two calls
    disable_nagle_algorithm = True  # an answer is two writes

    def do_PUT(self) -> None:
        """Take a task under its key, and answer how it stands."""
        length = min(int(self.headers["Content-Length"]), LONGEST_REQUEST)
        body = self.rfile.read(length)
        self.close_connection = True
        if len(body) < length:
            return  # who called died before all of it was sent
        state = self.server.state
        given, wanted = self.headers.get("Authorization", ""), f"Bearer {state.token}"
        if state.token and not hmac.compare_digest(given.encode(), wanted.encode()):
            self._answer(401, b"{}")
            return
        fault = state.next_fault()
        if fault in BEFORE_THE_EFFECT:
            self._before(fault)
            return
        task = json.loads(body)
        said = dict(state.take(self.headers["Idempotency-Key"], task))
        try:
            self._after(fault, said)
        except OSError:
            return  # who asked has had enough

    def log_message(self, *_words: object) -> None:
        """Do nothing: requests are not logged."""

    def _before(self, fault: OfficeFault | None) -> None:
        if fault is OfficeFault.BUSY:
            self._answer(503, b"{}")
        elif fault is OfficeFault.STRANGER:
            self._answer(401, b"{}")
        elif fault is OfficeFault.NEVER:
            self._wait_for_the_end()

    def _after(self, fault: OfficeFault | None, said: dict[str, Any]) -> None:
        whole = json.dumps(_distorted(fault, said), ensure_ascii=False).encode()
        if fault is OfficeFault.LOST_ANSWER:
            return
        if fault is OfficeFault.HTML:
            self._answer(200, _PAGE, "text/html")
        elif fault is OfficeFault.NOT_FOUND:
            self._answer(404, b"{}")
        elif fault is OfficeFault.REDIRECT:
            self.send_response(307)
            self.send_header("Location", f"http://{self.headers['Host']}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif fault is OfficeFault.HALF_ANSWER:
            self._head(200, len(whole))
            self.wfile.write(whole[: len(whole) // 2])
        elif fault is OfficeFault.SLOW:
            self._drip(whole)
        elif fault is OfficeFault.HUGE_FILE:
            self._huge(whole)
        elif fault is OfficeFault.ENDLESS_FILE:
            self._endless()
        elif fault is OfficeFault.TWICE:
            self._answer(200, whole)
            self._answer(200, whole)
        else:
            self.close_connection = fault is not None
            self._answer(200, whole)

    def _drip(self, whole: bytes) -> None:
        """Send spaces one by one, which JSON allows, and the answer after that."""
        self._head(200, _DRIPS + len(whole))
        for _ in range(_DRIPS):
            self.wfile.write(b" ")
            if self.server.state.over.wait(_DRIP_SECONDS):
                return
        self.wfile.write(whole)

    def _huge(self, whole: bytes) -> None:
        self._head(200, FILE_BYTES)
        self.wfile.write(whole)
        for _ in range(FILE_BYTES // len(_PIECE)):
            self.wfile.write(_PIECE)

    def _endless(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for _ in range(FILE_BYTES // len(_PIECE)):
            self.wfile.write(f"{len(_PIECE):x}\r\n".encode() + _PIECE + b"\r\n")

    def _wait_for_the_end(self) -> None:
        self.server.state.over.wait()

    def _head(self, status: int, length: int, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self._head(status, len(body), kind)
        self.wfile.write(body)


def _distorted(fault: OfficeFault | None, said: dict[str, Any]) -> dict[str, Any]:
    if fault is OfficeFault.OTHER_CASE:
        return said | {"case": "0198c0de-0000-7000-8000-999999999999"}
    if fault is OfficeFault.UNKNOWN_RESULT:
        return said | {"state": "laminated"}
    if fault is OfficeFault.NO_REASON:
        return said | {"state": "refused", "reason": " "}
    return said

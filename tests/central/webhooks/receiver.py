"""A receiver of events: HTTPS, which checks signatures by the text of Standard Webhooks alone."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


@dataclass(frozen=True)
class ReceivedEvent:
    """An event as it came: its id, the time of the try, whether its signature counts."""

    id: str
    tried_at: int
    is_signed: bool
    head: bytes = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def short(self) -> tuple[str, int, str]:
        return self.said["type"], self.said["data"]["case"], self.said["data"]["service"]


@dataclass
class ReceiverState:
    """What came, taken or not, and what is answered: by default 204 to everything.

    `statuses`: answers by the kind of the event; `everywhere` in place of all; `silent`: none.
    """

    public_key: str = ""
    came: list[ReceivedEvent] = field(default_factory=list)
    taken: list[ReceivedEvent] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    everywhere: int = 0
    answer: bytes = b""
    silent: threading.Event | None = None

    def status_of(self, event: ReceivedEvent) -> int:
        return self.everywhere or self.statuses.get(event.said["type"], 204)

    def take(self, headers: Any, body: bytes) -> int:
        name, at = headers["webhook-id"], headers["webhook-timestamp"]
        signed = is_signed(self.public_key, f"{name}.{at}.".encode() + body, headers)
        event = ReceivedEvent(name, int(at), signed, bytes(headers), body)
        self.came.append(event)
        status = self.status_of(event)
        if status < 300:
            self.taken.append(event)
        return status


def is_signed(public_key: str, content: bytes, headers: Any) -> bool:
    """Check one of the signatures of the header, each a version and base64 of it."""
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key.removeprefix("whpk_")))
    for one in headers["webhook-signature"].split(" "):
        version, _, signature = one.partition(",")
        if version != "v1a":
            continue
        try:
            key.verify(base64.b64decode(signature, validate=True), content)
        except InvalidSignature:
            continue
        return True
    return False


class _EventConnection(BaseHTTPRequestHandler):
    def __init__(self, state: ReceiverState, *where: Any) -> None:
        self._state = state
        super().__init__(*where)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self._state.silent is not None:
            self._state.silent.wait()
            return
        status = self._state.take(self.headers, body)
        self.send_response(status)
        if status in (301, 302, 307, 308):
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(self._state.answer)))
        self.end_headers()
        self.wfile.write(self._state.answer)

    def log_message(self, *_: Any) -> None:
        """Say nothing: the base class would write each request to standard error."""


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Say nothing of callers who hang up."""


@contextmanager
def receiving(certificate: Path, key: Path, port: int = 0) -> Iterator[tuple[str, ReceiverState]]:
    """Serve at https://localhost:PORT/events with this certificate; yield the address and state."""
    state = ReceiverState()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    server = _QuietServer(("127.0.0.1", port), partial(_EventConnection, state))
    server.daemon_threads = True
    server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.server_address[1]}/events", state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

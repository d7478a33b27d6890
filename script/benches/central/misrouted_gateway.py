"""A gateway in front of the central service that, misrouted, answers in its place."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from kiosk.ports import PROBLEM

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class GatewayAnswer:
    """An answer of the gateway itself."""

    status: int
    body: bytes
    media_type: str = PROBLEM


@dataclass
class MisroutedGateway:
    """Listens on a free port while used as a context manager.

    `target` is the port of the central service, None before it is there. While `answer` is None
    requests go on to the service; `kept` are the bodies of its answers.
    """

    target: int | None = None
    answer: GatewayAnswer | None = None
    port: int = 0
    kept: list[bytes] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Return the URL at which a terminal reaches the gateway."""
        return f"http://127.0.0.1:{self.port}"

    def forward(self, path: str, body: bytes, headers: dict[str, str]) -> GatewayAnswer:
        """Forward a PUT to the service and return its answer."""
        assert self.target is not None
        line = HTTPConnection("127.0.0.1", self.target, timeout=PATIENCE_SECONDS)
        try:
            line.request("PUT", path, body, headers)
            answer = line.getresponse()
            said = answer.read()
        finally:
            line.close()
        self.kept.append(said)
        return GatewayAnswer(answer.status, said, answer.headers["Content-Type"])

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gateway = self

        class GatewayHandler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                said = gateway.answer or gateway.forward(self.path, body, dict(self.headers))
                self.send_response(said.status)
                self.send_header("Content-Type", said.media_type)
                self.send_header("Content-Length", str(len(said.body)))
                self.end_headers()
                self.wfile.write(said.body)

            def log_message(self, *_said: Any) -> None:
                pass

        return GatewayHandler

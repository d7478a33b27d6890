"""A simulated message provider that is spoken to over HTTP, with the faults that real ones have.

For demo, training and tests. It shares no code with the client, so that a misread wire can't be
wrong in the same way on both ends.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

LONGEST_BODY = 65_536
GAP = b'{"replies": [{"number": 4000000000, "from": "13900001111", "text": "0"}]}'


class ProviderFault(StrEnum):
    """Faults that the simulated provider can show at the next request."""

    BUSY = "busy"  # 503, nothing is done
    REFUSED = "refused"  # 422: this number is on no network
    DROPPED = "dropped"  # nothing is done, and the line closes
    LOST_ANSWER = "lost-answer"  # it is done, and the line closes before the answer
    GARBLED = "garbled"  # it is done, and the answer is no JSON
    STRANGE = "strange"  # JSON of another shape
    GAP = "gap"  # a reply whose number is far ahead


@dataclass
class Provider:
    """State of the simulated provider: texts by reference, replies, and faults still to show."""

    token: str = field(repr=False)
    texts: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    replies: list[tuple[str, str]] = field(default_factory=list, repr=False)
    faults: list[ProviderFault] = field(default_factory=list)
    lock: Any = field(default_factory=Lock, repr=False)

    def reply(self, mobile: str, text: str) -> None:
        """Add a reply from this mobile number."""
        with self.lock:
            self.replies.append((mobile, text))

    def inbox(self, mobile: str) -> list[str]:
        """Return the texts that this number got, oldest first.

        A reference sent twice is one text.
        """
        with self.lock:
            return [text for to, text in self.texts.values() if to == mobile]

    def next_fault(self) -> ProviderFault | None:
        """Take the next fault from the list; None for a correct answer."""
        with self.lock:
            return self.faults.pop(0) if self.faults else None

    def take(self, said: dict[str, Any]) -> None:
        """Store a text under its reference; a second one of the same reference changes nothing."""
        with self.lock:
            self.texts.setdefault(str(said["reference"]), (str(said["to"]), str(said["text"])))

    def listed(self, after: int, most: int) -> dict[str, Any]:
        """Return up to `most` replies after number `after`, as the wire carries them."""
        with self.lock:
            numbered = enumerate(self.replies[after : after + most], after + 1)
            return {
                "replies": [
                    {"number": at, "from": who, "text": text} for at, (who, text) in numbered
                ]
            }


@contextmanager
def simulated_provider(token: str) -> Iterator[tuple[str, Provider]]:
    """Serve a simulated provider on a free port of 127.0.0.1; yield its URL and its state."""
    provider = Provider(token)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """The HTTP handler of one request to the provider."""

        def do_POST(self) -> None:
            """Store the text in the body and answer 202."""
            body = self.rfile.read(min(int(self.headers["Content-Length"]), LONGEST_BODY))
            self._serve(lambda: provider.take(json.loads(body)), 202, {"accepted": True})

        def do_GET(self) -> None:
            """Answer with the replies after a number."""
            asked = parse_qs(urlsplit(self.path).query)
            after, most = (int(asked[name][0]) for name in ("after", "most"))
            self._serve(lambda: None, 200, provider.listed(after, most))

        def log_message(self, *_words: object) -> None:
            """Do nothing: requests are not logged."""

        def _serve(self, work: Any, status: int, said: dict[str, Any]) -> None:
            given = self.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {provider.token}".encode()):
                self._answer(401, b"{}")
                return
            fault = provider.next_fault()
            if fault in (ProviderFault.BUSY, ProviderFault.REFUSED):
                self._answer(503 if fault is ProviderFault.BUSY else 422, b"{}")
                return
            if fault is not ProviderFault.DROPPED:
                work()
            if fault in (ProviderFault.DROPPED, ProviderFault.LOST_ANSWER):
                self.close_connection = True
                return
            strange = {
                ProviderFault.GARBLED: b"<html>",
                ProviderFault.STRANGE: b'{"replies": [1]}',
                ProviderFault.GAP: GAP,
            }
            whole = strange.get(fault) if fault else json.dumps(said).encode()
            self._answer(status if fault is not ProviderFault.GARBLED else 200, whole or b"")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler

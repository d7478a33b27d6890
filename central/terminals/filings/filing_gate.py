"""The gate before applications: who has to wait hears so before its body is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.problems import BUSY, told_to_wait
from central.signatures import key_named_in
from central.terminals.filings.filing_turns import FilingCaller, FilingTurns
from central.terminals.server.connections import source_of
from central.terminals.server.http_protocol import TOLD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

_PATH = "/v1/applications/"
_INPUT = b"signature-input"


@dataclass(frozen=True)
class FilingGate:
    """ASGI middleware that turns away, at its head, the application whose terminal has no turn.

    It is counted only later, once its body is here (`DirectCalls`): a body that never comes takes
    no place.
    """

    app: ASGIApp
    turns: FilingTurns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or turn it away; `scope`, `receive` and `send` are those of ASGI."""
        if (
            scope["type"] == "http"
            and scope["method"] == "PUT"
            and scope["path"].startswith(_PATH)
            and (wait := self.turns.wait(caller_of(scope)))
        ):
            await told_to_come_back(scope, wait)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def told_to_come_back(scope: Scope, seconds: int) -> Response:
    """Return the answer to who has to wait so many seconds for its turn.

    Its connection is kept so long: another handshake would cost more than the application.
    """
    if note := scope.get("extensions", {}).get(TOLD):
        note(seconds)
    return told_to_wait(BUSY, seconds)


def caller_of(scope: Scope) -> FilingCaller:
    """Return who says that it sends a request; nothing is verified."""
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    stated = next((value for name, value in headers if name == _INPUT), b"")
    client = scope.get("client")
    return FilingCaller(
        key_named_in(stated.decode("latin-1")), source_of(client[0]) if client else ""
    )

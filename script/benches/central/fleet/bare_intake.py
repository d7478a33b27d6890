"""The floor of an intake: a bare route that verifies, opens and inserts one row, and no more.

python -m script.benches.central.fleet.bare_intake FOLDER DATABASE: FOLDER is the data folder of a
central service with its keys and certificates. Prints the address once it listens.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import psycopg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from central.keys.certificates import open_certificates, server_context
from central.keys.service_keys import TERMINALS
from central.policy import Policy, read_policy
from central.signatures import SignedMessage, VerifiedSignature, verify_message
from central.store.database_url import libpq_url
from central.terminals.server.http_server import AnnouncingServer, GuardedConfig, open_listener
from central.vault.child import FOLDER
from kiosk.civil_time import civil_now
from kiosk.crypto.envelope import Envelope, OpeningKey, open_sealed, parse_envelope
from kiosk.crypto.terminal_key import TerminalKey
from wiring.places import CONFIG

TABLE = "CREATE TABLE IF NOT EXISTS bare (id text PRIMARY KEY, digest text, envelope bytea)"
INSERT = "INSERT INTO bare VALUES (%s, %s, %s)"


class BareIntake:
    """The route, with the keys of a central service's data folder."""

    def __init__(self, folder: Path, line: psycopg.AsyncConnection[Any], window: timedelta) -> None:
        keys = (TerminalKey(path.read_bytes()) for path in (folder / TERMINALS).iterdir())
        self._public = {key.id: key.public for key in keys}
        self._opening = OpeningKey((folder / FOLDER / "sealing.key").read_bytes())
        self._line, self._window = line, window

    async def put(self, request: Request) -> Response:
        """Take one application; 201 when its row is durable."""
        body = await request.body()
        message = SignedMessage(request.method, str(request.url), request.headers)
        now = civil_now().astimezone(UTC)
        signed = verify_message(message, body, self._public.get, now, self._window)
        assert isinstance(signed, VerifiedSignature), signed
        envelope = parse_envelope(body)
        assert isinstance(envelope, Envelope), envelope
        content = open_sealed(envelope.sealed, self._opening, envelope.id, envelope.digest)
        assert isinstance(content, bytes), content
        await self._line.execute(INSERT, (envelope.id, envelope.digest, body))
        return Response(status_code=201)


async def serve(folder: Path, database: str, policy: Policy) -> None:
    """Serve until SIGTERM."""
    url = libpq_url(database)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as line:
        await line.execute(TABLE)
        bare = BareIntake(folder, line, timedelta(seconds=policy.signatures.window_seconds))
        app = Starlette(routes=[Route("/v1/applications/{id}", bare.put, methods=["PUT"])])
        files = open_certificates(folder, ("127.0.0.1",), policy.certificates, civil_now())
        config = GuardedConfig(app, policy.connections, server_context(files), log_level="warning")
        with open_listener("127.0.0.1", 0) as listener:
            said = f"https://127.0.0.1:{listener.getsockname()[1]}"
            await AnnouncingServer(config, said).serve(sockets=[listener])


def main() -> None:
    """Serve the bare route."""
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2], read_policy(CONFIG / "central.toml")))


if __name__ == "__main__":
    main()

"""The control of the bench of attackers: the same service, which only counts its connections.

python -m script.benches.central.fleet.counted_connections: takes the arguments of `serve`. It has
no deadlines and no limits by source, and answers 503 to everybody above 64 connections, as uvicorn
and what stood here at first did.
"""

from __future__ import annotations

import ssl
import sys
from dataclasses import replace
from typing import Any

import main
from central import commands
from central.policy import ConnectionPolicy
from central.terminals.server.http_server import GuardedConfig

MOST_CONNECTIONS = 64
_FOR_EVER = 86_400.0
_ANY = 1_000_000


class CountedConnections(GuardedConfig):
    """The configuration of a server that has one limit: how many connections are open."""

    def __init__(
        self, app: Any, policy: ConnectionPolicy, tls: ssl.SSLContext | None, **options: Any
    ) -> None:
        without = replace(
            policy,
            handshake_seconds=_FOR_EVER,
            head_seconds=_FOR_EVER,
            body_seconds=_FOR_EVER,
            unverified=_ANY,
            unverified_a_source=_ANY,
            kept=_ANY,
            kept_a_caller=_ANY,
        )
        super().__init__(app, without, tls, **options)
        self.limit_concurrency = MOST_CONNECTIONS


if __name__ == "__main__":
    setattr(commands, "GuardedConfig", CountedConnections)  # noqa: B010 - in the place of its own
    sys.exit(main.main(sys.argv[1:]))

"""What the HTTP server and each of its connections share: the policy, TLS, and who is connected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import uvicorn

from central.terminals.server.connections import LimitedConnections

if TYPE_CHECKING:
    import ssl

    from central.policy import ConnectionPolicy


class ConnectionConfig(uvicorn.Config):
    """uvicorn's configuration with the connection policy; not uvicorn speaks TLS, but `protocol`.

    `app` is the ASGI application, `protocol` the class of an accepted connection, `tls` None where
    no TLS is spoken; `options` are uvicorn's.
    """

    def __init__(
        self,
        app: Any,
        protocol: type[Any],
        policy: ConnectionPolicy,
        tls: ssl.SSLContext | None,
        **options: Any,
    ) -> None:
        super().__init__(
            app,
            http=protocol,
            ws="none",
            timeout_keep_alive=policy.idle_seconds,
            access_log=False,
            server_header=False,
            **options,
        )
        self.policy, self.tls = policy, tls
        self.unverified = LimitedConnections(policy.unverified, policy.unverified_a_source)
        self.kept = LimitedConnections(policy.kept, policy.kept_a_caller)

    def use_tls(self, tls: ssl.SSLContext) -> None:
        """Speak TLS by this context on the connections that begin from now on; from any thread."""
        self.tls = tls

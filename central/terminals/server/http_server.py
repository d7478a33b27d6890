"""The HTTP server below the application: its configuration, its listener, and its first line."""

from __future__ import annotations

import socket
import sys
from asyncio.sslproto import SSLProtocol
from typing import TYPE_CHECKING, Any

import uvicorn
from anyio.to_thread import current_default_thread_limiter

from central.terminals.server.acceptor import Acceptor
from central.terminals.server.http_config import ConnectionConfig

if TYPE_CHECKING:
    import ssl

    from central.policy import ConnectionPolicy

_THREADS = 8  # that answer; more would wait for the interpreter's lock, and for connections
_SWITCH_SECONDS = 0.0005  # the loop gives the interpreter away with each read; usual are 5 ms
_SILENT_SECONDS = 10
# asyncio reserves as much for each connection of TLS, and again for each read: usual are 256 KiB,
# which the kernel hands out and takes back page by page. A record of TLS holds 16.
_TLS_READ_BYTES = 32 * 1024


class GuardedConfig(ConnectionConfig):
    """The configuration of a server whose connections have limits and deadlines.

    `app` is the ASGI application, `tls` None where no TLS is spoken, `options` are uvicorn's.
    """

    def __init__(
        self, app: Any, policy: ConnectionPolicy, tls: ssl.SSLContext | None, **options: Any
    ) -> None:
        super().__init__(app, Acceptor, policy, tls, **options)


class AnnouncingServer(uvicorn.Server):
    """A uvicorn server that prints `line` once it accepts connections."""

    def __init__(self, config: uvicorn.Config, line: str) -> None:
        super().__init__(config)
        self._line = line

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept connections on `sockets`, then print the line."""
        current_default_thread_limiter().total_tokens = _THREADS
        sys.setswitchinterval(_SWITCH_SECONDS)
        SSLProtocol.max_size = _TLS_READ_BYTES
        await super().startup(sockets)
        print(self._line, flush=True)  # noqa: T201 - what starts the service reads it


def open_listener(host: str, port: int) -> socket.socket:
    """Return a listening socket of TCP; raises OSError where the address can't be used.

    Its protocol is named, because asyncio sets TCP_NODELAY only then: without it each answer on a
    kept connection waits for the client's delayed acknowledgement, 40 ms (uvicorn issue 3149).
    Who connects and says nothing, costs the service nothing for `_SILENT_SECONDS`: the client is
    the first to speak, with TLS and without, so the kernel keeps the connection until then (tcp(7),
    TCP_DEFER_ACCEPT).
    """
    plain = socket.create_server((host, port))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, _SILENT_SECONDS)
    return socket.socket(plain.family, plain.type, socket.IPPROTO_TCP, fileno=plain.detach())

"""A connection from its beginning to the end of its handshake, before HTTP is spoken on it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from central.terminals.server.http_protocol import GuardedProtocol

if TYPE_CHECKING:
    import ssl

    from central.terminals.server.http_config import ConnectionConfig


class Acceptor(asyncio.Protocol):
    """One accepted connection; `state` is what uvicorn's own protocols are made with."""

    def __init__(
        self, config: ConnectionConfig, _loop: asyncio.AbstractEventLoop | None = None, **state: Any
    ) -> None:
        self._config, self._state = config, state
        self._early = b""  # arrived in the same read as the end of the handshake
        self._address = ""
        self._task: asyncio.Task[None] | None = None
        self._transport: asyncio.BaseTransport | None = None
        self._lost = False
        self._open: set[Any] = state["server_state"].connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the handshake; without TLS hand over at once."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._address = (transport.get_extra_info("peername") or ("",))[0]
        if self._config.tls is None:
            self._hand_over(transport)
            return
        self._open.add(self)
        self._config.unverified.admit(self._address, self)
        # What arrives before start_tls takes over is part of the handshake and must stay unread.
        transport.pause_reading()
        loop = asyncio.get_running_loop()
        self._task = loop.create_task(self._shake_hands(loop, transport, self._config.tls))

    def data_received(self, data: bytes) -> None:
        """Keep what came with the end of the handshake."""
        self._early += data

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Note that nothing is to be handed over."""
        self._lost = True

    def drop(self) -> None:
        """Close the connection at once."""
        if isinstance(self._transport, asyncio.Transport):
            self._transport.abort()

    shutdown = drop  # what uvicorn calls when the service stops

    async def _shake_hands(
        self, loop: asyncio.AbstractEventLoop, plain: asyncio.Transport, tls: ssl.SSLContext
    ) -> None:
        seconds = self._config.policy.handshake_seconds
        try:
            secured = await loop.start_tls(
                plain,
                self,
                tls,
                server_side=True,
                ssl_handshake_timeout=seconds,
                ssl_shutdown_timeout=seconds,
            )
        except OSError:  # no TLS, too slow, gone
            secured = None
        finally:
            self._open.discard(self)
            self._config.unverified.forget(self._address, self)
        if secured is None or self._lost:
            plain.abort()
            return
        self._hand_over(secured)

    def _hand_over(self, transport: asyncio.Transport) -> None:
        protocol = GuardedProtocol(self._config, self._address, **self._state)
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        if self._early:
            protocol.data_received(self._early)

"""HTTP/1.1 of one connection: uvicorn's h11 protocol with a deadline for every phase.

uvicorn limits only the pause between two requests: a connection that never sends its headers, or
its body, stays for ever (RFC 9112 §9.5 leaves such limits to the server). An ASGI application
sees a request only once its headers are there, and hypercorn's read timeout begins anew with each
byte; so the deadlines stand where the bytes arrive.
"""

from __future__ import annotations

import asyncio
import math
import ssl
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, cast

import h11
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.h11_impl import H11Protocol

from central.load import LATEST
from central.problems import MEDIA_TYPE, TIMED_OUT
from central.terminals.server.connections import body_deadline

if TYPE_CHECKING:
    from starlette.types import Scope

    from central.terminals.server.http_config import ConnectionConfig

TLS = "tls"  # the ASGI extension of this name: https://asgi.readthedocs.io/en/latest/specs/tls.html
VERIFIED = "retirement-kiosk.verified"
"""An ASGI extension: call it once the caller is known, with its name if it has one."""
TOLD = "retirement-kiosk.told"
"""An ASGI extension: call it with the seconds after which the caller was told to come back, on this
connection."""
PACED = "retirement-kiosk.paced"
"""An ASGI extension: call it with the seconds for which nothing more is read of this connection."""


class ConnectionPhase(Enum):
    """What a connection is waiting for; each phase but ANSWER has a deadline."""

    HEAD = auto()
    BODY = auto()
    ANSWER = auto()
    IDLE = auto()
    DISCARD = auto()  # the rest of a body whose request was answered before it was read


class JoinedWrites:
    """A transport that holds what is written until the loop's next turn, or until it is closed.

    Head and body of an answer leave together so: each write is a TLS record and a system call.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._held: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Write `data` soon, behind what is held already."""
        if not data:
            return
        if not self._held:
            self._loop.call_soon(self._flush)
        self._held.append(data)

    def close(self) -> None:
        """Write what is held, then close."""
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """Hand over what is held, then close at once, without waiting for it to be sent."""
        self._flush()
        self._transport.abort()

    def __getattr__(self, name: str) -> Any:
        """Return what the transport itself has under this name."""
        return getattr(self._transport, name)

    def _flush(self) -> None:
        if self._held:
            whole = b"".join(self._held)
            self._held.clear()
            self._transport.write(whole)


class GuardedProtocol(H11Protocol):
    """HTTP/1.1 of one connection; a client too slow in any phase gets 408 and is closed.

    `address` is the client's; `state` is what uvicorn's own protocol is made with.
    """

    config: ConnectionConfig

    def __init__(self, config: ConnectionConfig, address: str, **state: Any) -> None:
        super().__init__(config=config, **state)
        self._policy, self._address = config.policy, address
        self._phase, self._began, self._received = ConnectionPhase.HEAD, 0.0, 0
        self._caller = ""  # "" until a request of it was accepted
        self._rest = 0.0  # seconds, after the answer that is being made
        self._client_chain: list[str] = []
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self._resting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin the deadline for the head of the first request."""
        super().connection_made(transport)
        self.transport = cast("asyncio.Transport", JoinedWrites(transport, self.loop))
        self.flow = FlowControl(self.transport)
        self._client_chain = _client_chain(transport.get_extra_info("ssl_object"))
        self._enter(ConnectionPhase.HEAD)

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel all deadlines; the address no longer counts this connection."""
        _cancel(self._reading)
        _cancel(self._writing)
        _cancel(self._resting)
        self._unset_keepalive_if_required()
        self.config.unverified.forget(self._address, self)
        self.config.kept.forget(self._caller, self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count the bytes of a body, and change the phase when the head is complete."""
        self._received += len(data)
        if self._is_endless():  # what more comes fills the client's own buffers
            self.transport.pause_reading()
            return
        super().data_received(data)
        self._follow(ConnectionPhase.HEAD)

    def handle_events(self) -> None:
        """Let the application tell, in the scope, that the request's signature is right.

        The certificate by which the client came stands there, too: it is the one of the handshake,
        and nothing that a request says can change it.
        """
        super().handle_events()
        if self.scope is not None:
            scope: Scope = self.scope  # type: ignore[assignment]
            extensions = scope.setdefault("extensions", {})
            extensions[VERIFIED] = self._note_verified
            extensions[TOLD] = self._note_told
            extensions[PACED] = self._note_paced
            extensions[TLS] = {"client_cert_chain": self._client_chain}

    def on_response_complete(self) -> None:
        """Begin the deadline for the next head, or for an idle connection; rest before, if told."""
        if self._rest and not self.transport.is_closing():
            seconds, self._rest = self._rest, 0.0
            self.transport.pause_reading()
            self._resting = self.loop.call_later(seconds, self._end_rest)
            return
        self._begin_pause()

    def _end_rest(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()
            self._begin_pause()

    def _begin_pause(self) -> None:
        super().on_response_complete()
        self._follow(ConnectionPhase.HEAD if self.conn.trailing_data[0] else ConnectionPhase.IDLE)

    def pause_writing(self) -> None:
        """Begin the deadline for the client to fetch its answer."""
        super().pause_writing()
        # The client reads its answer too slowly: the transport's buffer is full.
        self._writing = self.loop.call_later(self._policy.write_seconds, self.drop)

    def resume_writing(self) -> None:
        """End the deadline for the client to fetch its answer."""
        _cancel(self._writing)
        super().resume_writing()

    def shutdown(self) -> None:
        """Close an idle connection at once when the service stops, another after its answer.

        Whoever keeps an idle one does not answer the end of TLS before the next request.
        """
        if self.cycle is None or self.cycle.response_complete:
            self.drop()
        else:
            super().shutdown()

    def drop(self) -> None:
        """Close the connection at once, without an answer."""
        self.transport.abort()

    def _note_verified(self, caller: str = "") -> None:
        self._caller = caller or self._address
        self.timeout_keep_alive = self._policy.kept_seconds
        self.config.unverified.forget(self._address, self)

    def _note_told(self, seconds: float) -> None:
        wanted = self._policy.idle_seconds + LATEST * seconds
        self.timeout_keep_alive = math.ceil(
            min(self._policy.kept_seconds, max(self.timeout_keep_alive, wanted))
        )

    def _note_paced(self, seconds: float) -> None:
        self._rest = seconds

    def _is_endless(self) -> bool:
        """Tell whether more than a whole body came after its request was answered."""
        is_rest = self._phase is ConnectionPhase.DISCARD
        return is_rest and self._received > self._policy.discarded_bytes

    def _follow(self, between: ConnectionPhase) -> None:
        """Enter the phase that h11's state says; `between` is the phase between two requests."""
        if self.conn.their_state is h11.SEND_BODY:
            answered = self.cycle.response_complete
            phase = ConnectionPhase.DISCARD if answered else ConnectionPhase.BODY
        else:
            phase = between if self.conn.their_state is h11.IDLE else ConnectionPhase.ANSWER
        if phase is not self._phase:
            self._enter(phase)

    def _enter(self, phase: ConnectionPhase) -> None:
        self._phase, self._began, self._received = phase, self.loop.time(), 0
        _cancel(self._reading)
        if phase is ConnectionPhase.ANSWER or self._caller:
            self.config.unverified.forget(self._address, self)
        else:
            self.config.unverified.admit(self._address, self)
        if phase is ConnectionPhase.IDLE and self._caller:
            self.config.kept.admit(self._caller, self)
        else:
            self.config.kept.forget(self._caller, self)
        if phase in (
            ConnectionPhase.HEAD,
            ConnectionPhase.BODY,
            ConnectionPhase.DISCARD,
        ):  # between requests uvicorn counts
            self._reading = self.loop.call_at(self._deadline(), self._look_at_the_clock)

    def _deadline(self) -> float:
        if self._phase is ConnectionPhase.HEAD:
            return self._began + self._policy.head_seconds
        if self._phase is ConnectionPhase.BODY:
            return body_deadline(self._began, self._received, self._policy)
        return self._began + self._policy.idle_seconds

    def _look_at_the_clock(self) -> None:
        deadline = self._deadline()
        if deadline > self.loop.time():  # a body that comes along
            self._reading = self.loop.call_at(deadline, self._look_at_the_clock)
            return
        if self._is_endless():  # the end of TLS would wait for who reads nothing
            self.drop()
            return
        if self._phase is not ConnectionPhase.DISCARD and not self._answer_begun():
            self._answer_timed_out()
        self.transport.close()

    def _answer_begun(self) -> bool:
        begun = self._phase is ConnectionPhase.BODY and self.cycle.response_started
        return begun or self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE)

    def _answer_timed_out(self) -> None:
        """Answer 408 (RFC 9110 §15.5.9)."""
        body = bytes(TIMED_OUT.response().body)
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        answer = h11.Response(status_code=TIMED_OUT.status, headers=headers)
        for event in (answer, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")


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


def _client_chain(tls: ssl.SSLObject | None) -> list[str]:
    """Return the client's certificate as PEM, which was verified; none where it showed none."""
    found = tls.getpeercert(binary_form=True) if tls is not None else None
    return [ssl.DER_cert_to_PEM_cert(found)] if found else []


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()

"""HTTP/1.1 of one connection: uvicorn's httptools protocol with a deadline for every phase.

uvicorn limits only the pause between two requests: a connection that never sends its headers, or
its body, stays for ever (RFC 9112 §9.5 leaves such limits to the server). An ASGI application
sees a request only once its headers are there, and hypercorn's read timeout begins anew with each
byte; so the deadlines stand where the bytes arrive.
The parser is llhttp's: h11, in Python, took a sixth of what an application costs. What h11 refused
beyond it is refused here: heads without end, requests without one Host, and trailers do not count.
"""

from __future__ import annotations

import asyncio
import math
import ssl
from enum import Enum, auto
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from central.load import LATEST
from central.problems import MEDIA_TYPE, TIMED_OUT
from central.terminals.server.connections import body_deadline

if TYPE_CHECKING:
    from central.terminals.server.http_config import ConnectionConfig

TLS = "tls"  # the ASGI extension of this name: https://asgi.readthedocs.io/en/latest/specs/tls.html
VERIFIED = "retirement-kiosk.verified"
"""An ASGI extension: call it once the caller is known, with its name if it has one."""
TOLD = "retirement-kiosk.told"
"""An ASGI extension: call it with the seconds after which the caller was told to come back, on this
connection."""
PACED = "retirement-kiosk.paced"
"""An ASGI extension: call it with the seconds for which nothing more is read of this connection."""


_LONGEST_HEAD = 64 * 1024  # bytes of a request before its body, as with h11


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


class _Incoming(Enum):
    """How much of the newest request is here."""

    NOTHING = auto()
    HEAD = auto()  # a part of it
    BODY = auto()  # the whole head, and a part of the body
    WHOLE = auto()


_HEADLESS = (_Incoming.NOTHING, _Incoming.HEAD)


class GuardedProtocol(HttpToolsProtocol):
    """HTTP/1.1 of one connection; a client too slow in any phase gets 408 and is closed.

    `address` is the client's; `state` is what uvicorn's own protocol is made with.
    """

    config: ConnectionConfig

    def __init__(self, config: ConnectionConfig, address: str, **state: Any) -> None:
        super().__init__(config=config, **state)
        self._policy, self._address = config.policy, address
        self._phase, self._began, self._received = ConnectionPhase.HEAD, 0.0, 0
        self._incoming = _Incoming.NOTHING
        self._caller = ""  # "" until a request of it was accepted
        self._rest = 0.0  # seconds, after the answer that is being made
        self._extensions: dict[str, Any] = {}
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self._resting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin the deadline for the head of the first request."""
        super().connection_made(transport)
        self.transport = cast("asyncio.Transport", JoinedWrites(transport, self.loop))
        self.flow = FlowControl(self.transport)
        self._extensions = {
            VERIFIED: self._note_verified,
            TOLD: self._note_told,
            PACED: self._note_paced,
            TLS: {"client_cert_chain": _client_chain(transport.get_extra_info("ssl_object"))},
        }
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
        """Count the bytes of head or body, and change the phase when one of them is complete."""
        if self.transport.is_closing():
            return
        self._received += len(data)
        if self._is_endless():  # what more comes fills the client's own buffers
            self.transport.pause_reading()
            return
        super().data_received(data)
        if self._incoming in _HEADLESS and self._received > _LONGEST_HEAD:
            if self._is_answering():  # it has to wait for its answer
                self.flow.pause_reading()
            elif self._phase is ConnectionPhase.HEAD:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        self._follow(ConnectionPhase.HEAD)

    def on_message_begin(self) -> None:
        """Let the application tell, in the scope, that the request's signature is right.

        The certificate by which the client came stands there, too: it is the one of the handshake,
        and nothing that a request says can change it.
        """
        super().on_message_begin()
        self._incoming = _Incoming.HEAD
        self.scope["extensions"] = dict(self._extensions)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a line of the head. What comes behind a body is not what was said before it."""
        if self._incoming is _Incoming.HEAD:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin the answer. Raises ValueError without one Host (RFC 9112 §3.2), so that it is 400.

        A client of HTTP/1.0 need not name it.
        """
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (not hosts and self.parser.get_http_version() != "1.0"):
            raise ValueError("a request names one Host")
        self._incoming = _Incoming.BODY
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that the newest request is here."""
        self._incoming = _Incoming.WHOLE
        super().on_message_complete()

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
        begins_next = bool(self.pipeline)
        super().on_response_complete()
        if begins_next and not self.transport.is_closing():
            self._enter(ConnectionPhase.ANSWER)  # of the request that came before it was its turn
            return
        is_partly_here = self._incoming is _Incoming.HEAD
        self._follow(ConnectionPhase.HEAD if is_partly_here else ConnectionPhase.IDLE)

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

    def _is_answering(self) -> bool:
        """Tell whether a request whose head is here was not answered yet."""
        return bool(self.pipeline) or (self.cycle is not None and not self.cycle.response_complete)

    def _follow(self, between: ConnectionPhase) -> None:
        """Enter the phase that follows from what is here; `between` is that between two requests.

        While a request waits for the answer to the one before, nothing more is read.
        """
        if self._incoming is _Incoming.BODY and not self.pipeline:
            phase = ConnectionPhase.BODY if self._is_answering() else ConnectionPhase.DISCARD
        elif self._is_answering():
            phase = ConnectionPhase.ANSWER
        else:
            phase = between
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
        if phase in (ConnectionPhase.HEAD, ConnectionPhase.BODY, ConnectionPhase.DISCARD):
            # Between requests uvicorn counts.
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
        begun = self._phase is ConnectionPhase.BODY and self.cycle.response_started
        if self._phase is not ConnectionPhase.DISCARD and not begun:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
            return
        self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer without the application, and close (RFC 9110 §15.5.9, RFC 6585 §5)."""
        body = bytes(TIMED_OUT.response().body) if status is HTTPStatus.REQUEST_TIMEOUT else b""
        lines = [STATUS_LINE[status]]
        if body:
            lines.append(f"content-type: {MEDIA_TYPE}\r\n".encode())
        lines.append(f"content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode())
        self.transport.write(b"".join((*lines, body)))
        self.transport.close()


def _client_chain(tls: ssl.SSLObject | None) -> list[str]:
    """Return the client's certificate as PEM, which was verified; none where it showed none."""
    found = tls.getpeercert(binary_form=True) if tls is not None else None
    return [ssl.DER_cert_to_PEM_cert(found)] if found else []


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()

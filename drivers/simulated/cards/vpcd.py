"""A card in the virtual reader of a real pcscd: the card's end of vpcd's protocol.

Each way: two bytes of length, big endian, then that many bytes. One byte alone is a control;
anything longer is an APDU or its answer. To connect is to insert, to hang up is to remove.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from drivers.simulated.cards.ss_card import SimulatedSsCard

DEFAULT_PORT: Final = 35963
LENGTH_BYTES: Final = 2
RETRY_SECONDS: Final = 0.1  # a card stays in the reader while the daemon is away
CONNECT_SECONDS: Final = 2.0
NOTICE_SECONDS: Final = 2.0  # pcscd looks for the card every 0.4 s


class Control(IntEnum):
    """The controls by which the reader acts on the card's contacts."""

    POWER_OFF = 0
    POWER_ON = 1
    RESET = 2
    ATR = 4


class VirtualReaderCard:
    """A card for one slot of vpcd, which listens at `host` and `port`."""

    def __init__(self, card: SimulatedSsCard, host: str, port: int = DEFAULT_PORT) -> None:
        self.card = card
        self._address = (host, port)
        self._removed = threading.Event()
        self._noticed = threading.Event()
        self._given_up = False
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def insert(self) -> None:
        """Put the card in; it stays through restarts of the daemon. Idempotent.

        A card that did not answer has to be put in again, as the reader has given it up.
        """
        if self._thread is not None and not (self.card.is_pulled or self._given_up):
            return
        self.remove()
        self._given_up = False
        self._removed.clear()
        self._noticed.clear()
        self.card.put_back()
        self._thread = threading.Thread(target=self._stay, name="virtual-card", daemon=True)
        self._thread.start()

    def wait_until_noticed(self, seconds: float) -> bool:
        """Return whether the reader has asked the card for its ATR within `seconds`."""
        return self._noticed.wait(seconds)

    def remove(self) -> None:
        """Take the card out, also during an APDU, and wait until the reader notices. Idempotent."""
        self._removed.set()
        self.card.pull()
        with self._lock:
            if self._connection is not None:
                with contextlib.suppress(OSError):
                    self._connection.shutdown(socket.SHUT_WR)
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _stay(self) -> None:
        while not (self._removed.is_set() or self.card.is_pulled or self._given_up):
            with contextlib.suppress(OSError):
                self._visit()
            self.card.reset()
            self._removed.wait(RETRY_SECONDS)

    def _visit(self) -> None:
        with socket.create_connection(self._address, CONNECT_SECONDS) as connection:
            if connection.getsockname() == connection.getpeername():
                return  # the kernel has joined the socket to itself: nobody listens there
            connection.settimeout(None)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._connection = connection
            try:
                self._serve(connection)
            finally:
                with self._lock:
                    self._connection = None

    def _serve(self, connection: socket.socket) -> None:
        while not (self._removed.is_set() or self.card.is_pulled):
            message = _received(connection)
            if message is None:
                return
            answer = self._answer(message)
            if answer is None:
                continue
            if not answer:  # vpcd would wait for ever; a real reader gives up on a mute card
                self._given_up = True
                break
            connection.sendall(len(answer).to_bytes(LENGTH_BYTES, "big") + answer)
        connection.settimeout(NOTICE_SECONDS)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(LENGTH_BYTES):
            pass

    def _answer(self, message: bytes) -> bytes | None:
        """Return the card's answer; None where the reader expects none."""
        if len(message) > 1:
            return self.card.transmit(message)
        match message[0] if message else None:
            case Control.ATR:
                self._noticed.set()
                return self.card.atr()
            case Control.POWER_OFF | Control.POWER_ON | Control.RESET:
                self.card.reset()
        return None


def _received(connection: socket.socket) -> bytes | None:
    """Return one message; None when the reader has hung up."""
    head = _exactly(connection, LENGTH_BYTES)
    return None if head is None else _exactly(connection, int.from_bytes(head, "big"))


def _exactly(connection: socket.socket, length: int) -> bytes | None:
    data = b""
    while len(data) < length:
        # vpcd writes length and message apart: without this, each waits for a delayed ACK.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = connection.recv(length - len(data))
        if not part:
            return None
        data += part
    return data

"""The end of a simulated reader's cable: a pseudo-terminal, or a TCP port."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import termios
import threading
import tty
from typing import TYPE_CHECKING, Final, Protocol

from drivers.simulated.cards.samv import BAUDS
from drivers.simulated.cards.samv_frame import RequestScanner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from drivers.simulated.cards.samv_frame import Request

SPEEDS: Final = {getattr(termios, f"B{baud}"): baud for baud in BAUDS}
CHUNK: Final = 4096


class CableLine(Protocol):
    """One plugged cable, and the thread that listens to it."""

    def baud(self) -> int | None:
        """Return the host's speed in bits a second; None where the line has none.

        0 stands for a speed that no reader knows.
        """

    def wait(self, seconds: float) -> None:
        """Wait in real time; a pulled cable ends the wait."""

    def send(self, data: bytes) -> None:
        """Send bytes to the host, if there is one."""

    def close(self) -> None:
        """Pull the cable and end the thread."""


class PtyLine:
    """A pty under a link, as udev makes links; plugged anew it is another tty.

    `serve` is called with each request, on the line's thread.
    """

    def __init__(self, link: Path, serve: Callable[[CableLine, Request], None]) -> None:
        self._link = link
        self._serve = serve
        # The host's end stays open here too, or the pty would hang up whenever the host closes it.
        self._reader_end, self._host_end = os.openpty()
        tty.setraw(self._host_end)
        os.set_blocking(self._reader_end, False)
        self._woken, self._wake = os.pipe()
        self._pulled = threading.Event()
        fresh = link.with_name(link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(self._host_end))
        fresh.replace(link)
        self._thread = threading.Thread(target=self._listen, name="simulated-reader", daemon=True)
        self._thread.start()

    def baud(self) -> int | None:
        """Return the host's speed, in bits a second; 0 for one that no reader has."""
        return SPEEDS.get(termios.tcgetattr(self._host_end)[5], 0)

    def wait(self, seconds: float) -> None:
        """Wait so many seconds, or until the cable is pulled."""
        self._pulled.wait(seconds)

    def send(self, data: bytes) -> None:
        # Bytes that a host does not fetch are lost, as on a UART.
        """Send bytes to the host; they are lost while the cable is pulled."""
        if not self._pulled.is_set():
            with contextlib.suppress(BlockingIOError):
                os.write(self._reader_end, data)

    def close(self) -> None:
        """Remove the link, end the thread and close both ends."""
        self._link.unlink(missing_ok=True)
        self._pulled.set()
        os.write(self._wake, b"x")
        self._thread.join()
        for descriptor in (self._reader_end, self._host_end, self._woken, self._wake):
            os.close(descriptor)

    def _listen(self) -> None:
        scanner = RequestScanner()
        while not self._pulled.is_set():
            ready, _, _ = select.select([self._reader_end, self._woken], [], [])
            if self._reader_end in ready:
                for request in scanner.feed(os.read(self._reader_end, CHUNK)):
                    self._serve(self, request)


class TcpLine:
    """A port of the loopback that speaks to one host at a time; a newer host takes the line.

    `serve` is called with each request, on the line's thread.
    """

    def __init__(self, port: int, serve: Callable[[CableLine, Request], None]) -> None:
        """Listen at once; `port` 0 takes any free one, which is then in the attribute `port`."""
        self._serve = serve
        self._server = socket.create_server(("127.0.0.1", port))
        self.port: int = self._server.getsockname()[1]
        self._host: socket.socket | None = None
        self._woken, self._wake = os.pipe()
        self._pulled = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="simulated-reader", daemon=True)
        self._thread.start()

    def baud(self) -> int | None:
        """Return None: a TCP port has no speed."""
        return None

    def wait(self, seconds: float) -> None:
        """Wait so many seconds, or until the cable is pulled."""
        self._pulled.wait(seconds)

    def send(self, data: bytes) -> None:
        """Send bytes to the host that is connected; without one they are lost."""
        if self._host is not None and not self._pulled.is_set():
            with contextlib.suppress(OSError):
                self._host.sendall(data)

    def close(self) -> None:
        """Hang up, end the thread and close the port."""
        self._pulled.set()
        os.write(self._wake, b"x")
        self._thread.join()
        self._hang_up()
        self._server.close()
        for descriptor in (self._woken, self._wake):
            os.close(descriptor)

    def _listen(self) -> None:
        scanner = RequestScanner()
        while not self._pulled.is_set():
            ends: list[socket.socket | int] = [self._server, self._woken]
            ends += [self._host] if self._host else []
            ready, _, _ = select.select(ends, [], [])
            if self._server in ready:
                self._hang_up()
                self._host, _ = self._server.accept()
                self._host.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                scanner = RequestScanner()
            elif self._host in ready:
                for request in scanner.feed(self._hear()):
                    self._serve(self, request)

    def _hear(self) -> bytes:
        heard = b""
        if self._host is not None:
            with contextlib.suppress(OSError):
                heard = self._host.recv(CHUNK)
        if not heard:
            self._hang_up()
        return heard

    def _hang_up(self) -> None:
        if self._host is not None:
            self._host.close()
            self._host = None

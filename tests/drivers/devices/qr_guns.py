"""The same scanner four ways: in process, on a pty, on a TCP port, and as a keyboard; and a replay.

Each is `qr_scanner_contract.Gun`.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
import tty
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drivers.devices.qr_keyboard import KeyboardPort
from drivers.devices.qr_scanner import ScannerPort, open_scanner_port
from drivers.transports.transport import DeviceLostError
from tests.drivers.protocols.test_qr_token import presses

SHORT = 4096
ENTER = (28, 1), (28, 0)
# What was asked of a port, and the answer or the loss that came, and when.
Recording = list[tuple[str, Any, float]]


@dataclass
class GunInProcess:
    """Its bytes come at once; only waiting moves the clock."""

    now: float = 100.0
    plugged: bool = True
    said: bytes = b""

    def open(self) -> ScannerPort:
        self._here()
        self.said = b""
        return self

    def monotonic(self) -> float:
        return self.now

    def scan(self, text: str, end: str = "\r") -> None:
        self.said += (text + end).encode()

    def pull(self) -> None:
        self.plugged = False

    def plug(self) -> None:
        self.plugged = True

    def read_some(self, deadline: float) -> bytes:
        self._here()
        heard, self.said = self.said, b""
        if not heard:
            self.now = max(self.now, deadline)
        return heard

    def flush_input(self) -> None:
        self._here()
        self.said = b""

    def pulse(self) -> bool:
        return self.plugged

    def close(self) -> None:
        """Nothing is held."""

    def _here(self) -> None:
        if not self.plugged:
            raise DeviceLostError("pulled")


class GunOnWire:
    """What the ways over the system's own descriptors share."""

    def monotonic(self) -> float:
        return time.monotonic()

    def scan(self, text: str, end: str = "\r") -> None:
        self.say((text + end).encode())

    def say(self, data: bytes) -> None:
        """Send; what the wire can't hold at once goes from a thread, as the reader reads it."""
        if len(data) < SHORT:
            self.send(data)
        else:
            threading.Thread(target=self.send, args=(data,), daemon=True).start()

    def send(self, data: bytes) -> None:
        raise NotImplementedError


class OnPty(GunOnWire):
    def __init__(self, folder: Path) -> None:
        self._link = folder / "scanner"
        self.plug()

    def open(self) -> ScannerPort:
        return open_scanner_port(str(self._link), 9600, time.monotonic)

    def send(self, data: bytes) -> None:
        os.write(self._far, data)

    def pull(self) -> None:
        self._link.unlink()
        os.close(self._far)
        os.close(self._near)

    def plug(self) -> None:
        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        self._link.symlink_to(os.ttyname(self._near))

    def close(self) -> None:
        self.pull()


class OnTcp(GunOnWire):
    def __init__(self) -> None:
        self._port, self._line = 0, None
        self.plug()

    def open(self) -> ScannerPort:
        port = open_scanner_port(f"socket://127.0.0.1:{self._port}", 9600, time.monotonic)
        self._line, _ = self._server.accept()
        return port

    def send(self, data: bytes) -> None:
        assert self._line is not None
        self._line.sendall(data)

    def pull(self) -> None:
        self._server.close()
        if self._line is not None:
            self._line.close()

    def plug(self) -> None:
        self._server = socket.create_server(("127.0.0.1", self._port))
        self._port = self._server.getsockname()[1]

    def close(self) -> None:
        self.pull()


class AsKeyboard(GunOnWire):
    """A pipe of key events, as the kernel's evdev would give them."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "event7"
        self._far = -1
        self.plug()

    def open(self) -> ScannerPort:
        port = KeyboardPort(str(self._path), time.monotonic, lambda _file: None)
        if self._far < 0:
            self._far = os.open(self._path, os.O_WRONLY)
        return port

    def scan(self, text: str, end: str = "\r") -> None:
        keys = [*presses(text), *(ENTER if end else ())]
        packed = b"".join(struct.pack("llHHi", 0, 0, 1, key, value) for key, value in keys)
        self.say(packed)

    def send(self, data: bytes) -> None:
        os.write(self._far, data)

    def pull(self) -> None:
        self._path.unlink()
        if self._far >= 0:
            os.close(self._far)
            self._far = -1

    def plug(self) -> None:
        os.mkfifo(self._path)

    def close(self) -> None:
        self.pull()


@dataclass
class RecordedGun:
    """Any gun, with everything that was asked of its ports written down."""

    gun: Any
    recording: Recording = field(default_factory=list)
    port: Any = None

    def open(self) -> ScannerPort:
        self.port = self.note("open", self.gun.open, answer=None)
        return self

    def monotonic(self) -> float:
        return self.gun.monotonic()

    def scan(self, text: str, end: str = "\r") -> None:
        self.gun.scan(text, end)

    def pull(self) -> None:
        self.gun.pull()

    def plug(self) -> None:
        self.gun.plug()

    def read_some(self, deadline: float) -> bytes:
        return self.note("read", lambda: self.port.read_some(deadline))

    def flush_input(self) -> None:
        self.note("flush", self.port.flush_input)

    def pulse(self) -> bool:
        return self.note("pulse", self.port.pulse)

    def close(self) -> None:
        self.port.close()

    def note(self, asked: str, work: Any, **instead: Any) -> Any:
        try:
            came = work()
        except DeviceLostError as lost:
            self.recording.append((asked, lost, self.monotonic()))
            raise
        self.recording.append((asked, instead.get("answer", came), self.monotonic()))
        return came


@dataclass
class ReplayedGun:
    """A gun without a hand: its ports answer from a recording, in its order."""

    recording: Recording
    now: float = 0.0

    def open(self) -> ScannerPort:
        self._next("open")
        return self

    def monotonic(self) -> float:
        return self.now

    def scan(self, text: str, end: str = "\r") -> None: ...
    def pull(self) -> None: ...
    def plug(self) -> None: ...

    def read_some(self, deadline: float) -> bytes:
        return self._next("read")

    def flush_input(self) -> None:
        self._next("flush")

    def pulse(self) -> bool:
        return self._next("pulse")

    def close(self) -> None: ...

    def _next(self, asked: str) -> Any:
        expected, answer, self.now = self.recording.pop(0)
        assert expected == asked
        if isinstance(answer, DeviceLostError):
            raise answer
        return answer

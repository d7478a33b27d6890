"""A pcscd of its own, with vpcd's virtual reader, beside the machine's.

It has its own reader.conf, its own ports and its own socket, which is handed over as systemd would
(LISTEN_FDS), so that it runs for any user. Clients find it by PCSCLITE_CSOCK_NAME, which
libpcsclite reads once in a process (devices.md, pcscd).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from random import SystemRandom
from typing import Final

SOCKET_VARIABLE: Final = "PCSCLITE_CSOCK_NAME"
DRIVER: Final = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
FRIENDLY_NAME: Final = "Simulated Smart Card Reader"
SLOTS: Final = 2  # vpcd gives each entry two: at its port and at the next
PORTS: Final = range(20000, 32000, SLOTS)  # below those that the kernel gives away itself
STARTS: Final = 10
PATIENCE: Final = 20.0
# systemd's way of handing over a socket: descriptor 3, and the process that it is meant for.
# Before that PR_SET_PDEATHSIG: the daemon ends with whoever began it, even when that is killed.
LAUNCH: Final = (
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 15); os.dup2(int(sys.argv[1]), 3);"
    "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()));"
    "os.execv(sys.argv[2], sys.argv[2:])"
)


def find_pcscd() -> str:
    """Return the path of pcscd where it and vpcd are installed, else ""."""
    program = shutil.which("pcscd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    return program if program and DRIVER.exists() else ""


class PcscDaemon:
    """One daemon with two slots, `reader_name` and `other_reader_name`.

    `folder` takes its files, `program` is the path of pcscd.
    """

    def __init__(self, folder: Path, program: str) -> None:
        self.reader_name = f"{FRIENDLY_NAME} 00 00"
        self.other_reader_name = f"{FRIENDLY_NAME} 00 01"
        self.log = folder / "log"
        self.socket_path = folder / "socket"
        self._folder = folder
        self._program = program
        self._port = 0
        self._listener: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Return whether the daemon is there."""
        return self._process is not None and self._process.poll() is None

    def address(self, slot: int = 0) -> tuple[str, int]:
        """Return where a slot waits for a card; another one after each start."""
        return "127.0.0.1", self._port + slot

    def start(self) -> None:
        """Start the daemon; idempotent. Raises RuntimeError when it does not start."""
        if self.is_running:
            return
        for _ in range(STARTS):
            self._launch(SystemRandom().choice(PORTS))
            if self._listens():
                return
            self._end()
        raise RuntimeError(f"pcscd does not start:\n{self.log.read_text('utf-8', 'replace')}")

    def stop(self) -> None:
        """End the daemon: clients find nobody at the socket; idempotent."""
        self._end()

    def _launch(self, port: int) -> None:
        self._port = port
        configuration = self._folder / "reader.conf.d"
        bundles = self._folder / "no-usb-drivers"
        for folder in (configuration, bundles):
            folder.mkdir(exist_ok=True)
        (configuration / "vpcd").write_text(
            f'FRIENDLYNAME "{FRIENDLY_NAME}"\nDEVICENAME /dev/null:0x{port:X}\n'
            f"LIBPATH {DRIVER}\nCHANNELID 0x{port:X}\n"
        )
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.socket_path))
        self._listener.listen()
        descriptor = self._listener.fileno()
        options = ("--foreground", "--disable-polkit", "--info", "--config", str(configuration))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the daemon that is installed here
                [sys.executable, "-ISc", LAUNCH, str(descriptor), self._program, *options],
                pass_fds=[descriptor],
                env={"PCSCLITE_HP_DROPDIR": str(bundles)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _listens(self) -> bool:
        """Return whether the daemon answers; it does so once its readers are set up."""
        with suppress(OSError):
            return self._greet()
        return False

    def _greet(self) -> bool:
        # CMD_VERSION of winscard_msg.h: pcscd answers after its readers were set up.
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(PATIENCE)
            client.connect(str(self.socket_path))
            words = (12, 0x11, 4, 5, 0)  # length, command, version 4.5, no verdict yet
            client.sendall(b"".join(word.to_bytes(4, sys.byteorder) for word in words))
            return bool(client.recv(12))

    def _end(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self.socket_path.unlink(missing_ok=True)

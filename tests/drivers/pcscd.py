"""A pcscd of the tests' own, with vpcd's virtual reader.

The machine's own pcscd is never touched: ours has its own reader.conf, its own ports and its own
socket, which is handed over as systemd would (LISTEN_FDS), so that it runs for any user. Clients
find it by PCSCLITE_CSOCK_NAME. libpcsclite reads that variable once in a process: therefore there
is one path for the whole session, set before any test of this folder runs.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from ctypes.util import find_library
from pathlib import Path
from random import SystemRandom
from typing import Final

import psutil
import pytest

from drivers.simulated.cards.ss_card import SimulatedSsCard
from drivers.simulated.cards.vpcd import VirtualReaderCard
from tests.drivers.pcsc_client import EMPTY, PcscClient

SOCKET_VARIABLE: Final = "PCSCLITE_CSOCK_NAME"
DRIVER: Final = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
FRIENDLY_NAME: Final = "Simulated Smart Card Reader"
SLOTS: Final = 2  # vpcd gives each entry two: at its port and at the next
PORTS: Final = range(20000, 32000, SLOTS)  # below those that the kernel gives away itself
STARTS: Final = 10
PATIENCE: Final = 20.0
# systemd's way of handing over a socket: descriptor 3, and the process that it is meant for.
# Before that PR_SET_PDEATHSIG: the daemon ends with its tests, even when they are killed.
LAUNCH: Final = (
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 15); os.dup2(int(sys.argv[1]), 3);"
    "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()));"
    "os.execv(sys.argv[2], sys.argv[2:])"
)


class PrivatePcscd:
    """One daemon with two slots, `reader_name` and `other_reader_name`.

    `environment` is for clients in processes of their own. Cards stay in their slots through
    `restart`, as in a real reader.
    """

    def __init__(self, folder: Path, program: str) -> None:
        self.reader_name = f"{FRIENDLY_NAME} 00 00"
        self.other_reader_name = f"{FRIENDLY_NAME} 00 01"
        self.log = folder / "log"
        self._folder = folder
        self._program = program
        self._path = folder / "socket"
        self._port = 0
        self._listener: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._inserted: dict[int, VirtualReaderCard] = {}

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that lead a client to this daemon."""
        return {**os.environ, SOCKET_VARIABLE: str(self._path)}

    @property
    def is_running(self) -> bool:
        """Return whether the daemon is there."""
        return self._process is not None and self._process.poll() is None

    def address(self, slot: int = 0) -> tuple[str, int]:
        """Return where a slot waits for a card; another one after each start."""
        return "127.0.0.1", self._port + slot

    def start(self) -> None:
        """Start the daemon and put the cards back into it; idempotent."""
        if self.is_running:
            return
        for _ in range(STARTS):
            self._launch(SystemRandom().choice(PORTS))
            if self._listens():
                break
            self._end()
        else:
            raise AssertionError(f"pcscd does not start:\n{self.log.read_text('utf-8', 'replace')}")
        for slot, inserted in list(self._inserted.items()):
            self._put(inserted.card, slot)

    def stop(self) -> None:
        """End the daemon: clients find nobody at the socket; idempotent."""
        self._end()
        for inserted in self._inserted.values():
            inserted.remove()

    def restart(self) -> None:
        """End the daemon and start another one; cards lose their power and stay in."""
        self.stop()
        self.start()

    def crash(self) -> None:
        """Kill the daemon without a farewell; `start` makes a new one."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
        self.stop()

    def insert(self, card: SimulatedSsCard, slot: int = 0) -> None:
        """Put a card in, in the place of any other; returns when the reader has seen it."""
        self.remove(slot)
        self._put(card, slot)

    def remove(self, slot: int = 0) -> None:
        """Take the card out, also during an APDU; returns when clients see none. Idempotent.

        Without that last wait another card could come in between two looks of the daemon (0.4 s),
        which would then believe it to be the first one.
        """
        inserted = self._inserted.pop(slot, None)
        if inserted is not None:
            inserted.remove()
        if self.is_running:
            with PcscClient() as client:
                client.wait_for((self.reader_name, self.other_reader_name)[slot], EMPTY)

    def close(self) -> None:
        """End everything."""
        self.stop()
        self._inserted.clear()

    def _put(self, card: SimulatedSsCard, slot: int) -> None:
        self._inserted[slot] = virtual = VirtualReaderCard(card, *self.address(slot))
        virtual.insert()
        if not virtual.wait_until_noticed(PATIENCE):
            raise AssertionError("the virtual reader has not seen its card")

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
        self._listener.bind(str(self._path))
        self._listener.listen()
        descriptor = self._listener.fileno()
        options = ("--foreground", "--disable-polkit", "--info", "--config", str(configuration))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-ISc", LAUNCH, str(descriptor), self._program, *options],
                pass_fds=[descriptor],
                env={"PCSCLITE_HP_DROPDIR": str(bundles)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _listens(self) -> bool:
        """Return whether both slots are this daemon's; the answer to a client says it is up."""
        assert self._process is not None
        with suppress(AssertionError, OSError):
            self._greet()
            connections = psutil.Process(self._process.pid).net_connections("tcp")
            ports = {entry.laddr.port for entry in connections if entry.status == "LISTEN"}
            return {self._port, self._port + 1} <= ports
        return False

    def _greet(self) -> None:
        # CMD_VERSION of winscard_msg.h: pcscd answers after its readers were set up.
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(PATIENCE)
            client.connect(str(self._path))
            words = (12, 0x11, 4, 5, 0)  # length, command, version 4.5, no verdict yet
            client.sendall(b"".join(word.to_bytes(4, sys.byteorder) for word in words))
            assert client.recv(12), "pcscd hung up"

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
        self._path.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def pcscd_folder() -> Iterator[Path]:
    """Lead every client of this process and its children away from the machine's own pcscd."""
    with (
        tempfile.TemporaryDirectory(prefix="pcscd-") as name,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv(SOCKET_VARIABLE, str(Path(name) / "socket"))
        yield Path(name)


@pytest.fixture(scope="session")
def pcscd(pcscd_folder: Path) -> Iterator[PrivatePcscd]:
    program = shutil.which("pcscd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        pytest.skip("the Debian package pcscd is not installed")
    if not DRIVER.exists():
        pytest.skip("the Debian package vsmartcard-vpcd is not installed")
    if find_library("pcsclite") is None:
        pytest.skip("the Debian package libpcsclite1 is not installed")
    daemon = PrivatePcscd(pcscd_folder, program)
    try:
        daemon.start()
        yield daemon
    finally:
        daemon.close()


@pytest.fixture
def pcsc(pcscd: PrivatePcscd) -> Iterator[PrivatePcscd]:
    """Give a running daemon with both slots empty; what a test did to it is mended afterwards."""
    pcscd.start()
    yield pcscd
    pcscd.start()
    for slot in range(SLOTS):
        pcscd.remove(slot)

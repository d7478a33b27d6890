"""A pcscd of the tests' own, with vpcd's virtual reader; the machine's own is never touched.

libpcsclite reads the variable by which it finds the daemon once in a process: therefore there is
one path for the whole session, set before any test of this folder runs.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from ctypes.util import find_library
from pathlib import Path

import psutil
import pytest

from drivers.simulated.cards.pcsc_daemon import (
    DRIVER,
    PATIENCE,
    SLOTS,
    SOCKET_VARIABLE,
    PcscDaemon,
    find_pcscd,
)
from drivers.simulated.cards.ss_card import SimulatedSsCard
from drivers.simulated.cards.vpcd import VirtualReaderCard
from tests.drivers.pcsc_client import EMPTY, PcscClient

__all__ = ["SOCKET_VARIABLE", "PrivatePcscd", "pcsc", "pcscd", "pcscd_folder"]


class PrivatePcscd(PcscDaemon):
    """A daemon into whose slots cards are put; they stay there through `restart`.

    `environment` is for clients in processes of their own.
    """

    def __init__(self, folder: Path, program: str) -> None:
        super().__init__(folder, program)
        self._inserted: dict[int, VirtualReaderCard] = {}

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that lead a client to this daemon."""
        return {**os.environ, SOCKET_VARIABLE: str(self.socket_path)}

    def start(self) -> None:
        """Start the daemon and put the cards back into it; idempotent."""
        if self.is_running:
            return
        super().start()
        for slot, inserted in list(self._inserted.items()):
            self._put(inserted.card, slot)

    def stop(self) -> None:
        """End the daemon: clients find nobody at the socket; idempotent."""
        super().stop()
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

    def _listens(self) -> bool:
        """Return whether both slots are this daemon's; the answer to a client says it is up."""
        assert self._process is not None
        if not super()._listens():
            return False
        with suppress(psutil.Error):
            connections = psutil.Process(self._process.pid).net_connections("tcp")
            ports = {entry.laddr.port for entry in connections if entry.status == "LISTEN"}
            return {self._port, self._port + 1} <= ports
        return False


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
    program = find_pcscd()
    if not program:
        pytest.skip(f"the Debian package pcscd or vsmartcard-vpcd is not installed: {DRIVER}")
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

"""Bench of one APDU's round trip through pcscd, and of our own share of reading a card.

A private pcscd with vpcd's virtual reader and a simulated card; the floor is a bare client of
libpcsclite on the same card, without a deadline.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median, quantiles

from drivers.devices.ss_card_reader import SlotSsCardReader
from drivers.devices.ss_card_session import SsCardSession
from drivers.simulated.cards.ss_card import SimulatedSsCard
from drivers.simulated.cards.ss_card_image import load
from drivers.transports.pcsc_slot import PcscSlot
from kiosk.people.ss_card import SsCard
from script.benches.figures import BenchFigure, Report
from tests.drivers.pcsc_client import PRESENT, PcscClient
from tests.drivers.pcscd import SOCKET_VARIABLE, PrivatePcscd

ROOT = Path(__file__).resolve().parents[3]
PERSONA = "liu"
SELECT = bytes.fromhex("00A4000002EF05")
PATIENCE = 20.0


def measure(*, quick: bool) -> Report:
    """Measure single APDUs, whole reads, and the share of a read that is ours alone."""
    apdus, reads = (500, 30) if quick else (5000, 300)
    with private_pcscd() as daemon:
        daemon.insert(simulated_card())
        floor = bare_times(daemon, apdus)
        ours = slot_times(apdus)
        whole = read_times(reads)
    own = [own_time() for _ in range(reads)]
    figures = {
        "apdu_p50": BenchFigure(1e6 * median(ours), "µs", floor=1e6 * median(floor)),
        "apdu_p95": BenchFigure(1e6 * p95(ours), "µs", floor=1e6 * p95(floor)),
        "whole_read_p50": BenchFigure(1e3 * median(whole), "ms"),
        "whole_read_p95": BenchFigure(1e3 * p95(whole), "ms"),
        "own_share_of_a_read_p50": BenchFigure(1e3 * median(own), "ms", 10.0),
        "own_share_of_a_read_p95": BenchFigure(1e3 * p95(own), "ms", 10.0),
    }
    return Report("apdu", figures)


@contextmanager
def private_pcscd() -> Iterator[PrivatePcscd]:
    """Run a pcscd of our own; the machine's is not touched.

    Raises SystemExit when pcscd is not installed.
    """
    program = shutil.which("pcscd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        raise SystemExit("the Debian packages pcscd and vsmartcard-vpcd are needed")
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        os.environ[SOCKET_VARIABLE] = str(Path(folder) / "socket")
        daemon = PrivatePcscd(Path(folder), program)
        try:
            daemon.start()
            yield daemon
        finally:
            daemon.close()


def bare_times(daemon: PrivatePcscd, count: int) -> list[float]:
    """Return the seconds of each APDU of a plain client."""
    with PcscClient() as client:
        client.wait_for(daemon.reader_name, PRESENT)
        client.connect(daemon.reader_name)
        times = [timed(lambda: client.transmit(SELECT)) for _ in range(count)]
        client.disconnect()
    return times


def slot_times(count: int) -> list[float]:
    """Return the seconds of each APDU through our transport with its deadline."""
    slot = PcscSlot("pcsc://", time.monotonic)
    card = slot.connect(time.monotonic() + PATIENCE)
    times = [
        timed(lambda: card.transmit(SELECT, time.monotonic() + PATIENCE)) for _ in range(count)
    ]
    card.close()
    slot.close()
    return times


def read_times(count: int) -> list[float]:
    """Return the seconds of each whole read, from the look at the slot to the card's items."""
    reader = SlotSsCardReader(
        PcscSlot("pcsc://", time.monotonic), time.monotonic, time.sleep, lambda: date(2026, 11, 1)
    )
    reader.read(lambda: False)
    times = []
    for _ in range(count):
        # A slot without news waits for some: begin it anew, so that the wait is not measured.
        reader.close()
        times.append(timed(lambda: expect_card(reader.read(lambda: False))))
    reader.close()
    return times


def own_time() -> float:
    """Return the seconds of one read without the simulated chip's share."""
    connection = TimedCard(simulated_card())

    def read() -> None:
        session = SsCardSession(connection, time.monotonic)
        session.select()
        session.read()
        expect_card(session.card())

    return timed(read) - connection.seconds


class TimedCard:
    """A connection to a simulated card in process that adds up the chip's time."""

    t0 = True

    def __init__(self, card: SimulatedSsCard) -> None:
        self.seconds = 0.0
        self._card = card

    def transmit(self, apdu: bytes | bytearray, deadline: float) -> bytes:
        """Return the chip's answer at once; there is no wire and no deadline."""
        del deadline
        began = time.perf_counter()
        answer = self._card.transmit(bytes(apdu))
        self.seconds += time.perf_counter() - began
        return answer

    def close(self) -> None:
        """Do nothing: nothing is held."""


def simulated_card() -> SimulatedSsCard:
    """Return the card of an invented person."""
    return SimulatedSsCard(load(ROOT / "config" / "personas", PERSONA))


def expect_card(found: object) -> None:
    """Raise RuntimeError when no card was read, since its time would mean nothing."""
    if not (isinstance(found, SsCard) and found.name):
        raise RuntimeError(f"no card was read: {found!r}")


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def p95(times: list[float]) -> float:
    """Return the 95th percentile."""
    return quantiles(times, n=20)[-1]

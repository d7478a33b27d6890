"""The ports of `kiosk.ports` over devices that a worker owns, as a visit uses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.failures import Failure
from kiosk.ports import PinVerdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.devices.id_card_reader import CardReader
    from drivers.devices.qr_scanner import QrScanner
    from drivers.devices.receipt_printer import ReceiptPrinter
    from drivers.devices.ss_card_reader import SlotSsCardReader
    from drivers.supervision.devices import CameraWatch, Unheld
    from drivers.supervision.worker import Worker
    from kiosk.people.identity import IdCard
    from kiosk.people.qr_token import QrToken
    from kiosk.people.ss_card import SsCard
    from kiosk.ports import Frame
    from kiosk.slip import Slip

FIRST_TRY_SECONDS = 5.0
AGAIN_SECONDS = 0.3  # before a lost reader is asked again whether it is empty


def _never() -> bool:
    return False


@dataclass(frozen=True)
class SupervisedReader:
    """`kiosk.ports.IdCardReader` over a worker; `sleep` waits the given seconds."""

    worker: Worker[CardReader]
    sleep: Callable[[float], None]

    def read(self, cancelled: Callable[[], bool]) -> IdCard | Failure | None:
        """Wait for a card and read it; None when `cancelled` became true first."""
        return self.worker.do(lambda reader, ended: reader.read(ended), cancelled)

    def wait_removed(self, cancelled: Callable[[], bool]) -> bool:
        """Wait until no card lies there, even while the reader is lost; False when cancelled."""
        self.worker.plan.device.forget()  # also when it is lost, and nobody can ask it
        while not cancelled():
            found = self.worker.do(lambda reader, ended: reader.wait_lifted(ended), cancelled)
            if found is True:
                return True
            self.sleep(AGAIN_SECONDS)
        return False

    def check(self) -> Failure | None:
        """Return the known failure; waits only when the device was never tried."""
        self.worker.settle(FIRST_TRY_SECONDS)
        return self.worker.failure()

    def close(self) -> None:
        """End the worker."""
        self.worker.leave()


@dataclass(frozen=True)
class SupervisedSsReader:
    """`kiosk.ports.CardPinReader` over a worker; `sleep` waits the given seconds."""

    worker: Worker[Unheld[SlotSsCardReader]]
    sleep: Callable[[float], None]

    def read(self, cancelled: Callable[[], bool]) -> SsCard | Failure | None:
        """Wait for a card and read it; None when `cancelled` became true first."""
        return self.worker.do(lambda held, ended: held.driver.read(ended), cancelled)

    def verify_pin(self, pin: bytearray) -> PinVerdict:
        """Show the PIN once to the card that was read; `pin` is overwritten."""
        found = self.worker.do(lambda held, _: held.driver.verify_pin(pin), _never)
        pin[:] = bytes(len(pin))  # also when the reader is lost, and nobody was shown it
        return found if isinstance(found, PinVerdict) else PinVerdict(found or Failure.READER_LOST)

    def wait_removed(self, cancelled: Callable[[], bool]) -> bool:
        """Wait until the card is out, even while the reader is lost; False when cancelled."""
        while not cancelled():
            found = self.worker.do(lambda held, ended: held.driver.wait_lifted(ended), cancelled)
            if found is True:
                return True
            self.sleep(AGAIN_SECONDS)
        return False

    def forget_card(self) -> None:
        """End the use of the card: one that stays in there is not read for the next person."""
        self.worker.do(lambda held, _: held.driver.forget_card(), _never)

    def check(self) -> Failure | None:
        """Return the known failure; waits only when the device was never tried."""
        self.worker.settle(FIRST_TRY_SECONDS)
        return self.worker.failure()

    def close(self) -> None:
        """End the worker."""
        self.worker.leave()


class NoSsReader:
    """The reader of social security cards of a terminal without one; no page asks for it."""

    def read(self, _cancelled: Callable[[], bool]) -> Failure:
        """Return READER_LOST."""
        return Failure.READER_LOST

    def verify_pin(self, pin: bytearray) -> PinVerdict:
        """Overwrite the PIN and return READER_LOST."""
        pin[:] = bytes(len(pin))
        return PinVerdict(Failure.READER_LOST)

    def wait_removed(self, _cancelled: Callable[[], bool]) -> bool:
        """Return true: no card is there."""
        return True

    def forget_card(self) -> None:
        """Do nothing."""

    def check(self) -> Failure:
        """Return READER_LOST."""
        return Failure.READER_LOST

    def close(self) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class SupervisedScanner:
    """`kiosk.ports.CodeScanner` over a worker."""

    worker: Worker[Unheld[QrScanner]]

    def scan(self, cancelled: Callable[[], bool]) -> QrToken | Failure | None:
        """Wait for a code and return it; None when `cancelled` became true first."""
        return self.worker.do(lambda held, ended: held.driver.scan(ended), cancelled)

    def close(self) -> None:
        """End the worker."""
        self.worker.leave()


class NoScanner:
    """The code scanner of a terminal without one: pages ask for the card at once."""

    def scan(self, _cancelled: Callable[[], bool]) -> Failure:
        """Return SCANNER_LOST; no page asks."""
        return Failure.SCANNER_LOST

    def close(self) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class SupervisedPrinter:
    """`kiosk.ports.SlipPrinter` over a worker."""

    worker: Worker[Unheld[ReceiptPrinter]]

    def print_slip(self, slip: Slip) -> Failure | None:
        """Print and cut; None when the printer took everything."""
        return self.worker.do(lambda held, _: held.driver.print_slip(slip), _never)

    def check(self) -> Failure | None:
        """Return the known failure; waits only when the device was never tried."""
        self.worker.settle(FIRST_TRY_SECONDS)
        return self.worker.failure()


@dataclass(frozen=True)
class SupervisedCamera:
    """`kiosk.ports.Camera`: the camera grabs on a thread of its own, the worker only follows it."""

    worker: Worker[CameraWatch]

    def start(self) -> None:
        """Begin grabbing; from now on the worker only looks for new pictures."""
        watch = self.worker.plan.device
        watch.in_use = True
        watch.camera.start()

    def latest(self) -> Frame | None:
        """Return the newest frame, or None before the first and while the camera is lost."""
        return self.worker.plan.device.camera.latest()

    def stop(self) -> None:
        """Stop grabbing and give the camera back to the worker."""
        watch = self.worker.plan.device
        watch.camera.stop()
        watch.in_use = False

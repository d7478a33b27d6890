"""The contract of every way to a code scanner: one suite, run over each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from drivers.devices.qr_scanner import QrScanner, ScannerPort
from kiosk.failures import Failure
from kiosk.people.qr_token import QrToken

FIRST, SECOND = "Ab-9_FIRST-TOKEN", "SECOND.TOKEN=="
LONG = "x" * 5000


class Gun(Protocol):
    """A scanner in a hand. Its letters are US-ASCII, as a keyboard has no others."""

    def open(self) -> ScannerPort:
        """Open the host's end. Raises DeviceLost."""

    def monotonic(self) -> float:
        """Return the clock of its port."""

    def scan(self, text: str, end: str = "\r") -> None:
        """Hold it before a code."""

    def pull(self) -> None:
        """Pull its cable."""

    def plug(self) -> None:
        """Connect it again."""


@dataclass
class ScannerRig:
    """A gun, and when it is used: `actions` are done one a look, on the driver's own thread.

    `looks` is how often the driver asks whether anybody still waits: on real time a limit that
    only a bug reaches, in process the time itself.
    """

    gun: Gun
    looks: int
    actions: list[Callable[[], None]] = field(default_factory=list)

    def scanner(self) -> QrScanner:
        return QrScanner(self.gun.open, self.gun.monotonic)

    def tired(self, looks: int | None = None) -> Callable[[], bool]:
        left = [looks or self.looks]

        def cancelled() -> bool:
            left[0] -= 1
            if self.actions:
                self.actions.pop(0)()
            return left[0] < 0

        return cancelled

    def read(self, scanner: QrScanner, *actions: Callable[[], None]) -> str | Failure | None:
        """Do the actions while it is waited for a code."""
        self.actions[:] = actions
        found = scanner.scan(self.tired())
        return found.reveal() if isinstance(found, QrToken) else found


def a_code_is_read(rig: ScannerRig) -> None:
    scanner = rig.scanner()
    assert rig.read(scanner, lambda: rig.gun.scan(FIRST)) == FIRST
    assert rig.read(scanner, lambda: rig.gun.scan(SECOND)) == SECOND
    scanner.close()
    scanner.close()


def a_code_without_an_end_is_ended_by_a_pause(rig: ScannerRig) -> None:
    scanner = rig.scanner()
    assert rig.read(scanner, lambda: rig.gun.scan(FIRST, end="")) == FIRST
    scanner.close()


def what_came_before_is_for_nobody(rig: ScannerRig) -> None:
    scanner = rig.scanner()
    assert scanner.check() is None
    rig.gun.scan(FIRST)
    assert rig.read(scanner, lambda: rig.gun.scan(SECOND)) == SECOND
    scanner.close()


def a_code_may_come_in_pieces(rig: ScannerRig) -> None:
    scanner = rig.scanner()

    def slowly() -> None:
        rig.gun.scan(FIRST[:5], end="")
        rig.gun.scan(FIRST[5:])

    assert rig.read(scanner, slowly) == FIRST
    scanner.close()


def too_long_a_code_is_unreadable_and_the_next_is_read(rig: ScannerRig) -> None:
    scanner = rig.scanner()
    assert rig.read(scanner, lambda: rig.gun.scan(LONG)) is Failure.CODE_UNREADABLE
    assert rig.read(scanner, lambda: rig.gun.scan(SECOND)) == SECOND
    scanner.close()


def nobody_shows_a_code(rig: ScannerRig) -> None:
    scanner = rig.scanner()
    assert scanner.scan(rig.tired(2)) is None
    assert scanner.check() is None
    assert scanner.pulse()
    scanner.close()
    assert not scanner.pulse()


def a_pulled_scanner_is_lost_and_found_again(rig: ScannerRig) -> None:
    scanner = rig.scanner()
    assert scanner.check() is None
    assert rig.read(scanner, rig.gun.pull) is Failure.SCANNER_LOST
    assert scanner.check() is Failure.SCANNER_LOST
    rig.gun.plug()
    assert scanner.check() is None
    assert scanner.pulse()
    rig.gun.pull()
    assert not scanner.pulse()
    rig.gun.plug()
    scanner.close()
    assert rig.read(scanner, lambda: rig.gun.scan(FIRST)) == FIRST
    scanner.close()


CONTRACT = (
    a_code_is_read,
    a_code_without_an_end_is_ended_by_a_pause,
    what_came_before_is_for_nobody,
    a_code_may_come_in_pieces,
    too_long_a_code_is_unreadable_and_the_next_is_read,
    nobody_shows_a_code,
    a_pulled_scanner_is_lost_and_found_again,
)

"""The first start of a terminal: from an enrolment card to a terminal that is let in.

Nothing is typed. Whatever is cut short is taken up again: the key and the card's code are durable
before the code is sent, and the own key is the last thing that is written.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from drivers.central.enrolment import EnrolmentRefused, ask, begin, destination
from kiosk.crypto.envelope import KEY_BYTES
from kiosk.crypto.pending_enrolment import (
    PendingEnrolment,
    pending_path,
    read_pending,
    write_pending,
)
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.failures import Failure
from kiosk.fleet.enrolment_card import PREFIX, code_in
from kiosk.operator_texts import text_of
from kiosk.pages.first_start import FirstStart, FirstStartStage
from wiring.enrolment import keep_admitted, trouble_with

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from drivers.central.enrolment import Admitted, EnrolmentStarted
    from kiosk.config.settings import Settings
    from kiosk.people.qr_token import QrToken
    from kiosk.ports import Central, DeviceKey

PAUSE_SECONDS = 2.0


class CardScanner(Protocol):
    """The part of a scanner that the first start needs."""

    def check(self) -> Failure | None:
        """Return None while it is there."""

    def scan(self, cancelled: Callable[[], bool]) -> QrToken | Failure | None:
        """Wait for a code and return it; None when `cancelled` became true first."""


@dataclass(frozen=True)
class FirstStartWorld:
    """What the first start works with; `scanners` are tried in turn until one is there.

    `show` takes the state for the page, `wait` passes seconds, `is_over` tells that it is to end.
    """

    settings: Settings
    central: Central
    device_key: DeviceKey
    scanners: Sequence[CardScanner]
    show: Callable[[FirstStart], None]
    now: Callable[[], datetime]
    wait: Callable[[float], object]
    is_over: Callable[[], bool]
    random: Callable[[int], bytes] = os.urandom

    @property
    def identity(self) -> Path:
        """Return where the terminal's own key comes to lie."""
        return Path(self.settings.central.identity.partition(":")[2])


def enrol_by_card(world: FirstStartWorld) -> bool:
    """Show pages until this terminal is let in; False when it is to end before."""
    pending_file = pending_path(world.identity)
    pending = None if world.identity.exists() else read_pending(pending_file, world.device_key)
    trouble = ""
    while not world.is_over() and not world.identity.exists():
        if pending is None:
            code = _scan(world, trouble)
            pending = None if code is None else _remember(world, code)
            trouble = "" if code is None or pending else text_of("enrolment.first_start.disk")
            continue
        trouble, is_spent = _try(world, pending, trouble)
        if is_spent:
            pending_file.unlink(missing_ok=True)
            pending = None
    if not world.identity.exists():
        return False
    pending_file.unlink(missing_ok=True)
    world.show(FirstStart(FirstStartStage.ENROLLED))
    return True


def _scan(world: FirstStartWorld, trouble: str) -> str | None:
    """Return the code of the card that is held to the scanner; None when it is to end, or lost."""
    scanner = next((one for one in world.scanners if one.check() is None), None)
    if scanner is None:
        world.show(FirstStart(FirstStartStage.SCANNERLESS))
        world.wait(PAUSE_SECONDS)
        return None
    world.show(FirstStart(FirstStartStage.CARD, trouble=trouble))
    while not world.is_over():
        found = scanner.scan(world.is_over)
        if found is None or found is Failure.SCANNER_LOST:
            return None
        text = "" if isinstance(found, Failure) else found.reveal()
        # A scanner is held to anything: the code alone, without a card's mark, is for a keyboard.
        code = code_in(text) if text.strip().upper().startswith(PREFIX) else None
        if code is not None:
            return code
        words = text_of("enrolment.first_start.no_card")
        world.show(FirstStart(FirstStartStage.CARD, trouble=words))
    return None


def _remember(world: FirstStartWorld, code: str) -> PendingEnrolment | None:
    """Make the key for a card's code, durably before it is sent; None when the disk fails."""
    made = PendingEnrolment(code, TerminalKey(world.random(KEY_BYTES), world.now()))
    try:
        write_pending(pending_path(world.identity), world.device_key, made, world.random)
    except OSError:
        return None
    return made


def _try(world: FirstStartWorld, pending: PendingEnrolment, trouble: str) -> tuple[str, bool]:
    """Go on with an enrolment under way; return the trouble ("" for none), and whether it is over.

    It is not over while the central service, the line or the disk is away.
    """
    world.show(FirstStart(FirstStartStage.ASKING, trouble=trouble))
    begun = begin(world.central, pending.code, pending.key)
    if isinstance(begun, EnrolmentRefused):
        if begun.may_pass:
            world.wait(PAUSE_SECONDS)
        return begun.words, not begun.may_pass
    ended = _await_people(world, destination(world.central, begun, pending.key), pending.key)
    if ended is None:
        return "", False
    if isinstance(ended, EnrolmentRefused):
        return ended.words, True
    if words := trouble_with(world.settings, ended):
        return words, True
    try:
        keep_admitted(world.settings, ended, pending.key)
    except OSError:
        world.wait(PAUSE_SECONDS)
        return text_of("enrolment.first_start.disk"), False
    return "", False


def _await_people(
    world: FirstStartWorld, begun: EnrolmentStarted, key: TerminalKey
) -> Admitted | EnrolmentRefused | None:
    """Show the six digits until people have decided; None when it is to end before."""
    digits = FirstStart(
        FirstStartStage.DIGITS, begun.digits, terminal=begun.terminal, point=begun.point
    )
    while not world.is_over():
        world.show(digits)
        if (ended := ask(world.central, begun, key)) is not None:
            return ended
        world.wait(PAUSE_SECONDS)
    return None

"""The contract of every way to a vendor's card library: one suite, run over each of them.

`play` says what the library does from now on, in the words of tests/drivers/vendor_library.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from drivers.devices.ss_card_vendor import CardLibrary, VendorLimits, VendorSsCardReader
from kiosk.failures import Failure
from kiosk.people.ss_card import SsCard
from kiosk.ports import CardChallenge, CardCryptograms
from tests.drivers.vectors import ALL
from tests.drivers.vendor_library.library import TEXT

TODAY = date(2025, 6, 1)
TOLD = {"card_identifier", "spec_version", "issue_date", "valid_to", "card_number", "ssn", "name"}
CARD = SsCard(**{name: value for name, value in ALL["D21"]["expect"].items() if name in TOLD})
A_CARD, NO_CARD = f"iReadCardBas return 0 {TEXT}", "iReadCardBas return -1 未找到卡片"
CHALLENGES = ("0123456789ABCDEF", "FEDCBA9876543210")
STEP_1 = f"iReadCardBas_HSM_Step1 return 0 {'|'.join(CHALLENGES)}|"
STEP_2 = f"iReadCardBas_HSM_Step2 expect {'11' * 16}|{'EE' * 16}| {TEXT}"


class VendorCentre:
    """The central service's key module."""

    def __init__(self, refusal: Failure | None = None) -> None:
        self.refusal = refusal
        self.challenges: list[CardChallenge] = []

    def answer(self, challenge: CardChallenge) -> CardCryptograms | Failure:
        self.challenges.append(challenge)
        return self.refusal or CardCryptograms(b"\xee" * 16, b"\x11" * 16)


@dataclass
class VendorRig:
    """A library, and the hand that plays it; `while_waiting` is played one step a wait."""

    library: CardLibrary
    play: Callable[..., None]
    while_waiting: list[str] = field(default_factory=list)
    waits: int = 0

    def reader(self, centre: VendorCentre | None = None) -> VendorSsCardReader:
        return VendorSsCardReader(
            self.library, self.sleep, lambda: TODAY, centre, VendorLimits(call=20.0)
        )

    def sleep(self, _seconds: float) -> None:
        self.waits += 1
        if self.while_waiting:
            self.play(self.while_waiting.pop(0))

    def tired(self, waits: int = 4) -> Callable[[], bool]:
        until = self.waits + waits
        return lambda: self.waits >= until


def a_card_is_read_as_often_as_asked(rig: VendorRig) -> None:
    rig.play(A_CARD)
    reader = rig.reader()
    assert reader.check() is None
    assert [reader.read(rig.tired()) for _ in range(2)] == [CARD, CARD]
    reader.close()
    reader.close()


def an_empty_reader_is_waited_for(rig: VendorRig) -> None:
    rig.play(NO_CARD)
    reader = rig.reader()
    assert reader.read(rig.tired()) is None
    rig.while_waiting[:] = [NO_CARD, A_CARD]
    assert reader.read(rig.tired()) == CARD
    reader.close()


def the_centre_opens_a_3_00_card(rig: VendorRig) -> None:
    rig.play("iReadCardBas return -2201", STEP_1, STEP_2)
    centre = VendorCentre()
    assert rig.reader(centre).read(rig.tired()) == CARD
    assert [one.fields for one in centre.challenges] == [CHALLENGES]
    silent = VendorCentre(Failure.CENTRAL_UNREACHABLE)
    assert rig.reader(silent).read(rig.tired()) is Failure.CENTRAL_UNREACHABLE
    assert rig.reader().read(rig.tired()) is Failure.SS_CARD_NEEDS_CENTRAL


def a_card_that_fails_is_named(rig: VendorRig) -> None:
    reader = rig.reader()
    for line, failure in (
        ("iReadCardBas return -5 读卡失败", Failure.SS_CARD_NOT_SEATED),
        ("iReadCardBas return 0 341600|", Failure.SS_CARD_DAMAGED),
        ("iReadCardBas return 0", Failure.SS_CARD_DAMAGED),
    ):
        rig.play(line)
        assert reader.read(rig.tired()) is failure
    rig.play(A_CARD)
    assert reader.read(rig.tired()) == CARD
    reader.close()


def a_crash_harms_nothing(rig: VendorRig) -> None:
    reader = rig.reader()
    rig.play("iReadCardBas crash")
    assert reader.check() is Failure.VENDOR_LIBRARY_LOST
    assert reader.read(rig.tired()) is Failure.VENDOR_LIBRARY_LOST
    rig.play(A_CARD)
    assert reader.read(rig.tired()) == CARD
    reader.close()


def what_was_left_behind_is_not_read(rig: VendorRig) -> None:
    rig.play(A_CARD)
    reader = rig.reader()
    assert reader.read(rig.tired()) == CARD
    assert not reader.wait_removed(rig.tired(1))
    assert reader.read(rig.tired()) is Failure.SS_CARD_LEFT
    rig.play(NO_CARD)
    rig.while_waiting[:] = [NO_CARD, A_CARD]
    assert reader.read(rig.tired()) == CARD
    reader.close()


def a_removal_is_said_twice(rig: VendorRig) -> None:
    rig.play(A_CARD)
    reader = rig.reader()
    assert reader.read(rig.tired()) == CARD
    rig.while_waiting[:] = [NO_CARD, A_CARD, NO_CARD, NO_CARD]
    assert reader.wait_removed(rig.tired(9))
    assert rig.waits == 4
    reader.close()


def the_pad_of_the_reader_takes_the_pin(rig: VendorRig) -> None:
    reader = rig.reader()
    for line, failure in (
        ("iVerifyPIN return 0", None),
        ("iVerifyPIN return -63", Failure.PIN_WRONG),
        ("iVerifyPIN crash", Failure.VENDOR_LIBRARY_LOST),
    ):
        rig.play(line)
        assert reader.verify_on_pad() is failure


CONTRACT = (
    a_card_is_read_as_often_as_asked,
    an_empty_reader_is_waited_for,
    the_centre_opens_a_3_00_card,
    a_card_that_fails_is_named,
    a_crash_harms_nothing,
    what_was_left_behind_is_not_read,
    a_removal_is_said_twice,
    the_pad_of_the_reader_takes_the_pin,
)

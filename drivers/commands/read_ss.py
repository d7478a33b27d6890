"""The command `devices read-ss --url URL`: reads one social security card, prints JSON."""

from __future__ import annotations

import argparse
import json
import sys
import time
from contextlib import closing
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from drivers import registry
from drivers.commands import Exit, typed_pin
from drivers.commands.cures import cure
from drivers.commands.masking import mask
from drivers.commands.patience import time_over
from drivers.devices import ss_card_vendor
from drivers.devices.ss_card_reader import SlotSsCardReader
from drivers.devices.ss_card_vendor import VendorSsCardReader
from drivers.devices.ss_card_vendor_process import VendorProcess
from drivers.shared_object import LOAD_FAILURES
from drivers.transports import pcsc_slot
from drivers.transports.pcsc_slot import PcscSlot
from kiosk.failures import Failure
from kiosk.operator_texts import text_of, texts_of
from kiosk.people.ss_card import SsCard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiosk.ports import PinVerdict

_OF_THE_DEVICE = {
    Failure.PCSC_MISSING,
    Failure.PCSC_STOPPED,
    Failure.READER_FORBIDDEN,
    Failure.READER_BUSY,
    Failure.READER_LOST,
    Failure.SS_CARD_NEEDS_CENTRAL,
    Failure.VENDOR_LIBRARY_LOST,
    *LOAD_FAILURES,
}


@cache
def known_ss_card_cures() -> Mapping[Failure, str]:
    """Return the cures of the failures of a social security card or its reader.

    They are for a technician; what the person reads is in config/texts/failures.toml.
    """
    own = {Failure(name): words for name, words in texts_of("devices.ss_card_cures").items()}
    return MappingProxyType({**own, **{one: cure(one) for one in LOAD_FAILURES}})


def read_ss_card(options: argparse.Namespace) -> int:
    """Read one card and return the exit code (`Exit`).

    The cure of a failure is on standard error.
    """
    if options.url.startswith(pcsc_slot.SCHEME):
        return _read_slot(options)
    if not options.url.startswith(ss_card_vendor.SCHEME):
        print(text_of("devices.wrong_ss_address"), file=sys.stderr)
        return Exit.USAGE
    if options.pin_stdin:
        print(text_of("devices.no_pin_pad"), file=sys.stderr)
        return Exit.USAGE
    return _read_vendor(options)


def describe(card: SsCard, *, show: bool) -> dict[str, Any]:
    """Return the items by the names of the golden vectors; masked unless `show`.

    `denied` is there only when the card refused something.
    """
    told: dict[str, Any] = dict(card.read_items())
    told = told if show else mask(told)
    if card.denied:
        told["denied"] = list(card.denied)
    return told | {"flags": list(card.flags)}


def _read_slot(options: argparse.Namespace) -> int:
    slot = PcscSlot(options.url, time.monotonic)
    reader = SlotSsCardReader(slot, time.monotonic, time.sleep, registry.today)
    with closing(reader):
        # A service that was given time to come back may not have been told of yet.
        found = reader.read(time_over(options.wait, time.monotonic)) or reader.pending
        found = found or reader.check()
        if not (isinstance(found, SsCard) and options.pin_stdin):
            return _report(found, show=options.show)
        pin = typed_pin.read()
        return _report(found, show=options.show, pin=reader.verify_pin(pin))


def _read_vendor(options: argparse.Namespace) -> int:
    path = Path(options.url.removeprefix(ss_card_vendor.SCHEME))
    reader = VendorSsCardReader(VendorProcess(path), time.sleep, registry.today)
    with closing(reader):
        return _report(reader.read(time_over(options.wait, time.monotonic)), show=options.show)


def _report(found: SsCard | Failure | None, *, show: bool, pin: PinVerdict | None = None) -> int:
    """Print the card on standard output or the cure on standard error; return the exit code."""
    if found is None:
        print(text_of("devices.no_ss_card"), file=sys.stderr)
        return Exit.NO_CARD
    if isinstance(found, Failure):
        print(known_ss_card_cures()[found], file=sys.stderr)
        return _exit_of(found)
    told = describe(found, show=show)
    if pin is not None:
        told["pin"] = {"accepted": pin.failure is None, "tries_left": pin.tries_left}
    print(json.dumps(told, ensure_ascii=False))
    if pin is None or pin.failure is None:
        return Exit.READ
    tries = pin.tries_left
    left = "" if tries is None else text_of("devices.tries_left", tries=tries)
    print(known_ss_card_cures()[pin.failure] + left, file=sys.stderr)
    return _exit_of(pin.failure)


def _exit_of(failure: Failure) -> Exit:
    return Exit.DEVICE_FAULT if failure in _OF_THE_DEVICE else Exit.NOT_READABLE

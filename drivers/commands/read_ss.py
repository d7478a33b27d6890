"""The command `devices read-ss --url URL`: reads one social security card, prints JSON."""

from __future__ import annotations

import argparse
import json
import sys
import time
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

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
from kiosk.people.ss_card import SsCard

if TYPE_CHECKING:
    from kiosk.ports import PinVerdict

NO_CARD = "没有插社保卡。请把社保卡芯片朝里插到底，再试一次。"
NO_PAD = "厂家的读卡程序只认读卡器自己的密码键盘，不能用 --pin-stdin。"
# The person's own words are in config/texts/; these are for a technician at a terminal.
CURES: Final = MappingProxyType(
    {
        Failure.SS_CARD_NOT_SEATED: "卡没有应答。请把卡插到底；三次都这样就翻个面再插。",
        Failure.SS_CARD_TURN: "卡没有应答。请把卡翻个面，再插到底。",
        Failure.SS_CARD_MOVED: "没读完：卡拔早了，或者芯片脏了。请擦一擦，插到底，再试一次。",
        Failure.SS_CARD_SWAPPED: "卡换过了。请插回原来那张，再试一次。",
        Failure.SS_CARD_LEFT: "卡还没拔。请先拔出来再插。",
        Failure.SS_CARD_OTHER: "这张卡上没有社保应用（6A82）。请换成社保卡。",
        Failure.SS_CARD_LOCKED: "这张卡的社保应用锁住了。请到人社窗口。",
        Failure.SS_CARD_DAMAGED: "卡的应答看不懂，芯片可能坏了。请到人社窗口换卡。",
        Failure.SS_CARD_NEEDS_CENTRAL: "读卡器里没有 PSAM，要由中心的加密机来读。请联系中心开通。",
        Failure.PIN_WRONG: "密码不对。输错三次卡会锁住，请本人想好了再输。",
        Failure.PIN_BLOCKED: "密码锁住了。请本人带卡到人社窗口重置。",
        Failure.PIN_NOT_SIX_DIGITS: "密码要正好六位数字，这次没有送到卡上。",
        Failure.PCSC_MISSING: "没有 libpcsclite。请安装：apt-get install libpcsclite1 pcscd。",
        Failure.PCSC_STOPPED: "读卡服务 pcscd 没有应答。请运行：systemctl restart pcscd.socket。",
        Failure.READER_FORBIDDEN: (
            "polkit 不让这个用户用读卡器（0x8010006A）。请加一条 polkit 规则，准许运行程序的用户"
            "做 org.debian.pcsc-lite.access_pcsc 和 access_card。"
        ),
        Failure.READER_BUSY: "别的程序正占着这张卡（0x8010000B）。请关掉它，再试一次。",
        Failure.READER_LOST: (
            "没有这个读卡器，或者它没反应。请查数据线；pcsc_scan 能列出读卡器的名字，"
            "地址写 pcsc://名字，也可以只写开头。"
        ),
        Failure.VENDOR_LIBRARY_LOST: "厂家的读卡库崩溃了或没有返回，已经停掉它。请重插卡再试。",
        **{one: cure(one) for one in LOAD_FAILURES},
    }
)
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


def read_ss_card(options: argparse.Namespace) -> int:
    """Read one card and return the exit code (`Exit`).

    The cure of a failure is on standard error.
    """
    if options.url.startswith(pcsc_slot.SCHEME):
        return _read_slot(options)
    if not options.url.startswith(ss_card_vendor.SCHEME):
        print("地址要写 pcsc://读卡器名 或 lib:厂家库的路径。", file=sys.stderr)
        return Exit.USAGE
    if options.pin_stdin:
        print(NO_PAD, file=sys.stderr)
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
        print(NO_CARD, file=sys.stderr)
        return Exit.NO_CARD
    if isinstance(found, Failure):
        print(CURES[found], file=sys.stderr)
        return _exit_of(found)
    told = describe(found, show=show)
    if pin is not None:
        told["pin"] = {"accepted": pin.failure is None, "tries_left": pin.tries_left}
    print(json.dumps(told, ensure_ascii=False))
    if pin is None or pin.failure is None:
        return Exit.READ
    left = "" if pin.tries_left is None else f"还能试 {pin.tries_left} 次。"
    print(CURES[pin.failure] + left, file=sys.stderr)
    return _exit_of(pin.failure)


def _exit_of(failure: Failure) -> Exit:
    return Exit.DEVICE_FAULT if failure in _OF_THE_DEVICE else Exit.NOT_READABLE

"""Stable names of devices: what is under an address now, while ttyUSB0 may become ttyUSB1.

A path is best one below /dev/serial/by-id or /dev/kiosk. `tty://VVVV:PPPP` and
`tty://VVVV:PPPP:SERIAL` name a serial bridge by what its USB descriptor says.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.transports.transport import DeviceLostError

if TYPE_CHECKING:
    from collections.abc import Iterator

TTY_SCHEME, USB_SCHEME = "tty://", "usb://"
_TTY_ADDRESS = re.compile(r"tty://([0-9a-f]{4}):([0-9a-f]{4})(?::(.+))?", re.IGNORECASE)
_USB_LEVELS = 5  # from a port up to the USB device that carries it


@dataclass(frozen=True)
class SystemTree:
    """The folders in which the system lists its devices; tests have a tree of their own."""

    sys: Path = Path("/sys")
    dev: Path = Path("/dev")
    proc: Path = Path("/proc")


@dataclass(frozen=True)
class Bridge:
    """A serial port on USB, with the names in its descriptor."""

    node: Path
    vendor: str
    product: str
    serial: str = ""
    maker_words: str = ""


def bridges(machine: SystemTree) -> Iterator[Bridge]:
    """Yield the serial ports on USB, sorted by their nodes."""
    for port in sorted((machine.sys / "class" / "tty").glob("*")):
        if (device := usb_device(port)) is not None:
            yield Bridge(
                node=machine.dev / port.name,
                vendor=word_in(device / "idVendor").upper(),
                product=word_in(device / "idProduct").upper(),
                serial=word_in(device / "serial"),
                maker_words=" ".join(
                    filter(None, (word_in(device / "manufacturer"), word_in(device / "product")))
                ),
            )


def usb_device(entry: Path) -> Path | None:
    """Return the folder of the USB device that carries a sysfs entry, None when none does."""
    try:
        at = (entry / "device").resolve(strict=True)
    except OSError:
        return None
    for _ in range(_USB_LEVELS):
        if (at / "idVendor").is_file():
            return at
        at = at.parent
    return None


def word_in(file: Path) -> str:
    """Return the text of a sysfs file, "" when it is not there or not to be read."""
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def find_tty(url: str, machine: SystemTree) -> Path:
    """Return the node of the address `url`, tty://VVVV:PPPP[:SERIAL].

    Raises ValueError for another address; DeviceLostError when none is there, or several without a
    serial number to tell them apart.
    """
    wanted = _TTY_ADDRESS.fullmatch(url)
    if wanted is None:
        raise ValueError(f"not tty://VVVV:PPPP[:SERIAL]: {url}")
    vendor, product, serial = wanted[1].upper(), wanted[2].upper(), wanted[3]
    found = [
        one.node
        for one in bridges(machine)
        if (one.vendor, one.product) == (vendor, product) and serial in (None, one.serial)
    ]
    if len(found) != 1:
        raise DeviceLostError(f"{len(found)} ports are {url}")
    return found[0]


def what_lies_at(url: str, machine: SystemTree) -> str:
    """Return a word that identifies the device at an address now; "" when there is none.

    Another device gives another word. An address that is no name in /dev is its own word.
    """
    try:
        if url.startswith(TTY_SCHEME):
            path = find_tty(url, machine)
        elif url.startswith(USB_SCHEME):
            return _usb_place(url, machine)
        elif url.startswith("/"):
            path = Path(url)
        else:
            return url
        there = path.stat()
    except (OSError, DeviceLostError):
        return ""
    return f"{os.path.realpath(path)} {there.st_rdev:x} {there.st_ino:x}"


def _usb_place(url: str, machine: SystemTree) -> str:
    """Return where a `usb://VVVV:PPPP` is plugged in; `url` itself on a machine without a list."""
    listed = machine.sys / "bus" / "usb" / "devices"
    if not listed.is_dir():
        return url
    wanted = url.removeprefix(USB_SCHEME).lower()
    places = (
        f"{one.name} {word_in(one / 'devnum')}"
        for one in sorted(listed.iterdir())
        if f"{word_in(one / 'idVendor')}:{word_in(one / 'idProduct')}".lower() == wanted
    )
    return next(places, "")

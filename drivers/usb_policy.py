"""USBGuard rules for this terminal, made from the USB devices that are plugged in now.

A pure reading of sysfs: an allow-list by id, place and hash. Storage is never on it, a keyboard
only when its place is named. The hash is USBGuard's: SHA-256 over name, ids, serial number and
descriptors (its DevicePrivate.cpp); root hubs go without one, for theirs changes with the kernel.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from drivers.stable_names import SystemTree, word_in
from kiosk.operator_texts import text_of

STORAGE = "08"
BOOT_KEYBOARD = "03:01:01"
ROOT_HUB_VENDOR = "1d6b"
INTERFACE, INTERFACE_LENGTH, CLASS_AT = 4, 9, 5  # USB 2.0, table 9-12
# The package's postinst knows a policy of ours by these words.
LAST_WORDS = """
# What is not named above stays without a driver; a stick or disk is sent away.
reject with-interface one-of { 08:*:* }
block
"""


@dataclass(frozen=True)
class UsbDevice:
    """One device as USBGuard sees it; `place` is its port, 1-2.3; `interfaces` are CC:SS:PP."""

    place: str
    vendor: str
    product: str
    serial: str
    name: str
    interfaces: tuple[str, ...]
    digest: str

    @property
    def is_hub_of_the_machine(self) -> bool:
        """Return whether it is a root hub of this machine."""
        return self.vendor == ROOT_HUB_VENDOR and self.place.startswith("usb")

    @property
    def is_storage(self) -> bool:
        """Return whether it offers mass storage, beside whatever else."""
        return any(one.startswith(STORAGE) for one in self.interfaces)

    @property
    def is_keyboard(self) -> bool:
        """Return whether it offers a boot keyboard, beside whatever else."""
        return BOOT_KEYBOARD in self.interfaces


def read_devices(machine: SystemTree) -> Iterator[UsbDevice]:
    """Yield every USB device of the machine, sorted by its place."""
    for folder in sorted((machine.sys / "bus" / "usb" / "devices").glob("*")):
        if ":" not in folder.name and (folder / "idVendor").is_file():
            yield _device(folder)


def policy(devices: Collection[UsbDevice], keyboards: Collection[str] = ()) -> str:
    """Return the rules; `keyboards` are the places of the keyboards that belong to the terminal."""
    lines = [line for one in devices for line in _rule(one, keyboards)]
    return "\n".join(lines) + LAST_WORDS


def interfaces_of(descriptors: bytes) -> tuple[str, ...]:
    """Return CC:SS:PP of every interface descriptor; a descriptor that is cut off ends the list."""
    found, at = [], 0
    while at + 1 < len(descriptors) and (length := descriptors[at]):
        if descriptors[at + 1] == INTERFACE and at + INTERFACE_LENGTH <= len(descriptors):
            found.append(":".join(f"{it:02x}" for it in descriptors[at + CLASS_AT : at + 8]))
        at += length
    return tuple(found)


def _rule(one: UsbDevice, keyboards: Collection[str]) -> Iterator[str]:
    known = f"{one.vendor}:{one.product} {_quoted(one.name)}"
    if one.is_storage:
        yield text_of("devices.usb_storage", place=one.place, known=known)
    elif one.is_keyboard and one.place not in keyboards:
        yield text_of("devices.usb_keyboard", place=one.place, known=known)
    else:
        yield " ".join(_allowed(one))


def _allowed(one: UsbDevice) -> Iterator[str]:
    yield f"allow id {one.vendor}:{one.product}"
    yield f"serial {_quoted(one.serial)} name {_quoted(one.name)}"
    if not one.is_hub_of_the_machine:
        yield f"hash {_quoted(one.digest)}"
    yield f"via-port {_quoted(one.place)}"
    if one.interfaces:
        yield f"with-interface {{ {' '.join(one.interfaces)} }}"


def _device(folder: Path) -> UsbDevice:
    vendor, product = word_in(folder / "idVendor").lower(), word_in(folder / "idProduct").lower()
    name, serial = word_in(folder / "product"), word_in(folder / "serial")
    try:
        descriptors = (folder / "descriptors").read_bytes()
    except OSError:  # it was pulled just now
        descriptors = b""
    hashed = hashlib.sha256(f"{name}{vendor}{product}{serial}".encode() + descriptors).digest()
    digest = base64.b64encode(hashed).decode()
    return UsbDevice(folder.name, vendor, product, serial, name, interfaces_of(descriptors), digest)


def _quoted(text: str) -> str:
    r"""Return a string of USBGuard's rules: a device may call itself anything, also `" allow`."""
    plain = (one if one.isprintable() and one not in '"\\' else _escaped(one) for one in text)
    return f'"{"".join(plain)}"'


def _escaped(one: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in one.encode())

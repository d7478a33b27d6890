"""Shapes of the addresses that devices, stores and services may have; nothing is contacted."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

SERIAL_SCHEMES = ("socket", "rfc2217", "loop")  # of those that pyserial knows
TTY_ADDRESS = re.compile(r"tty://[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}(:.+)?")
CUPS_QUEUE = re.compile(r"cups:[\w.-]+")
USB_ADDRESS = re.compile(r"usb://[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}")


def split(url: str) -> SplitResult | None:
    """Return the parts of a URL that has a host; None for anything else."""
    try:
        parts = urlsplit(url)
        usable = parts.hostname and parts.port != 0
    except ValueError:  # a port that is no port, half a bracket
        return None
    return parts if usable else None


def has(url: str, *schemes: str, port: bool = False) -> bool:
    """Return whether a URL has a host and one of these schemes; `port`: and a port, too."""
    parts = split(url)
    return parts is not None and parts.scheme in schemes and not (port and parts.port is None)


def is_path(url: str) -> bool:
    """Return whether it is the path of a file or device."""
    return url.startswith("/")


def is_serial(url: str) -> bool:
    """Return whether it is an address that pyserial can open."""
    plain = is_path(url) or url.startswith("loop://")
    return plain or has(url, *SERIAL_SCHEMES, port=True)


def is_document_printer(url: str) -> bool:
    """Return whether it can be the address of a printer of A4 sheets, or "" for none."""
    return not url or has(url, "ipp") or CUPS_QUEUE.fullmatch(url) is not None


def is_reader(url: str) -> bool:
    """Return whether it can be the address of an identity card reader."""
    by_usb = USB_ADDRESS.fullmatch(url) or TTY_ADDRESS.fullmatch(url)
    return is_serial(url) or has(url, "tcp", port=True) or bool(by_usb)


def is_ss_reader(url: str) -> bool:
    """Return whether it can be the address of a social security card reader, or "" for none."""
    return not url or url.startswith(("pcsc://", "lib:/"))


def is_scanner(url: str) -> bool:
    """Return whether it can be the address of a code scanner, or "" for none."""
    return not url or url.startswith("evdev:/") or is_serial(url)


def is_store(url: str) -> bool:
    """Return whether it can be the address of the store, or "" for a plain file."""
    return url in ("", "sqlcipher:") or url.startswith("postgresql+psycopg://")


def is_of_this_machine(url: str) -> bool:
    """Return whether its host is this machine, however it is written."""
    parts = split(url)
    if parts is None or parts.hostname is None:
        return False
    host = parts.hostname.rstrip(".")
    try:
        address = ip_address(host)
    except ValueError:
        # 127.1 and 0 are addresses to the system, though not to ipaddress.
        return host in ("localhost", "0") or host.endswith(".localhost") or host.startswith("127.")
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address  # Python looks inside from 3.13 on
    return address.is_loopback or address.is_unspecified

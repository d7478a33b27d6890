"""Where events may be sent: public HTTPS addresses, and never into the operator's own networks.

The address is looked at when it is set and each time when something is sent: a name may lead
somewhere else by then, and what was looked at is what is connected to.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection
from enum import StrEnum
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)
from urllib.parse import SplitResult, urlsplit

from central.webhooks.policy import IpNetwork

LONGEST_URL = 2000
_EMBEDDING = IPv6Network("64:ff9b::/96")
"""NAT64 (RFC 6052): an address there leads to the IPv4 address in its last 32 bits."""
_UNICAST = IPv6Network("2000::/3")
"""Of IPv6 only these are given to anybody (IANA, "IPv6 Global Unicast Address Assignments").

Elsewhere lie site-local addresses (fec0::/10) and others that lead to an IPv4 address (::a.b.c.d,
::ffff:0:a.b.c.d), which `is_global` of Python does not know as such.
"""
_SPECIAL = (
    IPv6Network("2001::/23"),  # protocol assignments, RFC 2928; Teredo is one
    IPv4Network("192.88.99.0/24"),  # relays of 6to4, RFC 7526
)

IpAddress = IPv4Address | IPv6Address
NameResolver = Callable[[str, int], Collection[str]]
"""Returns the addresses of a host and port; raises OSError."""


class AddressTrouble(StrEnum):
    """Why nothing is sent to an address; the value names its words in `central.webhook_address`."""

    NO_URL = "no-url"  # no absolute https URL of a host, without user, password and fragment
    PRIVATE = "private"
    UNKNOWN_HOST = "unknown-host"


def url_trouble(url: str, networks: Collection[IpNetwork]) -> AddressTrouble | None:
    """Return why `url` can't be a webhook, None for one that may be.

    `networks`: those that may be called although they are not public.
    """
    where = _split(url)
    if where is None:
        return AddressTrouble.NO_URL
    literal = _literal(where.hostname or "")
    if literal is not None and not _may_be_called(literal, networks):
        return AddressTrouble.PRIVATE
    return None


def address_to_call(
    url: str, networks: Collection[IpNetwork], resolve: NameResolver
) -> str | AddressTrouble:
    """Return the address that a call to `url` connects to, or why there is none.

    A host with any address that may not be called is not called at all. `networks`: those that may
    be, although they are not public; `resolve` finds the addresses of the host's name.
    """
    if trouble := url_trouble(url, networks):
        return trouble
    where = urlsplit(url)
    try:
        found = [ip_address(one) for one in resolve(where.hostname or "", where.port or 443)]
    except (OSError, ValueError):
        return AddressTrouble.UNKNOWN_HOST
    if not found:
        return AddressTrouble.UNKNOWN_HOST
    if not all(_may_be_called(one, networks) for one in found):
        return AddressTrouble.PRIVATE
    return str(found[0])


def resolve_name(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a host as the system knows them; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(str(one[4][0]).partition("%")[0] for one in found)


def _split(url: str) -> SplitResult | None:
    if len(url) > LONGEST_URL or not url.isascii() or any(one <= " " for one in url):
        return None
    try:
        where = urlsplit(url)
        port = where.port
    except ValueError:
        return None
    plain = where.username is None and where.password is None and not where.fragment
    is_one = where.scheme == "https" and bool(where.hostname) and port != 0
    return where if is_one and plain else None


def _literal(host: str) -> IpAddress | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _may_be_called(address: IpAddress, networks: Collection[IpNetwork]) -> bool:
    reached = _reached(address)
    if any(reached in one for one in networks):
        return True
    if isinstance(reached, IPv6Address) and reached not in _UNICAST:
        return False
    is_special = any(reached in one for one in _SPECIAL)
    return reached.is_global and not reached.is_multicast and not is_special


def _reached(address: IpAddress) -> IpAddress:
    """Return the IPv4 address that an IPv6 one leads to, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _EMBEDDING:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address

"""Limits of connections that are open: of strangers, and of callers between two requests."""

from __future__ import annotations

import resource
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from central.policy import ConnectionPolicy

_FILES_BESIDE = 256  # descriptors of the database, the log, the libraries
_IPV6_SITE = 64  # bits of an IPv6 address that one customer usually has (RFC 6177)


class Connection(Protocol):
    """A connection that can be closed to make room."""

    def drop(self) -> None:
        """Close the connection at once, without an answer."""


@dataclass
class LimitedConnections:
    """Open connections of one kind, grouped by source: an address, or the name of a caller.

    Above `most` in all, or `most_a_source` of one source, the connection that has been there for
    longest is closed. The newest is not refused, since it may be a terminal, and a terminal's
    request is read within milliseconds.
    """

    most: int
    most_a_source: int
    _by_source: dict[str, dict[Connection, None]] = field(default_factory=dict)
    _count: int = 0

    def __len__(self) -> int:
        return self._count

    def admit(self, address: str, connection: Connection) -> None:
        """Count a connection; close the oldest one when there are too many."""
        source = source_of(address)
        beside = self._by_source.setdefault(source, {})
        if connection in beside:
            return
        beside[connection] = None
        self._count += 1
        if len(beside) > self.most_a_source:
            self._close_oldest(source)
        elif self._count > self.most:
            # The source with most connections loses one, not a source that has few.
            self._close_oldest(max(self._by_source, key=lambda one: len(self._by_source[one])))

    def forget(self, address: str, connection: Connection) -> None:
        """Stop counting a connection, if it was counted."""
        source = source_of(address)
        beside = self._by_source.get(source, {})
        if connection not in beside:
            return
        del beside[connection]
        self._count -= 1
        if not beside:
            del self._by_source[source]

    def _close_oldest(self, source: str) -> None:
        oldest = next(iter(self._by_source[source]))
        self.forget(source, oldest)
        oldest.drop()


@lru_cache(4096)
def source_of(address: str) -> str:
    """Return what counts as one source: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:  # a source already, or a socket without an address
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    # A socket for both families reports IPv4 clients as ::ffff:a.b.c.d.
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{found.exploded[: _IPV6_SITE // 4 + 3]}::/{_IPV6_SITE}"


def body_deadline(began: float, received: int, policy: ConnectionPolicy) -> float:
    """Return when the rest of a body has to be here, in seconds of the clock of `began`.

    `received`: bytes that arrived since `began`; each lengthens the time by 1 /
    `policy.body_bytes_a_second`.
    """
    return began + policy.body_seconds + received / policy.body_bytes_a_second


def raise_file_limit(policy: ConnectionPolicy) -> None:
    """Let this process open as many descriptors as the policy lets connections be open.

    The usual soft limit is 1,024 (getrlimit(2)): above it nobody could connect any more. Where a
    system call filter forbids this, the unit's LimitNOFILE stands.
    """
    wanted = policy.unverified + policy.kept + _FILES_BESIDE
    with suppress(OSError):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY:
            wanted = min(wanted, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

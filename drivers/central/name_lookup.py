"""Name resolution for the network test, asked of the name server itself.

The system's resolver only says that it failed. A server that knows an address for a name that
nobody can have (RFC 6761 §6.4, .invalid) sends everybody to itself, as captive portals do.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.protocols.dns import RecordType, ask, read
from kiosk.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.protocols.dns import DnsReply

NAME_SERVER = "nameserver"
LONGEST_REPLY = 4096
NOBODY = "{lot}.invalid"
PORT = 53


@dataclass(frozen=True)
class Found:
    """The addresses of a name, and the server or file that gave them.

    `failure`: none of them can be used.
    """

    addresses: tuple[str, ...]
    told_by: str
    failure: Failure | None = None


@dataclass(frozen=True)
class Directory:
    """The machine's own list of hosts, and the name servers in its settings.

    `random` returns as many bytes as it is asked for; `seconds` is the limit of each question.
    """

    random: Callable[[int], bytes]
    hosts: Path = Path("/etc/hosts")
    servers: Path = Path("/etc/resolv.conf")
    port: int = PORT
    seconds: float = 3.0

    def look_up(self, name: str) -> Found:
        """Return the addresses of a name; DNS_SILENT or DNS_LIES when they are not known."""
        if own := self._in_hosts(name):
            return Found(own, str(self.hosts))
        asked = _words(self.servers, NAME_SERVER)
        for server in asked:
            reply = self._ask(server, name)
            if reply is not None:
                return self._judged(server, reply, name)
        return Found((), "、".join(asked), Failure.DNS_SILENT)

    def _judged(self, server: str, reply: DnsReply, name: str) -> Found:
        addresses = tuple(map(str, reply.addresses))
        if not addresses:
            return Found((), server, Failure.DNS_SILENT)
        wrong = any(map(_leads_nowhere, addresses)) and not _is_local(name)
        lot = NOBODY.format(lot=self.random(8).hex())
        invented = None if wrong else self._ask(server, lot)
        if wrong or (invented is not None and invented.addresses):
            return Found(addresses, server, Failure.DNS_LIES)
        return Found(addresses, server)

    def _ask(self, server: str, name: str) -> DnsReply | None:
        reply = self._exchange(server, name, RecordType.A)
        if reply is None or reply.addresses:
            return reply
        return self._exchange(server, name, RecordType.AAAA) or reply

    def _exchange(self, server: str, name: str, kind: RecordType) -> DnsReply | None:
        (number,) = struct.unpack("!H", self.random(2))
        try:
            family = socket.AF_INET6 if ":" in server else socket.AF_INET
            with socket.socket(family, socket.SOCK_DGRAM) as line:
                line.settimeout(self.seconds)
                line.connect((server, self.port))
                line.send(ask(number, name, kind))
                return read(line.recv(LONGEST_REPLY), number)
        except (OSError, ValueError):
            return None

    def _in_hosts(self, name: str) -> tuple[str, ...]:
        lines = (line.partition("#")[0].split() for line in _lines(self.hosts))
        return tuple(words[0] for words in lines if name in words[1:])


def numeric(host: str) -> bool:
    """Tell whether `host` is an IP address and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_local(name: str) -> bool:
    return name == "localhost" or name.endswith(".localhost")


def _leads_nowhere(address: str) -> bool:
    """Tell whether an address can't be that of another machine's service."""
    one = ip_address(address)
    return one.is_loopback or one.is_unspecified or one.is_multicast or one.is_link_local


def _words(file: Path, first: str) -> tuple[str, ...]:
    lines = (line.split() for line in _lines(file))
    return tuple(words[1] for words in lines if words[:1] == [first] and len(words) > 1)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []

"""Network namespaces for hosts of workers, so that they share nothing but the line to this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

ADDRESS = "10.213.{host}.{end}"


@dataclass(frozen=True)
class HostNetwork:
    """The network of one host: `prefix` runs a command in it, `here` is this machine's address."""

    prefix: tuple[str, ...]
    here: str


@contextmanager
def host_networks(count: int) -> Iterator[Sequence[HostNetwork]]:
    """Make so many namespaces; yield none where the machine does not allow it."""
    names = [f"kiosk-{os.getpid()}-{host}" for host in range(count)]
    is_allowed = bool(shutil.which("ip")) and _ip("netns", "add", names[0])
    try:
        yield [_network(host, name) for host, name in enumerate(names)] if is_allowed else ()
    finally:
        for name in names:
            _ip("netns", "delete", name)  # with the line into it


def _network(host: int, name: str) -> HostNetwork:
    here, there = (ADDRESS.format(host=host, end=end) for end in (1, 2))
    line = f"kiosk{host}-{os.getpid() % 100_000}"
    if host:
        _must("netns", "add", name)
    _must("link", "add", line, "type", "veth", "peer", "name", "line", "netns", name)
    _must("address", "add", f"{here}/24", "dev", line)
    _must("link", "set", line, "up")
    inside = ("-n", name)
    _must(*inside, "address", "add", f"{there}/24", "dev", "line")
    _must(*inside, "link", "set", "line", "up")
    _must(*inside, "link", "set", "lo", "up")
    return HostNetwork(("ip", "netns", "exec", name), here)


def _ip(*words: str) -> bool:
    return subprocess.run(["ip", *words], capture_output=True, check=False).returncode == 0


def _must(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)

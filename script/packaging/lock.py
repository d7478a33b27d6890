"""The locked packages that one Debian package needs, by the lock's own `# via` lines."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker

FIRST = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+) ; (?P<marker>.+?) \\")
BUILDER = "setuptools"  # builds the one source package


@dataclass(frozen=True)
class Locked:
    """One entry of the lock: `text` as pip reads it without its marker, `via` who needs it."""

    name: str
    version: str
    marker: str
    text: str
    via: frozenset[str]


def read_lock(path: Path) -> tuple[Locked, ...]:
    """Return every entry of requirements.lock; raises ValueError for a line that is no entry."""
    blocks = re.split(r"\n(?=[A-Za-z0-9])", path.read_text("utf-8").strip())
    return tuple(map(_entry, blocks))


def needed(lock: Collection[Locked], wanted: Collection[str], arch: str) -> tuple[Locked, ...]:
    """Return `wanted` and all that these need, on Debian 13's Python.

    Raises KeyError when something wanted is not locked.
    """
    here = [one for one in lock if Marker(one.marker).evaluate(_debian_13(arch))]
    found: set[str] = set()
    ahead = list(wanted)
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += [one.name for one in here if name in one.via]
    if missing := found - {one.name for one in here}:
        raise KeyError(f"not in the lock: {', '.join(sorted(missing))}")
    return tuple(one for one in here if one.name in found)


def _entry(block: str) -> Locked:
    head = FIRST.match(block)
    if head is None:
        raise ValueError(f"not an entry of the lock: {block.splitlines()[0]}")
    lines = block.splitlines()
    hashes = [line for line in lines if line.lstrip().startswith("--hash")]
    text = "\n".join([f"{head['name']}=={head['version']} \\", *hashes])
    return Locked(head["name"], head["version"], head["marker"], text, frozenset(_via(lines)))


def _via(lines: list[str]) -> Iterator[str]:
    for line in lines:
        said = line.strip()
        if said.startswith("# via"):
            said = said.removeprefix("# via")
        elif not said.startswith("#"):
            continue
        if name := said.strip("# "):
            yield name


def _debian_13(arch: str) -> Mapping[str, str]:
    return {
        "python_version": "3.13",
        "python_full_version": "3.13.5",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": {"amd64": "x86_64", "arm64": "aarch64"}[arch],
        "os_name": "posix",
    }

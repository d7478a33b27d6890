"""What a process tree sends, writes and receives: every call, through strace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OUT = ("write", "writev", "pwrite64", "pwritev", "sendto", "sendmsg", "sendmmsg", "sendfile")
IN = ("recvfrom", "recvmsg")
OPEN = "openat"
LONGEST = 1 << 20  # bytes of one call that are kept
_CALL = re.compile(r"(\d+) +(?:<\.\.\. )?(\w+)(?: resumed>|\()(.*)")
_TARGET = re.compile(r"\d+<(.*?)>(?:,|\)| <unf)")
_DATA = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True)
class MovedBytes:
    """Bytes that one call moved; `where` is the file or the ends of the socket."""

    out: bool
    where: str
    data: bytes


def strace(trace: Path) -> tuple[str, ...]:
    """Return the words before a command that make its trace."""
    calls = ",".join(f"?{one}" for one in (*OUT, *IN, OPEN))
    # -yy: an address of a socket is told beside its number.
    told = ("-f", "--seccomp-bpf", "-yy", "-xx", "-s", str(LONGEST))
    return ("strace", *told, "-e", f"trace={calls}", "-o", str(trace))


def read_trace(trace: Path) -> Iterator[MovedBytes]:
    """Yield what was moved, in order."""
    waiting: dict[str, str] = {}
    with trace.open("r", encoding="ascii") as lines:
        for line in lines:
            found = _CALL.match(line)
            if found is None or found[2] not in (*OUT, *IN):
                continue
            process, name, rest = found.groups()
            target = _TARGET.match(rest)
            where = target[1] if target else waiting.pop(process, "")
            if "<unfinished" in rest:
                waiting[process] = where
            data = b"".join(_bytes(one) for one in _DATA.findall(rest))
            yield MovedBytes(name in OUT, _plain(where), data)


def opened(trace: Path) -> set[str]:
    """Return the paths of all files that were opened."""
    with trace.open("r", encoding="ascii") as lines:
        found = [_DATA.search(line) for line in lines if f" {OPEN}(" in line]
    return {_bytes(one[1]).decode("utf-8", "replace") for one in found if one}


def _bytes(said: str) -> bytes:
    return bytes.fromhex(said.replace("\\x", ""))


def _plain(where: str) -> str:
    """Return a path or an address as it reads: strace writes paths as hexadecimal digits too."""
    return re.sub(r"(?:\\x[0-9a-f]{2})+", lambda one: _bytes(one[0]).decode("latin-1"), where)

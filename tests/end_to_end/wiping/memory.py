"""Search of a process's memory, region by region, from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

ENCODINGS = ("utf-8", "utf-16-le", "gb18030")


PICTURES = "pieces of pictures"


def copies(pid: int, secrets: list[str], pieces: Sequence[bytes] = ()) -> Counter[str]:
    """Count the copies of the secrets, in every encoding, by the name of the region.

    `pieces` of pictures are counted under a name of their own.
    PermissionError: this process may not look.
    """
    forms = {one.encode(encoding) for one in secrets for encoding in ENCODINGS}
    found = Counter[str]()
    for name, content in _regions(pid):
        found[name] += sum(content.count(form) for form in forms)
        found[PICTURES] += sum(content.count(piece) for piece in pieces)
    return +found


def _regions(pid: int) -> Iterator[tuple[str, bytes]]:
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in lines:
            span, rights, _, _, _, *name = line.split(maxsplit=5)
            low, high = (int(one, 16) for one in span.split("-"))
            if rights.startswith("r"):
                yield (name[0] if name else "anonymous"), _read(memory, low, high)


def _read(memory: BinaryIO, low: int, high: int) -> bytes:
    """Return a region; nothing of one that the kernel shows to nobody."""
    try:
        memory.seek(low)
        parts = []
        while low < high and (part := memory.read(high - low)):
            parts.append(part)
            low += len(part)
        return b"".join(parts)
    except (OSError, ValueError, OverflowError):
        return b""

"""Which captured pages does a document name, and how is a sealed page cut into chunks?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CHUNK = 262_144
_MOST_BYTES = 2**31 - 1  # what PostgreSQL keeps as an integer
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class NamedPaper:
    """One captured page: SHA-256 of the page, and SHA-256 and length of what was sealed."""

    digest: str
    blob: str
    bytes: int


@dataclass(frozen=True)
class Chunk:
    """One piece of the blob with this digest, which is `total` bytes long."""

    blob: str
    index: int
    total: int

    @property
    def count(self) -> int:
        """Return how many chunks the blob has."""
        return -(-self.total // CHUNK)

    @property
    def length(self) -> int:
        """Return how long this one must be; 0 or less: there is none such."""
        return min(CHUNK, self.total - self.index * CHUNK)


def named_papers(papers: object) -> tuple[NamedPaper, ...] | None:
    """Return what the member `papers` of a document names at any depth; None when it is wrong."""
    found: dict[str, NamedPaper] = {}
    for page in _pages(papers):
        match page:
            case {"digest": str(plain), "blob": str(blob), "bytes": int(length)} if (
                _DIGEST.fullmatch(plain) and _DIGEST.fullmatch(blob) and 0 < length <= _MOST_BYTES
            ):
                found[blob] = NamedPaper(plain, blob, length)
            case _:
                return None
    return tuple(found.values())


def _pages(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "blob" in node:
            yield node
        for inner in node.values():
            yield from _pages(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _pages(inner)

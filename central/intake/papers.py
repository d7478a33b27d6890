"""The captured pages that a document names, and the chunks in which a sealed page is uploaded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
    """One chunk of the blob with this digest, which is `total` bytes long.

    `index` counts from 0.
    """

    blob: str
    index: int
    total: int

    @property
    def count(self) -> int:
        """Return the number of chunks of the blob."""
        return -(-self.total // CHUNK)

    @property
    def length(self) -> int:
        """Return the length of this chunk in bytes; 0 or less when the blob has no such chunk."""
        return min(CHUNK, self.total - self.index * CHUNK)


def named_papers(papers: object) -> tuple[NamedPaper, ...] | None:
    """Return the pages that `papers` names at any depth; None when one of them is malformed."""
    found: dict[str, NamedPaper] = {}
    for page in pages_in(papers):
        match page:
            case {"digest": str(plain), "blob": str(blob), "bytes": int(length)} if (
                _DIGEST.fullmatch(plain) and _DIGEST.fullmatch(blob) and 0 < length <= _MOST_BYTES
            ):
                found[blob] = NamedPaper(plain, blob, length)
            case _:
                return None
    return tuple(found.values())


def pages_in(node: object) -> Iterator[dict[str, Any]]:
    """Yield what `node` says, at any depth, of each captured page."""
    if isinstance(node, dict):
        if "blob" in node:
            yield node
        for inner in node.values():
            yield from pages_in(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from pages_in(inner)


def pages_by_paper(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield code and page of each captured page of a document; "" for one of no listed paper."""
    papers = document.get("papers")
    listed = papers if isinstance(papers, list) else []
    for paper in listed:
        code = str(paper.get("code", "")) if isinstance(paper, dict) else ""
        for page in pages_in(paper):
            yield code, page
    for page in pages_in(document.get("authority")):
        yield "authority", page

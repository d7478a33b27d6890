"""The port to a store of sealed pages."""

from __future__ import annotations

from typing import Protocol


class BlobStoreAway(Exception):  # noqa: N818 - a state, as VaultUnavailable
    """The store does not take or give a page just now; the words say why, and name no page."""


class BlobStore(Protocol):
    """Keeps sealed pages by their SHA-256 in hex; the same page may be put again at any time."""

    def put(self, name: str, content: bytes) -> None:
        """Keep `content` as the page `name`; durable when this returns. Raises BlobStoreAway."""
        ...

    def get(self, name: str) -> bytes | None:
        """Return the page `name`, None where there is no such. Raises BlobStoreAway."""
        ...

"""Reading of a page that has left the database: only as it was put there."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from central.blob_store.ports import BlobStoreAway

if TYPE_CHECKING:
    from central.blob_store.ports import BlobStore


def page_in(store: BlobStore | None, name: str) -> bytes:
    """Return the page `name`, which left the database for `store`.

    Raises BlobStoreAway where it is not given.
    """
    found = store.get(name) if store is not None else None
    if found is None:
        raise BlobStoreAway("a page is not there" if store else "the settings name no store")
    if hashlib.sha256(found).hexdigest() != name:
        raise BlobStoreAway("it gives another page than it was given")
    return found

"""A store of sealed pages in a folder, which may be a disk of its own or a share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.blob_store.ports import BlobStoreAway
from kiosk.atomic_file import ONLY_OWNER, write_atomically

if TYPE_CHECKING:
    from pathlib import Path

_FANNED = 2  # digits that name the folder below: 256 of them


@dataclass(frozen=True)
class FolderStore:
    """Pages below `folder`, which is never made here: a share that is not mounted is away."""

    folder: Path

    def put(self, name: str, content: bytes) -> None:
        """Keep `content` as the page `name`; durable when this returns. Raises BlobStoreAway."""
        if not self.folder.is_dir():
            raise BlobStoreAway("the folder is not there")
        try:
            write_atomically(self._path(name), content, ONLY_OWNER)
        except OSError as error:
            raise BlobStoreAway(error.strerror or type(error).__name__) from None

    def get(self, name: str) -> bytes | None:
        """Return the page `name`, None where there is no such. Raises BlobStoreAway."""
        if not self.folder.is_dir():
            raise BlobStoreAway("the folder is not there")
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BlobStoreAway(error.strerror or type(error).__name__) from None

    def _path(self, name: str) -> Path:
        return self.folder / name[:_FANNED] / name

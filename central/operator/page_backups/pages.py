"""Pages of a database file: their hashes, and the file that follows from those that changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HASH_BYTES = 16
NUMBER_BYTES = 4
_SIZE_AT, _SIZE_BYTES = 16, 2  # of SQLite's header: the size of a page
_LARGEST = 65_536  # is written as 1


@dataclass(frozen=True)
class PageHashes:
    """The hash of each page of one file, one after the other, and the size of a page."""

    page_size: int
    hashes: bytes

    def __len__(self) -> int:
        return len(self.hashes) // HASH_BYTES

    def of(self, number: int) -> bytes:
        """Return the hash of a page, b"" where the file has no such page."""
        return self.hashes[number * HASH_BYTES : (number + 1) * HASH_BYTES]


def page_size_of(file: IO[bytes]) -> int:
    """Return the size of a page as the header of an SQLite file says it."""
    file.seek(_SIZE_AT)
    said = int.from_bytes(file.read(_SIZE_BYTES), "big")
    file.seek(0)
    return _LARGEST if said == 1 else said


def pages_of(file: IO[bytes], page_size: int) -> Iterator[bytes]:
    """Yield each page of a file, the first one first."""
    file.seek(0)
    while page := file.read(page_size):
        yield page


def hash_of(page: bytes) -> bytes:
    """Return what tells a page from any other."""
    return hashlib.blake2b(page, digest_size=HASH_BYTES).digest()


def apply_pages(file: IO[bytes], page_size: int, numbers: Sequence[int], pages: IO[bytes]) -> None:
    """Write pages of `page_size` at their places in `file`.

    numbers: which pages; their bytes come one after the other.
    """
    for number in numbers:
        file.seek(number * page_size)
        file.write(pages.read(page_size))


def packed(numbers: Sequence[int]) -> bytes:
    """Return numbers of pages as bytes."""
    return b"".join(one.to_bytes(NUMBER_BYTES, "big") for one in numbers)


def unpacked(said: bytes) -> tuple[int, ...]:
    """Return the numbers that `packed` wrote."""
    return tuple(
        int.from_bytes(said[at : at + NUMBER_BYTES], "big")
        for at in range(0, len(said), NUMBER_BYTES)
    )

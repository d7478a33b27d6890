"""Memory that the kiosk and the engine's process share for one picture.

It has no name in any folder: the kernel gives it back when the last of the two has ended, also
when both are killed (memfd_create(2)).
"""

from __future__ import annotations

import mmap
import os
from typing import Final

CAPACITY: Final = 1920 * 1080 * 3  # bytes: the largest frame that a camera may send


class FrameMemory:
    """One mapping of the memory; `descriptor` is of memory that another process made."""

    def __init__(self, descriptor: int | None = None) -> None:
        self.descriptor = create() if descriptor is None else descriptor
        self._map = mmap.mmap(self.descriptor, CAPACITY)

    @property
    def bytes(self) -> memoryview[int]:
        """Return the whole memory, to read and to write."""
        return memoryview(self._map)

    def wipe(self, size: int = CAPACITY) -> None:
        """Overwrite the first `size` bytes."""
        self.bytes[:size] = bytes(size)

    def close(self) -> None:
        """Unmap the memory and close its descriptor."""
        self._map.close()
        os.close(self.descriptor)


def create() -> int:
    """Return the descriptor of new memory, all zero.

    Only processes that are given the descriptor inherit it.
    """
    descriptor = os.memfd_create("face-frame")
    os.ftruncate(descriptor, CAPACITY)
    return descriptor

"""Headers of ELF files, written from elf(5): shared objects that are only headers, and broken ones."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

X86_64, AARCH64, I386, LOONGARCH = 62, 183, 3, 258
PROGRAM, SHARED = 2, 3
READ, WRITE, EXECUTE = 4, 2, 1
_NULL, _LOAD, _GNU_STACK = 0, 1, 0x6474E551
_HEADER: Final = {64: "HHIQQQIHHHHHH", 32: "HHIIIIIHHHHHH"}


@dataclass(frozen=True)
class ElfBytes:
    """One file: `stack` are the flags of PT_GNU_STACK, None without it; `loaded` is of PT_LOAD."""

    machine: int = X86_64
    bits: int = 64
    order: str = "<"
    kind: int = SHARED
    stack: int | None = READ | WRITE
    loaded: int = 0

    def written(self) -> bytes:
        """Return the bytes of the file."""
        wide = self.bits == 64
        head, size = (64, 56) if wide else (52, 32)
        segments = [self._segment(_LOAD, READ | EXECUTE, self.loaded)]
        if self.stack is not None:
            segments.append(self._segment(_GNU_STACK, self.stack, 0))
        ident = bytes((0x7F, *b"ELF", 2 if wide else 1, 1 if self.order == "<" else 2, 1)) + bytes(
            9
        )
        fields = (self.kind, self.machine, 1, 0, head, 0, 0, head, size, len(segments), 0, 0, 0)
        return ident + struct.pack(self.order + _HEADER[self.bits], *fields) + b"".join(segments)

    def _segment(self, kind: int, flags: int, length: int) -> bytes:
        if self.bits == 64:
            return struct.pack(f"{self.order}2I6Q", kind, flags, 0, 0, 0, length, length, 8)
        return struct.pack(f"{self.order}8I", kind, 0, 0, 0, length, length, flags, 4)


def set_stack_flags(library: bytes, flags: int | None) -> bytes:
    """Return a 64-bit little-endian library with other flags in its PT_GNU_STACK, or without it."""
    table, size, count = (
        *struct.unpack_from("<Q", library, 32),
        *struct.unpack_from("<2H", library, 54),
    )
    changed = bytearray(library)
    for at in range(table, table + size * count, size):
        if struct.unpack_from("<I", library, at) == (_GNU_STACK,):
            struct.pack_into(
                "<2I", changed, at, *((_NULL, 0) if flags is None else (_GNU_STACK, flags))
            )
    return bytes(changed)

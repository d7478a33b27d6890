"""Reading of ELF headers, to tell why the dynamic loader refuses a library (elf(5), ld.so(8)).

Only the file's header and its program headers are read; nothing of it is loaded or run.
"""

from __future__ import annotations

import platform
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from kiosk.failures import Failure

MAGIC: Final = b"\x7fELF"
CLASS_64: Final = 2
LITTLE_ENDIAN: Final = 1
SHARED: Final = 3  # ET_DYN
LOAD: Final = 1  # PT_LOAD
GNU_STACK: Final = 0x6474E551
EXECUTABLE: Final = 1  # PF_X
OWN_PROGRAM: Final = Path("/proc/self/exe")
# EM_386, EM_MIPS, EM_S390, EM_ARM, EM_X86_64: there glibc takes a library without the note to want
# an executable stack (DEFAULT_STACK_PERMS in sysdeps/*/stackinfo.h); on AArch64 and others not.
EXECUTABLE_BY_DEFAULT: Final = frozenset({3, 8, 22, 40, 62})
# NEWS of glibc 2.41: dlopen no longer makes the stack executable; it fails.
FIRST_STRICT_GLIBC: Final = (2, 41)
# What the loader can have against a library, and a file that is not there.
LOAD_FAILURES: Final = frozenset(
    {
        Failure.VENDOR_LIBRARY_MISSING,
        Failure.VENDOR_LIBRARY_NOT_ELF,
        Failure.VENDOR_LIBRARY_OTHER_PROCESSOR,
        Failure.VENDOR_LIBRARY_EXECUTABLE_STACK,
        Failure.VENDOR_LIBRARY_UNLOADABLE,
    }
)


class NotElfError(ValueError):
    """Raised for a file that is no ELF file, or ends before what its headers promise."""


@dataclass(frozen=True)
class ElfLayout:
    """The places of fields in files of 32 or 64 bits: struct formats and offsets in bytes.

    `segment` has p_type first; the others say at which place of it the field comes.
    """

    table: str
    table_at: int
    sizes_at: int
    segment: str
    flags: int
    offset: int
    length: int


LAYOUT_32: Final = ElfLayout("I", 28, 42, "7I", flags=6, offset=1, length=4)
LAYOUT_64: Final = ElfLayout("Q", 32, 54, "2I4Q", flags=1, offset=2, length=5)


@dataclass(frozen=True)
class ElfFile:
    """The headers of one ELF file.

    `processor` is class (32 or 64 bits), byte order and e_machine; `kind` is e_type. `stack_flags`
    are those of PT_GNU_STACK, None where there is no such program header.
    """

    processor: tuple[int, int, int]
    kind: int
    stack_flags: int | None

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the headers of a file. Raises OSError and NotElfError."""
        data = path.read_bytes()
        if data[:4] != MAGIC:
            raise NotElfError(path)
        try:
            return cls._parsed(data)
        except (struct.error, IndexError, OverflowError, ValueError) as error:
            raise NotElfError(path) from error

    @classmethod
    def _parsed(cls, data: bytes) -> Self:
        layout = LAYOUT_64 if data[4] == CLASS_64 else LAYOUT_32
        order = "<" if data[5] == LITTLE_ENDIAN else ">"
        kind, machine = struct.unpack_from(f"{order}2H", data, 16)
        (table,) = struct.unpack_from(order + layout.table, data, layout.table_at)
        size, count = struct.unpack_from(f"{order}2H", data, layout.sizes_at)
        flags = None
        for at in range(table, table + count * size, size):
            segment = struct.unpack_from(order + layout.segment, data, at)
            if segment[0] == GNU_STACK:
                flags = segment[layout.flags]
            if segment[0] == LOAD and segment[layout.offset] + segment[layout.length] > len(data):
                raise NotElfError
        return cls((data[4], data[5], machine), kind, flags)

    @property
    def wants_executable_stack(self) -> bool:
        """Tell whether the loader concludes from the headers that the stack must be executable."""
        if self.stack_flags is None:
            return self.processor[2] in EXECUTABLE_BY_DEFAULT
        return bool(self.stack_flags & EXECUTABLE)


@dataclass(frozen=True)
class Loader:
    """The dynamic loader of a program: its processor and glibc, () under another C library."""

    processor: tuple[int, int, int]
    glibc: tuple[int, ...]

    @classmethod
    def of_this_process(cls) -> Self:
        """Return the loader that runs this Python."""
        name, version = platform.libc_ver()
        known = name == "glibc"
        glibc = tuple(int(part) for part in version.split(".") if part.isdigit()) if known else ()
        return cls(ElfFile.read(OWN_PROGRAM).processor, glibc)

    @property
    def refuses_executable_stacks(self) -> bool:
        """Tell whether a library that wants an executable stack is not loaded at all.

        By the release: GLIBC_TUNABLES=glibc.rtld.execstack=2 brings the old way back.
        """
        return self.glibc >= FIRST_STRICT_GLIBC

    def find_obstacle(self, path: Path) -> Failure | None:
        """Return why this file can't be loaded, as far as its own headers say; None for nothing.

        Whether the libraries that it needs are there is not looked at.
        """
        try:
            elf = ElfFile.read(path)
        except OSError:
            return Failure.VENDOR_LIBRARY_MISSING
        except NotElfError:
            return Failure.VENDOR_LIBRARY_NOT_ELF
        if elf.kind != SHARED:
            return Failure.VENDOR_LIBRARY_NOT_ELF
        if elf.processor != self.processor:
            return Failure.VENDOR_LIBRARY_OTHER_PROCESSOR
        if elf.wants_executable_stack and self.refuses_executable_stacks:
            return Failure.VENDOR_LIBRARY_EXECUTABLE_STACK
        return None

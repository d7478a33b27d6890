"""Why the dynamic loader refuses a vendor's library: read from its headers, compared with glibc."""

from __future__ import annotations

import ctypes
import platform
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.shared_object import Loader
from kiosk.failures import Failure
from tests.drivers.elf_bytes import (
    AARCH64,
    EXECUTE,
    I386,
    LOONGARCH,
    PROGRAM,
    READ,
    WRITE,
    X86_64,
    ElfBytes,
    set_stack_flags,
)
from tests.drivers.vendor_library.compiler import loads, refuses_executable_stacks

STRICT = Loader((2, 1, X86_64), (2, 41))
LENIENT = replace(STRICT, glibc=(2, 36))
STACK = Failure.VENDOR_LIBRARY_EXECUTABLE_STACK
OTHER = Failure.VENDOR_LIBRARY_OTHER_PROCESSOR
NOT_ELF = Failure.VENDOR_LIBRARY_NOT_ELF


def obstacle(loader: Loader, folder: Path, said: bytes) -> Failure | None:
    file = folder / "lib.so"
    file.write_bytes(said)
    return loader.find_obstacle(file)


@pytest.mark.parametrize(
    ("elf", "found"),
    [
        (ElfBytes(), None),
        (ElfBytes(stack=READ | WRITE | EXECUTE), STACK),
        (ElfBytes(stack=None), STACK),
        (ElfBytes(kind=PROGRAM), NOT_ELF),
        (ElfBytes(loaded=1 << 20), NOT_ELF),
        (ElfBytes(AARCH64), OTHER),
        (ElfBytes(I386, 32), OTHER),
        (ElfBytes(X86_64, 32), OTHER),
        (ElfBytes(X86_64, order=">"), OTHER),
    ],
)
def test_headers_say_why_a_library_is_refused(
    tmp_path: Path, elf: ElfBytes, found: Failure | None
) -> None:
    assert obstacle(STRICT, tmp_path, elf.written()) is found
    assert obstacle(LENIENT, tmp_path, elf.written()) is (None if found is STACK else found)


@pytest.mark.parametrize(
    ("machine", "bits", "found"), [(AARCH64, 64, None), (LOONGARCH, 64, None), (I386, 32, STACK)]
)
def test_without_the_note_the_processor_decides(
    tmp_path: Path, machine: int, bits: int, found: Failure | None
) -> None:
    loader = Loader((bits // 32, 1, machine), (2, 41))
    assert obstacle(loader, tmp_path, ElfBytes(machine, bits, stack=None).written()) is found


def test_no_file_and_no_library(tmp_path: Path) -> None:
    assert STRICT.find_obstacle(tmp_path / "none.so") is Failure.VENDOR_LIBRARY_MISSING
    assert STRICT.find_obstacle(tmp_path) is Failure.VENDOR_LIBRARY_MISSING
    for said in (b"", b"MZ\x90\x00", b"\x7fELF", ElfBytes().written()[:70]):
        assert obstacle(STRICT, tmp_path, said) is NOT_ELF
    no_size = bytearray(ElfBytes().written())
    no_size[54:56] = b"\0\0"
    assert obstacle(STRICT, tmp_path, bytes(no_size)) is NOT_ELF


@given(st.binary(max_size=200), st.integers(0, 200))
def test_any_bytes_are_judged(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int
) -> None:
    whole = ElfBytes(loaded=64).written()
    said = whole[:at] + noise + whole[at + len(noise) :]
    obstacle(STRICT, tmp_path_factory.getbasetemp(), said)


def test_another_c_library_is_not_strict() -> None:
    assert not replace(STRICT, glibc=()).refuses_executable_stacks
    assert replace(STRICT, glibc=(2, 42)).refuses_executable_stacks


def test_the_loader_of_this_process_is_this_machine() -> None:
    loader = Loader.of_this_process()
    name, version = platform.libc_ver()
    assert loader.glibc == (tuple(map(int, version.split("."))) if name == "glibc" else ())
    assert loader.processor[0] == (2 if sys.maxsize > 1 << 32 else 1)
    assert loader.find_obstacle(Path(ctypes.__file__)) is NOT_ELF


@pytest.mark.parametrize("flags", [READ | WRITE, READ | WRITE | EXECUTE, None])
def test_glibc_agrees(vendor_library_file: Path, tmp_path: Path, flags: int | None) -> None:
    """The real loader, in a process of its own, refuses what the headers say it refuses."""
    library = tmp_path / "lib.so"
    library.write_bytes(set_stack_flags(vendor_library_file.read_bytes(), flags))
    found = Loader.of_this_process().find_obstacle(library)
    if found is STACK and not refuses_executable_stacks(vendor_library_file, tmp_path):
        pytest.skip("the loader of this machine makes stacks executable, whatever its version says")
    assert loads(library) is (found is None)

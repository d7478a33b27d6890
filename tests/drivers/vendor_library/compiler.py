"""Builds the stand-ins for vendors' libraries with whichever C compiler there is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from drivers.shared_object import EXECUTABLE, ElfFile
from tests.drivers.elf_bytes import set_stack_flags

COMPILERS: Final = ("tcc", "cc", "gcc")
FLAGS: Final = ("-shared", "-fPIC")


def build_library(source: Path, to: Path, *flags: str) -> None:
    """Build a shared object that today's glibc loads; skips the test where there is no compiler."""
    compiler = next(filter(None, map(shutil.which, COMPILERS)), None)
    if compiler is None:
        pytest.skip("no C compiler is installed: script/bootstrap --test")
    subprocess.run([compiler, *FLAGS, *flags, "-o", str(to), str(source)], check=True)
    if ElfFile.read(to).wants_executable_stack:
        # tcc writes no PT_GNU_STACK; this is the cure that a technician is told, too.
        subprocess.run(["patchelf", "--clear-execstack", str(to)], check=True)


def loads(library: Path) -> bool:
    """Tell whether the dynamic loader takes a library, in a process of its own."""
    program = "import ctypes, sys; ctypes.CDLL(sys.argv[1])"
    command = [sys.executable, "-ISc", program, str(library)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def refuses_executable_stacks(library: Path, folder: Path) -> bool:
    """Tell whether the loader here refuses a good library once it wants an executable stack."""
    changed = folder / "executable-stack.so"
    changed.write_bytes(set_stack_flags(library.read_bytes(), EXECUTABLE | 6))
    return not loads(changed)

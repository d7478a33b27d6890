"""A vendor's card library for tests: it is built here, and told what it shall do."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.drivers.vendor_library.compiler import build_library

SOURCE: Final = Path(__file__).with_name("card_library.c")
FLAGS: Final = ("-nostdlib", "-Wall", "-Werror", "-fno-builtin")
# region|number|card number|identifier|name|ATR's historical bytes|version|issued|valid to|
# terminal number|device number|, as the golden vector D21 would be read (cards.md §2.5)
TEXT: Final = (
    "341600|341600196203159177|Z00000013|341600D15600000500000001FFFFFFFF|测试甲|"
    "0081544C978684341600000001|2.00|20160101|20260101|000000000001|SIMULATED-1|"
)


@dataclass(frozen=True)
class VendorLibrary:
    """A shared object with the vendors' symbols, and the script that it follows.

    `environment` is for processes that load it; the test's own process has it already.
    """

    path: Path
    script: Path
    record: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return this process's variables; they name script and record."""
        return dict(os.environ)

    def play(self, *lines: str) -> None:
        """Say what each function does from now on, as card_library.c explains."""
        self.script.write_bytes("".join(f"{line}\n" for line in lines).encode("gbk"))

    def calls(self) -> list[str]:
        """Return the calls so far: name, iType, iAuthType, input."""
        if not self.record.exists():
            return []
        return self.record.read_bytes().decode("gbk").splitlines()


@pytest.fixture(scope="session")
def vendor_library_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the library once."""
    built = tmp_path_factory.mktemp("vendor") / "libSSCardDriver.so"
    build_library(SOURCE, built, *FLAGS)
    return built


@pytest.fixture
def vendor_library(
    vendor_library_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> VendorLibrary:
    """Give a library that reads a 2.00 card, until a test says otherwise."""
    library = VendorLibrary(vendor_library_file, tmp_path / "script", tmp_path / "calls")
    library.play(f"iReadCardBas return 0 {TEXT}")
    monkeypatch.setenv("VENDOR_LIBRARY_SCRIPT", str(library.script))
    monkeypatch.setenv("VENDOR_LIBRARY_CALLS", str(library.record))
    return library

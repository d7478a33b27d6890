"""What every test of a device may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drivers.pcscd import pcsc, pcscd, pcscd_folder
from tests.drivers.vendor_library.library import vendor_library, vendor_library_file

__all__ = ["pcsc", "pcscd", "pcscd_folder", "vendor_library", "vendor_library_file"]


@pytest.fixture(autouse=True, scope="session")
def _no_card_reader_of_this_machine(pcscd_folder: Path) -> None:
    """Lead whatever speaks to pcscd to the tests' own, also where nothing else asks for it."""

"""Every way to a scanner keeps the contract: in process, pty, TCP, keyboard, a recording."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drivers.protocols.qr_token import LONGEST
from tests.drivers.devices.qr_guns import (
    AsKeyboard,
    GunInProcess,
    OnPty,
    OnTcp,
    RecordedGun,
    ReplayedGun,
)
from tests.drivers.devices.qr_scanner_contract import CONTRACT, LONG, ScannerRig

PATIENCE = 600  # looks of up to 0.2 s; only a bug reaches it
CLAUSES = pytest.mark.parametrize("clause", CONTRACT, ids=lambda one: one.__name__)


@CLAUSES
def test_in_process(clause) -> None:
    clause(ScannerRig(GunInProcess(), 30))


@CLAUSES
@pytest.mark.parametrize("way", [OnPty, AsKeyboard, lambda _folder: OnTcp()])
def test_over_a_wire(clause, way: Callable[[Path], Any], tmp_path: Path) -> None:
    gun = way(tmp_path)
    try:
        clause(ScannerRig(gun, PATIENCE))
    finally:
        gun.close()


@CLAUSES
def test_replay(clause) -> None:
    recorded = RecordedGun(GunInProcess())
    clause(ScannerRig(recorded, 30))
    replayed = ReplayedGun(recorded.recording)
    clause(ScannerRig(replayed, 30))
    assert not replayed.recording


def test_the_long_code_is_too_long() -> None:
    assert len(LONG) > LONGEST

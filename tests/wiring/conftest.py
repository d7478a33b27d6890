"""Settings of a demo in a folder of their own, and idle devices."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from drivers import registry
from drivers.central import opening
from kiosk.config.settings import Settings
from kiosk.crypto import pinned_keys
from kiosk.crypto.envelope import OpeningKey
from kiosk.crypto.pinned_keys import CentralKeys
from kiosk.crypto.receipt import SigningKey
from tests.kiosk.invented_people import handbook
from tests.wiring.building import IdleDevice


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = handbook().settings
    (tmp_path / "identity").touch(0o600)
    (tmp_path / "identity").write_bytes(bytes(32))
    return replace(
        found,
        store=replace(found.store, path=str(tmp_path / "run" / "kiosk.db"), journal_mib=1),
        device_key=replace(found.device_key, url=f"file:{tmp_path / 'device.key'}"),
        central=replace(
            found.central, url="http://127.0.0.1:9", identity=f"file:{tmp_path / 'identity'}"
        ),
    )


@pytest.fixture
def devices(monkeypatch) -> IdleDevice:
    nothing = IdleDevice()
    for name in ("make_reader", "make_camera", "make_checker", "make_printer"):
        monkeypatch.setattr(registry, name, lambda *_: nothing)
    monkeypatch.setattr(opening, "make_central", lambda *_: nothing)
    trusted = CentralKeys(OpeningKey(b"s" * 32).sealing, SigningKey(b"r" * 32).receipt_key)
    monkeypatch.setattr(pinned_keys, "read_central_keys", lambda _: trusted)
    return nothing

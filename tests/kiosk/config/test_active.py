"""Commands beside a kiosk look at the devices that the kiosk would use."""

from __future__ import annotations

import json

import pytest

from kiosk.config.active import read_in_force
from kiosk.config.bundle import Bundle
from kiosk.config.rollout import RolloutState
from kiosk.config.schema import ConfigError
from kiosk.config.settings_store import SettingsStore
from tests.kiosk.invented_people import CONFIG

DEFAULTS = CONFIG / "kiosk.toml"
DEMO = CONFIG / "profiles" / "demo.toml"
PRINTER = Bundle(1, (("city.toml", b"[printer]\ncolumns = 42\n"),))
UNKNOWN = Bundle(2, (("city.toml", b"[printer]\ncolums = 42\n"),))


@pytest.fixture
def settings_store(tmp_path):
    return SettingsStore(tmp_path / "configuration")


@pytest.fixture
def files(tmp_path, settings_store):
    local = tmp_path / "local.toml"
    said = f'folder = {json.dumps(str(settings_store.folder))}\nroot = "/x"\n'
    local.write_text(f"[configuration]\n{said}", "utf-8")
    return [DEMO, local]


def columns(files):
    return read_in_force(DEFAULTS, files).printer.columns


def test_what_is_in_force_is_used(files, settings_store):
    assert columns(files) == 48
    settings_store.put(PRINTER)
    settings_store.keep(RolloutState(candidate=PRINTER.id))
    assert columns(files) == 48
    settings_store.keep(RolloutState(candidate=PRINTER.id, begun=True))
    assert columns(files) == 42
    settings_store.keep(RolloutState(good=PRINTER.id))
    assert columns(files) == 42
    assert columns([DEMO]) == 48


@pytest.mark.parametrize("how", ["unknown", "damaged", "unreadable"])
def test_what_can_not_be_used_is_left_out(how, files, settings_store):
    kept = UNKNOWN if how == "unknown" else PRINTER
    (path,) = settings_store.put(kept)
    settings_store.keep(RolloutState(good=kept.id))
    match how:
        case "damaged":
            path.write_bytes(b"\0")
        case "unreadable":
            (settings_store.folder / "standing.json").unlink()
            (settings_store.folder / "standing.json").mkdir()
    assert columns(files) == 48


def test_the_machines_own_files_must_be_right(files):
    files[-1].write_text("[printer]\ncolums = 3\n", "utf-8")
    with pytest.raises(ConfigError, match="columns"):
        read_in_force(DEFAULTS, files)

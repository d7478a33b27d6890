"""The terminal's own key is there, is the same each time, and nobody else's."""

from dataclasses import replace

import pytest

from drivers.device_key import make_device_key, open_key_file, read_credential
from kiosk.config.settings import DeviceKeySettings
from tests.kiosk.invented_people import handbook


def test_a_key_file_is_made_once_and_for_its_owner_alone(tmp_path):
    path = tmp_path / "run" / "device.key"
    key = open_key_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(key.secret) == 32
    assert open_key_file(path) == key
    assert open_key_file(tmp_path / "other.key") != key
    assert key.secret.hex() not in repr(key)
    assert repr(key.secret) not in repr(key)


def test_keys_for_two_purposes_have_nothing_in_common(tmp_path):
    key = open_key_file(tmp_path / "device.key")
    first, second = key.derive("drafts"), key.derive("owners")
    assert len(first) == len(second) == 32
    assert first != second
    assert first == open_key_file(tmp_path / "device.key").derive("drafts")
    assert key.secret not in (first, second)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused(tmp_path, mode):
    open_key_file(tmp_path / "device.key")
    (tmp_path / "device.key").chmod(mode)
    with pytest.raises(ValueError, match="others may read"):
        open_key_file(tmp_path / "device.key")


def test_a_credential_is_what_systemd_passes_on(tmp_path):
    (tmp_path / "device-key").write_bytes(b"k" * 32)
    assert read_credential(tmp_path, "device-key").secret == b"k" * 32
    (tmp_path / "device-key").write_bytes(b"k" * 31)
    with pytest.raises(ValueError, match="32 bytes"):
        read_credential(tmp_path, "device-key")


@pytest.mark.parametrize("folder", ["", "none"])
def test_a_credential_that_was_not_passed_on(tmp_path, folder):
    settings = replace(handbook().settings, device_key=DeviceKeySettings())
    with pytest.raises(OSError, match="device-key"):
        make_device_key(settings, folder and str(tmp_path / folder))


def test_the_settings_choose(tmp_path):
    (tmp_path / "device-key").write_bytes(b"k" * 32)
    settings = replace(handbook().settings, device_key=DeviceKeySettings())
    assert make_device_key(settings, str(tmp_path)).derive("x")
    in_a_file = replace(settings, device_key=DeviceKeySettings(f"file:{tmp_path / 'own.key'}"))
    made = make_device_key(in_a_file, "")
    assert made.derive("x") == open_key_file(tmp_path / "own.key").derive("x")

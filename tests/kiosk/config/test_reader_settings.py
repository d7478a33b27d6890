"""The addresses and decoders of an identity card reader that the settings accept."""

from __future__ import annotations

import pytest

from kiosk.config.schema import ConfigError
from kiosk.config.settings_reader import read_settings
from tests.kiosk.invented_people import CONFIG

DEFAULTS = CONFIG / "kiosk.toml"


def settings_with(tmp_path, text):
    site = tmp_path / "site.toml"
    site.write_text(text, "utf-8")
    return read_settings(DEFAULTS, site)


@pytest.mark.parametrize(
    "url",
    [
        "/dev/kiosk/idcard",
        "socket://192.0.2.5:4001",
        "tcp://192.0.2.5:4001",
        "usb://0400:C35A",
        "tty://1A86:7523",
        "tty://1a86:7523:A5001",
    ],
)
def test_addresses_of_a_reader(tmp_path, url):
    found = settings_with(tmp_path, f'[id_card_reader]\nurl = "{url}"\n')
    assert found.id_card_reader.url == url


@pytest.mark.parametrize("url", ["usb://400:1", "tcp://192.0.2.5", "tcp://127.0.0.1:9", "COM1"])
def test_other_addresses_are_refused(tmp_path, url):
    with pytest.raises(ConfigError) as caught:
        settings_with(tmp_path, f'[id_card_reader]\nurl = "{url}"\n')
    assert {problem.key for problem in caught.value.problems} == {"id_card_reader.url"}


def test_by_default_there_is_no_photo_decoder_and_any_reader():
    found = read_settings(DEFAULTS)
    assert found.chip_photo.path == ""
    assert found.id_card_reader.sam_number == ""


def test_a_decoder_is_called_in_one_of_three_ways(tmp_path):
    text = '[chip_photo]\npath = "/opt/wlt.so"\nsymbol = "_Z6unpackPcS_i"\nabi = "{}"\n'
    assert settings_with(tmp_path, text.format("unpack_cpp")).chip_photo.symbol
    with pytest.raises(ConfigError) as caught:
        settings_with(tmp_path, text.format("stdcall"))
    assert "GetBmp_file" in str(caught.value)


@pytest.mark.parametrize(
    ("section", "good", "bad"),
    [
        ("ss_card_reader", "pcsc://", "tcp://192.0.2.5:1"),
        ("ss_card_reader", "lib:/opt/vendor/libcard.so", "lib:libcard.so"),
        ("ss_card_reader", "", "pcsc://Virtual%20PCD"),
        ("code_scanner", "/dev/kiosk/scanner", "scanner"),
        ("code_scanner", "evdev:/dev/input/by-id/usb-x-event-kbd", "evdev:3"),
    ],
)
def test_addresses_of_what_not_every_terminal_has(tmp_path, section, good, bad):
    found = settings_with(tmp_path, f'[{section}]\nurl = "{good}"\n')
    assert getattr(found, section).url == good
    with pytest.raises(ConfigError) as caught:
        settings_with(tmp_path, f'[{section}]\nurl = "{bad}"\n')
    assert {problem.key for problem in caught.value.problems} == {f"{section}.url"}

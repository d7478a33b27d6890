"""Each URL gets its driver, and each wish of the settings its reader."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from drivers import registry
from drivers.simulated.cards import chip_photo_codec
from drivers.simulated.cards.card_chip import PHOTO_BYTES, fake_picture
from drivers.simulated.cards.id_card_reader import SimulatedIdCardReader
from drivers.simulated.cards.samv import Delays, Samv
from drivers.transports.serial_url import SerialUrl
from drivers.transports.tcp import Tcp
from drivers.transports.transport import DeviceLostError
from kiosk.config.settings import ChipPhoto, Settings
from kiosk.config.settings_reader import read_settings
from kiosk.failures import Failure
from kiosk.people.identity import IdCard
from tests.drivers.devices.id_card.id_card_rigs import chip_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    shipped = read_settings(ROOT / "config" / "kiosk.toml")
    return replace(shipped, store=replace(shipped.store, path=str(tmp_path / "kiosk.db")))


def test_each_scheme_has_its_transport() -> None:
    reader = SimulatedIdCardReader(0, Samv())
    reader.plug()
    try:
        for url, kind in ((reader.url, Tcp), (reader.url.replace("tcp", "socket"), SerialUrl)):
            port = registry.open_reader_port(url, 115200)
            assert isinstance(port, kind)
            port.close()
    finally:
        reader.unplug()
    with pytest.raises(DeviceLostError, match=r"pyusb|libusb|no USB device"):
        registry.open_reader_port("usb://0400:C35A", 115200)


def test_without_a_path_there_is_no_photo_decoder(settings: Settings) -> None:
    assert registry.find_photo_decoder(settings) is None


def test_the_digest_of_the_decoder_is_logged(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    codec = ChipPhoto(path=chip_photo_codec.__file__)
    decode = registry.find_photo_decoder(replace(settings, chip_photo=codec))
    assert decode is not None
    assert decode(fake_picture("liu", PHOTO_BYTES)) is not None
    assert "SHA-256" in caplog.text
    absent = ChipPhoto(path="/nowhere/libwlt.so", symbol="unpack", abi="unpack_cpp")
    registry.find_photo_decoder(replace(settings, chip_photo=absent))
    assert "(missing)" in caplog.text


def test_a_photo_library_that_is_not_loaded_is_logged(
    settings: Settings, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    library = tmp_path / "libwlt.so"
    library.write_bytes(b"MZ")
    wanted = ChipPhoto(path=str(library), symbol="unpack", abi="unpack_cpp")
    registry.find_photo_decoder(replace(settings, chip_photo=wanted))
    assert f"{library} is not loaded: vendor_library_not_elf" in caplog.text


def test_the_reader_of_the_settings(settings: Settings, tmp_path: Path) -> None:
    """Number, decoder and memory of the settings reach the reader: two kiosks, one after another."""
    simulated = SimulatedIdCardReader(
        0, Samv(finds_again=True), Delays(0, 0, 0, 0), sleep=lambda _: None
    )
    simulated.plug()
    wanted = replace(settings.id_card_reader, url=simulated.url, poll_seconds=0.001)
    here = replace(
        settings, id_card_reader=wanted, chip_photo=ChipPhoto(path=chip_photo_codec.__file__)
    )
    try:
        simulated.place_card(chip_of("D07"))
        first = registry.make_reader(here)
        card = first.read(lambda: False)
        assert isinstance(card, IdCard)
        assert card.picture
        first.close()
        assert {path.name for path in tmp_path.iterdir()} == {"card_lies"}
        second = registry.make_reader(here)
        assert second.read(lambda: False) is Failure.CARD_LEFT
        second.close()
        strange = replace(here, id_card_reader=replace(wanted, sam_number="05.03-1-2-3"))
        third = registry.make_reader(strange)
        assert third.check() is Failure.READER_SWAPPED
        third.close()
    finally:
        simulated.unplug()

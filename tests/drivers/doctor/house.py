"""A machine in order, on which single things can be broken."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drivers.doctor.checks import examine
from drivers.doctor.finding import Finding, FindingLevel
from drivers.doctor.machine import HostProbe
from drivers.shared_object import Loader
from kiosk.config.bundle import Bundle
from kiosk.config.rollout import RolloutState
from kiosk.config.settings import Settings, SsCardReaderSettings
from kiosk.config.settings_reader import read_settings
from kiosk.config.settings_store import SettingsStore
from kiosk.crypto.envelope import OpeningKey, canonical
from kiosk.crypto.receipt import SigningKey
from tests.drivers.elf_bytes import X86_64
from wiring import places

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
DEVICES = ("/dev/kiosk/idcard", "/dev/kiosk/cam-visible")
GIB = 1 << 30
OF_X = hashlib.sha256(b"x").hexdigest()


@dataclass
class TerminalTree:
    """A tree that looks like a terminal in order, and what can be broken in it."""

    root: Path
    settings: Settings = field(init=False)
    host: HostProbe = field(init=False)
    numbers: Path = field(init=False)
    now: datetime = NOW

    def __post_init__(self) -> None:
        for path in DEVICES:
            self.write(path, "")
        keys = {
            "sealing": OpeningKey(b"s" * 32).sealing.document(),
            "receipt": SigningKey(b"k" * 32).receipt_key.document(),
        }
        self.write("/etc/retirement-kiosk/keys.json", canonical(keys).decode())
        self.numbers = self.write("face.toml", (places.CONFIG / "face.toml").read_text("utf-8"))
        self.write("/var/lib/retirement-kiosk/identity", "secret").chmod(0o600)
        self.write("/etc/retirement-kiosk/authority.crt", "-----BEGIN CERTIFICATE-----")
        self.write("/proc/asound/cards", " 0 [PCH ]: HDA-Intel - HDA Intel PCH\n")
        self.write("/run/systemd/timesync/synchronized", "")
        self.process(7, "pcscd")
        plain = read_settings(places.DEFAULTS)
        central = replace(
            plain.central,
            keys="/etc/retirement-kiosk/keys.json",
            authority="/etc/retirement-kiosk/authority.crt",
        )
        reader = SsCardReaderSettings("pcsc://")
        self.settings = replace(plain, central=central, ss_card_reader=reader)
        self.host = HostProbe(
            self.root,
            version_of=lambda name: "5.0" if name == "opencv-python" else "",
            importable=lambda _: True,
            program=lambda name: f"/usr/bin/{name}",
            free=lambda _: GIB,
        )

    def write(self, path: str, text: str) -> Path:
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def rewrite(self, known: str, other: str) -> None:
        """Change config/face.toml."""
        said = self.numbers.read_text("utf-8")
        assert known in said
        self.numbers.write_text(said.replace(known, other), "utf-8")

    def use_card_library(self, said: bytes, glibc: tuple[int, ...] = (2, 41)) -> None:
        """Set a vendor's library for an x86-64 terminal with this glibc."""
        self.write("/opt/vendor/libSSCardDriver.so", "").write_bytes(said)
        self.set("ss_card_reader", url="lib:/opt/vendor/libSSCardDriver.so")
        self.host = replace(self.host, loader=lambda: Loader((2, 1, X86_64), glibc))

    def process(self, number: int, name: str) -> None:
        self.write(f"/proc/{number}/comm", f"{name[:15]}\n")

    def at(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def drop(self, path: str) -> None:
        self.at(path).unlink()

    def set(self, section: str, **values: object) -> None:
        changed = replace(getattr(self.settings, section), **values)
        self.settings = replace(self.settings, **{section: changed})

    def found(self) -> tuple[Finding, ...]:
        return examine(self.host, self.settings, places.ASSETS, self.numbers, lambda: self.now)

    def ill(self) -> list[Finding]:
        return [one for one in self.found() if one.verdict is not FindingLevel.GOOD]


@pytest.fixture
def house(tmp_path: Path) -> TerminalTree:
    return TerminalTree(tmp_path)


def given_settings(house: TerminalTree, standing: RolloutState, *layers: bytes) -> Path:
    """Let the terminal take signed settings; return their folder."""
    folder = house.root / "var" / "lib" / "retirement-kiosk" / "configuration"
    house.set("configuration", folder="/var/lib/retirement-kiosk/configuration", root="/root.json")
    house.write("/root.json", "{}")
    settings_store = SettingsStore(folder)
    for layer in layers:
        settings_store.put(Bundle(1, (("city.toml", layer),)))
    settings_store.keep(standing)
    return folder


KEPT = Bundle(1, (("city.toml", b"a"),)).id


def plug(house: TerminalTree, place: str, name: str, value: str) -> None:
    house.write(f"/sys/bus/usb/devices/{place}/{name}", f"{value}\n")

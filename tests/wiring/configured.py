"""A machine whose settings can change by themselves, and the kiosk around a try."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import main
from kiosk.audit.audit_events import AuditEvent
from kiosk.config.bundle import Bundle
from kiosk.config.layers import FOUND, layers_of
from kiosk.config.rollout import RolloutState
from kiosk.config.settings_store import SettingsStore
from kiosk.failures import Failure
from tests.drivers.central.bundles import CITY, BundleDesk
from tests.kiosk.invented_people import CONFIG
from wiring import configuration
from wiring.configuration import select_settings
from wiring.places import DEFAULTS
from wiring.settings_sync import take

DEMO = CONFIG / "profiles" / "demo.toml"
GOOD = Bundle(1, (("city.toml", CITY),))
NEWER = Bundle(2, (("city.toml", b"[visit]\ndraft_hours = 7\n"),))
OF_A_NEWER_PROGRAM = Bundle(3, (("city.toml", b"[visit]\nunknown = 7\n"),))


@dataclass
class ConfiguredMachine:
    folder: Path

    def __post_init__(self) -> None:
        self.desk = BundleDesk(self.folder)
        self.local = self.folder / "local.toml"
        self.settle(self.folder)

    def settle(self, disk: Path) -> None:
        """Write the machine's own settings; everything that changes lies on `disk`."""
        self.settings_store, self.found = (
            SettingsStore(disk / "configuration"),
            SettingsStore(disk / "devices"),
        )
        said = {"folder": str(self.settings_store.folder), "root": str(self.desk.root)}
        lines = [f"{name} = {json.dumps(value)}" for name, value in said.items()]
        store = ["[store]", f"path = {json.dumps(str(disk / 'kiosk.db'))}"]
        stick = ["[maintenance]", f"stick = {json.dumps(str(self.desk.stick))}"]
        said_so = ["[configuration]", *lines, *store, *stick]
        self.local.write_text("\n".join(said_so) + "\n", "utf-8")

    @property
    def files(self) -> list[Path]:
        return [DEMO, self.local]

    def start(self) -> configuration.RunSettings:
        return select_settings(self.files)

    def run(self, *words: str, status: int = 0) -> None:
        files = ["--settings", str(DEMO), str(self.local)]
        assert main.main(["config", *words, *files]) == status


def camera_at(url: str) -> Bundle:
    """Return what a technician confirmed at the screen: where the camera hangs."""
    return Bundle(0, ((FOUND, f"[camera]\nurl = {json.dumps(url)}\n".encode()),))


def used(site: configuration.Site) -> list[bytes]:
    return [path.read_bytes() for path in site.layers.site]


def taken(machine: ConfiguredMachine, text: bytes) -> tuple[Failure | None, str]:
    found = Bundle(1, (("city.toml", text),))
    return take(machine.settings_store, layers_of(DEFAULTS, machine.files), found, again=False)


@dataclass
class ConfiguredLoop:
    """The main thread and the kiosk around it, as far as a try looks at them."""

    calls: list[Callable[[], None]] = field(default_factory=list)
    stopped: bool = False
    free: bool = True
    answers: set[str] = field(default_factory=set)
    notes: list[tuple[AuditEvent, str]] = field(default_factory=list)
    made: bool = True
    elsewhere: bool = False
    restart_due: bool = False
    now: float = 1000.0

    def is_to_restart(self) -> bool:
        return self.restart_due

    @property
    def runner(self) -> ConfiguredLoop:
        return self

    def is_free(self) -> bool:
        return self.free

    def ready(self) -> frozenset[str]:
        return frozenset(self.answers)

    def is_elsewhere(self) -> bool:
        return self.elsewhere

    def is_made(self) -> bool:
        return self.made

    def record_settings(self, event: AuditEvent, standing: RolloutState) -> bool:
        if self.made:
            self.notes.append((event, standing.refused or standing.good))
        return self.made

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        self.calls.append(call)

    def stop(self) -> None:
        self.stopped = True

    def turn(self, seconds: float = 1.0) -> None:
        self.now += seconds
        calls, self.calls = self.calls, []
        for call in calls:
            call()

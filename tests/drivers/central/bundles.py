"""A repository of signed settings, and what can be done to it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from central.operator.bundles import Repository
from central.policy import BundlePolicy
from drivers.central.bundle import BundleSource, FolderFetcher
from kiosk.config.bundle import Bundle, layer_names
from kiosk.failures import Failure

DAYS = BundlePolicy(1000.0, 300.0, 200.0, 100.0)
CITY = '[terminal]\nmaintainer = "市里的运维"\n'.encode()
POINT = b"[visit]\nidle_seconds = 120.0\n"
NAMES = layer_names("BZ-DEMO", "341602")


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class BundleDesk:
    """The operator's machine, a stick, and a terminal."""

    folder: Path
    offset: list[timedelta] = field(default_factory=lambda: [timedelta()])

    def __post_init__(self) -> None:
        self.served = self.folder / "served"
        self.stick = self.folder / "stick"
        self.trusted = self.folder / "trusted"
        self.root = self.folder / "root.json"
        self.repository = Repository(
            self.served, self.folder / "keys", DAYS, lambda: now() + self.offset[0]
        )
        assert self.repository.begin() is None
        shutil.copy(self.served / "1.root.json", self.root)

    def publish(self, **layers: bytes) -> None:
        names = {"city": "city.toml", "point": "point/BZ-DEMO.toml"}
        assert self.repository.publish({names[key]: one for key, one in layers.items()}) is None

    def copy(self) -> Path:
        """Copy everything onto the stick."""
        shutil.rmtree(self.stick, ignore_errors=True)
        shutil.copytree(self.served, self.stick)
        return self.stick

    def source(self, names: Iterable[str] = NAMES) -> BundleSource:
        return BundleSource(self.trusted, self.root, tuple(names))

    def fetch(self, folder: Path | None = None) -> Bundle | Failure:
        return self.source().fetch(FolderFetcher(folder or self.copy()))

    def newest(self, role: str) -> Path:
        return self.stick / f"{self.repository.version(role)}.{role}.json"


def change(path: Path, *way: str, to: object) -> None:
    """Change one value of signed JSON, as somebody without a key could."""
    said = json.loads(path.read_text("utf-8"))
    holder = said
    for name in way[:-1]:
        holder = holder[name]
    holder[way[-1]] = to
    path.write_text(json.dumps(said), "utf-8")

"""The models of terminal that a card may name: config/hardware.toml, on both ends the same file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.config.schema import load

if TYPE_CHECKING:
    from pathlib import Path

FILE = "hardware.toml"
FOLDER = "profiles"


@dataclass(frozen=True)
class HardwareProfiles:
    """Names of the models, the usual one first."""

    profiles: tuple[str, ...]

    @property
    def usual(self) -> str:
        """Return the model of a card whose list names none."""
        return self.profiles[0]


def read_hardware(config: Path) -> HardwareProfiles:
    """Return the models in the folder `config`; raises kiosk.config.schema.ConfigError."""
    return load(HardwareProfiles, config / FILE)


def profile_file(config: Path, name: str) -> Path:
    """Return the file of the settings of a model."""
    return config / FOLDER / f"{name}.toml"

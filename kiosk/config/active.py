"""The settings that a terminal running now would use, for commands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kiosk.config.layers import layers_of, read_layers
from kiosk.config.settings import Settings
from kiosk.config.settings_slots import apply_active_layers, slots_of


def read_in_force(defaults: Path, files: Iterable[Path]) -> Settings:
    """Return the settings of the layers with the active ones of the site and of found devices.

    What of these can't be used is left out, as a terminal does. Raises ConfigError.
    """
    own = layers_of(defaults, files)
    return read_layers(apply_active_layers(own, slots_of(read_layers(own))))

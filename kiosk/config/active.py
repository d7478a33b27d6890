"""Which settings would a kiosk use that runs now? For commands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kiosk.config.layers import layers_of, read_layers
from kiosk.config.settings import Settings
from kiosk.config.settings_slots import laid, stocks_of


def read_in_force(defaults: Path, files: Iterable[Path]) -> Settings:
    """Read the layers with what is in force of the site's and of what was found; ConfigError.

    What of these can't be used is left out, as a kiosk does.
    """
    own = layers_of(defaults, files)
    return read_layers(laid(own, stocks_of(read_layers(own))))

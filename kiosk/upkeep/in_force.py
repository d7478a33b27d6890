"""Which settings would a kiosk use that runs now? For commands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from kiosk.layers import layers_of, read_layers
from kiosk.schema import ConfigError
from kiosk.settings import Settings
from kiosk.upkeep.shelf import Shelf


def read_in_force(defaults: Path, files: Iterable[Path]) -> Settings:
    """Read the layers with those of the site that are in force; raise ConfigError.

    What of the site can't be used is left out, as a kiosk does.
    """
    base = layers_of(defaults, files)
    base = base.with_found(read_layers(base))
    settings = read_layers(base)
    if not settings.configuration.folder:
        return settings
    with suppress(OSError, ConfigError):
        shelf = Shelf(Path(settings.configuration.folder))
        site = shelf.files(shelf.standing().in_force)
        return read_layers(base.with_site(site or ()))
    return settings

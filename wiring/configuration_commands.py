"""The command `config`: show this terminal's signed settings, fetch or import others."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.commands.cures import cure
from kiosk.config.layers import layers_of, read_layers, refused_in
from kiosk.config.renamed_settings import old_names_in
from kiosk.config.rollout import RolloutState
from kiosk.config.schema import ConfigError
from kiosk.config.settings_slots import apply_active_layers, found_slot
from kiosk.config.settings_store import SettingsStore
from kiosk.failures import Failure
from kiosk.operator_texts import text_of, texts_of
from wiring.delivery_service import central_of, identity_of
from wiring.places import DEFAULTS
from wiring.settings_sync import source_of, take

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.central.bundle import FolderFetcher, NetworkFetcher
    from kiosk.config.layers import Layers
    from kiosk.config.settings import Settings


def show_settings(options: argparse.Namespace) -> int:
    """Print which settings are in force, on trial or refused; return the exit code."""
    return _with_settings(options, _show)


def fetch_settings(options: argparse.Namespace) -> int:
    """Fetch settings from the central service now; return the exit code."""
    return _with_settings(options, _fetch)


def import_settings(options: argparse.Namespace) -> int:
    """Import settings from a copied folder; return the exit code."""
    return _with_settings(options, _import)


def _with_settings(
    options: argparse.Namespace, work: Callable[[argparse.Namespace, Layers, Settings], int]
) -> int:
    """Run `work` with the terminal's layers; return 1, with a sentence, when it cannot be done."""
    own = layers_of(DEFAULTS, options.settings)
    try:
        base = apply_active_layers(own, (found_slot(read_layers(own)),))
        settings = read_layers(base)
        if not settings.configuration.folder:
            print(text_of("configuration.no_folder"), file=sys.stderr)
            return 1
        return work(options, base, settings)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1


def _show(_options: argparse.Namespace, base: Layers, settings: Settings) -> int:
    settings_store = SettingsStore(Path(settings.configuration.folder))
    standing = settings_store.standing()
    layers = base.with_site(settings_store.files(standing.in_force) or ())
    for layer, path in layers:
        print(texts_of("config.layers")[layer], path, sep="\t")
    for problem in refused_in(layers):
        print(text_of("configuration.left_out"), problem.words(), sep="\t")
    for old in old_names_in(layers.paths):
        print(text_of("configuration.renamed"), old.words(), sep="\t")
    _show_standing(standing)
    found = found_slot(settings).settings_store
    _show_standing(found.standing(), text_of("configuration.device_addresses"))
    return 0


def _show_standing(standing: RolloutState, of: str = "") -> None:
    words = texts_of("configuration.standing")
    for name, value in (
        ("in_force", standing.in_force),
        ("on_trial" if standing.begun else "waiting", standing.candidate),
        ("refused", " ".join((standing.refused, *standing.lacking))),
    ):
        if value.strip():
            print(f"{of}{words[name]}", value, sep="\t")


def _fetch(_options: argparse.Namespace, base: Layers, settings: Settings) -> int:
    from drivers.central.bundle import NetworkFetcher

    return _take_settings(
        NetworkFetcher(central_of(settings, identity_of(settings))), base, settings
    )


def _import(options: argparse.Namespace, base: Layers, settings: Settings) -> int:
    from drivers.central.bundle import carried_by

    carried = carried_by(options.folder)
    if isinstance(carried, Failure):
        print(*_words(carried, ""), sep="\n", file=sys.stderr)
        return 1
    return _take_settings(carried, base, settings)


def _take_settings(
    fetcher: NetworkFetcher | FolderFetcher, base: Layers, settings: Settings
) -> int:
    settings_store = SettingsStore(Path(settings.configuration.folder))
    before = settings_store.standing()
    if before.begun:
        print(text_of("configuration.busy"), file=sys.stderr)
        return 1
    # A technician may try once more what was given up.
    trouble, detail = take(settings_store, base, source_of(settings).fetch(fetcher), again=True)
    if trouble is not None:
        print(*_words(trouble, detail), sep="\n", file=sys.stderr)
        return 1
    print(_outcome(settings_store.standing(), settings))
    return 0


def _words(trouble: Failure, detail: str) -> tuple[str, ...]:
    return (cure(trouble) + text_of("config.unchanged"), *([detail] if detail else []))


def _outcome(standing: RolloutState, settings: Settings) -> str:
    if standing.candidate:
        seconds = f"{settings.configuration.rollout_timeout_seconds:g}"
        return text_of("configuration.taken", id=standing.candidate, seconds=seconds)
    return text_of("configuration.same", id=standing.good)

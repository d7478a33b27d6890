"""The command `config`: show this terminal's signed settings, fetch or import others."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.commands.cures import cure
from kiosk.config.bundle import KEPT_WORDS
from kiosk.config.layers import LAYER_WORDS, layers_of, read_layers, refused_in
from kiosk.config.renamed_settings import old_names_in
from kiosk.config.rollout import RolloutState
from kiosk.config.schema import ConfigError
from kiosk.config.settings_slots import apply_active_layers, found_slot
from kiosk.config.settings_store import SettingsStore
from kiosk.failures import Failure
from wiring.delivery_service import central_of, identity_of
from wiring.places import DEFAULTS
from wiring.settings_sync import source_of, take

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.central.bundle import FolderFetcher, NetworkFetcher
    from kiosk.config.layers import Layers
    from kiosk.config.settings import Settings

NO_FOLDER = "本机没有设 [configuration]，不收中心下发的设置"
UNUSED = "没有用"
RENAMED = "旧名字"
BUSY = "新设置正在试用，请等两分钟再来"
TAKEN = "设置 %s 已收下。没人用的时候自动试用，%s 秒内设备没有都好就退回"
SAME = "设置 %s 已经在用，没有变化"


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
            print(NO_FOLDER, file=sys.stderr)
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
        print(LAYER_WORDS[layer], path, sep="\t")
    for problem in refused_in(layers):
        print(UNUSED, problem.words(), sep="\t")
    for old in old_names_in(layers.paths):
        print(RENAMED, old.words(), sep="\t")
    _show_standing(standing)
    _show_standing(found_slot(settings).settings_store.standing(), "设备地址")
    return 0


def _show_standing(standing: RolloutState, of: str = "") -> None:
    for words, said in (
        ("在用", standing.in_force),
        ("等着试用" if not standing.begun else "正在试用", standing.candidate),
        ("试过不行", " ".join((standing.refused, *standing.lacking))),
    ):
        if said.strip():
            print(f"{of}{words}", said, sep="\t")


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
        print(BUSY, file=sys.stderr)
        return 1
    # A technician may try once more what was given up.
    trouble, detail = take(settings_store, base, source_of(settings).fetch(fetcher), again=True)
    if trouble is not None:
        print(*_words(trouble, detail), sep="\n", file=sys.stderr)
        return 1
    print(_outcome(settings_store.standing(), settings))
    return 0


def _words(trouble: Failure, detail: str) -> tuple[str, ...]:
    return (f"{cure(trouble)}{KEPT_WORDS}", *([detail] if detail else []))


def _outcome(standing: RolloutState, settings: Settings) -> str:
    if standing.candidate:
        return TAKEN % (standing.candidate, f"{settings.configuration.rollout_timeout_seconds:g}")
    return SAME % standing.good

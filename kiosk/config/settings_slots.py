"""Slots of settings that can change by themselves, and which set of each is active.

There are two, each with a store of its own and both rolled out by `rollout`: what the central
service signs for the site, and device addresses that a technician confirmed at the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from kiosk.config.layers import Layers, found_file, read_layers
from kiosk.config.rollout import RolloutState
from kiosk.config.schema import ConfigError
from kiosk.config.settings import Settings
from kiosk.config.settings_store import SettingsStore

FOUND_FOLDER = "devices"
"""Name of the folder, beside the database, with the settings of found devices."""


class SlotKind(StrEnum):
    """Whose settings a slot holds; the site's lie below those that were found."""

    FOUND = "found"
    SITE = "site"


@dataclass
class SettingsSlot:
    """The settings of one slot.

    `unnamed` are files from before there were sets. `closed`: its state can't be read or written
    now, so nothing of it is tried.
    """

    kind: SlotKind
    settings_store: SettingsStore
    unnamed: tuple[Path, ...] = ()
    standing: RolloutState = RolloutState()
    closed: bool = False

    def settle(self, standing: RolloutState) -> None:
        """Write the state of the rollout. Raises OSError."""
        with self.settings_store.held():
            self.settings_store.keep(standing)
        self.standing = standing

    def record_rollback(self) -> None:
        """Write that the audit records the roll-back. Raises OSError."""
        with self.settings_store.held():
            self.standing = replace(self.settings_store.standing(), noted=True)
            self.settings_store.keep(self.standing)

    def waiting(self) -> str | None:
        """Return the text to which more can be added: that of the waiting set, else the active one.

        None while a trial is under way. Raises OSError.
        """
        standing = self.settings_store.standing()
        if standing.begun:
            return None
        name = standing.candidate or standing.good
        files = self.settings_store.files(name) if name else self.unnamed
        return files[0].read_text("utf-8") if files else ""

    def over(self, layers: Layers) -> Layers | None:
        """Return the layers with the active set; None when that is damaged. Raises OSError."""
        name = self.standing.in_force
        files = self.settings_store.files(name) if name else self.unnamed
        if files is None:
            return None
        return layers.with_site(files) if self.kind is SlotKind.SITE else layers.with_found(files)


def found_slot(own: Settings) -> SettingsSlot:
    """Return the slot of found addresses; an older program's file counts until the first set."""
    older, there = found_file(own), False
    with suppress(OSError):  # another user may not look
        there = older.is_file()
    settings_store = SettingsStore(Path(own.store.path).with_name(FOUND_FOLDER))
    return SettingsSlot(SlotKind.FOUND, settings_store, (older,) if there else ())


def slots_of(own: Settings) -> Iterator[SettingsSlot]:
    """Yield the slots that the machine's own settings name, the first to be laid first."""
    yield found_slot(own)
    if own.configuration.folder:
        yield SettingsSlot(SlotKind.SITE, SettingsStore(Path(own.configuration.folder)))


def apply_active_layers(layers: Layers, slots: Iterable[SettingsSlot]) -> Layers:
    """Return the layers with the active set of each slot; what can't be used is left out."""
    for slot in slots:
        with suppress(OSError, ConfigError):
            slot.standing = slot.settings_store.standing()
            over = slot.over(layers)
            if over is not None:
                read_layers(over)
                layers = over
    return layers

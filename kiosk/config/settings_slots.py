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
from kiosk.config.settings_store import Shelf

FOUND_SHELF = "devices"
"""Name of the folder, beside the database, with the settings of found devices."""


class SlotKind(StrEnum):
    """Whose settings a slot holds; the site's lie below those that were found."""

    FOUND = "found"
    SITE = "site"


@dataclass
class Stock:
    """The settings of one slot.

    `unnamed` are files from before there were sets. `closed`: its state can't be read or written
    now, so nothing of it is tried.
    """

    kind: SlotKind
    shelf: Shelf
    unnamed: tuple[Path, ...] = ()
    standing: RolloutState = RolloutState()
    closed: bool = False

    def settle(self, standing: RolloutState) -> None:
        """Write the state of the rollout. Raises OSError."""
        with self.shelf.held():
            self.shelf.keep(standing)
        self.standing = standing

    def note(self) -> None:
        """Write that the audit records the roll-back. Raises OSError."""
        with self.shelf.held():
            self.standing = replace(self.shelf.standing(), noted=True)
            self.shelf.keep(self.standing)

    def waiting(self) -> str | None:
        """Return the text to which more can be added: that of the waiting set, else the active one.

        None while a trial is under way. Raises OSError.
        """
        standing = self.shelf.standing()
        if standing.begun:
            return None
        name = standing.candidate or standing.good
        files = self.shelf.files(name) if name else self.unnamed
        return files[0].read_text("utf-8") if files else ""

    def over(self, layers: Layers) -> Layers | None:
        """Return the layers with the active set; None when that is damaged. Raises OSError."""
        name = self.standing.in_force
        files = self.shelf.files(name) if name else self.unnamed
        if files is None:
            return None
        return layers.with_site(files) if self.kind is SlotKind.SITE else layers.with_found(files)


def found_stock(own: Settings) -> Stock:
    """Return the slot of found addresses; an older program's file counts until the first set."""
    older, there = found_file(own), False
    with suppress(OSError):  # another user may not look
        there = older.is_file()
    shelf = Shelf(Path(own.store.path).with_name(FOUND_SHELF))
    return Stock(SlotKind.FOUND, shelf, (older,) if there else ())


def stocks_of(own: Settings) -> Iterator[Stock]:
    """Yield the slots that the machine's own settings name, the first to be laid first."""
    yield found_stock(own)
    if own.configuration.folder:
        yield Stock(SlotKind.SITE, Shelf(Path(own.configuration.folder)))


def laid(layers: Layers, stocks: Iterable[Stock]) -> Layers:
    """Return the layers with the active set of each slot; what can't be used is left out."""
    for stock in stocks:
        with suppress(OSError, ConfigError):
            stock.standing = stock.shelf.standing()
            over = stock.over(layers)
            if over is not None:
                read_layers(over)
                layers = over
    return layers

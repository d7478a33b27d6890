"""Selection of this run's settings, and the return from a set that does not work."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.config import rollout
from kiosk.config.layers import Layers, layers_of, read_layers, refused_in
from kiosk.config.renamed_settings import old_names_in
from kiosk.config.schema import ConfigError
from kiosk.config.settings_slots import SettingsSlot, SlotKind, slots_of
from kiosk.failures import Failure
from kiosk.log import LogEvent, say
from kiosk.operator_texts import text_of, texts_of
from wiring.places import DEFAULTS

CENTRAL, SCREEN = "central", "screen"
USABLE = ("ready", "busy")
RETURNED = {SlotKind.SITE: LogEvent.SETTINGS_RETURNED, SlotKind.FOUND: LogEvent.DEVICES_RETURNED}


@dataclass
class RunSettings:
    """The settings of this run: the machine's own files, and the slots laid over them.

    `base`: the layers without those of the site, over which another set of the site is checked.
    """

    base: Layers
    slots: tuple[SettingsSlot, ...]
    layers: Layers

    @property
    def site(self) -> SettingsSlot | None:
        """Return the slot that the central service signs; None where it is not used."""
        return next((one for one in self.open() if one.kind is SlotKind.SITE), None)

    @property
    def tried(self) -> SettingsSlot | None:
        """Return the slot of which a set is being tried, None for none."""
        return next((one for one in self.slots if one.standing.begun), None)

    def open(self) -> Iterator[SettingsSlot]:
        """Yield the slots that can be read and written."""
        return (one for one in self.slots if not one.closed)

    def settings_ids(self) -> tuple[str, str]:
        """Return ids of the site's set in force and of the one given up, for the heartbeat."""
        site = self.site
        return (site.standing.in_force, site.standing.refused) if site else ("", "")


def select_settings(files: list[Path]) -> RunSettings:
    """Return the settings of this run; start at most one try.

    Raises ConfigError when the machine's own files are wrong.
    """
    own = layers_of(DEFAULTS, files)
    site = RunSettings(own, tuple(slots_of(read_layers(own))), own)
    for slot in site.slots:
        try:
            slot.standing = slot.settings_store.standing()
        except OSError as error:
            _close(slot, error)
    found = [one.standing for one in site.slots]
    for slot, begun in zip(site.slots, rollout.start_one(found), strict=True):
        try:
            if begun != slot.standing:
                # The program or the machine ended during a try: the set before is in force again.
                broke_off = slot.standing.begun
                slot.settle(begun)
                if broke_off:
                    _say_returned(slot)
        except OSError as error:  # what can't be written down may not be tried
            slot.standing = rollout.put_off(slot.standing)
            _close(slot, error)
    _lay(site)
    return site


def _close(slot: SettingsSlot, error: OSError) -> None:
    slot.closed = True
    _say_unused(slot, str(error))


def _say_unused(slot: SettingsSlot, why: str) -> None:
    words = f"{texts_of('configuration.unused')[slot.kind]}：{why}"
    say(LogEvent.SETTINGS_UNUSED, words, kind=slot.kind.value)


def _lay(site: RunSettings) -> None:
    """Lay what is in force over the machine's own; what is unusable goes back or is left out."""
    own = site.layers = site.base
    for slot in site.slots:
        if (over := _usable(slot, site.layers)) is not None:
            site.layers = over
        elif (tried := site.tried) is not None:
            site.layers = own
            _end(tried)
            # Once more from the machine's own files, now without the tried set.
            return _lay(site)
        else:  # the program is newer, or the disk was damaged
            _say_unused(slot, slot.standing.in_force or str(slot.unnamed))
    site.base = site.layers.with_site(())
    _say_refused(site.layers)
    _say_renamed(site.layers)
    return None


def _say_refused(layers: Layers) -> None:
    """Log each key in force that a site may not set: an older program accepted it."""
    for problem in refused_in(layers):
        words = text_of("configuration.refused_part", problem=problem.words())
        say(LogEvent.SETTINGS_REFUSED, words, failure=Failure.SETTINGS_WRONG)


def _say_renamed(layers: Layers) -> None:
    """Log each setting in force that a file gives under the name it had in earlier versions."""
    for one in old_names_in(layers.paths):
        say(LogEvent.SETTING_RENAMED, one.words(), setting=one.old, renamed_to=one.new)


def _usable(slot: SettingsSlot, layers: Layers) -> Layers | None:
    try:
        over = slot.over(layers)
        if over is not None:
            read_layers(over)
    except (OSError, ConfigError):
        return None
    return over


def _end(slot: SettingsSlot) -> None:
    """End a try that can't even be read; return to the set before, also if that can't be stored."""
    back = rollout.go_back(slot.standing, (rollout.UNUSABLE,))
    try:
        slot.settle(back)
    except OSError as error:
        slot.standing = back
        _close(slot, error)
    _say_returned(slot)


def go_back(slot: SettingsSlot, lacking: Collection[str]) -> None:
    """Use the set before from the next start on; `lacking`: what did not work. Raises OSError."""
    slot.settle(rollout.go_back(slot.standing, lacking))
    _say_returned(slot)


def _say_returned(slot: SettingsSlot) -> None:
    refused, lost = slot.standing.refused, " ".join(slot.standing.lacking)
    name = texts_of("configuration.names")[slot.kind]
    words = text_of("configuration.returned", name=name, id=refused, lacking=lost)
    say(RETURNED[slot.kind], words, settings=refused, lacking=lost)


def abort_rollout(site: RunSettings, error: Exception) -> bool:
    """End a try that ended the program with `error`; return whether that is stored.

    False when nothing is being tried, too.
    """
    if (slot := site.tried) is None:
        return False
    try:
        go_back(slot, (rollout.UNUSABLE,))
    except OSError:
        return False
    words = str(error) if isinstance(error, ConfigError) else type(error).__name__
    say(LogEvent.BUG, words, kind=type(error).__name__)
    return True

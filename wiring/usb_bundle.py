"""Signed settings on a technician's stick: reading and taking them.

Until the technician confirms, everything is done in a temporary folder: reading a stick changes not
even the trusted metadata.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kiosk.audit.audit_events import AuditEvent
from kiosk.config.settings_store import SettingsStore
from kiosk.config.usb_bundle import OfferedBundle
from kiosk.failures import Failure
from kiosk.log import LogEvent, say
from kiosk.operator_texts import text_of
from wiring.settings_sync import source_of, take

if TYPE_CHECKING:
    from kiosk.config.bundle import Bundle
    from kiosk.config.settings import Settings
    from kiosk.config.settings_slots import SettingsSlot
    from wiring.configuration import RunSettings

UNTRIED = (Failure.SETTINGS_ABSENT, Failure.SETTINGS_UNREADABLE)  # there was nothing to refuse


@dataclass(frozen=True)
class Stick:
    """The stick of `kiosk.maintenance.ports`; `site` is None where signed settings are not used."""

    settings: Settings
    site: RunSettings | None
    record_event: Callable[..., None]

    def read(self) -> OfferedBundle | Failure:
        """Verify the settings on the stick and return what it offers; nothing is stored."""
        slot = self._stock()
        if isinstance(slot, Failure):
            return slot
        try:
            with TemporaryDirectory(prefix="kiosk-stick-") as folder:
                found = self._looked_at(Path(folder))
                standing = slot.settings_store.standing()
        except OSError:
            found = Failure.SETTINGS_DISK
        if isinstance(found, Failure):
            return self._refused(found)
        return OfferedBundle(found.version, found.id, found.settings_count, standing.in_force)

    def take(self, wanted: str) -> Failure | None:
        """Store the settings with id `wanted` to be tried at the next start; return why not.

        A stick that was changed since it was read is refused.
        """
        slot = self._stock()
        if isinstance(slot, Failure):
            return slot
        found = self._fetched(self.settings)
        if not isinstance(found, Failure) and found.id != wanted:
            return self._refused(Failure.SETTINGS_DAMAGED)
        assert self.site is not None
        failure, detail = take(slot.settings_store, self.site.base, found, again=True)
        if failure is not None:
            return self._refused(failure, detail)
        self.record_event(AuditEvent.SETTINGS_TAKEN, settings=wanted)
        return None

    def _stock(self) -> SettingsSlot | Failure:
        slot = None if self.site is None else self.site.site
        if slot is None:
            return Failure.SETTINGS_NO_ROOT
        try:
            begun = slot.settings_store.standing().begun
        except OSError:
            return Failure.SETTINGS_DISK
        return Failure.SETTINGS_TRYING if begun else slot

    def _looked_at(self, aside: Path) -> Bundle | Failure:
        """Return what `take` would take, using the folder `aside`; raises OSError."""
        where = self.settings.configuration
        trusted = Path(where.folder) / "trust"
        if trusted.is_dir():
            shutil.copytree(trusted, aside / "trust")
        beside = replace(self.settings, configuration=replace(where, folder=str(aside)))
        found = self._fetched(beside)
        assert self.site is not None
        failure, _ = take(SettingsStore(aside), self.site.base, found, again=True)
        return failure or found

    def _fetched(self, settings: Settings) -> Bundle | Failure:
        from drivers.central.bundle import carried_by

        carried = carried_by(Path(settings.maintenance.stick))
        return carried if isinstance(carried, Failure) else source_of(settings).fetch(carried)

    def _refused(self, failure: Failure, detail: str = "") -> Failure:
        from drivers.commands.cures import cure

        if failure not in UNTRIED:
            words = text_of("configuration.refused", why=cure(failure), detail=detail)
            say(LogEvent.SETTINGS_REFUSED, words, failure=failure)
            self.record_event(AuditEvent.SETTINGS_REFUSED, failure=failure.value)
        return failure

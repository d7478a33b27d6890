"""Rollout of changed settings: starts a try when nobody is here, and keeps or undoes it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.audit.audit_events import AuditEvent
from kiosk.config import rollout
from kiosk.config.rollout import RolloutVerdict
from kiosk.config.settings_slots import SlotKind
from kiosk.log import LogEvent, say
from kiosk.operator_texts import text_of, texts_of
from wiring.configuration import SCREEN, go_back

if TYPE_CHECKING:
    from kiosk.config.settings_slots import SettingsSlot
    from screens.shell import Shell
    from wiring.configuration import RunSettings
    from wiring.terminal import Kiosk

LOOK_SECONDS = 1.0
RESTART_LOOK_SECONDS = 60.0
KEPT = {
    SlotKind.SITE: (LogEvent.SETTINGS_KEPT, AuditEvent.SETTINGS_KEPT),
    SlotKind.FOUND: (LogEvent.DEVICES_KEPT, AuditEvent.DEVICES_KEPT),
}
RETURNED = {
    SlotKind.SITE: AuditEvent.SETTINGS_RETURNED,
    SlotKind.FOUND: AuditEvent.DEVICES_RETURNED,
}


@dataclass
class SettingsRollout:
    """Looks once a second, on the main thread, after the try or for a waiting set of settings.

    `limit`: seconds after which an unfinished try is undone.
    """

    site: RunSettings
    shell: Shell
    kiosk: Kiosk
    limit: float
    monotonic: Callable[[], float] = time.monotonic
    again: bool = False  # the program is to begin anew, with other settings
    drawn: bool = False

    def __post_init__(self) -> None:
        self._began = self.monotonic()

    def look(self) -> None:
        """Look now and then every second; stop before a restart."""
        if not any(self.site.open()):
            return
        with suppress(OSError):  # then the next look writes it
            if (slot := self.site.tried) is not None:
                self._judge(slot)
            else:
                self._watch()
        if not self.again:
            self.shell.later(LOOK_SECONDS, self.look)

    def look_for_restart(self) -> None:
        """Look every minute whether a restart that was asked for is due; begin anew then."""
        if self.kiosk.is_to_restart():
            self.begin_anew()
        elif not self.again:
            self.shell.later(RESTART_LOOK_SECONDS, self.look_for_restart)

    def saw_page(self) -> None:
        """Record that the first page was drawn."""
        self.drawn = True

    def end(self) -> None:
        """Put a try off until the next start, when somebody ends the program during it."""
        if (slot := self.site.tried) is not None:
            with suppress(OSError):
                slot.settle(rollout.put_off(slot.standing))

    def _watch(self) -> None:
        """Audit what was given up; restart for waiting settings when nobody is here."""
        ready = self.kiosk.ready()
        for slot in self.site.open():
            self._note(slot)
            news = slot.settings_store.standing().candidate or self.kiosk.is_elsewhere()
            if self.kiosk.runner.is_free() and news:
                self.begin_anew()
                return
            if ready:
                slot.settings_store.record_ready(ready)

    def _note(self, slot: SettingsSlot) -> None:
        event, standing = RETURNED[slot.kind], slot.standing
        if not standing.noted and self.kiosk.record_settings(event, standing):
            slot.record_rollback()

    def _judge(self, slot: SettingsSlot) -> None:
        ready, standing = self.kiosk.ready(), slot.standing
        seconds = self.monotonic() - self._began
        found = rollout.judge(standing, ready, drawn=self.drawn, seconds=seconds, limit=self.limit)
        if found is RolloutVerdict.KEEP:
            if not self.kiosk.is_made():  # nothing was tried yet, and the audit can't be written
                return
            slot.settle(rollout.keep(standing))
            logged, noted = KEPT[slot.kind]
            name, kept = texts_of("configuration.names")[slot.kind], standing.candidate
            say(logged, text_of("configuration.kept", name=name, id=kept), settings=kept)
            self.kiosk.record_settings(noted, slot.standing)
        elif found is RolloutVerdict.BACK and self.kiosk.runner.is_free():
            go_back(slot, set(standing.needed) - ready or {SCREEN})
            self.begin_anew()

    def begin_anew(self) -> None:
        """End this run, so that the next one uses what is in force then."""
        self.again = True
        self.shell.stop()

"""What this terminal does when a technician asks for it from the control room."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.civil_time import civil_now, to_civil
from kiosk.fleet.restart_note import FILE, RestartNote
from kiosk.fleet.terminal_requests import RequestDesk, RequestKind
from kiosk.ports import JSON

if TYPE_CHECKING:
    from kiosk.config.settings import Settings
    from kiosk.maintenance.readiness_report import Sheet
    from kiosk.ports import Central
    from wiring.delivery_service import DeliveryService
    from wiring.settings_sync import SettingsSync

SHEET_PATH = "/v1/readiness"
NIGHT_HOURS = range(1, 5)
LONGEST = 500  # characters of a cell of the sheet


@dataclass
class NightRestart:
    """A restart that was asked for: by night, when nobody is there. The main thread looks."""

    now: Callable[[], datetime] = civil_now
    wanted: bool = field(default=False, init=False)

    def note(self) -> bool:
        """Record that a restart is wanted; any thread."""
        self.wanted = True
        return True

    def is_due(self, *, free: bool) -> bool:
        """Tell whether the program should start anew now; `free`: nobody is there."""
        return self.wanted and free and to_civil(self.now()).hour in NIGHT_HOURS


@dataclass(frozen=True)
class TerminalActs:
    """The acts of the closed list; each returns whether it worked.

    `settings_sync` is None where the central service signs no settings.
    """

    settings: Settings
    central: Central
    examine: Callable[[], Sheet]
    restart: NightRestart
    settings_sync: SettingsSync | None

    def send_sheet(self) -> bool:
        """Examine the terminal and send the sheet."""
        body = encode_sheet(self.examine())
        answer = self.central.call("PUT", SHEET_PATH, body, {"Content-Type": JSON})
        return answer.status == HTTPStatus.OK

    def send_log(self) -> bool:
        """Send the log; False when not all of it arrived, or it can't be read."""
        from wiring.logs import send_logs

        try:
            return send_logs(self.settings, self.central) is not None
        except OSError:
            return False

    def take_settings(self) -> bool:
        """Let the next look at the signed settings fetch them, whenever the last one was."""
        if self.settings_sync is None:
            return False
        self.settings_sync.ask_now()
        return True


def encode_sheet(sheet: Sheet) -> bytes:
    """Return the body of `PUT /v1/readiness`."""
    lines = [
        {
            "subject": one.subject[:LONGEST],
            "state": one.state.value,
            "evidence": one.evidence[:LONGEST],
            "cure": one.cure[:LONGEST],
        }
        for one in sheet.lines
    ]
    at = sheet.at.isoformat(timespec="seconds")
    said = {"version": 1, "at": at, "state": sheet.state.value, "lines": lines}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def open_request_desk(acts: TerminalActs, room: DeliveryService) -> RequestDesk:
    """Return the desk that carries out requests which the central service signed."""
    does = {
        RequestKind.READINESS: acts.send_sheet,
        RequestKind.LOG: acts.send_log,
        RequestKind.RESTART: acts.restart.note,
        RequestKind.SETTINGS: acts.take_settings,
    }
    note = RestartNote(Path(acts.settings.store.path).with_name(FILE))
    return RequestDesk(room.ring, acts.settings.terminal.code, does, acts.restart.now, note)

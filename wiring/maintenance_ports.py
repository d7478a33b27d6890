"""The kiosk's maintenance port to machine and devices, for a technician at the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.audit.audit_events import AuditEvent
from kiosk.failures import Failure
from wiring.places import ASSETS, CONFIG

if TYPE_CHECKING:
    from drivers.face.camera_look import CameraLook
    from drivers.supervisor import Supervisor
    from kiosk.config.layers import Layers
    from kiosk.config.settings import Settings
    from kiosk.config.usb_bundle import OfferedBundle
    from kiosk.maintenance.device_proposal import Proposal
    from kiosk.maintenance.guided_tests import CameraReading
    from kiosk.maintenance.readiness_report import Sheet
    from kiosk.maintenance.report_lines import DeviceLook
    from kiosk.ports import Camera
    from wiring.configuration import RunSettings
    from wiring.usb_bundle import Stick

FOLDER = "readiness"


@dataclass
class TerminalMaintenanceTools:
    """Implements `kiosk.maintenance.ports`; `layers` are the files of the settings."""

    settings: Settings
    layers: Layers
    supervisor: Supervisor
    camera: Camera
    record_event: Callable[..., None]
    site: RunSettings | None = None
    _eye: CameraLook | None = field(default=None, repr=False)

    def examine(self) -> Sheet:
        """Return the readiness sheet.

        Devices are asked for their state and not tried, since the kiosk holds them.
        """
        from drivers.stable_names import SystemTree
        from wiring.readiness import document_printer_of, paper_camera_of, sheet_of, try_line

        looks = (*paper_camera_of(self.settings), *document_printer_of(self.settings))
        devices = (*self._devices(), *looks)
        return sheet_of(self.settings, devices, try_line(self.settings), SystemTree())

    def export(self, sheet: Sheet) -> Failure | None:
        """Write the sheet beside the database; return DISK_FULL when that fails."""
        from wiring.readiness import forms_of, write_files

        try:
            write_files(Path(self.settings.store.path).with_name(FOLDER), forms_of(), sheet)
        except OSError:
            return Failure.DISK_FULL
        return None

    def look(self) -> CameraReading | None:
        """Return the measures of the newest camera frame, None without one."""
        frame = self.camera.latest()
        return None if frame is None else self._looker().look(frame)

    def seek(self) -> Proposal:
        """Return proposed addresses of devices; ports that the kiosk uses are not asked."""
        from drivers.commands.list_devices import ask_sam
        from drivers.device_matching import propose
        from drivers.discovery import find_candidates, this_user
        from drivers.stable_names import SystemTree

        found = find_candidates(SystemTree(), this_user(), ask_sam)
        usable = {name: life.is_usable for name, life in self.supervisor.lives().items()}
        return propose(found, self.settings, usable)

    def write(self, changes: Mapping[str, str]) -> Failure | None:
        """Store addresses to be tried at the next start if the settings are sound with them.

        `changes`: addresses by key. A device that gets an address must answer there, besides all
        that answer now. Return why not.
        """
        from drivers.device_matching import DEVICES
        from kiosk.config.bundle import Bundle
        from kiosk.config.layers import FOUND, read_layers
        from kiosk.config.settings_slots import found_slot
        from kiosk.config.toml_edit import with_values
        from wiring.settings_sync import put_to_try

        slot = found_slot(self.settings)
        try:
            waiting = slot.waiting()
        except OSError:
            return Failure.SETTINGS_DISK
        if waiting is None:
            return Failure.SETTINGS_TRYING
        found = Bundle(0, ((FOUND, with_values(waiting, changes).encode()),))
        named = {DEVICES[key] for key in changes if key in DEVICES}
        failure, _ = put_to_try(
            slot.settings_store,
            found,
            lambda files: read_layers(self.layers.with_found(files)),
            lambda: slot.settings_store.ready() | named,
            again=True,
        )
        if failure is None:
            self.record_event(AuditEvent.DEVICES_SET, written=str(len(changes)))
        return Failure.CONFIG_WRONG if failure is Failure.SETTINGS_WRONG else failure

    def read_stick(self) -> OfferedBundle | Failure:
        """Return what a stick offers once its signatures were verified; nothing is taken."""
        return self.stick.read()

    def take_stick(self, wanted: str) -> Failure | None:
        """Store the stick's settings with this id to be tried at the next start; return why not."""
        return self.stick.take(wanted)

    def _devices(self) -> tuple[DeviceLook, ...]:
        from drivers.commands.trial import trial_of
        from wiring.readiness import look_of

        workers = self.supervisor.workers
        return tuple(look_of(trial_of(one, self.settings)) for one in workers.values())

    @property
    def stick(self) -> Stick:
        """Return the reader of sticks, whether there is a stick or not."""
        from wiring.usb_bundle import Stick

        return Stick(self.settings, self.site, self.record_event)

    def _looker(self) -> CameraLook:
        from drivers.face.camera_look import CameraLook

        if self._eye is None:
            own = self.settings.face.thresholds
            numbers = CONFIG / "face.toml"
            self._eye = CameraLook(ASSETS / "models", numbers, Path(own) if own else None)
        return self._eye

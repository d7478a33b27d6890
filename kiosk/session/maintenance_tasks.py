"""Performing of a technician's effects, each on the worker of its device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kiosk.failures import Failure
from kiosk.maintenance.ports import MaintenanceTools
from kiosk.ports import Camera
from kiosk.session.device_tasks import CAMERA_WAIT, TaskWatch, Tell, told_at_the_door
from kiosk.speech.announcer import Announcer
from kiosk.staff.staff_login import StaffLogin
from kiosk.visit import effects as do
from kiosk.visit.steps.guided_tests.events import CameraFailed, CameraSeen, SoundFailed
from kiosk.visit.steps.maintenance.events import Examined, Exported, ExportFailed
from kiosk.visit.steps.settings_import.events import (
    DevicesFound,
    SettingsRefused,
    SettingsWritten,
    StickRead,
)

BETWEEN_LOOKS = 0.4  # seconds: a hint must be read before the next one comes
TONES = {"1": "../tones/low", "2": "../tones/middle", "3": "../tones/high"}
TONE_SECONDS = 0.8


class Kit(Protocol):
    """The part of the equipment that is needed here."""

    @property
    def staff_login(self) -> StaffLogin:
        """The check of card, PIN and code."""

    @property
    def camera(self) -> Camera:
        """The camera above the screen."""

    @property
    def maintenance(self) -> MaintenanceTools:
        """The port to the machine."""


@dataclass(frozen=True)
class Maintenance:
    """What the tasks need of the session: workers, answers, cancellation, sound."""

    run: Callable[[str, Callable[[], None]], None]
    kit: Callable[[], Kit]
    tell: Tell
    watch: TaskWatch
    announcer: Announcer

    def perform(self, effect: do.Effect) -> None:
        """Run a technician's effect. Raises NotImplementedError for any other effect."""
        match effect:
            case do.CheckCode(number, code):
                self.run("store", lambda: self._confirm(number, code))
            case do.Examine():
                self.run("central", lambda: self.tell(Examined(self.kit().maintenance.examine())))
            case do.ExportSheet():
                self.run("store", lambda: self._export(effect))
            case do.LookAtCamera():
                self.run("face", self._look)
            case do.PlayTones(order):
                sounds = tuple((TONES[one],) for one in order)
                self.announcer.sound(sounds, TONE_SECONDS * len(sounds))
                if (failure := self.announcer.speaker.failure()) is not None:
                    self.tell(SoundFailed(failure))
            case do.SeekDevices():
                self.run("central", lambda: self.tell(DevicesFound(self.kit().maintenance.seek())))
            case do.WriteSettings(changes):
                self.run("store", lambda: self._write(dict(changes)))
            case do.ReadStick():
                self.run("store", self._read_stick)
            case do.TakeStick(wanted):
                self.run("store", lambda: self._answer(self.kit().maintenance.take_stick(wanted)))
            case _:
                raise NotImplementedError(effect)

    def _confirm(self, number: str, code: str) -> None:
        self.tell(told_at_the_door(self.kit().staff_login.confirm(number, code)))

    def _export(self, effect: do.ExportSheet) -> None:
        failure = self.kit().maintenance.export(effect.sheet)
        self.tell(ExportFailed(failure) if failure else Exported())

    def _write(self, changes: dict[str, str]) -> None:
        self._answer(self.kit().maintenance.write(changes))

    def _read_stick(self) -> None:
        found = self.kit().maintenance.read_stick()
        self.tell(SettingsRefused(found) if isinstance(found, Failure) else StickRead(found))

    def _answer(self, failure: Failure | None) -> None:
        self.tell(SettingsRefused(failure) if failure else SettingsWritten())

    def _look(self) -> None:
        """Tell measurements of the camera's picture until cancelled."""
        kit, clock = self.kit(), self.watch.clock
        kit.camera.start()
        seen_at, lost = clock.monotonic(), False
        while not self.watch.cancelled():
            look = kit.maintenance.look()
            if look is not None:
                seen_at, lost = clock.monotonic(), False
                self.tell(CameraSeen(look))
            elif not lost and clock.monotonic() - seen_at > CAMERA_WAIT:
                lost = True
                self.tell(CameraFailed(Failure.CAMERA_LOST))
            self.watch.sleep(BETWEEN_LOOKS)

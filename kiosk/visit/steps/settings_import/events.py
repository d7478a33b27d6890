"""Events of settings from found devices and from a USB stick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from kiosk.config.usb_bundle import OfferedBundle
from kiosk.maintenance.device_proposal import Proposal, Proposed
from kiosk.visit.events.event import Event, FailureEvent, PlainEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import STAND_IN_WORD
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit

STAND_IN_PLACES = {
    True: Proposal((Proposed("camera.url", "camera", "", "/dev/video0", STAND_IN_WORD),)),
    False: Proposal(),
}
STAND_IN_OFFERS = {True: OfferedBundle(1, "x", 1), False: OfferedBundle(1, "x", 1, "x")}


@dataclass(frozen=True)
class DevicesFound(Event):
    """The devices found on this machine, as a proposal of settings."""

    proposal: Proposal

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return whether something would change."""
        return {"changes": bool(self.proposal.changes)}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return a proposal with one change, or with none."""
        return cls(STAND_IN_PLACES[said["changes"]])


@dataclass(frozen=True)
class StickRead(Event):
    """The verified settings on a USB stick."""

    offer: OfferedBundle

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return whether they are new."""
        return {"new": self.offer.is_new}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return other settings that are as new."""
        return cls(STAND_IN_OFFERS[said["new"]])


class SettingsWritten(PlainEvent):
    """The confirmed settings are stored and will be tried at the next start."""


class SettingsRefused(FailureEvent):
    """The settings were not stored; nothing was changed."""

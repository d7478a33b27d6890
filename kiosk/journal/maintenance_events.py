"""A technician's acts in the journal, and the stand-ins for them in a replay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from kiosk.config.usb_bundle import Offer
from kiosk.maintenance.device_proposal import Proposal, Proposed
from kiosk.maintenance.guided_tests import CameraReading, GuidedTest
from kiosk.maintenance.readiness_report import LineState, Sheet, SheetLine
from kiosk.pages.press import Press
from kiosk.ports import Coach
from kiosk.visit import events as ev

STAND_IN_SHEET = Sheet(
    "X",
    "X",
    "production",
    "0",
    datetime(2026, 11, 26, tzinfo=UTC),
    (SheetLine("disk", "某", LineState.GREEN, "某"),),
)
STAND_IN_PLACES = {
    True: Proposal((Proposed("camera.url", "camera", "", "/dev/video0", "某"),)),
    False: Proposal(),
}
STAND_IN_OFFERS = {True: Offer(1, "x", 1), False: Offer(1, "x", 1, "x")}
OTHER = {"1": "2"}  # any other digit or tone will do


def note_answer(trial: GuidedTest, said: str) -> dict[str, Any]:
    """Return whether the digit or tone was right: in a replay another one is drawn."""
    return {"value": "", "right": trial.lot[len(trial.given) : len(trial.given) + 1] == said}


def note_found(what: ev.CameraSeen | ev.DevicesFound | ev.StickRead) -> dict[str, Any]:
    """Return what decides how it goes on: the hint, or whether there is something new."""
    if isinstance(what, ev.StickRead):
        return {"new": what.offer.is_new}
    if isinstance(what, ev.CameraSeen):
        return {"hint": what.look.mend.value if what.look.mend else ""}
    return {"changes": bool(what.proposal.changes)}


def restore_answer(act: Press, said: Mapping[str, Any], trial: GuidedTest) -> ev.Pressed:
    """Return the press `act` that is as right as the one that was recorded, `said`.

    `trial` is the guided test at that moment.
    """
    right = trial.lot[len(trial.given) : len(trial.given) + 1]
    return ev.Pressed(act, right if said["right"] else OTHER.get(right, "1"))


def stand_in_look(hint: str) -> CameraReading:
    """Return a measurement of the camera with the same hint."""
    return CameraReading(0.0, 0.0, 0.0, Coach(hint) if hint else None)


UPKEEP: Mapping[str, Callable[[Mapping[str, Any]], ev.Event]] = {
    "Examined": lambda _said: ev.Examined(STAND_IN_SHEET),
    "Exported": lambda _said: ev.Exported(),
    "CameraSeen": lambda said: ev.CameraSeen(stand_in_look(said["hint"])),
    "DevicesFound": lambda said: ev.DevicesFound(STAND_IN_PLACES[said["changes"]]),
    "StickRead": lambda said: ev.StickRead(STAND_IN_OFFERS[said["new"]]),
    "SettingsWritten": lambda _said: ev.SettingsWritten(),
}

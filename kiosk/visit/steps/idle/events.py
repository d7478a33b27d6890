"""Events of the terminal while nobody is there."""

from __future__ import annotations

from kiosk.visit.events.event import FailureEvent, PlainEvent


class DeviceLost(FailureEvent):
    """A device or resource without which no visit can begin is not ready."""


class DeviceBack(PlainEvent):
    """Everything that a visit needs is ready again."""

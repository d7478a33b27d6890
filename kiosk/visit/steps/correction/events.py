"""Events of a correction for an office."""

from __future__ import annotations

from kiosk.visit.events.event import PlainEvent


class CorrectionKept(PlainEvent):
    """The correction for an office is durable on this machine."""

"""Events of the idle limit."""

from __future__ import annotations

from kiosk.visit.events.event import PlainEvent


class IdleWarning(PlainEvent):
    """Nobody touched the screen for a while."""


class Timeout(PlainEvent):
    """Nobody reacted to the idle warning."""

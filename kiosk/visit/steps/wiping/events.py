"""Events of the end of a visit."""

from __future__ import annotations

from kiosk.visit.events.event import PlainEvent


class Wiped(PlainEvent):
    """Nothing of the visit is left."""

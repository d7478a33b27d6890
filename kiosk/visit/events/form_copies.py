"""What became of a copy of the form on A4."""

from __future__ import annotations

from kiosk.visit.events.event import FailureEvent, PlainEvent


class FormPrinted(PlainEvent):
    """The A4 printer took the form."""


class FormNotPrinted(FailureEvent):
    """The form was not printed."""

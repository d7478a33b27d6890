"""Events of the finger: presses, and strokes in a signing or writing field."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from kiosk.application.ink import Ink
from kiosk.pages.press import Press
from kiosk.visit.events.event import Event
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import STAND_IN_INK, STAND_IN_WORD
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


@dataclass(frozen=True)
class Pressed(Event):
    """A press; `value` is what the press carries, such as a digit or a division's code.

    What is recorded of its value is the matter of the step (`Step.recorded`): the same press may
    carry the name of a page here and a place where somebody lives there.
    """

    act: Press
    value: str = field(default="", repr=False)  # a digit, or where somebody lives

    @property
    def kind(self) -> str:
        """What was pressed."""
        return self.act.value

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return that the value is hidden."""
        return {"value": ""}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return the press with the value that was recorded."""
        return cls(Press(said["kind"]), said["value"])


@dataclass(frozen=True)
class Drawn(Event):
    """The finger was lifted in the signing or writing field; `ink` holds all strokes so far."""

    ink: Ink

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return nothing: a signature is the person's own."""
        return {}

    @classmethod
    def restore(cls, _said: Said, _visit: Visit) -> Self:
        """Return strokes of nobody."""
        return cls(STAND_IN_INK)


@dataclass(frozen=True)
class HandRead(Event):
    """Characters that these strokes may be, the likeliest first."""

    strokes: Ink = field(repr=False)
    signs: tuple[str, ...] = field(repr=False)

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return nothing: the characters are of a name or of where somebody lives."""
        return {}

    @classmethod
    def restore(cls, _said: Said, _visit: Visit) -> Self:
        """Return one character that says nothing."""
        return cls(STAND_IN_INK, (STAND_IN_WORD,))

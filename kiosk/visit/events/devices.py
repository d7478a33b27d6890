"""Events of scanner, printer, store and the helper's bell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from kiosk.fleet.remote_help import RemoteLook
from kiosk.ports import Bell
from kiosk.visit.events.event import Event, FailureEvent, PlainEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


class CodeFailed(FailureEvent):
    """A code could not be read, or leads to nothing."""


class StoreFailed(FailureEvent):
    """Something could not be made durable; nothing was handed in."""


class Printed(PlainEvent):
    """The slip was printed."""


class PrintFailed(FailureEvent):
    """The slip was not printed."""


@dataclass(frozen=True)
class BellTold(Event):
    """The state of the helper's bell: ringing, somebody comes, or nobody can be reached."""

    bell: Bell

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return the state of the bell."""
        return {"bell": self.bell.value}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return the same event."""
        return cls(Bell(said["bell"]))


@dataclass(frozen=True)
class RemoteHelpTold(Event):
    """Whether a helper in the control room looks now, from the session with the control room."""

    look: RemoteLook

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return whether somebody looks."""
        return {"look": self.look.value}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return the same event."""
        return cls(RemoteLook(said["look"]))

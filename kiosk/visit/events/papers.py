"""Events of the camera for papers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from kiosk.application.scan import CapturedPaper
from kiosk.failures import Failure
from kiosk.paper_text import PaperText
from kiosk.visit.events.event import Event, FailureEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import STAND_IN_PAPER
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


@dataclass(frozen=True)
class PictureTaken(Event):
    """A picture was taken; `number` is its number in `HeldPicture`.

    `code` is that of the paper; `doubt` is why it may not be readable.
    """

    code: str
    number: int
    doubt: Failure | None = None

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return which paper it is of, and why it may not be readable."""
        return {"paper": self.code, "doubt": self.doubt.value if self.doubt else ""}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return the same event about the first picture."""
        return cls(said["paper"], 1, Failure(said["doubt"]) if said["doubt"] else None)


@dataclass(frozen=True)
class PaperRead(Event):
    """The picture with this number was read; what it says is never a decision.

    `shown` is the number of the same picture, set upright where its text told to.
    """

    number: int
    text: PaperText = field(repr=False)
    shown: int

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return how the paper lay and whether it is another one; nothing that stands on it."""
        return {"quarter_turns": self.text.quarter_turns, "another": self.text.is_another}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return the same event about the first picture, on which nothing could be read."""
        text = PaperText(quarter_turns=said["quarter_turns"], is_another=said["another"])
        return cls(1, text, 1)


@dataclass(frozen=True)
class PaperCaptured(Event):
    """A picture of the paper `code` was sealed and kept."""

    code: str
    paper: CapturedPaper

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return which paper it is of; its digest would tell two scans of one paper alike."""
        return {"paper": self.code}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return a paper of nobody."""
        return cls(said["paper"], STAND_IN_PAPER)


class PaperFailed(FailureEvent):
    """No picture of the paper was taken or kept."""

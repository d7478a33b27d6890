"""Events of the camera for papers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from kiosk.application.scan import CapturedPaper
from kiosk.failures import Failure
from kiosk.paper_text import PaperText, ReadField
from kiosk.visit.events.event import Event, FailureEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import STAND_IN_DIGITS, STAND_IN_PAPER, STAND_IN_WORD
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

    def record(self, visit: Visit, book: ReferenceData) -> Record:
        """Return how the paper lay and what speaks against it; nothing that stands on it.

        Of fields that may fill a question only their names: they decide which page follows.
        """
        asked = {one.field for one in book.questions}
        fields = [one.name for one in self.text.fields if one.name in asked]
        card = visit.identity.card
        return {
            "quarter_turns": self.text.quarter_turns,
            "another": self.text.is_another,
            "other_name": card is not None and self.text.names_only_others(card.name),
            "fields": fields,
        }

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return the same event about the first picture, with stand-ins for what was read."""
        values = {name: STAND_IN_DIGITS.get(name, STAND_IN_WORD) for name in said["fields"]}
        if said["other_name"]:
            values["person_name"] = ""
        fields = tuple(ReadField(*one, is_checked=False) for one in values.items())
        return cls(1, PaperText(fields, said["quarter_turns"], said["another"]), 1)


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

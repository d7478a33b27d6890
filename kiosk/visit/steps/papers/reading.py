"""Reading of a paper while its picture is looked at: to be checked, never a decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from kiosk.failures import Failure
from kiosk.paper_text import PaperText
from kiosk.visit.context import Context
from kiosk.visit.device_request import DeviceRequest
from kiosk.visit.events.papers import PaperRead, PictureTaken
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.devices import is_picture_shown
from kiosk.visit.transition import Change, Effects
from kiosk.visit_ports import VisitDevices


@dataclass(frozen=True)
class ReadPaper(DeviceRequest):
    """Read the picture of the paper `code` that is held under `number`; answers PaperRead.

    `today` bounds the dates that can stand on it.
    """

    thread: ClassVar[str] = "reading"
    code: str
    number: int
    today: date

    def answer(self, devices: VisitDevices, cancelled: Callable[[], bool]) -> PaperRead | None:
        """Return what was read, and set the picture upright where its text tells to.

        None when the picture is gone or can't be read here.
        """
        jpeg = devices.pictures.jpeg(self.number)
        if jpeg is None:
            return None
        text = devices.text_reader.read(jpeg, self.code, self.today, cancelled)
        if text is None:
            return None
        if not text.quarter_turns:
            return PaperRead(self.number, text, self.number)
        upright = devices.turn_picture(jpeg, text.quarter_turns)
        return PaperRead(self.number, text, devices.pictures.replace(self.number, upright))


def read_picture(change: Change[PictureTaken]) -> Effects:
    """Ask to read the picture that is shown."""
    return (ReadPaper(change.event.code, change.event.number, change.context.today),)


def is_shown_picture_read(visit: Visit, what: PaperRead, context: Context) -> bool:
    """Return whether the picture that was read is shown and nobody has decided to keep it yet."""
    shown = visit.papers.picture
    return (
        is_picture_shown(visit, what, context) and shown is not None and shown.number == what.number
    )


def show_reading(visit: Visit, what: PaperRead, _context: Context) -> Visit:
    """Show what was read of the picture; a doubt of the camera stays before one of the reader."""
    shown = visit.papers.picture
    assert shown is not None
    doubt = shown.doubt or _doubt_of(visit, what.text)
    picture = replace(shown, number=what.shown, doubt=doubt, read=what.text.fields)
    return replace(visit, papers=replace(visit.papers, picture=picture))


def _doubt_of(visit: Visit, text: PaperText) -> Failure | None:
    """Return what speaks against a picture by what was read of it, None for nothing."""
    if text.is_another:
        return Failure.PAPER_OTHER
    card = visit.identity.card
    of_another = card is not None and text.names_only_others(card.name)
    return Failure.PAPER_OF_ANOTHER if of_another else None

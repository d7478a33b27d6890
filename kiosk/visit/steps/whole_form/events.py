"""Drawing of the form: the request and its answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Self

from kiosk.failures import Failure
from kiosk.form_case import FormCase
from kiosk.ports import PaperPicture
from kiosk.visit.device_request import DeviceRequest
from kiosk.visit.events.event import Event, FailureEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit_ports import VisitDevices


@dataclass(frozen=True)
class FormDrawn(Event):
    """A page of the form was drawn; `number` is its number in `HeldPicture`, of `pages` pages."""

    number: int
    pages: int

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return nothing: how many pages a form has says something of the person."""
        return {}

    @classmethod
    def restore(cls, _said: Said, _visit: Visit) -> Self:
        """Return the only page of a form."""
        return cls(1, 1)


class FormNotDrawn(FailureEvent):
    """The form could not be drawn."""


@dataclass(frozen=True)
class DrawForm(DeviceRequest):
    """Draw a page of the merged form, counted from 0 and again from 0 after the last one.

    `magnification` is a factor, 1 for the usual type; `dark` draws light type on black.

    Answers FormDrawn or FormNotDrawn. The picture is held in memory, in place of the one before.
    """

    thread: ClassVar[str] = "paper"
    case: FormCase = field(repr=False)
    page: int
    magnification: float = 1.0
    dark: bool = False

    def answer(self, devices: VisitDevices, _cancelled: Callable[[], bool]) -> Event:
        """Return the number of the held picture, or why there is none."""
        drawn = devices.draw_form(self.case, self.page, self.magnification, dark=self.dark)
        if isinstance(drawn, Failure):
            return FormNotDrawn(drawn)
        picture = PaperPicture(b"", drawn.page.width, drawn.page.height, drawn.page)
        return FormDrawn(devices.pictures.hold(picture), drawn.pages)

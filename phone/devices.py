"""What effects of steps may ask of a phone: the central service, the form, and a place for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.failures import Failure
from kiosk.visit.step_parts.held_picture import HeldPicture

if TYPE_CHECKING:
    from kiosk.application.ink import Ink
    from kiosk.form_case import FormCase
    from kiosk.paper_text import TextReader
    from kiosk.ports import (
        Camera,
        CardPinReader,
        Central,
        CodeScanner,
        IdCardReader,
        PaperCamera,
        PaperPicture,
    )
    from kiosk.slip import Slip
    from kiosk.visit_ports import DrawFormPage


class NoPrinter:
    """The printer of slips of a phone: the page shows what a slip would say."""

    def print_slip(self, _slip: Slip) -> Failure | None:
        """Print nothing."""
        return None

    def check(self) -> Failure | None:
        """Return that nothing is wrong."""
        return None


@dataclass(frozen=True)
class PhoneDevices:
    """`kiosk.visit_ports.VisitDevices` of one visit on a phone.

    Devices that it has not raise LookupError: no page of a phone leads to them.
    """

    central: Central
    draw_form: DrawFormPage
    pictures: HeldPicture = field(default_factory=HeldPicture)
    printer: NoPrinter = NoPrinter()

    @property
    def reader(self) -> IdCardReader:
        """Raise LookupError."""
        raise LookupError

    @property
    def ss_reader(self) -> CardPinReader:
        """Raise LookupError."""
        raise LookupError

    @property
    def camera(self) -> Camera:
        """Raise LookupError."""
        raise LookupError

    @property
    def scanner(self) -> CodeScanner:
        """Raise LookupError."""
        raise LookupError

    @property
    def paper_camera(self) -> PaperCamera:
        """Raise LookupError."""
        raise LookupError

    @property
    def text_reader(self) -> TextReader:
        """Raise LookupError."""
        raise LookupError

    def turn_picture(self, _jpeg: bytes, _quarter_turns: int) -> PaperPicture:
        """Raise LookupError."""
        raise LookupError

    def print_form(self, _case: FormCase, _ink: Ink = ()) -> Failure | None:
        """Return that there is no printer here."""
        return Failure.DOCUMENT_PRINTER_LOST

    @property
    def print_pdf(self) -> Callable[[bytes], Failure | None]:
        """Return what prints nothing."""
        return lambda _pdf: Failure.DOCUMENT_PRINTER_LOST

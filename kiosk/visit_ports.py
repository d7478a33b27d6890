"""The devices and services that an effect of a step may ask, and the form that is drawn for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.failures import Failure
from kiosk.form_case import FormCase, FormInk
from kiosk.paper_text import HeldJpegs, TextReader
from kiosk.ports import (
    Camera,
    CardPinReader,
    Central,
    CodeScanner,
    Frame,
    IdCardReader,
    PaperCamera,
    PaperPicture,
    SlipPrinter,
)


@dataclass(frozen=True)
class FormPage:
    """One page of a form as a picture, and how many pages the form has."""

    page: Frame = field(repr=False)
    pages: int


class DrawFormPage(Protocol):
    """What draws the merged form in the kiosk's large type; nothing of it is written down."""

    def __call__(
        self, case: FormCase, page: int, magnification: float, *, dark: bool
    ) -> FormPage | Failure:
        """Return a page, counted from 0 and again from 0 after the last one.

        `case` is the application; `magnification` is a factor, 1 for the usual type; `dark` draws
        light type on black.
        """


class PrintFormCopy(Protocol):
    """What prints the merged form on A4; nothing of it is written down."""

    def __call__(self, case: FormCase, ink: FormInk = ()) -> Failure | None:
        """Print one copy of the form of `case`; None when the printer took it.

        `ink` are the strokes of who signed it, () for a form that is not signed.
        """


class TurnPicture(Protocol):
    """What turns a picture that was taken of a paper."""

    def __call__(self, jpeg: bytes, quarter_turns: int) -> PaperPicture:
        """Return the picture in `jpeg`, turned clockwise."""


class PicturePlace(HeldJpegs, Protocol):
    """The place for the one picture that is looked at."""

    def hold(self, picture: PaperPicture) -> int:
        """Hold the picture in place of the one before; return its number."""

    def replace(self, number: int, picture: PaperPicture) -> int:
        """Hold the same picture after a change; return its new number, `number` when it is gone.

        The earlier number leads to it, too: whoever decides may not have heard of the new one.
        """


class VisitDevices(Protocol):
    """The devices and services that an effect of a step may ask (`DeviceRequest`)."""

    @property
    def reader(self) -> IdCardReader:
        """The reader of identity cards."""

    @property
    def ss_reader(self) -> CardPinReader:
        """The reader of social security cards."""

    @property
    def camera(self) -> Camera:
        """The camera above the screen."""

    @property
    def printer(self) -> SlipPrinter:
        """The printer of slips."""

    @property
    def scanner(self) -> CodeScanner:
        """The scanner of codes."""

    @property
    def paper_camera(self) -> PaperCamera:
        """The camera for papers."""

    @property
    def text_reader(self) -> TextReader:
        """The reader of photographed papers."""

    @property
    def turn_picture(self) -> TurnPicture:
        """What turns a picture of a paper that does not lie upright."""

    @property
    def central(self) -> Central:
        """The central service."""

    @property
    def draw_form(self) -> DrawFormPage:
        """What draws the form that is to be signed."""

    @property
    def print_form(self) -> PrintFormCopy:
        """What prints that form on A4."""

    @property
    def print_pdf(self) -> Callable[[bytes], Failure | None]:
        """What prints a finished document (PDF) on A4, and keeps nothing of it."""

    @property
    def pictures(self) -> PicturePlace:
        """The place for a picture that is shown."""

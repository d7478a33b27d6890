"""The form that is to be signed, drawn for the panel; pictures stay in memory."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from kiosk.application.forms.compiler import FormFailure, PanelSheet
from kiosk.failures import Failure
from kiosk.ports import Frame
from kiosk.visit_ports import FormPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.application.forms.form_library import FormLibrary
    from kiosk.config.settings import PanelSettings
    from kiosk.form_case import FormCase

UPRIGHT = (0.881, 0.456)  # shares of an upright panel's width and height that a page has
LYING = (0.418, 0.795)  # of a wide panel
LOST = 0.36  # share of the height, for each 1 of magnification: the words above grow, too


class PanelFormPainter:
    """`kiosk.ports.DrawFormPage`: each call makes the form again, which takes some 100 ms.

    `read_library` is called at the first form, since it reads fonts; `panel` is the screen.
    """

    def __init__(self, read_library: Callable[[], FormLibrary], panel: PanelSettings) -> None:
        self._read_library = read_library
        self._library: FormLibrary | None = None
        self._panel = panel

    def __call__(
        self, case: FormCase, page: int, magnification: float, *, dark: bool
    ) -> FormPage | Failure:
        """Return a page of the merged form of `case`; `page` counts from 0, and round.

        `magnification` is a factor, 1 for the usual type; `dark` draws light type on black.
        """
        self._library = self._library or self._read_library()
        width, height = self._page_mm(magnification)
        drawn = self._library.compiler.draw_for_panel(
            self._library.contents.merged(case),
            PanelSheet(width, height, self._panel.px_per_mm * magnification, dark),
        )
        if isinstance(drawn, FormFailure):
            return Failure.FORM_NOT_MADE
        return FormPage(_frame(drawn[page % len(drawn)]), len(drawn))

    def _page_mm(self, magnification: float) -> tuple[float, float]:
        """Return width and height in millimetres of what the screen has room for, magnified."""
        panel = self._panel
        width, height = panel.width_px / panel.px_per_mm, panel.height_px / panel.px_per_mm
        lies = width > height
        across, down = LYING if lies else UPRIGHT
        down *= 1.0 if lies else 1.0 - LOST * (magnification - 1.0)
        return width * across / magnification, height * down / magnification


def _frame(png: bytes) -> Frame:
    with Image.open(BytesIO(png)) as picture:
        pixels = picture.convert("RGB").tobytes("raw", "BGR")
        return Frame(0, 0.0, *picture.size, pixels)

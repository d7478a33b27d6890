"""The form that is to be signed, drawn for the panel; pictures stay in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.application.forms.compiler import FormFailure
from kiosk.failures import Failure
from kiosk.ports import FormPage, Frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.application.forms.form_library import FormLibrary
    from kiosk.config.settings import PanelSettings
    from kiosk.form_case import FormCase

MARGIN_MM = 32.0  # beside the form, both sides together
HEIGHT = 0.41  # share of an upright panel that the picture of a page has
LYING_SHARE = 0.72  # of a wide panel's height


class PanelFormPainter:
    """`kiosk.ports.DrawFormPage`: each call makes the form again, which takes some 100 ms.

    `read_library` is called at the first form, since it reads fonts; `panel` is the screen.
    """

    def __init__(self, read_library: Callable[[], FormLibrary], panel: PanelSettings) -> None:
        self._read_library = read_library
        self._library: FormLibrary | None = None
        self._panel = panel

    def __call__(self, case: FormCase, page: int) -> FormPage | Failure:
        """Return a page of the merged form of `case`; `page` counts from 0, and round."""
        self._library = self._library or self._read_library()
        width, height = self._page_mm()
        drawn = self._library.compiler.draw_for_panel(
            self._library.contents.merged(case), width, height, self._panel.px_per_mm
        )
        if isinstance(drawn, FormFailure):
            return Failure.FORM_NOT_MADE
        return FormPage(_frame(drawn[page % len(drawn)]), len(drawn))

    def _page_mm(self) -> tuple[float, float]:
        """Return width and height of a page in millimetres: what the screen has room for."""
        panel = self._panel
        width, height = panel.width_px / panel.px_per_mm, panel.height_px / panel.px_per_mm
        if width > height:
            return width / 2, height * LYING_SHARE
        return width - MARGIN_MM, height * HEIGHT


def _frame(png: bytes) -> Frame:
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    height, width = picture.shape[:2]
    return Frame(0, 0.0, width, height, picture.tobytes())

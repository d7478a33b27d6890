"""The forms of this program: what is signed, printed and shown."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from wiring.places import ASSETS, CONFIG

if TYPE_CHECKING:
    from kiosk.application.forms.form_library import FormLibrary


@cache
def read_forms() -> FormLibrary:
    """Return the forms of this program; read once, since it reads fonts."""
    from kiosk.application.forms.form_library import read_form_library
    from kiosk.retirement.reading import read_catalogue

    return read_form_library(CONFIG, ASSETS, read_catalogue(CONFIG))

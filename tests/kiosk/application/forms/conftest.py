"""The forms of this program, and an application with every field for them."""

import pytest

from kiosk.application.forms.form_library import FormLibrary, read_form_library
from kiosk.retirement.reading import read_catalogue
from tests.kiosk.application.forms.documents import ASSETS, CONFIG


@pytest.fixture(scope="session")
def library() -> FormLibrary:
    return read_form_library(CONFIG, ASSETS, read_catalogue(CONFIG))

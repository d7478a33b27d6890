"""The page on which another of the window checks what was entered later."""

from __future__ import annotations

from kiosk.pages.page import Page
from kiosk.visit.page_parts.staff_login import login_page_of
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def second_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that waits for card and PIN of the checker."""
    return login_page_of(visit, book, "second", step=5)

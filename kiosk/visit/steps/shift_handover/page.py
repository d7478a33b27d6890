"""The page of handing the desk over to another helper (交班)."""

from __future__ import annotations

from kiosk.pages.page import Page
from kiosk.visit.page_parts.staff_login import login_page_of
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


def handover_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that waits for card and PIN of whoever takes over."""
    return login_page_of(visit, book, "handover", step=0)

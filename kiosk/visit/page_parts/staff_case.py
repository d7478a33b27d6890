"""Words for a case that one of the staff works on."""

from __future__ import annotations

from kiosk.staff.desk import Correction
from kiosk.visit.reference_data import ReferenceData

LONGEST_REASON = 10  # an office writes what it likes


def shortened(said: str, most: int = LONGEST_REASON) -> str:
    """Return the text cut to `most` characters, with an ellipsis."""
    return said if len(said) <= most else said[: most - 1] + "…"


def matter_of(one: Correction, book: ReferenceData) -> str:
    """Return the masked name and the service of a correction, in words."""
    service = book.catalogue.services.get(one.service)
    return f"{one.masked_name}：{service.plain if service else book.words['desk']['other']}"

"""The button that leads from the own progress to the ratings of finished parts."""

from __future__ import annotations

from kiosk.pages.page import Choice
from kiosk.pages.press import Press
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, acts_for_another


def may_rate_parts(visit: Visit) -> bool:
    """Return whether the applicant is here, and there is something to rate or an answer."""
    own = visit.stage is Stage.PROGRESS and not acts_for_another(visit)
    return own and bool(visit.ratings.items)


def rating_choice(visit: Visit, book: ReferenceData) -> tuple[Choice, ...]:
    """Return the button, or nothing when there is nothing to rate and no answer."""
    words = book.words["part_ratings"]
    return (Choice(Press.RATE, words["button"]),) if may_rate_parts(visit) else ()

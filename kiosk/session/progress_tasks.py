"""Tasks of the steps about a case: its progress, and what the offices gave."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.failures import Failure
from kiosk.ports import Central
from kiosk.session.central_queries import progress_of, results_of
from kiosk.visit.effects import FetchProgress, FetchResults
from kiosk.visit.events.event import Event
from kiosk.visit.steps.progress.events import ProgressUnknown, ResultsKnown


def fetch_progress(central: Central, effect: FetchProgress, tell: Callable[[Event], None]) -> None:
    """Ask for the progress of the case that `effect` names; tell it, or why it is not known."""
    found = progress_of(central, effect.application_id)
    tell(ProgressUnknown(found) if isinstance(found, Failure) else found)


def fetch_results(central: Central, effect: FetchResults, tell: Callable[[Event], None]) -> None:
    """Ask what the offices gave to the person of `effect`, and tell it.

    A failure is not told: the progress of the case, asked beside it, meets the same, and an older
    central service has no results.
    """
    found = results_of(central, effect.who)
    if not isinstance(found, Failure):
        tell(ResultsKnown(found))

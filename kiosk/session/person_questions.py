"""Questions about one person to the central service, by the effect that asks them."""

from __future__ import annotations

from kiosk.ports import Central
from kiosk.session.confirming_tasks import fetch_filings
from kiosk.session.device_tasks import Tell
from kiosk.session.progress_tasks import fetch_results
from kiosk.session.rating_tasks import fetch_ratings
from kiosk.visit.effects import FetchFilings, FetchRatings, PersonQuestion


def ask_central(central: Central, wanted: PersonQuestion, tell: Tell) -> None:
    """Ask what `wanted` says of its person, and tell the answer."""
    match wanted:
        case FetchFilings():
            fetch_filings(central, wanted, tell)
        case FetchRatings():
            fetch_ratings(central, wanted, tell)
        case _:
            fetch_results(central, wanted, tell)

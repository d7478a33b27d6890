"""Requests for what a person left half done, or what was begun for them elsewhere."""

from __future__ import annotations

from typing import Any

from kiosk.visit.effects import FetchBegun, FindDraft
from kiosk.visit.state import attendance_of, card_of
from kiosk.visit.transition import Change, Effects


def look_for_drafts(change: Change[Any]) -> Effects:
    """Look for what this person left, and for what an employer began where one may have."""
    visit = change.after
    number = card_of(visit).number
    waits = visit.shared is not None and bool(visit.shared.waiting_unit)
    return (FindDraft(number), *((FetchBegun(attendance_of(visit)),) if waits else ()))

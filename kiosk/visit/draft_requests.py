"""Requests for what a person left half done, or what was begun for them elsewhere."""

from __future__ import annotations

from typing import Any

from kiosk.visit.draft import draft_of, encode, is_kept
from kiosk.visit.effects import FetchBegun, FindDraft, KeepDraft
from kiosk.visit.stages import Stage
from kiosk.visit.state import attendance_of, card_of
from kiosk.visit.transition import Change, Effects


def look_for_drafts(change: Change[Any]) -> Effects:
    """Look for what this person left, and for what an employer began where one may have."""
    visit = change.after
    number = card_of(visit).number
    waits = visit.facts.shared is not None and bool(visit.facts.shared.waiting_unit)
    return (FindDraft(number), *((FetchBegun(attendance_of(visit)),) if waits else ()))


def keep_filled_in(change: Change[Any]) -> Effects:
    """Keep each choice and answer of a proved person when it is made.

    A power cut loses no more than what is being typed. What could not be stored is kept again: it
    was dropped with the confirmation. Never before something was filled in: until then an older
    draft may still be offered.
    """
    before, after = change.before, change.after
    if not is_kept(after) or before.facts.situation is None:
        return ()
    failed = before.stage is Stage.SUBMITTING
    changed = is_kept(before) and draft_of(before) != draft_of(after)
    if not (failed or changed):
        return ()
    return (KeepDraft(card_of(after).number, encode(draft_of(after))),)

"""Effects that keep and look for drafts: left by the person, or started elsewhere."""

from __future__ import annotations

from typing import Any

from kiosk.visit.effects import FetchBegun, FindDraft, KeepDraft
from kiosk.visit.stages import Stage
from kiosk.visit.state import attendance_of, card_of
from kiosk.visit.step_parts.draft import draft_of, encode, is_kept
from kiosk.visit.transition import Change, Effects


def look_for_drafts(change: Change[Any]) -> Effects:
    """Look for this person's draft, and for the employer's if the shared facts name one."""
    visit = change.after
    number = card_of(visit).number
    waits = visit.facts.shared is not None and bool(visit.facts.shared.waiting_unit)
    return (FindDraft(number), *((FetchBegun(attendance_of(visit)),) if waits else ()))


def keep_filled_in(change: Change[Any]) -> Effects:
    """Keep the draft of a proved person whenever a choice or answer changed.

    So a power cut loses no more than what is being typed. After a failed submission it is kept
    again, because submitting dropped it. Nothing is kept before something was filled in: until then
    an older draft may still be offered.
    """
    before, after = change.before, change.after
    if not is_kept(after) or before.facts.situation is None:
        return ()
    failed = before.stage is Stage.SUBMITTING
    changed = is_kept(before) and draft_of(before) != draft_of(after)
    if not (failed or changed):
        return ()
    return (KeepDraft(card_of(after).number, encode(draft_of(after))),)

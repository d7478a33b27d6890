"""States of a filing for somebody else: it begins when the principal confirms it. A pure table.

A filing in which the principal was present, or that a window enters from papers it accepted, starts
at once; the principal is told, and may agree or object as long as the case is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FilingConfirmation(StrEnum):
    """Where a filing for somebody else stands."""

    AWAITING = "awaiting"
    STARTED = "started"  # at once; the principal may object
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # by the principal, also after it started
    WITHDRAWN = "withdrawn"  # by who filed
    EXPIRED = "expired"


class ConfirmationDecision(StrEnum):
    """What happens to it."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class Channel(StrEnum):
    """Where a decision came from."""

    MESSAGE = "message"  # a reply from the registered mobile number
    KIOSK = "kiosk"  # the principal's own card and face
    HELPER = "helper"  # the principal's own card, and a helper who vouched
    WINDOW = "window"  # the principal's own card, and one of the window who vouched
    FILER = "filer"
    CLOCK = "clock"  # the time to confirm is over


ENDED = frozenset(
    {FilingConfirmation.REFUSED, FilingConfirmation.WITHDRAWN, FilingConfirmation.EXPIRED}
)
"""States in which nothing of the filing goes on."""

RESULT: Mapping[ConfirmationDecision, FilingConfirmation] = {
    ConfirmationDecision.CONFIRM: FilingConfirmation.CONFIRMED,
    ConfirmationDecision.REFUSE: FilingConfirmation.REFUSED,
    ConfirmationDecision.WITHDRAW: FilingConfirmation.WITHDRAWN,
    ConfirmationDecision.EXPIRE: FilingConfirmation.EXPIRED,
}


@dataclass(frozen=True)
class Moved:
    """It changes to `state`."""

    state: FilingConfirmation


@dataclass(frozen=True)
class Unchanged:
    """The same decision came before."""

    state: FilingConfirmation


@dataclass(frozen=True)
class Closed:
    """It can't be decided like this any more."""

    state: FilingConfirmation


Ruling = Moved | Unchanged | Closed


def decide(state: FilingConfirmation, decision: ConfirmationDecision, *, is_open: bool) -> Ruling:
    """Return what a decision does to a filing in `state`; `is_open`: its case has not ended."""
    if RESULT[decision] is state:
        return Unchanged(state)
    if state is FilingConfirmation.AWAITING:
        return Moved(RESULT[decision])
    answers = (
        decision in (ConfirmationDecision.CONFIRM, ConfirmationDecision.REFUSE)
        and state not in ENDED
    )
    return Moved(RESULT[decision]) if answers and is_open else Closed(state)

"""States of a filing for somebody else: it begins when the principal confirms it. A pure table.

A filing in which the principal was present, or that a window enters from papers it accepted, starts
at once; the principal is told, and may agree or object as long as the case is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ConfirmationState(StrEnum):
    """Where a filing for somebody else stands."""

    AWAITING = "awaiting"
    STARTED = "started"  # at once; the principal may object
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # by the principal, also after it started
    WITHDRAWN = "withdrawn"  # by who filed
    EXPIRED = "expired"


class Decision(StrEnum):
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
    {ConfirmationState.REFUSED, ConfirmationState.WITHDRAWN, ConfirmationState.EXPIRED}
)
"""States in which nothing of the filing goes on."""

RESULT: Mapping[Decision, ConfirmationState] = {
    Decision.CONFIRM: ConfirmationState.CONFIRMED,
    Decision.REFUSE: ConfirmationState.REFUSED,
    Decision.WITHDRAW: ConfirmationState.WITHDRAWN,
    Decision.EXPIRE: ConfirmationState.EXPIRED,
}


@dataclass(frozen=True)
class Moved:
    """It changes to `state`."""

    state: ConfirmationState


@dataclass(frozen=True)
class Unchanged:
    """The same decision came before."""

    state: ConfirmationState


@dataclass(frozen=True)
class Closed:
    """It can't be decided like this any more."""

    state: ConfirmationState


Ruling = Moved | Unchanged | Closed


def decide(state: ConfirmationState, decision: Decision, *, is_open: bool) -> Ruling:
    """Return what a decision does to a filing in `state`; `is_open`: its case has not ended."""
    if RESULT[decision] is state:
        return Unchanged(state)
    if state is ConfirmationState.AWAITING:
        return Moved(RESULT[decision])
    answers = decision in (Decision.CONFIRM, Decision.REFUSE) and state not in ENDED
    return Moved(RESULT[decision]) if answers and is_open else Closed(state)

"""State machine of a filing for another person, which the principal has to confirm.

A filing in which the principal was present, or that a window enters from papers it accepted, starts
at once; the principal is told, and may agree or object as long as the case is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FilingConfirmation(StrEnum):
    """States of a filing for another person."""

    AWAITING = "awaiting"
    STARTED = "started"  # at once; the principal may object
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # by the principal, also after it started
    WITHDRAWN = "withdrawn"  # by who filed
    EXPIRED = "expired"


class ConfirmationDecision(StrEnum):
    """Decisions about a filing for another person."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


@dataclass(frozen=True)
class SeenFacts:
    """What a principal was shown on confirming of what the offices add to the filing.

    `mark`: keyed hash of those facts, "" when none were shown. `wrong`: the members of
    `SharedFacts` among them that the principal marked as wrong.
    """

    mark: str = ""
    wrong: tuple[str, ...] = ()


class Channel(StrEnum):
    """Where a decision came from; it is stored beside the decision."""

    MESSAGE = "message"  # a reply from the registered mobile number
    KIOSK = "kiosk"  # the principal's own card and face
    HELPER = "helper"  # the principal's own card, and a helper who vouched
    WINDOW = "window"  # the principal's own card, and one of the window who vouched
    FILER = "filer"
    CLOCK = "clock"  # the time to confirm is over


ENDED = frozenset(
    {FilingConfirmation.REFUSED, FilingConfirmation.WITHDRAWN, FilingConfirmation.EXPIRED}
)
"""States in which the filing has ended."""

RESULT: Mapping[ConfirmationDecision, FilingConfirmation] = {
    ConfirmationDecision.CONFIRM: FilingConfirmation.CONFIRMED,
    ConfirmationDecision.REFUSE: FilingConfirmation.REFUSED,
    ConfirmationDecision.WITHDRAW: FilingConfirmation.WITHDRAWN,
    ConfirmationDecision.EXPIRE: FilingConfirmation.EXPIRED,
}


@dataclass(frozen=True)
class Moved:
    """The decision changes the filing to `state`."""

    state: FilingConfirmation


@dataclass(frozen=True)
class Unchanged:
    """The same decision came before; the filing is in `state`."""

    state: FilingConfirmation


@dataclass(frozen=True)
class Closed:
    """The filing is in `state` and can't be decided like this any more."""

    state: FilingConfirmation


Ruling = Moved | Unchanged | Closed


def decide(state: FilingConfirmation, decision: ConfirmationDecision, *, is_open: bool) -> Ruling:
    """Return what a decision does to a filing in `state`.

    `is_open` says that the case has not ended: as long as it has not, a filing that started already
    can still be confirmed or refused.
    """
    if RESULT[decision] is state:
        return Unchanged(state)
    if state is FilingConfirmation.AWAITING:
        return Moved(RESULT[decision])
    is_answer = (
        decision in (ConfirmationDecision.CONFIRM, ConfirmationDecision.REFUSE)
        and state not in ENDED
    )
    return Moved(RESULT[decision]) if is_answer and is_open else Closed(state)

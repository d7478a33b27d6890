"""What does a verdict of the SAM mean for the person, and what cures it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.protocols.samv import Status
from kiosk.failures import Failure

if TYPE_CHECKING:
    from drivers.protocols.samv import Reply

_FAILURES = {
    Status.CARD_REJECTS_SAM: Failure.CARD_REFUSED,
    Status.SAM_REJECTS_CARD: Failure.CARD_REFUSED,
    Status.INFO_VERIFY_FAILED: Failure.CARD_DAMAGED,
    Status.WRONG_CARD_TYPE: Failure.CARD_NOT_IDENTITY,
    Status.READ_FAILED: Failure.CARD_MOVED,
    Status.RANDOM_FAILED: Failure.CARD_MOVED,
    Status.SELECT_FAILED: Failure.CARD_MOVED,
    Status.SAM_NOT_AUTHORISED: Failure.READER_NOT_LICENSED,
}

# The card left the field, or left it for a moment: worth finding again before a word is said.
MOVED = {
    Status.CARD_REJECTS_SAM,
    Status.READ_FAILED,
    Status.RANDOM_FAILED,
    Status.SELECT_FAILED,
}
RESET_CURES = {Status.UNKNOWN_ERROR, Status.SAM_SELFTEST_FAILED}
OF_THE_READER = {Failure.READER_LOST, Failure.READER_FAULT, Failure.READER_NOT_LICENSED}


def failure(answer: Reply) -> Failure:
    """Name the failure of a reply that is not a success; READER_FAULT when no row fits."""
    return _FAILURES.get(answer.status, Failure.READER_FAULT)

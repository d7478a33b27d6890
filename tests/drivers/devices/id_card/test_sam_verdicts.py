"""Every verdict of the table has its meaning and its cure (cards.md §1.4)."""

from __future__ import annotations

import pytest

from drivers.devices import sam_verdicts
from drivers.devices.sam_verdicts import OF_THE_READER, VERDICTS, Cure
from drivers.protocols.samv import SamvReply, Status
from kiosk.failures import Failure

FAULT, MOVED, REFUSED = Failure.READER_FAULT, Failure.CARD_MOVED, Failure.CARD_REFUSED


@pytest.mark.parametrize(
    ("sw3", "failure", "cure"),
    [
        (0x90, None, Cure.NONE),
        (0x9F, None, Cure.NONE),
        (0x91, None, Cure.NONE),
        (0x10, FAULT, Cure.RESEND),
        (0x11, FAULT, Cure.RESEND),
        (0x21, FAULT, Cure.NONE),
        (0x23, FAULT, Cure.NONE),
        (0x24, FAULT, Cure.RESET),
        (0x31, REFUSED, Cure.FIND_AGAIN),
        (0x32, REFUSED, Cure.NONE),
        (0x33, Failure.CARD_DAMAGED, Cure.NONE),
        (0x40, Failure.CARD_NOT_IDENTITY, Cure.NONE),
        (0x41, MOVED, Cure.FIND_AGAIN),
        (0x47, MOVED, Cure.FIND_AGAIN),
        (0x50, FAULT, Cure.NONE),
        (0x51, FAULT, Cure.NONE),
        (0x60, FAULT, Cure.RESET),
        (0x66, Failure.READER_NOT_LICENSED, Cure.NONE),
        (0x80, None, Cure.NONE),
        (0x81, MOVED, Cure.FIND_AGAIN),
        (0xFF, FAULT, Cure.NONE),
    ],
)
def test_each_verdict(sw3: int, failure: Failure | None, cure: Cure) -> None:
    answer = SamvReply(0, 0, sw3)
    assert VERDICTS[answer.status].failure is failure
    assert sam_verdicts.cured_by(answer, cure)
    assert sam_verdicts.failure(answer) is (failure or FAULT)


def test_every_status_has_a_row() -> None:
    assert set(VERDICTS) == set(Status)


def test_failures_of_the_reader_need_a_technician_and_never_a_lift() -> None:
    assert {one for one in Failure if one.name.startswith("READER_")} == OF_THE_READER

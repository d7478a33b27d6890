"""The port between the central service and an office's own system.

An adapter may be asked the same thing again at any time (a process died, an answer was lost): it
must be idempotent by application id, service and round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from central.tasks import TaskMove, TaskState


@dataclass(frozen=True)
class Assignment:
    """One service of one case, as it is handed to its office.

    `round` counts the corrections handed in, `since` is when the task came into `state`, `due_on`
    the last day (ISO 8601) to hand in a correction, `view` the part of the application the office
    may see.
    """

    application_id: str
    serial: int
    service: str
    round: int
    state: TaskState
    since: datetime
    due_on: str
    view: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class OfficeWait:
    """The office has not decided yet; ask again at `until`."""

    until: datetime


class OfficeTrouble(StrEnum):
    """What went wrong between an office's system and here; config/texts/operator has its words."""

    UNREACHABLE = "unreachable"  # no connection, or it closed before the whole answer
    SLOW = "slow"  # no whole answer within the time
    BUSY = "busy"  # the system says so itself: 429, 500 to 599
    NOT_AUTHORISED = "not-authorised"  # 401, 403
    REQUEST_REFUSED = "request-refused"  # another status than 200 to 202
    NOT_JSON = "not-json"  # a page of a proxy, for instance
    TOO_LONG = "too-long"
    OTHER_CASE = "other-case"  # the answer is about another case or service
    UNKNOWN_RESULT = "unknown-result"  # a state that the settings of this office do not name
    INCOMPLETE = "incomplete"  # a refusal without a reason, a correction without a day to come
    # Of the content of a result: central.results.reading.ResultTrouble.
    RESULT_KIND = "result-kind"
    RESULT_FOREIGN = "result-foreign"
    RESULT_MISSING = "result-missing"
    RESULT_VALUE = "result-value"
    RESULT_DAY = "result-day"
    RESULT_FILE = "result-file"
    RESULT_PDF = "result-pdf"
    RESULT_DAMAGED = "result-damaged"
    RESULT_LOCKED = "result-locked"
    RESULT_ACTIVE = "result-active"
    RESULT_PAGES = "result-pages"
    RESULT_SLOW = "result-slow"
    RESULT_TERM = "result-term"


@dataclass(frozen=True)
class OfficeFailure:
    """The office was asked and gave no usable answer; the task stays as it is.

    `member`: the dotted name of what is wrong in the content of a result.
    """

    trouble: OfficeTrouble
    member: str = ""


OF_THE_WHOLE_OFFICE = frozenset(
    {
        OfficeTrouble.UNREACHABLE,
        OfficeTrouble.SLOW,
        OfficeTrouble.BUSY,
        OfficeTrouble.NOT_AUTHORISED,
    }
)
"""Troubles that the next task of the same office would most likely meet, too."""

Decision = TaskMove | OfficeWait | OfficeFailure


class OfficeAdapter(Protocol):
    """The system of one office, or of all."""

    def handle(self, assignment: Assignment, now: datetime) -> Decision:
        """Take the assignment, possibly again; return the decision, or when to ask again."""

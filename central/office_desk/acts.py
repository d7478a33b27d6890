"""Acts of an office's people about a task, and in which states each is possible."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from central.tasks import TaskState
from central.web_accounts import WebEventKind


class DeskAct(StrEnum):
    """What somebody does about a task at the office's desk; the value is what is stored."""

    TAKE = "take"
    GIVE_BACK = "give-back"
    HAND_ON = "hand-on"  # to a colleague of the same office
    ASK = "ask"  # the person for something more (补正)
    PAUSE = "pause"  # (中止)
    RESUME = "resume"  # (恢复)
    REFUSE = "refuse"
    FINISH = "finish"


class DeskVerdict(StrEnum):
    """What became of a decision before it took effect."""

    CONFIRMED = "confirmed"  # by a second person
    DECLINED = "declined"  # by a second person
    WITHDRAWN = "withdrawn"  # by who made it


class DeskOutcome(StrEnum):
    """What became of a decision when the service carried it out."""

    DONE = "done"
    OVER = "over"  # the task had moved meanwhile, or its case was withdrawn
    NOT_HELD = "not-held"  # who decided did not work on the task any more
    NOT_ALLOWED = "not-allowed"  # who decided, or confirmed, may not
    WITHDRAWN = "withdrawn"  # by an operator, after it could not be carried out again and again


MOVES: Mapping[DeskAct, TaskState] = {
    DeskAct.ASK: TaskState.CORRECTION,
    DeskAct.PAUSE: TaskState.SUSPENDED,
    DeskAct.RESUME: TaskState.RESUMED,
    DeskAct.REFUSE: TaskState.REFUSED,
    DeskAct.FINISH: TaskState.DONE,
}
"""Decisions: the state to which each moves the task. The other acts move none."""
DECISION_EVENTS: Mapping[DeskAct, WebEventKind] = {
    DeskAct.FINISH: WebEventKind.FINISHED,
    DeskAct.RESUME: WebEventKind.RESUMED,
    DeskAct.ASK: WebEventKind.ASKED,
    DeskAct.PAUSE: WebEventKind.PAUSED,
    DeskAct.REFUSE: WebEventKind.REFUSED,
}
"""Decisions with their events of the audit, in the order in which the desk offers them."""
_AT_WORK = (TaskState.READY, TaskState.WORKING, TaskState.RESUMED)
_DECISIONS = (DeskAct.FINISH, DeskAct.ASK, DeskAct.PAUSE, DeskAct.REFUSE)


def decisions_in(state: TaskState, *, is_late: bool = False) -> tuple[DeskAct, ...]:
    """Return the decisions that are possible while a task is in `state`.

    `is_late`: the last day for the person to bring something is over.
    """
    if state in _AT_WORK:
        return _DECISIONS
    if state is TaskState.SUSPENDED:
        return (DeskAct.RESUME,)
    return (DeskAct.REFUSE,) if state is TaskState.CORRECTION and is_late else ()

"""States of an application's services, and what follows from the needs of each service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.application.service_result import ResultContent

Needs = Mapping[str, tuple[tuple[str, ...], ...]]
"""Needs by service: of the first group one must be done, of the second all, the third ended."""


class TaskState(StrEnum):
    """States of a task.

    A task moves down this list, except from a correction back to ready; the last three end it.
    """

    WAITING = "waiting"  # for another service of the same application
    READY = "ready"  # for the office
    WORKING = "working"
    SUSPENDED = "suspended"  # the office waits for something that the person can't bring (中止)
    RESUMED = "resumed"  # and works on it again (恢复)
    CORRECTION = "correction"  # the person has to bring something (补正)
    DONE = "done"
    REFUSED = "refused"
    ENDED = "ended"  # without a decision, as when it was withdrawn (终结)


@dataclass(frozen=True)
class TaskMove:
    """Where an office moves a task; `reason` in plain words, `due_on` of a correction: ISO date.

    `result`: what an end gives to the person, None for nothing; `sealed` is the same, where it was
    sealed to the vault before, with its `sealed_file`, and `asks_person` then tells that it asks
    something of the person.
    """

    state: TaskState
    reason: str = ""
    due_on: str = ""
    result: ResultContent | None = field(default=None, repr=False)
    sealed: bytes = field(default=b"", repr=False)
    sealed_file: bytes = field(default=b"", repr=False)
    asks_person: bool = False


@dataclass(frozen=True)
class MovedTask:
    """A task after its move."""

    application_id: str
    service: str
    state: TaskState


@dataclass(frozen=True)
class FiledServices:
    """The services of a person's cases: the day on which each was done, and the others by code.

    `refused` holds those that were refused or ended without a decision and are not under way again.
    """

    done: Mapping[str, str]
    under_way: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True)
class TaskMoment:
    """A task came into `state` on `day`."""

    day: date
    state: TaskState


ENDS = (TaskState.DONE, TaskState.REFUSED, TaskState.ENDED)
WITHOUT = (TaskState.REFUSED, TaskState.ENDED)
"""Ends after which a service that needs this one can't begin."""


def begin(services: Iterable[str], needs: Needs) -> dict[str, TaskState]:
    """Return the first states of an application's services."""
    return follow(dict.fromkeys(services, TaskState.WAITING), needs)


def follow(states: Mapping[str, TaskState], needs: Needs) -> dict[str, TaskState]:
    """Return the states after every waiting service was checked again, until nothing changes.

    A need that is not part of the application was met before it, so it holds nothing back.
    """
    after = {
        code: _next(code, states, needs) if state is TaskState.WAITING else state
        for code, state in states.items()
    }
    return after if after == states else follow(after, needs)


def _next(code: str, states: Mapping[str, TaskState], needs: Needs) -> TaskState:
    any_of, all_of, after = ([states[n] for n in group if n in states] for group in needs[code])
    hopeless = bool(any_of) and all(state in WITHOUT for state in any_of)
    if hopeless or any(state in WITHOUT for state in all_of):
        return TaskState.REFUSED
    met = (not any_of or TaskState.DONE in any_of) and all(state in ENDS for state in after)
    return (
        TaskState.READY
        if met and all(state is TaskState.DONE for state in all_of)
        else TaskState.WAITING
    )


def services_by_state(newest: Mapping[str, tuple[TaskState, str]]) -> FiledServices:
    """Return how services stand by the newest task of each: its state, and when it changed."""
    by_code = sorted(newest.items())
    return FiledServices(
        done={code: at[:10] for code, (state, at) in by_code if state is TaskState.DONE},
        under_way=tuple(code for code, (state, _) in by_code if state not in ENDS),
        refused=tuple(code for code, (state, _) in by_code if state in WITHOUT),
    )

"""The bounded model of what offices and the person do with a filed case, on the real engine.

A state holds where each service of the case stands. `MOVES` are the answers of an office and what
the person or the calendar does; what follows from them is `central.tasks.follow`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from central import tasks
from central.tasks import Needs, TaskState

CaseState = tuple[tuple[str, TaskState], ...]
Moves = Mapping[TaskState, tuple[TaskState, ...]]

MOVES: Moves = {
    TaskState.READY: (TaskState.WORKING,),
    TaskState.WORKING: (
        TaskState.DONE,
        TaskState.REFUSED,
        TaskState.ENDED,
        TaskState.SUSPENDED,
        TaskState.CORRECTION,
    ),
    TaskState.SUSPENDED: (TaskState.RESUMED,),
    TaskState.RESUMED: (TaskState.DONE, TaskState.REFUSED, TaskState.ENDED, TaskState.CORRECTION),
    # The person brings what is missing, or the last day for it passes.
    TaskState.CORRECTION: (TaskState.READY, TaskState.REFUSED),
}


@dataclass(frozen=True)
class OfficeModel:
    """All states that a case with some services can come to."""

    needs: Needs
    moves: Moves = field(default_factory=lambda: MOVES)

    def begin(self, services: Iterable[str]) -> CaseState:
        """Return the state of a case that was just accepted."""
        return tuple(sorted(tasks.begin(services, self.needs).items()))

    def next_states(self, state: CaseState) -> Iterator[CaseState]:
        """Yield every state after one answer of one office, or one act of the person."""
        for place, (code, at) in enumerate(state):
            for to in self.moves.get(at, ()):
                moved = (*state[:place], (code, to), *state[place + 1 :])
                yield tuple(sorted(tasks.follow(dict(moved), self.needs).items()))

    def explore(self, services: Iterable[str]) -> Mapping[CaseState, frozenset[CaseState]]:
        """Return every state that can be reached, with those that come before it."""
        first = self.begin(services)
        before: dict[CaseState, set[CaseState]] = {first: set()}
        waiting = [first]
        while waiting:
            state = waiting.pop()
            for after in self.next_states(state):
                if after not in before:
                    before[after] = set()
                    waiting.append(after)
                before[after].add(state)
        return {state: frozenset(found) for state, found in before.items()}


def is_over(state: CaseState) -> bool:
    """Return whether every service of the case has ended."""
    return all(at in tasks.ENDS for _, at in state)


def stuck(reached: Mapping[CaseState, frozenset[CaseState]]) -> frozenset[CaseState]:
    """Return the states from which no end of the whole case can be reached."""
    leads = {state for state in reached if is_over(state)}
    waiting = list(leads)
    while waiting:
        for state in reached[waiting.pop()] - leads:
            leads.add(state)
            waiting.append(state)
    return frozenset(reached.keys() - leads)


def chains(services: Iterable[str], needs: Needs) -> Mapping[str, frozenset[str]]:
    """Return for each service of a case the part of the case that decides when it begins."""
    filed = frozenset(services)
    return {code: _closure(code, filed, needs) for code in filed}


def _closure(code: str, filed: frozenset[str], needs: Needs) -> frozenset[str]:
    found, waiting = {code}, [code]
    while waiting:
        for one in (name for group in needs[waiting.pop()] for name in group):
            if one in filed and one not in found:
                found.add(one)
                waiting.append(one)
    return frozenset(found)

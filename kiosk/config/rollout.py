"""May changed settings stay? They are tried once: good when all is ready again in time.

What is in force is written down before anything of a candidate is used: whoever finds a try that
was begun and not ended, after a crash or a power cut, goes back.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from enum import Enum

ENDED = "ended"  # the program or the machine ended during the try
UNUSABLE = "unusable"  # they could not be read, or nothing could be begun with them


class RolloutVerdict(Enum):
    """What becomes of a try."""

    WAIT = "wait"
    KEEP = "keep"
    BACK = "back"


@dataclass(frozen=True)
class RolloutState:
    """Which settings of a stock are in force; all of them by `Bundle.id`, "" is none.

    `needed` was ready before the try, `lacking` was not ready when it was given up; `noted`: the
    audit says so.
    """

    good: str = ""
    candidate: str = ""
    begun: bool = False
    needed: tuple[str, ...] = ()
    refused: str = ""
    lacking: tuple[str, ...] = ()
    noted: bool = True

    @property
    def in_force(self) -> str:
        """Return the settings to use now."""
        return self.candidate if self.begun else self.good


def accept(
    standing: RolloutState, found: str, needed: Collection[str], *, again: bool
) -> RolloutState:
    """Let `found` be tried at the next start.

    What is in force already, or was given up, is not tried; `again`: a person wants it.
    """
    if standing.begun or found == standing.candidate or (found == standing.refused and not again):
        return standing
    candidate = "" if found == standing.good else found
    return replace(standing, candidate=candidate, needed=tuple(sorted(needed)))


def start(standing: RolloutState) -> RolloutState:
    """Begin the try that waits, or end one that broke off."""
    if standing.begun:
        return go_back(standing, (ENDED,))
    return replace(standing, begun=bool(standing.candidate))


def start_one(standings: Iterable[RolloutState]) -> tuple[RolloutState, ...]:
    """Begin the first try that waits, and end each that broke off.

    Of two at once nobody could tell which of them keeps the terminal from being ready.
    """
    started: list[RolloutState] = []
    for standing in standings:
        busy = any(one.begun for one in started)
        started.append(standing if busy and not standing.begun else start(standing))
    return tuple(started)


def judge(
    standing: RolloutState, ready: Collection[str], *, drawn: bool, seconds: float, limit: float
) -> RolloutVerdict:
    """Tell what to do after so many seconds: `ready` now, and whether the first page was drawn."""
    if drawn and set(standing.needed) <= set(ready):
        return RolloutVerdict.KEEP
    return RolloutVerdict.BACK if seconds >= limit else RolloutVerdict.WAIT


def keep(standing: RolloutState) -> RolloutState:
    """End a try that went well."""
    return RolloutState(good=standing.candidate)


def go_back(standing: RolloutState, lacking: Collection[str]) -> RolloutState:
    """End a try that went badly: what was good before is in force again."""
    refused = standing.candidate
    lost = tuple(sorted(lacking))
    return RolloutState(good=standing.good, refused=refused, lacking=lost, noted=False)


def put_off(standing: RolloutState) -> RolloutState:
    """Let a try that ends in good order, because somebody ends the program, begin anew."""
    return replace(standing, begun=False)


def written(standing: RolloutState) -> str:
    """Return one line of JSON."""
    return json.dumps(asdict(standing))


def read_standing(text: str) -> RolloutState:
    """Return what `written` wrote. ValueError for anything else."""
    said = json.loads(text)
    if not isinstance(said, dict) or said.keys() != asdict(RolloutState()).keys():
        raise ValueError("not a standing")
    words = ("good", "candidate", "refused")
    lists = ("needed", "lacking")
    sound = all(isinstance(said[name], bool) for name in ("begun", "noted"))
    sound = sound and all(isinstance(said[name], str) for name in words)
    if not sound or not all(isinstance(said[name], list) for name in lists):
        raise ValueError("not a standing")
    return RolloutState(**said | {name: tuple(map(str, said[name])) for name in lists})

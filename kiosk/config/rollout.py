"""Rollout of changed settings: tried once, kept when everything is ready again in time.

What is active is written down before anything of a candidate is used: a program that finds a trial
begun and not ended, after a crash or a power cut, goes back.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from enum import Enum

ENDED = "ended"  # the program or the machine ended during the try
UNUSABLE = "unusable"  # they could not be read, or nothing could be begun with them


class RolloutVerdict(Enum):
    """The decision on a trial."""

    WAIT = "wait"
    KEEP = "keep"
    BACK = "back"


@dataclass(frozen=True)
class RolloutState:
    """Which settings of one slot are active; sets are named by `Bundle.id`, "" is none.

    `needed` are devices that were ready before the trial, `lacking` those not ready when it was
    rolled back; `noted`: the audit records the roll-back.
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
        """Return the id of the settings to use now."""
        return self.candidate if self.begun else self.good


def accept(
    standing: RolloutState, found: str, needed: Collection[str], *, again: bool
) -> RolloutState:
    """Return the state that follows `standing`, in which `found` will be tried at the next start.

    `needed` are the devices that are ready now. What is active already, or was rolled back, is not
    tried, unless a person wants it (`again`).
    """
    if standing.begun or found == standing.candidate or (found == standing.refused and not again):
        return standing
    candidate = "" if found == standing.good else found
    return replace(standing, candidate=candidate, needed=tuple(sorted(needed)))


def start(standing: RolloutState) -> RolloutState:
    """Return the state with a waiting trial begun, or one that broke off rolled back."""
    if standing.begun:
        return go_back(standing, (ENDED,))
    return replace(standing, begun=bool(standing.candidate))


def start_one(standings: Iterable[RolloutState]) -> tuple[RolloutState, ...]:
    """Return the states with one waiting trial begun, and each that broke off rolled back.

    Of two trials at once nobody could tell which keeps the terminal from being ready.
    """
    started: list[RolloutState] = []
    for standing in standings:
        busy = any(one.begun for one in started)
        started.append(standing if busy and not standing.begun else start(standing))
    return tuple(started)


def judge(
    standing: RolloutState, ready: Collection[str], *, drawn: bool, seconds: float, limit: float
) -> RolloutVerdict:
    """Return the decision on a trial after `seconds` of at most `limit`.

    `ready` are the devices ready now, `drawn` whether the first page was drawn.

    `standing` says which devices the rollout needs.
    """
    if drawn and set(standing.needed) <= set(ready):
        return RolloutVerdict.KEEP
    return RolloutVerdict.BACK if seconds >= limit else RolloutVerdict.WAIT


def keep(standing: RolloutState) -> RolloutState:
    """Return the state after a trial that went well."""
    return RolloutState(good=standing.candidate)


def go_back(standing: RolloutState, lacking: Collection[str]) -> RolloutState:
    """Return the state after a failed trial: what was good before is active again."""
    refused = standing.candidate
    lost = tuple(sorted(lacking))
    return RolloutState(good=standing.good, refused=refused, lacking=lost, noted=False)


def put_off(standing: RolloutState) -> RolloutState:
    """Return the state in which a trial, ended because the program ends, begins anew."""
    return replace(standing, begun=False)


def written(standing: RolloutState) -> str:
    """Return the state as one line of JSON."""
    return json.dumps(asdict(standing))


def read_standing(text: str) -> RolloutState:
    """Return the state whose text `written` wrote. Raises ValueError for anything else."""
    document = json.loads(text)
    if not isinstance(document, dict) or document.keys() != asdict(RolloutState()).keys():
        raise ValueError("not a standing")
    words = ("good", "candidate", "refused")
    lists = ("needed", "lacking")
    sound = all(isinstance(document[name], bool) for name in ("begun", "noted"))
    sound = sound and all(isinstance(document[name], str) for name in words)
    if not sound or not all(isinstance(document[name], list) for name in lists):
        raise ValueError("not a standing")
    return RolloutState(**document | {name: tuple(map(str, document[name])) for name in lists})

"""The movements that one try asks for, and the pauses before them, drawn at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.face.liveness.rules import TURNS, LivenessRules, LivenessStep

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Challenge:
    """The steps in their order, and the seconds of rest before each.

    `guarded`: a depth sensor or somebody of the staff sees that it is a head.
    """

    steps: tuple[LivenessStep, ...]
    pauses: tuple[float, ...]
    guarded: bool = False

    @property
    def may_stay_short(self) -> bool:
        """Tell whether a turn may stay short of the usual angle.

        A print that is rolled up moves as far (0.16), but closes no eyes: so only where eyes are
        closed, too, or something else sees that it is a head.
        """
        return self.guarded or LivenessStep.BLINK in self.steps


def draw(
    random: Callable[[], float],
    rules: LivenessRules,
    *,
    turn_only: bool,
    guarded: bool = False,
) -> Challenge:
    """Return a challenge; `random` gives numbers from 0 to below 1.

    Its steps are `rules.steps` of the actions in any order: always a turn, which a flat picture
    can't do, and closed eyes, which a bent one can't. With `turn_only`, for those who can't
    blink, they are three turns in one of the six orders that hold both directions; `guarded`
    lets them stay short, where a depth sensor or somebody beside sees the head.
    """
    steps = _turns(random) if turn_only else _shuffled(_chosen(rules, random), random)
    least, most = rules.pause
    pauses = tuple(least + random() * (most - least) for _ in steps)
    return Challenge(steps, pauses, guarded)


def draw_all(
    random: Callable[[], float],
    rules: LivenessRules,
    *,
    turn_only: bool,
    guarded: bool = False,
) -> tuple[Challenge, ...]:
    """Return the challenges of one try: the first, and another one for each restart.

    `random`, `turn_only` and `guarded` as for `draw`.
    """
    return tuple(
        draw(random, rules, turn_only=turn_only, guarded=guarded) for _ in range(rules.restarts + 1)
    )


def _chosen(rules: LivenessRules, random: Callable[[], float]) -> tuple[LivenessStep, ...]:
    """Return the steps of one challenge: all, or a turn, closed eyes and some of the others."""
    if len(rules.actions) <= rules.steps:
        return rules.actions
    left = list(rules.actions)
    kept = [left.pop(left.index(TURNS[int(random() * 2)]))]
    if LivenessStep.BLINK in left:
        kept.append(left.pop(left.index(LivenessStep.BLINK)))
    while len(kept) < rules.steps:
        kept.append(left.pop(int(random() * len(left))))
    return tuple(kept)


def _turns(random: Callable[[], float]) -> tuple[LivenessStep, ...]:
    third = TURNS[int(random() * 2)]
    return _shuffled((*TURNS, third), random)


def _shuffled(
    steps: tuple[LivenessStep, ...], random: Callable[[], float]
) -> tuple[LivenessStep, ...]:
    left, order = list(steps), []
    while left:
        order.append(left.pop(int(random() * len(left))))
    return tuple(order)

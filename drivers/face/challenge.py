"""What is asked of a person this time, and after which pauses? Drawn with a random source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.face.liveness import TURNS, LivenessRules, LivenessStep

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Challenge:
    """The steps in their order, and the seconds of rest before each."""

    steps: tuple[LivenessStep, ...]
    pauses: tuple[float, ...]


def draw(random: Callable[[], float], rules: LivenessRules, *, turn_only: bool) -> Challenge:
    """Draw a challenge; `random` gives numbers from 0 to below 1.

    All that the rules name, in any order; for those who can't blink three turns in one of the six
    orders that hold both.
    """
    steps = _turns(random) if turn_only else _shuffled(rules.actions, random)
    least, most = rules.pause
    return Challenge(steps, tuple(least + random() * (most - least) for _ in steps))


def draw_all(
    random: Callable[[], float], rules: LivenessRules, *, turn_only: bool
) -> tuple[Challenge, ...]:
    """Draw the challenges of one try: another one for each restart."""
    return tuple(draw(random, rules, turn_only=turn_only) for _ in range(rules.restarts + 1))


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

"""The movements of a simulated person over time, at a pace of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from drivers.simulated.scenes.head import STILL, Gesture

if TYPE_CHECKING:
    import numpy as np

LEFT: Final = "turn_left"
RIGHT: Final = "turn_right"
CLOSE: Final = "close_eyes"
OPEN: Final = "open_mouth"
NOD: Final = "nod"
CLOSER: Final = "come_closer"
MORE: Final = "turn_more"
MORE_SECONDS: Final = 2.5  # that who is told to turn more stays as far as the neck goes
LID_SECONDS: Final = 0.12
HALF: Final = 0.5


@dataclass(frozen=True)
class MovementManner:
    """The manner in which one person moves: seconds, and degrees of the warp (`head.DEPTH`)."""

    reaction: float = 0.7
    turning: float = 0.6  # to the side, and the same back
    holding: float = 1.2
    closed: float = 1.4
    left: float = 43.0
    right: float = 43.0
    bow: float = 20.0
    blinks_every: float = 0.0  # by itself; 0: never
    blink: float = 0.15


class Performer:
    """Does each prompt once; time is an argument, in seconds."""

    def __init__(self, manner: MovementManner | None = None) -> None:
        self.manner = manner or MovementManner()
        self._prompt = ""
        self._from = 0.0
        self._longer = 0.0
        self._nearer_from: float | None = None  # who came nearer stays there

    def prompt(self, prompt: str, at: float) -> None:
        """Hear a prompt at the instant `at`; a prompt for no movement is ignored."""
        if prompt == CLOSER and self._nearer_from is None:
            self._nearer_from = at + self.manner.reaction
        if prompt in (LEFT, RIGHT, CLOSE, OPEN, NOD, CLOSER):
            self._prompt, self._from = prompt, at + self.manner.reaction
            self._longer = 0.0
        if prompt == MORE and self._prompt in (LEFT, RIGHT):
            turned = self.since(at) < self.manner.turning + self.manner.holding
            self._from = self._from if turned else at + self.manner.reaction
            self._longer = MORE_SECONDS

    def since(self, at: float) -> float:
        """Return the seconds since the present movement began; negative before it."""
        return at - self._from if self._prompt else -1e9

    def gesture(self, at: float) -> Gesture:
        """Return what the head does at the instant `at`."""
        return replace(self._moved(at), nearer=self._nearness(at))

    def _moved(self, at: float) -> Gesture:
        manner, since = self.manner, at - self._from
        own = self._own_blink(at)
        if self._prompt == CLOSE:
            return Gesture(closed=max(own, _swing(since, LID_SECONDS, manner.closed)))
        if self._prompt == OPEN:
            return Gesture(0.0, own, _swing(since, manner.turning, manner.holding))
        if self._prompt == NOD:
            return Gesture(0.0, own, pitch=manner.bow * _swing(since, manner.turning, 0.3))
        if self._prompt in (LEFT, RIGHT):
            share = _swing(since, manner.turning, manner.holding + self._longer)
            most = manner.left if self._prompt == LEFT else -manner.right
            return Gesture(most * share, own)
        return Gesture(closed=own) if own else STILL

    def _nearness(self, at: float) -> float:
        if self._nearer_from is None:
            return 0.0
        share = (at - self._nearer_from) / (2 * self.manner.turning)
        return min(1.0, max(0.0, share))

    def _own_blink(self, at: float) -> float:
        every = self.manner.blinks_every
        return _swing(at % every - every / 2, 0.06, self.manner.blink) if every else 0.0


def _swing(since: float, moving: float, holding: float) -> float:
    """Return the progress of a movement, 0 to 1: up, held, and back, softly.

    `since` are the seconds from its beginning, `moving` those of one way, `holding` those between.
    """
    back = since - moving - holding
    share = since / moving if back < 0 else 1 - back / moving
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def some_manner(random: np.random.Generator) -> MovementManner:
    """Return a random manner of an old person: quick or slow, with small or large turns."""
    manner = MovementManner(
        reaction=random.uniform(0.45, 1.8),
        turning=random.uniform(0.4, 1.6),
        holding=random.uniform(0.25, 0.9),
        closed=random.uniform(0.5, 1.6),
        left=random.uniform(38, 50),
        right=random.uniform(38, 50),
        blinks_every=random.uniform(2.5, 7.0) * (random.random() < HALF),
        blink=random.uniform(0.05, 0.2),
    )
    return replace(manner, bow=manner.left / 2)  # who turns far bows far

"""The state of one try of the liveness check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.face.detection.cues import FaceCues, Sighting
    from drivers.face.liveness.challenge import Challenge
    from drivers.face.liveness.motion import Baseline
    from drivers.face.liveness.rules import LivenessStep


class Phase(StrEnum):
    """The phases of a try."""

    SETTLE = "settle"  # the person's own frontal look is taken
    PAUSE = "pause"  # nothing is asked
    ASKED = "asked"
    RETURN = "return"  # done; to the front again, to be compared
    PASSED = "passed"
    FAILED = "failed"


class Doubt(StrEnum):
    """The reasons why a try failed. For the record: nobody is told that she is no person."""

    EARLY = "early"  # moved before, or too soon after the prompt
    WRONG = "wrong"  # did something else than was asked
    LATE = "late"
    SWAPPED = "swapped"  # not the face that it began with
    FROZEN = "frozen"
    REPEATED = "repeated"
    SLOW = "slow"  # too few frames to see a blink
    LOST = "lost"  # out of the picture, again and again
    JUMPED = "jumped"  # size or light of the face changed at once: a cut between two films
    SCREEN = "screen"  # the face has the lattice of a screen or a print
    SENSOR = "sensor"  # a second sensor or a vendor's module says no


ENDED = frozenset({Phase.PASSED, Phase.FAILED})


@dataclass(frozen=True)
class Liveness:
    """The state of one try.

    `challenges` are drawn before it begins: the first, and one for each restart.
    """

    challenges: tuple[Challenge, ...]
    phase: Phase = Phase.SETTLE
    doubt: Doubt | None = None
    done: tuple[LivenessStep, ...] = ()
    part: int = 0  # another one whenever continuity was lost
    restarted: int = 0
    since: float = 0.0  # when this phase began
    samples: tuple[FaceCues, ...] = ()
    baseline: Baseline | None = None
    moved_at: float | None = None  # when the asked turn began
    held: int = 0  # frames of it so far
    reach: float = 0.0  # farthest that the asked turn came
    reached_at: float = 0.0  # when it last came farther
    short: bool = False  # the turn ended before the usual angle: "turn a little more" was said
    more_at: float | None = None  # when that was said
    shut_at: float | None = None  # when the eyes closed, if they are
    strange: int = 0
    lattices: tuple[float, ...] = ()  # the last ones that were measured
    first: Sighting | None = None
    last: Sighting | None = None  # with a face
    fresh_at: float = 0.0  # when the picture last changed
    seen: frozenset[int] = frozenset()
    newest: int | None = None
    repeated: int = 0

    @property
    def challenge(self) -> Challenge:
        """Return the challenge of this part of the try."""
        return self.challenges[self.restarted]

    @property
    def asked(self) -> LivenessStep | None:
        """Return the step that the person should do now, None when nothing is asked."""
        return self.challenge.steps[len(self.done)] if self.phase is Phase.ASKED else None

    @property
    def wants_more(self) -> bool:
        """Tell whether the asked turn was begun and stayed short of the usual angle."""
        return self.phase is Phase.ASKED and self.short

    @property
    def undone(self) -> LivenessStep:
        """Return the step that comes next, or is being done."""
        return self.challenge.steps[len(self.done)]

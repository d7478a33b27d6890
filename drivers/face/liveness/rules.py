"""The rules of the liveness check: which movements can be asked for, and the limits of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LivenessStep(StrEnum):
    """The movements that can be asked for; left and right are the person's own."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    BLINK = "blink"
    MOUTH = "mouth"
    NOD = "nod"
    CLOSER = "closer"


TURNS = (LivenessStep.TURN_LEFT, LivenessStep.TURN_RIGHT)


@dataclass(frozen=True)
class LivenessRules:
    """config/face.toml, [liveness]: seconds, frames, and shares of the person's own baseline.

    `same_person` and `turned_person` are distances of the engine in use (`policy.liveness_rules`):
    0 takes nobody for the same, and compares no turned face. `steps` of the
    `actions` are asked for.
    """

    actions: tuple[LivenessStep, ...]
    steps: int
    settle_frames: int
    steady: float
    pause: tuple[float, ...]
    first_moment: float
    answer_seconds: float
    turn_ratio: float
    turn_depth: float
    turn_frames: int
    front_ratio: float
    back_ratio: float
    closed_share: float
    closed_asked: float
    closed_height: float
    open_share: float
    closed_seconds: tuple[float, ...]
    mouth_rise: float
    mouth_rest: float
    nod_drop: float
    nod_rest: float
    closer_growth: float
    closer_room: float
    lost_seconds: float
    unseen_seconds: float
    overlap: float
    behind: float
    restarts: int
    frozen_seconds: float
    repeats: int
    slowest_rate: float
    strange_frames: int
    infrared_misses: int
    second_turn: float
    second_person: float
    second_apart: int
    near_front: float
    least_reach: float
    reach_step: float
    reach_seconds: float
    closed_openness: float
    jump_seconds: float
    jump_size: float
    jump_turned: float
    jump_light: float
    lattice: float
    lattice_frames: int
    same_person: float = 0.0
    turned_person: float = 0.0

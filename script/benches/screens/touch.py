"""Bench of the press model with trembling fingers, beside one that acts on touch-down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from math import cos, pi, sin
from random import Random
from typing import Protocol

from kiosk.pages.press import Press
from screens.box import Box
from screens.scene import Target
from screens.touch import DOUBLE_SECONDS, PALM_MM, PressModel
from script.benches.figures import BenchFigure, Report

PX_PER_MM = 4.03
PRESSES, QUICK_PRESSES = 10_000, 1_000
DRIFT_MM = (2.0, 6.0)
HELD_SECONDS = (0.05, 1.5)
STEPS = 6  # how often the panel reports a finger while it lies there
MISS_MM = 2.0  # a trembling finger comes down this far from where it aims, mostly
MOST_FAILED = 0.5  # percent
SIDE_MM, GAP_MM = 20.0, 3.0  # the smallest targets and gaps that a page may have
SEED = 6


class TouchManner(Enum):
    """What else happens while one target is meant."""

    PLAIN = "plain"
    DOUBLE = "double"
    PALM = "palm"
    SECOND_FINGER = "second_finger"


class Kind(Enum):
    """Kinds of report about a finger."""

    DOWN = "down"
    MOVE = "move"
    UP = "up"


@dataclass(frozen=True)
class Touch:
    """One report of the panel."""

    at: float
    finger: int
    kind: Kind
    x: float
    y: float
    size_mm: float = 8.0


@dataclass(frozen=True)
class Attempt:
    """A target that a person wants to press, and all reports of the panel meanwhile."""

    manner: TouchManner
    wanted: Target
    touches: tuple[Touch, ...]


class Model(Protocol):
    """A model that turns touches into acts."""

    def take(self, touch: Touch) -> Target | None:
        """Return the target that this touch activates, None for none."""
        ...


def grid() -> tuple[Target, ...]:
    """Return twelve targets of the least size and distance that a page may have."""
    side, pitch = round(SIDE_MM * PX_PER_MM), round((SIDE_MM + GAP_MM) * PX_PER_MM)
    return tuple(
        Target(Press.DIGIT, str(at), Box(300 + at % 3 * pitch, 600 + at // 3 * pitch, side, side))
        for at in range(12)
    )


TARGETS = grid()


def find(x: float, y: float) -> Target | None:
    return next((one for one in TARGETS if one.box.contains(x, y)), None)


class OurModel:
    """The press model of the kiosk."""

    def __init__(self) -> None:
        self._presses = PressModel(PX_PER_MM)

    def take(self, touch: Touch) -> Target | None:
        if touch.kind is Kind.UP:
            return self._presses.release(touch.finger, touch.x, touch.y, touch.at)
        if touch.kind is Kind.MOVE:
            self._presses.move(touch.finger, touch.x, touch.y)
        else:
            self._presses.press(touch.finger, touch.x, touch.y, touch.at, find, touch.size_mm)
        return None


class PlainButton:
    """A toolkit's button: acts when a finger that came down on it is lifted over it."""

    def __init__(self) -> None:
        self._held: dict[int, Target | None] = {}

    def take(self, touch: Touch) -> Target | None:
        if touch.kind is Kind.DOWN:
            self._held[touch.finger] = find(touch.x, touch.y)
        if touch.kind is not Kind.UP:
            return None
        held = self._held.pop(touch.finger, None)
        return held if held is not None and held.box.contains(touch.x, touch.y) else None


class OnTouchDown:
    """Acts as soon as anything touches a target."""

    def take(self, touch: Touch) -> Target | None:
        return find(touch.x, touch.y) if touch.kind is Kind.DOWN else None


def measure(*, quick: bool) -> Report:
    """Send the same touches to the three models and compare."""
    count = QUICK_PRESSES if quick else PRESSES
    ours, plain, down = (tally(model(), count) for model in (OurModel, PlainButton, OnTouchDown))
    figures = {
        "not_as_meant": BenchFigure(
            failed(ours, count), "% of presses", MOST_FAILED, failed(plain, count)
        ),
        "unwanted": BenchFigure(ours["unwanted"], "choices", 0.0, plain["unwanted"]),
        "not_as_meant_on_touch_down": BenchFigure(failed(down, count), "% of presses"),
        "unwanted_on_touch_down": BenchFigure(down["unwanted"], "choices"),
        "control_is_worse": BenchFigure(float(not worse(ours, plain, down)), "0 = yes", 0.0),
    }
    for manner in TouchManner:
        figures[f"not_as_meant_{manner.value}"] = BenchFigure(
            ours[manner.value], "presses", None, plain[manner.value]
        )
    return Report("touch", figures)


def worse(ours: Counter[str], *controls: Counter[str]) -> bool:
    """Tell whether each naive model fails more often and makes unwanted choices."""
    return all(one["failed"] > ours["failed"] and one["unwanted"] > 0 for one in controls)


def failed(counts: Counter[str], count: int) -> float:
    return 100.0 * counts["failed"] / count


def tally(model: Model, count: int) -> Counter[str]:
    """Count failures, in all and by manner, and unwanted choices."""
    counts: Counter[str] = Counter()
    for attempt in attempts(count):
        acts = [act for touch in attempt.touches if (act := model.take(touch)) is not None]
        unwanted = len(acts) - acts.count(attempt.wanted) + max(0, acts.count(attempt.wanted) - 1)
        counts["unwanted"] += unwanted
        if acts != [attempt.wanted]:
            counts["failed"] += 1
            counts[attempt.manner.value] += 1
    return counts


def attempts(count: int) -> Iterator[Attempt]:
    """Yield the presses of people with a tremor, by a fixed seed, one after the other."""
    random, now = Random(SEED), 0.0  # noqa: S311 - a simulation
    for _ in range(count):
        manner = random.choice(list(TouchManner))
        wanted = random.choice(TARGETS)
        touches = sorted(hand(random, wanted, manner, now), key=lambda touch: touch.at)
        yield Attempt(manner, wanted, tuple(touches))
        now = touches[-1].at + DOUBLE_SECONDS + random.uniform(0.1, 1.0)


def hand(random: Random, wanted: Target, manner: TouchManner, now: float) -> Iterator[Touch]:
    """Yield the touches of one hand that wants to press `wanted`."""
    x, y = aim(random, wanted)
    held = random.uniform(*HELD_SECONDS)
    yield from trembling(random, 1, (x, y), (now, held))
    if manner is TouchManner.DOUBLE:
        again = now + held + random.uniform(0.04, DOUBLE_SECONDS - 0.02)
        yield from trembling(random, 2, near(random, x, y, 4.0), (again, 0.1))
    elif manner is TouchManner.PALM:
        place = near(random, x, y, 60.0)
        yield from resting(3, place, (now - 0.1, held + 0.3), random.uniform(PALM_MM, 60.0))
    elif manner is TouchManner.SECOND_FINGER:
        other = aim(random, random.choice([one for one in TARGETS if one != wanted]))
        begins = random.uniform(0.01, held * 0.9)
        yield from trembling(random, 4, other, (now + begins, random.uniform(0.05, held)))


def aim(random: Random, target: Target) -> tuple[float, float]:
    """Return where a trembling finger comes down: near the middle, still on the target."""
    x, y = target.box.middle
    most = SIDE_MM / 2 - 1
    off = [max(-most, min(most, random.gauss(0, MISS_MM))) * PX_PER_MM for _ in range(2)]
    return x + off[0], y + off[1]


def near(random: Random, x: float, y: float, mm: float) -> tuple[float, float]:
    far, angle = random.uniform(0, mm) * PX_PER_MM, random.uniform(0, 2 * pi)
    return x + far * cos(angle), y + far * sin(angle)


def trembling(
    random: Random, finger: int, place: tuple[float, float], time: tuple[float, float]
) -> Iterator[Touch]:
    """Yield a press that drifts; `time` is when it begins and how long it lasts, in seconds."""
    (x, y), (begins, lasts) = place, time
    far, angle = random.uniform(*DRIFT_MM) * PX_PER_MM, random.uniform(0, 2 * pi)
    yield Touch(begins, finger, Kind.DOWN, x, y)
    for step in range(1, STEPS + 1):
        share = step / STEPS
        place = x + far * share * cos(angle), y + far * share * sin(angle)
        yield Touch(begins + lasts * share * 0.99, finger, Kind.MOVE, *place)
    yield Touch(begins + lasts, finger, Kind.UP, *place)


def resting(
    finger: int, place: tuple[float, float], time: tuple[float, float], size_mm: float
) -> Iterator[Touch]:
    """Yield a palm that lies on the panel before, during and after the press.

    `time`: when it comes down and for how long, in seconds.
    """
    yield Touch(time[0], finger, Kind.DOWN, *place, size_mm)
    yield Touch(time[0] + time[1], finger, Kind.UP, *place, size_mm)

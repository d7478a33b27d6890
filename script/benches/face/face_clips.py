"""Campaign of rendered clips: attacks must be refused, and nearly all people accepted.

The control is the same run without liveness, which has to accept many attacks.
"""

from __future__ import annotations

import sys
from collections import Counter
from statistics import median, quantiles

import cv2

from drivers.face.engine.face_engine import FaceEngine
from drivers.simulated.scenes.clip import ATTACKS, Species
from script.benches.face.face_flow import PORTRAITS, ClipVerdict, engine_plan, play
from script.benches.figures import BenchFigure, Report

GENUINE, EACH_ATTACK = 500, 91
QUICK_GENUINE, QUICK_EACH_ATTACK = 4, 1
RATE = 8.0  # frames a second: a slow camera and a campaign that ends
TURN_ONLY_EACH = 4  # every fourth clip is asked for turns alone
MOST_REFUSED = 2.0  # percent of genuine clips
CONTROL_AT_LEAST = 50.0  # percent of attacks that a check without liveness lets through


def clips(*, quick: bool) -> Report:
    """Play all clips; name every accepted attack and every refused person.

    They are played in rounds of every species, so that Ctrl-C reports on what was played so far.
    """
    cv2.setNumThreads(1)  # more would wait for one another on a busy machine
    engine = FaceEngine(engine_plan())
    engine.prepare((PORTRAITS / "collins.jpg").read_bytes())
    people, rounds = (QUICK_GENUINE, 1) if quick else (GENUINE, EACH_ATTACK)
    found: dict[Species, list[ClipVerdict]] = {species: [] for species in Species}
    try:
        for number in range(rounds):
            due = people * (number + 1) // rounds - len(found[Species.GENUINE])
            for species in (*[Species.GENUINE] * due, *ATTACKS):
                found[species].append(one_clip(engine, species, len(found[species])))
            say(f"round {number + 1} of {rounds}")
    except SystemExit:  # INT or TERM (wiring/termination.py)
        say("ended early")
    for species, verdicts in found.items():
        say(f"{species.value}: {dict(Counter(one.why for one in verdicts))}")
    genuine = found.pop(Species.GENUINE)
    return Report("face clips", figures(genuine, found))


def one_clip(engine: FaceEngine, species: Species, seed: int) -> ClipVerdict:
    """Play one clip and print it when its verdict is wrong."""
    turn_only = seed % TURN_ONLY_EACH == TURN_ONLY_EACH - 1
    verdict = play(engine, species, seed, RATE, turn_only=turn_only)
    if verdict.accepted is not (species is Species.GENUINE):
        say(f"{species.value} seed {seed} turn_only {turn_only}: {verdict.why}")
    return verdict


def figures(
    genuine: list[ClipVerdict], attacks: dict[Species, list[ClipVerdict]]
) -> dict[str, BenchFigure]:
    """Return the reported figures; shares are percent."""
    every = [one for verdicts in attacks.values() for one in verdicts]
    refused = sum(not one.accepted for one in genuine)
    alike = 100 * sum(one.alike for one in every) / len(every)
    seconds = [one.seconds for one in genuine if one.accepted] or [0.0, 0.0]
    found = {
        "genuine_clips": BenchFigure(len(genuine), "clips"),
        "genuine_refused": BenchFigure(100 * refused / len(genuine), "%", MOST_REFUSED),
        "genuine_seconds_p50": BenchFigure(median(seconds), "s"),
        "genuine_seconds_p95": BenchFigure(quantiles(seconds, n=20)[-1], "s"),
        "attack_clips": BenchFigure(len(every), "clips"),
        "attacks_accepted": BenchFigure(sum(one.accepted for one in every), "clips", 0),
        "without_liveness_refused": BenchFigure(100 - alike, "%", 100 - CONTROL_AT_LEAST),
    }
    for species, verdicts in attacks.items():
        accepted = sum(one.accepted for one in verdicts)
        found[f"accepted_{species.value}"] = BenchFigure(accepted, f"of {len(verdicts)}", 0)
    return found


def say(line: str) -> None:
    """Print progress on standard error."""
    print(line, file=sys.stderr, flush=True)

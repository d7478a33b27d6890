"""ClipCampaign of rendered clips: attacks must be refused, and nearly all people accepted.

The control is the same run without liveness, which has to accept many attacks.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median, quantiles

import cv2

from drivers.face.engine.face_engine import FaceEngine
from drivers.face.evaluation.scores import wilson
from drivers.face.liveness.rules import LivenessRules
from drivers.simulated.scenes.clip import ATTACKS, Species
from drivers.simulated.scenes.groups import GROUPS, Group
from script.benches.face.clip_results import TURN_ONLY_EACH, WHOLE, ClipCampaign, ClipResults
from script.benches.face.face_flow import PORTRAITS, ClipVerdict, engine_plan, play
from script.benches.figures import BenchFigure, Report

GENUINE, EACH_GROUP, EACH_ATTACK = 300, 50, 150  # config/proofs.toml asks for 150 of an attack
QUICK_GENUINE, QUICK_EACH_GROUP, QUICK_EACH_ATTACK = 2, 1, 1
Kind = Group | Species
RATE = 8.0  # frames a second: a slow camera and a campaign that ends
MOST_REFUSED = 2.0  # percent of ordinary genuine clips
MOST_REFUSED_OF_GROUP = 10.0
CONTROL_AT_LEAST = 50.0  # percent of attacks that a check without liveness lets through
SAID_EACH = 25  # clips


def clips(*, quick: bool, campaign: ClipCampaign = WHOLE) -> Report:
    """Play all clips; name every accepted attack and every refused person.

    They are played in rounds of every species, so that whoever ends it early (Ctrl-C, or after
    `campaign.seconds`) gets a report on all of them. What the campaign's file holds of the same
    version is not played again.
    """
    cv2.setNumThreads(1)  # more would wait for one another on a busy machine
    results = ClipResults(campaign.version, campaign.kept)
    try:
        play_missing(results, list(in_rounds(quick=quick)), campaign)
    except SystemExit:  # INT or TERM (wiring/termination.py)
        say("ended early")
    found = {kind: results.of(kind.value) for kind in (*Group, *ATTACKS)}
    for kind, verdicts in found.items():
        say(f"{kind.value}: {dict(Counter(one.why for one in verdicts))}")
    groups = {group: found.pop(group) for group in Group}
    genuine = groups.pop(Group.ORDINARY)
    return Report("face clips", figures(genuine, found) | shares_refused(groups))


def in_rounds(*, quick: bool) -> Iterator[tuple[Kind, int]]:
    """Yield kind and seed of all clips, as evenly mixed as can be."""
    rounds = QUICK_EACH_ATTACK if quick else EACH_ATTACK
    each = QUICK_EACH_GROUP if quick else EACH_GROUP
    counts: dict[Kind, int] = dict.fromkeys(GROUPS, each)
    counts[Group.ORDINARY] = QUICK_GENUINE if quick else GENUINE
    for number in range(rounds):
        for kind in (*Group, *ATTACKS):
            wanted = counts.get(kind, rounds)
            for seed in range(wanted * number // rounds, wanted * (number + 1) // rounds):
                yield kind, seed


def play_missing(
    results: ClipResults, wanted: Sequence[tuple[Kind, int]], campaign: ClipCampaign
) -> None:
    """Play the campaign's share of the clips that were not played yet."""
    missing = [
        (kind, seed)
        for kind, seed in wanted
        if campaign.share.holds(seed) and not results.has(kind.value, seed)
    ]
    say(f"{len(missing)} clips to play, of {len(wanted)}; version {results.version}")
    begun = time.perf_counter()
    if not missing or campaign.seconds <= 0:
        return
    engine = FaceEngine(engine_plan())
    engine.prepare((PORTRAITS / "collins.jpg").read_bytes())
    for number, (kind, seed) in enumerate(missing, start=1):
        results.add(kind.value, seed, one_clip(engine, kind, seed, campaign.rules))
        passed = time.perf_counter() - begun
        if passed > campaign.seconds:
            say(f"time over after {number} clips")
            return
        if number % SAID_EACH == 0:
            left = passed / number * (len(missing) - number) / 60
            say(f"{number} of {len(missing)}, {passed / number:.1f} s each, {left:.0f} min left")


def one_clip(
    engine: FaceEngine, kind: Kind, seed: int, rules: LivenessRules | None = None
) -> ClipVerdict:
    """Play one clip of a group of people, or of a species of attacks; print a wrong verdict.

    `rules` are other ones than the shipped. Every fourth clip is asked for turns alone. Those of
    people may stay short then, as production asks for turns alone only where somebody or something
    else sees the head; attacks meet the camera alone.
    """
    turn_only = seed % TURN_ONLY_EACH == TURN_ONLY_EACH - 1
    group = kind if isinstance(kind, Group) else Group.ORDINARY
    species = kind if isinstance(kind, Species) else Species.GENUINE
    verdict = play(
        engine,
        species,
        seed,
        RATE,
        turn_only=turn_only,
        guarded=turn_only and species is Species.GENUINE,
        rules=rules,
        group=group,
    )
    if verdict.accepted is not (species is Species.GENUINE):
        say(f"{kind.value} seed {seed} turn_only {turn_only}: {verdict.why}")
    return verdict


def shares_refused(groups: dict[Group, list[ClipVerdict]]) -> dict[str, BenchFigure]:
    """Return the share of each group of people that was refused, in percent."""
    return {
        f"refused_{group.value}": refused_of(verdicts, MOST_REFUSED_OF_GROUP)
        for group, verdicts in groups.items()
        if verdicts
    }


def refused_of(verdicts: Sequence[ClipVerdict], target: float) -> BenchFigure:
    """Return the share of people that was refused, in percent, with its 95 % interval."""
    count = sum(not one.accepted for one in verdicts)
    low, high = (100 * one for one in wilson(count, max(1, len(verdicts))))
    unit = f"% of {len(verdicts)} ({low:.1f} to {high:.1f} %)"
    return BenchFigure(100 * count / max(1, len(verdicts)), unit, target)


def figures(
    genuine: list[ClipVerdict], attacks: dict[Kind, list[ClipVerdict]]
) -> dict[str, BenchFigure]:
    """Return the reported figures; shares are percent."""
    every = [one for verdicts in attacks.values() for one in verdicts]
    alike = 100 * sum(one.alike for one in every) / max(1, len(every))
    seconds = [one.seconds for one in genuine if one.accepted] or [0.0]
    found = {
        "genuine_clips": BenchFigure(len(genuine), "clips"),
        "genuine_refused": refused_of(genuine, MOST_REFUSED),
        "genuine_seconds_p50": BenchFigure(median(seconds), "s"),
        "genuine_seconds_p95": BenchFigure(quantiles(seconds, n=20)[-1], "s"),
        "attack_clips": BenchFigure(len(every), "clips"),
        "attacks_accepted": BenchFigure(sum(one.accepted for one in every), "clips", 0),
        "without_liveness_refused": BenchFigure(100 - alike, "%", 100 - CONTROL_AT_LEAST),
    }
    for species, verdicts in attacks.items():
        if not verdicts:
            continue
        accepted = sum(one.accepted for one in verdicts)
        low, high = (100 * one for one in wilson(accepted, len(verdicts)))
        unit = f"of {len(verdicts)} ({low:.1f} to {high:.1f} %)"
        found[f"accepted_{species.value}"] = BenchFigure(accepted, unit, 0)
    return found


def say(line: str) -> None:
    """Print progress on standard error."""
    print(line, file=sys.stderr, flush=True)

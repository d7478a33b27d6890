"""A small sample of the campaign: people pass, attacks don't, and without liveness they would.

`script/bench face --clips` plays 500 people and 1,001 attacks.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.face.engine.face_engine import FaceEngine
from drivers.face.liveness.rules import TURNS, LivenessStep
from drivers.simulated.scenes.clip import ATTACKS, FrameClip, Species
from script.benches.face.face_clips import RATE
from script.benches.face.face_flow import cast, play
from tests.drivers.face.conftest import LIVENESS

SEED = 3


@pytest.mark.parametrize("turn_only", [False, True])
def test_a_rendered_person_is_accepted(engine: FaceEngine, turn_only: bool) -> None:
    verdict = play(engine, Species.GENUINE, SEED, RATE, turn_only=turn_only)
    assert verdict.accepted, verdict


@pytest.mark.parametrize(
    ("species", "passes"), [(Species.GENUINE, True), (Species.EYE_HOLES, False)]
)
def test_an_open_mouth_can_be_asked_for(engine: FaceEngine, species: Species, passes: bool) -> None:
    rules = replace(LIVENESS, actions=(*TURNS, LivenessStep.MOUTH))
    verdict = play(engine, species, SEED, RATE, rules=rules)
    assert verdict.accepted is passes, verdict


@pytest.mark.parametrize("species", ATTACKS)
def test_a_rendered_attack_is_refused(engine: FaceEngine, species: Species) -> None:
    verdict = play(engine, species, SEED, RATE, turn_only=species is Species.BENT_PRINT)
    assert not verdict.accepted, verdict


def test_without_liveness_a_photograph_would_do(engine: FaceEngine) -> None:
    verdict = play(engine, Species.HELD_PRINT, SEED, RATE)
    assert verdict.alike
    assert not verdict.accepted


def test_a_clip_is_the_same_for_the_same_seed() -> None:
    one, same, other = (FrameClip(cast(), Species.GENUINE, seed) for seed in (1, 1, 2))
    for clip in (one, same):
        clip.prompt("turn_left", 0.0)
    frames = [[clip.frame(number) for number in range(25)] for clip in (one, same)]
    assert all((mine == its).all() for mine, its in zip(*frames, strict=True))
    assert (one.frame(25) != other.frame(0)).any()
    assert (frames[0][0] != frames[0][24]).any()

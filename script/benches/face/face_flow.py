"""Check of one rendered clip, frame by frame, with the real engine and rules in this process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from random import Random

from drivers.face.embedding.embedder import SFACE, EmbedderPlan
from drivers.face.engine.face_engine import EnginePlan, FaceEngine
from drivers.face.engine.messages import FaceFinding
from drivers.face.liveness.challenge import draw_all
from drivers.face.liveness.rules import LivenessRules
from drivers.face.liveness.state import Phase
from drivers.face.policy import FacePolicy, liveness_rules, read_policy, thresholds_for
from drivers.face.trial import PROMPTS, FaceTrial, TrialRules
from drivers.simulated.scenes.clip import Cast, FrameClip, Species
from drivers.simulated.scenes.face_scene import load_figure
from drivers.simulated.scenes.groups import Group
from drivers.simulated.scenes.stranger import stranger
from kiosk.failures import Failure
from kiosk.ports import FaceBand, ReferenceKind

ROOT = Path(__file__).resolve().parents[3]
PORTRAITS = ROOT / "assets" / "portraits"
PARTS = count(0, 10_000)  # each clip has a first look of its own
LONGEST_SECONDS = 40.0  # face.seconds_per_try


@dataclass(frozen=True)
class ClipVerdict:
    """The verdict about one clip; `alike`: what a check without liveness would have decided."""

    accepted: bool
    alike: bool
    why: str
    seconds: float


@cache
def policy() -> FacePolicy:
    return read_policy(ROOT / "config" / "face.toml")


def engine_plan() -> EnginePlan:
    models = policy().models
    embedder = EmbedderPlan(SFACE, models.sface.sha256)
    return EnginePlan(ROOT / "assets" / "models", models, embedder, policy().quality)


@cache
def cast() -> Cast:
    """Return the rendered people: the one of the portrait, and one made from her."""
    figure = load_figure(PORTRAITS / "collins_figure.webp")
    return Cast.of(figure, stranger(figure))


def trial(
    seed: int,
    *,
    turn_only: bool = False,
    guarded: bool = False,
    rules: LivenessRules | None = None,
) -> FaceTrial:
    """Return a try whose movements are drawn by `seed`.

    `rules`: other liveness rules than the terminal's own.
    """
    numbers = policy()
    live = rules or liveness_rules(numbers, SFACE)
    digest = numbers.models.sface.sha256
    thresholds = thresholds_for(numbers, SFACE, digest, ReferenceKind.PORTRAIT)
    random = Random(seed).random  # noqa: S311 - clips that can be played again
    challenges = draw_all(random, live, turn_only=turn_only, guarded=guarded)
    return FaceTrial(challenges, TrialRules(thresholds, numbers.decision, live))


def foretell(clip: FrameClip, attempt: FaceTrial) -> None:
    """Tell a clip what will be asked, and when; only `Species.EARLY` makes use of it."""
    live = attempt.liveness
    if live.phase is Phase.PAUSE and attempt.alike:
        due = live.since + live.challenge.pauses[len(live.done)]
        clip.expects(PROMPTS[live.undone].value, due)


def play(
    engine: FaceEngine,
    species: Species,
    seed: int,
    rate: float,
    *,
    turn_only: bool = False,
    guarded: bool = False,
    rules: LivenessRules | None = None,
    group: Group = Group.ORDINARY,
) -> ClipVerdict:
    """Play a clip to its end and return the verdict; the engine holds the portrait already.

    `rate`: frames a second. Raises TypeError when the engine has no portrait.
    """
    attempt = trial(seed, turn_only=turn_only, guarded=guarded, rules=rules)
    asked = tuple(PROMPTS[step].value for step in attempt.challenges[0].steps)
    attempt.first_part = next(PARTS)
    clip = FrameClip(cast(), species, seed, rate, asked, group)
    alike, prompt = False, None
    for number in range(round(LONGEST_SECONDS * rate)):
        frame, at = clip.frame(number), number / rate
        height, width = frame.shape[:2]
        seen = engine.look(frame, attempt.wanted(width, height))
        if not isinstance(seen, FaceFinding):
            raise TypeError(f"the engine has no portrait: {seen}")
        look = attempt.take(number, at, seen, may_ask=True)
        foretell(clip, attempt)
        alike = alike or attempt.alike
        if isinstance(look, Failure):
            doubt = attempt.liveness.doubt
            return ClipVerdict(False, alike, f"{look.value}/{doubt.value if doubt else ''}", at)
        if look.band is not None:
            return ClipVerdict(look.band is FaceBand.ACCEPT, alike, look.band.value, at)
        if look.hint is not prompt and look.hint is not None:
            clip.prompt(look.hint.value, at)
        prompt = look.hint
    return ClipVerdict(
        False, alike, f"time over at {attempt.liveness.phase.value}", LONGEST_SECONDS
    )

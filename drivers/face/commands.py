"""Commands of the face engine for technicians: `face verify`, `face liveness`, `face calibrate`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.civil_time import civil_day, civil_now
from kiosk.config.schema import ConfigError
from kiosk.failures import Failure
from kiosk.operator_texts import text_of
from kiosk.ports import FaceBand, ReferenceKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from drivers.face.embedding.embedder import EmbedderPlan
    from drivers.face.engine.face_engine import FaceEngine
    from drivers.face.evaluation.calibration import Calibration, RateIntervals
    from drivers.face.evaluation.scores import Comparisons
    from drivers.face.evaluation.strangers import SexAndAge
    from drivers.face.policy import FacePolicy

    FaceCommand = Callable[[argparse.Namespace, Path, Path, Callable[[], float]], dict[str, Any]]

SEED = 1  # of the intervals: the same folder gives the same file
DECISIONS = {FaceBand.ACCEPT: "accept", FaceBand.RETRY: "retry", FaceBand.OTHER_PROOF: "other"}
KIND_OF_LIFE = "challenge-based, not certified"


class RefusedError(Exception):
    """Raised when a command can't be done; its words, for the technician, say why and the cure."""

    code = 1


class MissingDigestError(RefusedError):
    """Raised for another model without its digest."""

    code = 2


def print_result(
    command: FaceCommand,
    options: argparse.Namespace,
    models: Path,
    numbers: Path,
    seconds: Callable[[], float] = time.perf_counter,
) -> int:
    """Run `verify`, `liveness` or `calibrate`; return the exit code, 1 when it cannot be done.

    `models` is the folder of model files, `numbers` config/face.toml, `seconds` a clock for timing.
    The result is JSON on standard output, a refusal goes to standard error.

    `argv` are the words after the command's name.
    """
    try:
        told = command(options, models, numbers, seconds)
    except RefusedError as refused:
        print(refused, file=sys.stderr)
        return refused.code
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(told, ensure_ascii=False, indent=1))
    return 0


def verify(
    options: argparse.Namespace, models: Path, numbers: Path, seconds: Callable[[], float]
) -> dict[str, Any]:
    """Return how alike probes are to one reference; nothing is said about life.

    Raises RefusedError for a file that is no picture or a reference without exactly one face.

    `seconds` is a clock for timing.
    """
    from drivers.face.decision import band, proves
    from drivers.face.policy import thresholds_for

    kind = ReferenceKind(options.reference_kind)
    policy, embedder = _policy(options, numbers)
    thresholds = thresholds_for(policy, embedder.engine, embedder.sha256, kind)
    pictures = [_picture(one) for one in options.probe]
    engine = _engine(models, policy, embedder)
    if engine.prepare(options.reference.read_bytes()) is not None:
        raise RefusedError(text_of("face.not_one_face", path=options.reference))
    began = seconds()
    quality, distances = _looks(engine, pictures)
    milliseconds = round(1000 * (seconds() - began) / len(pictures), 1)
    needed = min(policy.decision.needed, len(pictures))
    found = band(distances, thresholds, needed)
    return {
        "decision": DECISIONS[proves(found, kind)],
        "supports": found is FaceBand.ACCEPT,
        "score": round(sum(distances) / len(distances), 4) if distances else None,
        "threshold": thresholds.accept,
        "engine": engine.version,
        "reference_kind": kind.value,
        "quality": quality,
        "milliseconds": milliseconds,
    }


def liveness(
    options: argparse.Namespace, models: Path, numbers: Path, _seconds: Callable[[], float]
) -> dict[str, Any]:
    """Return whether a film shows the movements of --challenge in their order.

    Raises RefusedError for a file that can't be judged.
    """
    from drivers.face.clip_file import NoFilmError, judge_film
    from drivers.face.liveness.rules import LivenessStep
    from drivers.face.policy import liveness_rules

    names = [one.strip() for one in options.challenge.split(",")]
    policy, embedder = _policy(options, numbers)
    engine, rules = _engine(models, policy, embedder), liveness_rules(policy, embedder.engine)
    try:
        found = judge_film(
            options.video, tuple(LivenessStep(name) for name in names), engine, rules
        )
    except NoFilmError as error:
        if str(error) == "no face":
            raise RefusedError(text_of("face.no_face_in_film", path=options.video)) from None
        raise RefusedError(text_of("face.no_film", path=options.video)) from None
    seen = dict(enumerate(found.steps))
    return {
        "passed": found.passed,
        "steps": [
            {"step": name, "seen": at in seen, "at": seen[at][1] if at in seen else None}
            for at, name in enumerate(names)
        ],
        "doubt": found.doubt,
        "frames": found.frames,
        "kind": KIND_OF_LIFE,
    }


def calibrate(
    options: argparse.Namespace, models: Path, numbers: Path, _seconds: Callable[[], float]
) -> dict[str, Any]:
    """Set a threshold from pictures of local people; return its figures.

    A TOML file and a PNG are written below --out. Raises RefusedError when the folder holds no
    pictures of two people.
    """
    import numpy as np

    from drivers.face.detection.yunet import YuNet
    from drivers.face.embedding.loading import make_embedder
    from drivers.face.evaluation import calibration
    from drivers.face.evaluation.known_people import compare_all
    from drivers.face.evaluation.plot import distributions
    from drivers.face.evaluation.strangers import read_people

    kind = ReferenceKind(options.reference_kind)
    policy, plan = _policy(options, numbers)
    with _Models():
        embedder = make_embedder(plan, policy.models, models)
        yunet = YuNet(policy.models.detector.read(models))
    people = compare_all(options.data, yunet, embedder, kind)
    random = np.random.default_rng(SEED)
    try:
        found = calibration.calibrate(people.comparisons, options.far, random)
    except ValueError:
        raise RefusedError(text_of("face.too_few_people_in", path=options.data)) from None
    if people.unusable:
        print(text_of("face.unusable", names="、".join(people.unusable)), file=sys.stderr)
    if found.provisional:
        print(text_of("face.few_people", count=found.persons), file=sys.stderr)
    options.out.mkdir(parents=True, exist_ok=True)
    file, picture = (
        options.out / f"face_{plan.engine}_{kind.value}.{ending}" for ending in ("toml", "png")
    )
    day, name = civil_day(civil_now()), options.data.resolve().name
    content = calibration.as_toml(found, plan.engine, plan.sha256, kind, day, name)
    file.write_text(content, "utf-8")
    both = people.comparisons
    interval = (found.low, found.high)
    rates = calibration.rates_by_person(both, found.accept, random)
    picture.write_bytes(distributions(both.genuine, both.impostors, found.accept, interval))
    return {
        "persons": found.persons,
        "pictures": people.pictures,
        "unusable": len(people.unusable),
        **_rounded(found, rates),
        "strangers": _strangers(both, read_people(options.data), found.accept, random),
        "claim": calibration.claim(found, rates),
        "thresholds": str(file),
        "plot": str(picture),
    }


def _rounded(found: Calibration, rates: RateIntervals) -> dict[str, Any]:
    """Return the figures of a calibration as they are printed."""
    return {
        "genuine": found.genuine,
        "impostors": found.impostors,
        "accept": round(found.accept, 4),
        "interval": [round(found.low, 4), round(found.high, 4)],
        "retry": round(found.retry, 4),
        "tar": round(found.tar, 4),
        "far": round(found.far, 4),
        "tar_interval": [round(one, 4) for one in rates.tar],
        "far_interval": [round(one, 4) for one in rates.far],
        "provisional": found.provisional,
    }


def _strangers(
    found: Comparisons, people: dict[str, SexAndAge], accept: float, random: Generator
) -> dict[str, Any]:
    """Return the false acceptance among strangers of one sex and age, for each sex and band."""
    from drivers.face.evaluation.strangers import BANDS, OLD, pairs_of, stranger_rate

    rates = {}
    for low, high in (OLD, *BANDS):
        for sex in ("F", "M"):
            rate = stranger_rate(found, pairs_of(found, people, (low, high), sex), accept, random)
            if rate.pairs:
                rates[f"{sex} {low}-{high}"] = {
                    "persons": rate.persons,
                    "far": round(rate.far, 4),
                    "interval": [round(rate.low, 4), round(rate.high, 4)],
                }
    return rates


def _policy(options: argparse.Namespace, numbers: Path) -> tuple[FacePolicy, EmbedderPlan]:
    from drivers.face.embedding.embedder import EmbedderPlan
    from drivers.face.policy import read_policy, shipped_digest

    policy = read_policy(numbers, options.thresholds)
    if options.model and not options.sha256:
        raise MissingDigestError(text_of("face.no_digest", path=options.model))
    digest = options.sha256 if options.model else shipped_digest(policy.models, options.engine)
    return policy, EmbedderPlan(options.engine, digest, options.model, options.mean, options.scale)


def _engine(models: Path, policy: FacePolicy, embedder: EmbedderPlan) -> FaceEngine:
    from drivers.face.engine.face_engine import EnginePlan, FaceEngine

    with _Models():
        return FaceEngine(EnginePlan(models, policy.models, embedder, policy.quality))


class _Models:
    """Turns the errors of loading models into a RefusedError that names the model."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, _trace: object) -> None:
        import cv2

        from drivers.face.models import UnknownModelError

        if isinstance(error, (UnknownModelError, OSError, RuntimeError, cv2.error)):
            raise RefusedError(text_of("face.wrong_model", why=error)) from error


def _looks(engine: FaceEngine, pictures: list[Any]) -> tuple[list[str], list[float]]:
    """Return the hint for each probe, "good" for none, and the distances of the good ones."""
    from drivers.face.engine.messages import LookRequest

    quality, distances = [], []
    for picture in pictures:
        height, width = picture.shape[:2]
        seen = engine.look(picture, LookRequest(width, height, eyes=False))
        assert not isinstance(seen, Failure)
        quality.append(seen.hint.value if seen.hint else "good")
        if seen.distance is not None:
            distances.append(seen.distance)
    return quality, distances


def _picture(path: Path) -> Any:
    from drivers.face.evaluation.known_people import read_picture

    picture = read_picture(path)
    if picture is None:
        raise RefusedError(text_of("face.no_picture", path=path))
    return picture

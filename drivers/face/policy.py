"""The policy of the face check: config/face.toml as values, checked like settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from drivers.face.decision import DecisionRules, Thresholds
from drivers.face.detection.quality import QualityLimits
from drivers.face.embedding.embedder import DLIB128, SFACE, EmbedderPlan
from drivers.face.liveness.rules import TURNS, LivenessRules
from drivers.face.models import ModelFiles
from kiosk.config.schema import ConfigError, Problem, load
from kiosk.config.settings import FaceSettings
from kiosk.operator_texts import text_of
from kiosk.ports import ReferenceKind


@dataclass(frozen=True)
class MeasuredThresholds:
    """Two distances, and how they were measured; `model` is the embedder's SHA-256."""

    engine: str
    model: str
    reference: ReferenceKind
    accept: float
    retry: float
    date: date
    data_set: str = ""


@dataclass(frozen=True)
class FacePolicy:
    """The content of config/face.toml.

    `same_person` is for each engine the greatest distance of a later look to the first of a try,
    `turned_person` that of a turned one; engines without it don't compare turned faces.
    """

    models: ModelFiles
    same_person: Mapping[str, float]
    turned_person: Mapping[str, float]
    thresholds: tuple[MeasuredThresholds, ...]
    decision: DecisionRules
    quality: QualityLimits
    liveness: LivenessRules


@dataclass(frozen=True)
class OwnThresholds:
    """The thresholds that `face calibrate` wrote on this site."""

    thresholds: tuple[MeasuredThresholds, ...] = field(default=())


def read_policy(path: Path, own: Path | None = None) -> FacePolicy:
    """Return the policy in `path`; a site's own thresholds in the file `own` come first.

    Raises ConfigError with a cure when a value is wrong.
    """
    policy = load(FacePolicy, path)
    mine = load(OwnThresholds, own).thresholds if own else ()
    if not set(TURNS) <= set(policy.liveness.actions):
        raise ConfigError((Problem(str(path), 0, "actions", text_of("face.no_turns")),))
    for one in (*mine, *policy.thresholds):
        if not 0 < one.accept <= one.retry:
            expected = text_of("face.accept_out_of_range", accept=one.accept)
            raise ConfigError((Problem(str(own or path), 0, "thresholds", expected),))
    return replace(policy, thresholds=(*mine, *policy.thresholds))


def liveness_rules(policy: FacePolicy, engine: str) -> LivenessRules:
    """Return the liveness rules with the engine's own `same_person`.

    Raises ConfigError for an engine that has none.
    """
    if engine not in policy.same_person:
        expected = text_of("face.no_thresholds")
        raise ConfigError((Problem("config/face.toml", 0, f"same_person.{engine}", expected),))
    return replace(
        policy.liveness,
        same_person=policy.same_person[engine],
        turned_person=policy.turned_person.get(engine, 0.0),
    )


def thresholds_for(
    policy: FacePolicy, engine: str, model: str, reference: ReferenceKind
) -> Thresholds:
    """Return the distances for one engine, its model's SHA-256 and a kind of reference.

    Raises ConfigError when they were never measured.
    """
    for one in policy.thresholds:
        if (one.engine, one.model, one.reference) == (engine, model, reference):
            return Thresholds(one.accept, one.retry)
    key = f"{engine} {model[:16]} {reference.value}"
    raise ConfigError((Problem("config/face.toml", 0, key, text_of("face.no_thresholds")),))


def shipped_digest(models: ModelFiles, engine: str) -> str:
    """Return the SHA-256 of the model that an engine comes with; onnx112 has none: ""."""
    return {SFACE: models.sface.sha256, DLIB128: models.embed.sha256}.get(engine, "")


def wanted_embedder(face: FaceSettings, policy: FacePolicy) -> EmbedderPlan:
    """Return the embedder of the settings: their own model, or the one of the policy."""
    return EmbedderPlan(
        engine=face.engine,
        sha256=face.model_sha256 if face.model else shipped_digest(policy.models, face.engine),
        weights=Path(face.model) if face.model else None,
        mean=face.model_mean,
        scale=face.model_scale,
    )

"""The numbers of the face check are data, complete, and bound to the models they hold for."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from drivers import registry
from drivers.face.embedding.embedder import DLIB_WEIGHTS, dlib_folder
from drivers.face.liveness.rules import LivenessStep
from drivers.face.policy import liveness_rules, read_policy, thresholds_for
from kiosk.config.schema import ConfigError
from kiosk.config.settings_reader import read_settings
from kiosk.config.validation import ENGINES
from kiosk.ports import ReferenceKind
from tests.drivers.face.conftest import (
    CHIP,
    DLIB,
    EMBEDDER,
    MODELS,
    POLICY,
    PORTRAIT,
    ROOT,
    THRESHOLDS,
)

NUMBERS = ROOT / "config" / "face.toml"
OWN = """[[thresholds]]
engine = "{engine}"
model = "{model}"
reference = "{kind}"
accept = {accept}
retry = 0.47
date = 2026-11-23
data_set = "60 volunteers"
"""


def own(folder: Path, **changes: object) -> Path:
    said = {"engine": "sface", "model": EMBEDDER.sha256, "kind": "portrait", "accept": 0.39}
    path = folder / "own.toml"
    path.write_text(OWN.format(**{**said, **changes}), "utf-8")
    return path


@pytest.mark.parametrize("kind", ReferenceKind)
def test_the_shipped_engines_have_thresholds_for_both_kinds(kind: ReferenceKind) -> None:
    found = thresholds_for(POLICY, "dlib128", DLIB.sha256, kind)
    assert 0 < found.accept <= found.retry < 0.6, "0.6 lets nearly every second stranger in"
    found = thresholds_for(POLICY, "sface", EMBEDDER.sha256, kind)
    published = 1 - 0.363
    assert 0 < found.accept < published, "OpenCV's cosine lets in every tenth woman of that age"


def test_same_person_belongs_to_an_engine() -> None:
    found = {engine: liveness_rules(POLICY, engine).same_person for engine in ENGINES}
    assert set(found) == set(POLICY.same_person)
    assert all(0 < one < 1 for one in found.values())
    assert found["sface"] > found["dlib128"]
    with pytest.raises(ConfigError, match=r"same_person\.another"):
        liveness_rules(POLICY, "another")
    assert POLICY.liveness.same_person == 0, "without an engine nobody is the same person"


def test_the_digests_are_those_of_the_files() -> None:
    models = POLICY.models
    for folder, one in (
        (MODELS, models.detector),
        (MODELS, models.points),
        (MODELS, models.eyes),
        (MODELS, models.sface),
        (dlib_folder(), models.embed),
        (dlib_folder(), models.align),
    ):
        assert hashlib.sha256((folder / one.file).read_bytes()).hexdigest() == one.sha256
    assert models.embed.file == DLIB_WEIGHTS
    notice = (MODELS / "NOTICE").read_text("utf-8")
    for one in (models.detector, models.points, models.eyes, models.sface):
        assert one.sha256 in notice
        assert one.file in notice


def test_thresholds_of_a_site_come_first(tmp_path: Path) -> None:
    policy = read_policy(NUMBERS, own(tmp_path))
    found = thresholds_for(policy, "sface", EMBEDDER.sha256, PORTRAIT)
    assert (found.accept, found.retry) == (0.39, 0.47)
    assert thresholds_for(policy, "sface", EMBEDDER.sha256, CHIP).accept == THRESHOLDS[CHIP].accept


def test_another_model_needs_thresholds_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="face calibrate"):
        thresholds_for(POLICY, "sface", "0" * 64, PORTRAIT)
    policy = read_policy(NUMBERS, own(tmp_path, model="0" * 64))
    assert thresholds_for(policy, "sface", "0" * 64, PORTRAIT).accept == 0.39


@pytest.mark.parametrize("accept", [0.0, -0.1, 0.48, "nan"])
def test_thresholds_that_can_not_be(tmp_path: Path, accept: object) -> None:
    with pytest.raises(ConfigError, match="accept"):
        read_policy(NUMBERS, own(tmp_path, accept=accept))


def test_the_head_has_to_be_turned(tmp_path: Path) -> None:
    path = tmp_path / "face.toml"
    text = NUMBERS.read_text("utf-8")
    path.write_text(text.replace('"turn_left", "turn_right", "blink"', '"blink", "mouth"'), "utf-8")
    with pytest.raises(ConfigError, match="turn_left"):
        read_policy(path)
    path.write_text(text.replace('"blink"]', '"blink", "mouth"]'), "utf-8")
    assert LivenessStep.MOUTH in read_policy(path).liveness.actions


def test_a_key_that_nobody_knows_is_named(tmp_path: Path) -> None:
    path = tmp_path / "face.toml"
    path.write_text(NUMBERS.read_text("utf-8").replace("turn_depth", "turn_deep"), "utf-8")
    with pytest.raises(ConfigError, match=r"liveness\.turn_deep"):
        read_policy(path)


def test_a_checker_for_a_model_without_thresholds_is_not_made(tmp_path: Path) -> None:
    settings = read_settings(ROOT / "config" / "kiosk.toml")
    face = replace(settings.face, model="/opt/other.onnx", model_sha256="0" * 64)
    strange = replace(settings, face=face)
    with pytest.raises(ConfigError, match="face calibrate"):
        registry.make_checker(strange, MODELS, NUMBERS)
    measured = own(tmp_path, model="0" * 64)
    calibrated = replace(strange, face=replace(face, thresholds=str(measured)))
    checker = registry.make_checker(calibrated, MODELS, NUMBERS)
    assert set(checker._plan.thresholds) == {PORTRAIT}
    assert checker._plan.engine.embedder.weights == Path("/opt/other.onnx")
    plain = registry.make_checker(settings, MODELS, NUMBERS)
    assert set(plain._plan.thresholds) == {PORTRAIT, CHIP}
    assert plain._plan.engine.embedder == EMBEDDER
    assert plain.pid is None

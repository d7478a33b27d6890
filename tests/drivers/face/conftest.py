"""One warm engine in this process, one in its own, and rendered frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from drivers.face.checker import FacePlan, ProcessFaceChecker
from drivers.face.detection.yunet import YuNet
from drivers.face.embedding.embedder import EmbedderPlan
from drivers.face.engine.face_engine import EnginePlan, FaceEngine
from drivers.face.policy import liveness_rules, read_policy, thresholds_for
from drivers.simulated.scenes.face_scene import FaceScene, SceneFilm, load_figure
from drivers.simulated.scenes.photo_print import PhotoPrint
from kiosk.ports import Frame, ReferenceKind

ROOT = Path(__file__).parents[3]
MODELS = ROOT / "assets" / "models"
POLICY = read_policy(ROOT / "config" / "face.toml")
EMBEDDER = EmbedderPlan("sface", POLICY.models.sface.sha256)
DLIB = EmbedderPlan("dlib128", POLICY.models.embed.sha256)
LIVENESS = liveness_rules(POLICY, "sface")
PORTRAIT, CHIP = ReferenceKind.PORTRAIT, ReferenceKind.CHIP
THRESHOLDS = {
    kind: thresholds_for(POLICY, "sface", EMBEDDER.sha256, kind) for kind in (PORTRAIT, CHIP)
}


def engine_plan(**changes: object) -> EnginePlan:
    return replace(EnginePlan(MODELS, POLICY.models, EMBEDDER, POLICY.quality), **changes)


def face_plan(**changes: object) -> FacePlan:
    plan = FacePlan(engine_plan(), THRESHOLDS, POLICY.decision, LIVENESS, Random(3).random)
    # A machine that runs other tests beside may be late; what is about lateness says so itself.
    return replace(plan, **{"start_seconds": 60.0, "answer_seconds": 30.0} | changes)


@pytest.fixture(scope="session")
def portrait() -> bytes:
    return (ROOT / "assets" / "portraits" / "collins.jpg").read_bytes()


@pytest.fixture(scope="session")
def yunet() -> YuNet:
    return YuNet(POLICY.models.detector.read(MODELS))


@pytest.fixture(scope="session")
def printed() -> PhotoPrint:
    return PhotoPrint(load_figure(ROOT / "assets" / "portraits" / "collins_figure.webp"))


@pytest.fixture(scope="session")
def film() -> SceneFilm:
    return SceneFilm(load_figure(ROOT / "assets" / "portraits" / "collins_figure.webp"), seed=11)


@pytest.fixture(scope="session")
def shoot(film: SceneFilm) -> Callable[[FaceScene, int], Frame]:
    """Render frame `number` of a scene as a camera would deliver it."""

    def frame(scene: FaceScene, number: int) -> Frame:
        return Frame(number, number / 15, 640, 480, film.frame(scene, number).tobytes())

    return frame


@pytest.fixture(scope="session")
def warm_engine() -> FaceEngine:
    return FaceEngine(engine_plan())


@pytest.fixture
def engine(warm_engine: FaceEngine, portrait: bytes) -> Iterator[FaceEngine]:
    assert warm_engine.prepare(portrait) is None
    yield warm_engine
    warm_engine.forget()


@pytest.fixture(scope="session")
def warm_checker() -> Iterator[ProcessFaceChecker]:
    checker = ProcessFaceChecker(face_plan())
    checker.start()
    yield checker
    checker.close()


@pytest.fixture
def checker(warm_checker: ProcessFaceChecker) -> Iterator[ProcessFaceChecker]:
    yield warm_checker
    warm_checker.forget()


@pytest.fixture
def own_checker() -> Iterator[ProcessFaceChecker]:
    checker = ProcessFaceChecker(face_plan())
    yield checker
    checker.close()

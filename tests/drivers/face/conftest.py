"""One warm engine in this process, one in its own, and rendered frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.face.checker import FacePlan, ProcessFaceChecker
from drivers.face.decision import Thresholds
from drivers.face.engine import FaceEngine
from drivers.face.quality import QualityLimits
from drivers.simulated.face_scene import Scene, SceneFilm, load_figure
from kiosk.ports import Frame

ROOT = Path(__file__).parents[3]
MODEL = ROOT / "assets" / "models" / "face_detection_yunet_2023mar.onnx"
SHIPPED = Thresholds(accept=0.42, retry=0.50)  # config/kiosk.toml


@pytest.fixture(scope="session")
def model() -> Path:
    return MODEL


@pytest.fixture(scope="session")
def portrait() -> bytes:
    return (ROOT / "assets" / "portraits" / "collins.jpg").read_bytes()


@pytest.fixture(scope="session")
def shoot() -> Callable[[Scene, int], Frame]:
    """Render frame `number` of a scene as a camera would deliver it."""
    figure = load_figure(ROOT / "assets" / "portraits" / "collins_figure.webp")
    film = SceneFilm(figure, seed=11)

    def frame(scene: Scene, number: int) -> Frame:
        return Frame(number, number / 15, 640, 480, film.frame(scene, number).tobytes())

    return frame


@pytest.fixture(scope="session")
def warm_engine() -> FaceEngine:
    return FaceEngine(MODEL, QualityLimits())


@pytest.fixture
def engine(warm_engine: FaceEngine, portrait: bytes) -> Iterator[FaceEngine]:
    assert warm_engine.prepare(portrait) is None
    yield warm_engine
    warm_engine.forget()


@pytest.fixture(scope="session")
def warm_checker() -> Iterator[ProcessFaceChecker]:
    checker = ProcessFaceChecker(FacePlan(MODEL, SHIPPED, frames=3))
    checker.start()
    yield checker
    checker.close()


@pytest.fixture
def checker(warm_checker: ProcessFaceChecker) -> Iterator[ProcessFaceChecker]:
    yield warm_checker
    warm_checker.forget()

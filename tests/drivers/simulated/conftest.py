"""The things that every test of a simulated device needs."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from drivers.simulated.bench import BenchPlan, first_font
from drivers.simulated.scenes.face_scene import SceneFilm, load_figure

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def font() -> Path:
    """The project's font; Kivy's own, without Chinese letters, where that is not fetched yet."""
    try:
        return first_font(ROOT / "assets" / "fonts")
    except FileNotFoundError:
        kivy = find_spec("kivy")
        assert kivy is not None
        assert kivy.origin is not None
        return Path(kivy.origin).parent / "data" / "fonts" / "Roboto-Regular.ttf"


@pytest.fixture(scope="session")
def film() -> SceneFilm:
    return SceneFilm(load_figure(ROOT / "assets" / "portraits" / "collins_figure.webp"), seed=7)


@pytest.fixture
def plan(font: Path, tmp_path: Path) -> BenchPlan:
    return BenchPlan(
        ROOT / "config" / "personas", ROOT / "assets" / "portraits", font, tmp_path, seed=7
    )

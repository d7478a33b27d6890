"""A copy of config/ that a test may break."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.kiosk.retirement.shipped import CONFIG


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return shutil.copytree(CONFIG, tmp_path / "config")

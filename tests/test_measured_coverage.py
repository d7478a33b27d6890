"""What a worker of pytest-xdist covered is kept, even if the worker is killed when it should exit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import coverage

CONFTEST = Path(__file__).with_name("conftest.py")
#: As pytest-xdist ends a worker that takes too long: no handler of its exit runs.
KILLED = """
import os, signal
{hook}

def pytest_unconfigure(config):
    if hasattr(config, "workerinput"):
        os.kill(os.getpid(), signal.SIGKILL)
"""
SETTINGS = "[run]\nparallel = true\npatch = subprocess\nsource = covered\n"
TEST = "import covered\n\ndef test_it():\n    assert covered.two() == 2\n"


def lines_covered(folder: Path, hook: str) -> list[int]:
    """Run a test in a worker that is killed at its end; return the lines of its module covered."""
    (folder / "conftest.py").write_text(KILLED.format(hook=hook), "utf-8")
    (folder / ".coveragerc").write_text(SETTINGS, "utf-8")
    (folder / "covered.py").write_text("def two():\n    return 2\n", "utf-8")
    (folder / "test_covered.py").write_text(TEST, "utf-8")
    (folder / "tests").mkdir()
    (folder / "tests" / "__init__.py").touch()
    for needed in ("conftest.py", "postgresql.py"):
        shutil.copy(CONFTEST.with_name(needed), folder / "tests")
    # Not measured by the coverage that measures this test.
    own = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE_")}
    subprocess.run(
        [sys.executable, "-m", "coverage", "run", "-m", "pytest", "-q", "-n", "1", "-p",
         "no:cacheprovider", "test_covered.py"],
        cwd=folder, env=own, capture_output=True, text=True, check=False,
    )  # fmt: skip
    measured = coverage.Coverage(data_file=str(folder / ".coverage"), config_file=False)
    measured.combine([str(folder)])
    return sorted(measured.get_data().lines(str(folder / "covered.py")) or [])


def test_a_killed_worker_has_written_what_it_covered(tmp_path):
    assert lines_covered(tmp_path, "from tests.conftest import pytest_sessionfinish") == [1, 2]


def test_without_the_hook_it_is_lost(tmp_path):
    assert lines_covered(tmp_path, "") == []

"""A misspelt event, or a guard or an action of another event, does not pass mypy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.kiosk.invented_people import ROOT

pytestmark = pytest.mark.slow

STEP = ROOT / "kiosk" / "visit" / "steps" / "face_check" / "transitions.py"


def check(tmp_path: Path, right: str, wrong: str) -> tuple[int, str]:
    """Return mypy's exit code and words for the step of the face check with one change."""
    text = STEP.read_text("utf-8")
    assert text.count(right) == 1
    broken = tmp_path / "broken_transitions.py"
    broken.write_text(text.replace(right, wrong), "utf-8")
    options = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(tmp_path)]
    command = [sys.executable, "-m", "mypy", *options, str(broken)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_the_step_as_it_is_passes(tmp_path):
    assert check(tmp_path, "FaceHint, do=take_hint", "FaceHint, do=take_hint") == (
        0,
        "Success: no issues found in 1 source file\n",
    )


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("On(FaceHint, do=take_hint", "On(FaceHinted, do=take_hint", 'Name "FaceHinted" is not'),
        (
            "On(Press.TURN_ONLY,",
            "On(Press.TURN_ONLYY,",
            '"type[Press]" has no attribute "TURN_ONLYY"',
        ),
        ("On(FaceHint, do=take_hint", 'On("FaceHint", do=take_hint', "No overload variant"),
        ("On(FaceHint, do=take_hint", "On(Failure, do=take_hint", 'cannot be "Failure"'),
        ("On(FaceHint, do=take_hint", "On(FaceMatched, do=take_hint", "incompatible type"),
        ("On(FaceHint, do=take_hint", "On(FaceHint, do=take_hintt", 'Name "take_hintt" is not'),
    ],
    ids=["event", "press", "string", "no event", "action of another event", "action"],
)
def test_a_wrong_transition_does_not_pass(tmp_path, right, wrong, said):
    status, words = check(tmp_path, right, wrong)
    assert status == 1
    assert said in words

"""What the check of the recordings counts, with a recogniser that says what a file tells it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from kiosk.clips import Clip
from script.recording.hearing_check import WINDOW_SECONDS, hear_clips, share, windows_of

CLIPS = [Clip("请看镜头", 2.0, "a"), Clip("放好身份证", 2.0, "b"), Clip("签个名", 2.0, "c")]


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """Return a workshop whose recogniser answers the nth call with the nth list of lines."""
    python = tmp_path / "hearing" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        f"#!{sys.executable}\n"
        "import json, pathlib, sys\n"
        f"told = pathlib.Path({str(tmp_path / 'told.json')!r})\n"
        "first, *rest = json.loads(told.read_text())\n"
        "told.write_text(json.dumps(rest))\n"
        "assert len(sys.stdin.read().splitlines()) == len(first)\n"
        "print(*first, sep='\\n')\n",
        "utf-8",
    )
    python.chmod(0o755)
    return tmp_path


def tell(workshop: Path, *answers: list[str]) -> None:
    (workshop / "told.json").write_text(json.dumps(answers), "utf-8")


def test_what_was_misheard_is_heard_once_more(workshop: Path) -> None:
    tell(workshop, ["请看镜头签个明天"], ["放好身份证签个名"])
    found = hear_clips(CLIPS, workshop, "opus", workshop)
    assert [one.errors for one in found] == [0, 0, 0]


def test_the_better_hearing_counts(workshop: Path) -> None:
    tell(workshop, ["请看镜头放好身份签个名"], ["身份"])
    found = hear_clips(CLIPS, workshop, "opus", workshop)
    assert [one.errors for one in found] == [0, 1, 0]
    assert [one.is_poor for one in found] == [False, True, False]


def test_a_windows_text_is_shared_by_the_best_alignment() -> None:
    found = share(CLIPS, "请看镜头身份证签个名")
    assert [one.heard for one in found] == [
        ("qing", "kan", "jing", "tou"),
        ("shen", "fen", "zheng"),
        ("qian", "ge", "ming"),
    ]


def test_a_window_is_no_longer_than_the_recognisers() -> None:
    clips = [Clip(f"第{number}句话", 9.0, str(number)) for number in range(7)]
    windows = list(windows_of(clips))
    assert [clip for window in windows for clip in window] == clips
    assert all(sum(clip.seconds for clip in window) <= WINDOW_SECONDS for window in windows)
    assert len(windows) == 4

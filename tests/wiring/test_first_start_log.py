"""What the first start says to the journal."""

from __future__ import annotations

import pytest

from kiosk.pages.first_start import FirstStart, FirstStartStage
from wiring.first_start.process import JOURNAL, StageLog


def test_each_stage_is_said_when_it_begins(capsys: pytest.CaptureFixture[str]) -> None:
    log = StageLog()
    stages = [FirstStartStage.SCANNERLESS] * 3 + [FirstStartStage.CARD] * 2
    for stage in [*stages, FirstStartStage.SCANNERLESS]:
        log.note(FirstStart(stage))
    assert capsys.readouterr().out.splitlines() == [
        f"retirement-kiosk: {JOURNAL[stage]}"
        for stage in (
            FirstStartStage.SCANNERLESS,
            FirstStartStage.CARD,
            FirstStartStage.SCANNERLESS,
        )
    ]


def test_digits_are_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    StageLog().note(FirstStart(FirstStartStage.DIGITS, digits="314159"))
    assert "314159" not in capsys.readouterr().out

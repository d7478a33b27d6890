"""What the first start says to the journal."""

from __future__ import annotations

import threading

import pytest

from kiosk.pages.first_start import FirstStart, FirstStartStage
from wiring.first_start.process import JOURNAL, StageLog, WatchedEnrolment


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


def test_the_service_manager_hears_the_stage_and_whether_it_works() -> None:
    log, over = StageLog(), threading.Event()
    worker = threading.Thread(target=over.wait)
    watched = WatchedEnrolment(worker, log)
    assert watched.status() == ""
    log.note(FirstStart(FirstStartStage.CARD))
    assert watched.status() == JOURNAL[FirstStartStage.CARD]
    worker.start()
    assert watched.devices_live()
    over.set()
    worker.join()
    assert not watched.devices_live()


def test_digits_are_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    StageLog().note(FirstStart(FirstStartStage.DIGITS, digits="314159"))
    assert "314159" not in capsys.readouterr().out

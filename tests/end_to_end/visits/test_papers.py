"""A paper is photographed on the real terminal, read by a process of its own, and kept."""

from __future__ import annotations

from contextlib import suppress

import psutil
import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.retirement.materials import Resolution
from kiosk.visit.stages import Stage
from tests.end_to_end.conftest import WholeTerminal
from tests.kiosk.invented_people import handbook


def go_to_papers(terminal: WholeTerminal) -> None:
    terminal.begin()
    terminal.until(Stage.FACTS)
    terminal.answer_questions()
    assert terminal.visit.stage is Stage.MATERIALS


def readers() -> list[psutil.Process]:
    """Return the processes that read papers: those of less priority than this one."""
    mine, found = psutil.Process(), []
    for one in mine.children():
        with suppress(psutil.NoSuchProcess):  # a player of sounds ends while it is looked at
            if "spawn_main" in str(one.cmdline()) and one.nice() > mine.nice():
                found.append(one)
    return found


@pytest.mark.slow
def test_another_persons_paper_is_said_and_kept_on_the_persons_word(terminal: WholeTerminal):
    go_to_papers(terminal)
    before = len(readers())
    terminal.desk.bench.lay("wooden_desk")
    terminal.press(Press.CAPTURE)
    terminal.until_said(handbook().failures[Failure.PAPER_OF_ANOTHER].sentence)
    assert len(readers()) == before + 1
    shown = terminal.visit.papers.picture
    assert shown is not None
    assert {one.name: one.value for one in shown.read}["issued_on"] == "1999-06-01"
    terminal.press(Press.KEEP_PICTURE)
    while terminal.visit.stage is Stage.MATERIALS:
        terminal.loop.run_until(lambda: not terminal.visit.papers.capturing)
        if terminal.visit.stage is Stage.MATERIALS:
            terminal.press(Press.PROMISE)
    assert Resolution.CAPTURED in terminal.visit.papers.settled.values()
    (kept,) = next(iter(terminal.visit.papers.captured.values()))
    assert (kept.doubt, kept.kept_by) == ("paper_of_another", "person")
    terminal.go_home()
    assert len(readers()) == before, "it ends with the stage"
    said = "\n".join(terminal.lines)
    assert "PaperRead" in said
    for file in terminal.desk.folder.rglob("*"):
        if file.is_file() and not file.is_relative_to(terminal.desk.folder / "central"):
            assert "某某".encode() not in file.read_bytes(), file
    assert "1999-06-01" not in said

"""The line of progress: rewritten on a terminal, few and plain lines in a log."""

from __future__ import annotations

import contextlib
import io
import os
import sys

import pytest

from kiosk.progress import MOST_LINES, ProgressLine


class TerminalStream(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((24, 10)))


@pytest.mark.usefixtures("narrow")
def test_on_a_terminal_one_line_is_rewritten() -> None:
    screen = TerminalStream()
    with ProgressLine("tour", 3, screen) as line:
        line.begin("idle")
        line.step("card")
        assert screen.getvalue() == "\r[0/3] tour: idle\x1b[K\r[1/3] tour: card\x1b[K"
    assert screen.getvalue().endswith("\r\x1b[K")
    assert "\n" not in screen.getvalue()


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ("a long name of a page", "[1/3] tour: a long name"),
        ("身份证读卡器和镜头", "[1/3] tour: 身份证读卡"),
    ],
)
def test_a_line_never_wraps(now: str, shown: str) -> None:
    screen = TerminalStream()
    ProgressLine("tour", 3, screen).step(now)
    assert screen.getvalue() == f"\r{shown}\x1b[K"


def test_what_ends_the_work_leaves_a_clean_line() -> None:
    screen = TerminalStream()
    with contextlib.suppress(SystemExit), ProgressLine("tour", 3, screen) as line:
        line.step("card")
        raise SystemExit(143)
    assert screen.getvalue().endswith("\r\x1b[K")


def test_a_work_without_a_step_writes_nothing() -> None:
    screen = TerminalStream()
    with ProgressLine("tour", 3, screen):
        pass
    assert screen.getvalue() == ""


def test_in_a_log_each_of_a_few_steps_is_a_line() -> None:
    log = io.StringIO()
    with ProgressLine("package", 2, log) as line:
        line.begin("wheels")
        line.step("retirement-kiosk")
        line.step()
    assert log.getvalue().splitlines() == [
        "[0/2] package: wheels",
        "[1/2] package: retirement-kiosk",
        "[2/2] package",
    ]


def test_how_many_is_left_out_where_nobody_knows() -> None:
    log = io.StringIO()
    ProgressLine("tour", stream=log).step("card")
    assert log.getvalue() == "[1] tour: card\n"


def test_in_a_log_thousands_of_steps_are_a_few_lines() -> None:
    log, total = io.StringIO(), 16_524
    line = ProgressLine("gallery", total, log)
    for at in range(total + 1):
        line.at(at)
    said = log.getvalue().splitlines()
    assert len(said) in range(MOST_LINES, MOST_LINES + 3)
    assert (said[0], said[-1]) == ("[0/16524] gallery", "[16524/16524] gallery")


def test_results_are_not_mixed_with_it() -> None:
    assert ProgressLine("tour").stream is sys.stderr

"""A trial with real people: the file of its page times, and the command `pilot`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.journal.pilot_report import PageFigures, page_figures, read_trial
from kiosk.log import LogEvent, say
from kiosk.operator_texts import text_of
from kiosk.units import MIB

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.config.settings import Settings

NAME = "pilot.jsonl"
FEWEST = 10
"""Visits below which medians say little."""
HEAD = ("page", "visits", "median_s", "p90_s", "model_s", "touches", "repeats", "backs", "helps")


def times_path(settings: Settings) -> Path:
    """Return the file of page times, beside the database."""
    return Path(settings.store.path).with_name(NAME)


def times_writer(settings: Settings) -> Callable[[str], None]:
    """Return a function that appends the line of one visit to the file of page times.

    Without a trial nothing is written. A file that is full, or that cannot be written, takes no
    more: it is told in the log, and no visit is lost by it.
    """
    path, most = times_path(settings), settings.store.journal_mib * MIB

    def write(line: str) -> None:
        try:
            if path.exists() and path.stat().st_size >= most:
                say(LogEvent.PILOT, text_of("terminal.pilot_full", file=path), trouble="full")
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
        except OSError as error:
            words = text_of("terminal.pilot_unwritable", file=path, why=error.strerror)
            say(LogEvent.PILOT, words, trouble="unwritable")

    return write if settings.pilot.enabled else lambda _line: None


def report_trial(options: argparse.Namespace) -> int:
    """Print the figures of each page of one or more records; return the exit code."""
    lines: list[str] = []
    for path in options.records:
        try:
            lines += path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or str(error)
            return _refuse(text_of("pilot.unreadable", file=path, why=why))
    visits, unreadable = read_trial(lines)
    if not visits:
        return _refuse(text_of("pilot.empty"))
    print(*HEAD, sep="\t")
    for row in page_figures(visits, modelled_seconds()):
        print(*_cells(row), sep="\t")
    for words in _remarks(len(visits), unreadable):
        print(f"pilot: {words}", file=sys.stderr)
    return 0


def modelled_seconds() -> dict[str, float]:
    """Return what the model says of each page, in seconds of the fullest visit that is heard."""
    from wiring.gallery.task_time_model import rehearse

    return rehearse().by_page


def _cells(row: PageFigures) -> tuple[str | int, ...]:
    model = "" if row.modelled is None else f"{row.modelled:.1f}"
    times = f"{row.median:.1f}", f"{row.nine_tenths:.1f}", model
    return row.page, row.visits, *times, row.touches, row.repeats, row.backs, row.helps


def _remarks(visits: int, unreadable: int) -> list[str]:
    few = [text_of("pilot.few", count=visits, enough=FEWEST)] if visits < FEWEST else []
    cut = [text_of("pilot.cut", count=unreadable)] if unreadable else []
    return few + cut


def _refuse(words: str) -> int:
    print(f"pilot: {words}", file=sys.stderr)
    return 1

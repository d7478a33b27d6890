"""The program's log: its files beside the database, their limits, export and sending.

Only lines of the closed list (`kiosk/log.py`) are written, and they are checked once more before
they leave the terminal.
"""

from __future__ import annotations

import logging
import traceback
import zipfile
from collections.abc import Iterator
from http import HTTPStatus
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.atomic_file import flush, replace_durably
from kiosk.log import LOG, LogEvent, is_clean, line_of, say
from kiosk.units import MIB

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kiosk.config.settings import Settings
    from kiosk.ports import Central

NAME = "log.jsonl"
JOURNALS = ("journal.old.jsonl", "journal.jsonl")
PATH, NDJSON = "/v1/logs", "application/x-ndjson"
PIECE = 200 * 1024  # the central service takes 256 KiB at once


class LogFile(RotatingFileHandler):
    """Log handler that writes one line of JSON a record; a full disk only loses lines."""

    def __init__(self, settings: Settings) -> None:
        wanted = settings.log
        path = log_of(settings)
        path.parent.mkdir(parents=True, exist_ok=True)
        size, others = wanted.mib * MIB, wanted.files - 1
        super().__init__(path, "a", size, others, "utf-8", delay=True)

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line, with only those fields that the closed list lets through."""
        return line_of(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Ignore the error: a line that can't be written is lost."""


def log_of(settings: Settings) -> Path:
    """Return the path of the log."""
    return Path(settings.store.path).with_name(NAME)


def keep_log(settings: Settings) -> LogFile | None:
    """Start to write the log; return None where no file can be."""
    try:
        handler = LogFile(settings)
    except OSError:
        return None
    logging.getLogger().addHandler(handler)
    LOG.setLevel(logging.INFO)
    return handler


def end_log(handler: LogFile | None) -> None:
    """Stop writing the log."""
    if handler is not None:
        logging.getLogger().removeHandler(handler)
        LOG.setLevel(logging.NOTSET)
        handler.close()


def tell_bug(error: BaseException) -> None:
    """Log the kind of an exception and where it was raised; its words may name a person."""
    steps = traceback.extract_tb(error.__traceback__)
    where = f"{Path(steps[-1].filename).stem}:{steps[-1].lineno}" if steps else ""
    kind = type(error).__name__
    say(LogEvent.BUG, f"{kind} {where}", logging.ERROR, kind=kind, where=where)


def log_files(settings: Settings) -> list[Path]:
    """Return the log's files, oldest first."""
    first = log_of(settings)
    older = [first.with_name(f"{NAME}.{at}") for at in range(settings.log.files - 1, 0, -1)]
    return [path for path in (*older, first) if path.is_file()]


def clean_lines(files: Iterable[Path]) -> Iterator[str]:
    """Yield the lines that the closed list lets through; raises OSError."""
    for path in files:
        for line in path.read_text("utf-8", "replace").splitlines():
            if is_clean(line):
                yield line


def export_logs(settings: Settings, to: Path) -> tuple[int, int]:
    """Write log and journal as one ZIP `to`; return lines and bytes written. Raises OSError."""
    lines = list(clean_lines(log_files(settings)))
    unnamed = to.with_name(f".{to.name}")
    with zipfile.ZipFile(unnamed, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(NAME, "".join(f"{line}\n" for line in lines))
        for name in JOURNALS:
            path = log_of(settings).with_name(name)
            if path.is_file():
                pack.write(path, name)
    # What stands under the name is whole, also when the stick is pulled out or the power fails.
    flush(unnamed)
    replace_durably(unnamed, to)
    return len(lines), to.stat().st_size


def send_logs(settings: Settings, central: Central) -> int | None:
    """Send the log; return how many lines arrived, None if not all did. Raises OSError."""
    sent = 0
    for piece, lines in _pieces(clean_lines(log_files(settings))):
        answer = central.call("POST", PATH, piece, {"Content-Type": NDJSON})
        if answer.status != HTTPStatus.OK:
            return None
        sent += lines
    return sent


def _pieces(lines: Iterable[str]) -> Iterator[tuple[bytes, int]]:
    piece, count = b"", 0
    for line in lines:
        encoded = line.encode() + b"\n"
        if piece and len(piece) + len(encoded) > PIECE:
            yield piece, count
            piece, count = b"", 0
        piece, count = piece + encoded, count + 1
    if piece:
        yield piece, count

"""Where does the program's log lie, how long may it get, and how does it leave the terminal?

Beside the database. Only lines of the closed list (`kiosk/log.py`) are written, and they are looked
at once more before they go anywhere.
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

from kiosk.log import LOG, LogEvent, is_clean, line_of, say
from wiring.places import MIB

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kiosk.config.settings import Settings
    from kiosk.ports import Central

NAME = "log.jsonl"
JOURNALS = ("journal.old.jsonl", "journal.jsonl")
PATH, NDJSON = "/v1/logs", "application/x-ndjson"
PIECE = 200 * 1024  # the central service takes 256 KiB at once


class LogFile(RotatingFileHandler):
    """One line of JSON for each record; a full disk loses lines and nothing else."""

    def __init__(self, settings: Settings) -> None:
        wanted = settings.log
        path = log_of(settings)
        path.parent.mkdir(parents=True, exist_ok=True)
        size, others = wanted.mib * MIB, wanted.files - 1
        super().__init__(path, "a", size, others, "utf-8", delay=True)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: no words, no values but those that the list lets through."""
        return line_of(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Go on: what can't be written is lost."""


def log_of(settings: Settings) -> Path:
    """Return where the log lies."""
    return Path(settings.store.path).with_name(NAME)


def keep_log(settings: Settings) -> LogFile | None:
    """Begin to keep the log; None where no file can be."""
    try:
        handler = LogFile(settings)
    except OSError:
        return None
    logging.getLogger().addHandler(handler)
    LOG.setLevel(logging.INFO)
    return handler


def end_log(handler: LogFile | None) -> None:
    """Keep it no more."""
    if handler is not None:
        logging.getLogger().removeHandler(handler)
        LOG.setLevel(logging.NOTSET)
        handler.close()


def tell_bug(error: BaseException) -> None:
    """Say of which kind it is and where it was raised: its words may name a person."""
    steps = traceback.extract_tb(error.__traceback__)
    where = f"{Path(steps[-1].filename).stem}:{steps[-1].lineno}" if steps else ""
    kind = type(error).__name__
    say(LogEvent.BUG, f"{kind} {where}", logging.ERROR, kind=kind, where=where)


def log_files(settings: Settings) -> list[Path]:
    """Return the log's files, the oldest first."""
    first = log_of(settings)
    older = [first.with_name(f"{NAME}.{at}") for at in range(settings.log.files - 1, 0, -1)]
    return [path for path in (*older, first) if path.is_file()]


def clean_lines(files: Iterable[Path]) -> Iterator[str]:
    """Yield lines that the closed list lets through. Raises OSError."""
    for path in files:
        for line in path.read_text("utf-8", "replace").splitlines():
            if is_clean(line):
                yield line


def export_logs(settings: Settings, to: Path) -> tuple[int, int]:
    """Write log and journal as one ZIP; return lines written and bytes. Raises OSError."""
    lines = list(clean_lines(log_files(settings)))
    unnamed = to.with_name(f".{to.name}")
    with zipfile.ZipFile(unnamed, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(NAME, "".join(f"{line}\n" for line in lines))
        for name in JOURNALS:
            path = log_of(settings).with_name(name)
            if path.is_file():
                pack.write(path, name)
    unnamed.replace(to)
    return len(lines), to.stat().st_size


def send_logs(settings: Settings, central: Central) -> int | None:
    """Send the log; return how many lines arrived, None when not all of them. Raises OSError."""
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

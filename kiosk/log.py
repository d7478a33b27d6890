"""The program's log: a closed list of events and typed fields; nothing else can be written.

mypy refuses a field that is not declared here, and each value must fit the pattern below, which no
person's number or name does. The file has one JSON object a line.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict, Unpack

from kiosk.civil_time import civil_time_of
from kiosk.failures import Failure

LOG = logging.getLogger("kiosk")
MARK = "kiosk_entry"  # the record's attribute


class LogEvent(StrEnum):
    """The events of the log."""

    STARTED = "started"
    ENDED = "ended"
    DEVICE = "device"
    DEVICE_HANGS = "device_hangs"
    REFUSED = "refused"
    REFUSED_UNSIGNED = "refused_unsigned"
    SENDING_STOPPED = "sending_stopped"
    CLOCK_WRONG = "clock_wrong"
    RATING_LOST = "rating_lost"
    NOT_RECONCILED = "not_reconciled"
    STORE_DISAGREED = "store_disagreed"
    NOTE_UNREADABLE = "note_unreadable"
    NO_CLIP = "no_clip"
    SPEAKER = "speaker"
    SETTINGS_KEPT = "settings_kept"
    SETTINGS_RETURNED = "settings_returned"
    SETTINGS_REFUSED = "settings_refused"
    SETTINGS_UNUSED = "settings_unused"
    SETTING_RENAMED = "setting_renamed"
    DEVICES_KEPT = "devices_kept"
    DEVICES_RETURNED = "devices_returned"
    POINT_UNLISTED = "point_unlisted"
    METRICS = "metrics"
    PILOT = "pilot"
    BUG = "bug"
    OTHER = "other"  # of a library, or of code that knows no better: who and where, never the words


class Fields(TypedDict, total=False):
    """All fields that an event may carry."""

    version: str
    device: str
    failure: Failure | None
    parcel: str
    trouble: str
    minutes: int
    missing: int
    different: int
    unexpected: int
    restored: int
    remade: int
    skipped: int
    clip: str
    note: str
    settings: str
    setting: str
    renamed_to: str
    lacking: str
    kind: str
    where: str


_COUNT = r"-?[0-9]{1,8}"
_WORD = r"[a-z][a-z_]{0,30}"
_SETTING = r"[a-z_]{1,40}\.[a-z_]{1,40}"
PATTERNS: Mapping[str, str] = {
    "version": r"[0-9]{1,4}(\.[0-9]{1,4}){0,3}([.+-][a-z]{1,8}[0-9]{0,4})?",
    "device": _WORD,
    "failure": _WORD,
    "parcel": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}",
    "trouble": r"((strange answer|unsigned refusal), )?status [0-9]{3}|[a-z][a-z ,._-]{0,60}",
    "minutes": _COUNT,
    "missing": _COUNT,
    "different": _COUNT,
    "unexpected": _COUNT,
    "restored": _COUNT,
    "remade": _COUNT,
    "skipped": _COUNT,
    "clip": r"(?!.*[0-9]{9})[0-9a-f]{16}",
    "note": _WORD,
    "settings": r"[a-z]{12}",
    "setting": _SETTING,
    "renamed_to": _SETTING,
    "lacking": rf"{_WORD}( {_WORD}){{0,12}}",
    "kind": r"[A-Za-z_]{1,60}",
    "where": r"[A-Za-z_.]{1,80}(:[0-9]{1,6})?",
}
UNFIT = "?"  # stands for a value that its pattern does not let through


@dataclass(frozen=True)
class LogEntry:
    """One event, with fields that fit their patterns."""

    event: LogEvent
    fields: Mapping[str, str]


def say(
    event: LogEvent, words: str, level: int = logging.WARNING, /, **fields: Unpack[Fields]
) -> None:
    """Log an event: `words` go to standard error, event and fields to the log file.

    `level` is one of `logging`.
    """
    fitting = {name: _fitting(name, value) for name, value in fields.items()}
    LOG.log(level, "%s", words, extra={MARK: LogEntry(event, fitting)})


class TimedFormatter(logging.Formatter):
    """Formatter for standard error: time in Asia/Shanghai, and the message."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line, and the traceback that it may carry."""
        at = civil_time_of(record.created).isoformat(" ", "milliseconds")
        return f"{at} {super().format(record)}"


def line_of(record: logging.LogRecord) -> str:
    """Return a record as one line of JSON; of other code's records level, place and kind only."""
    entry = getattr(record, MARK, None)
    if not isinstance(entry, LogEntry):
        entry = LogEntry(LogEvent.OTHER, _of_a_stranger(record))
    at = civil_time_of(record.created).isoformat(timespec="milliseconds")
    head = {"at": at, "level": record.levelname.lower(), "event": entry.event.value}
    return json.dumps(head | dict(entry.fields), ensure_ascii=True)


def is_clean(line: str) -> bool:
    """Return whether a line is one that `line_of` could have written."""
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        return False
    if not isinstance(document, dict) or not all(isinstance(one, str) for one in document.values()):
        return False
    head = {name: document.pop(name, "") for name in _HEAD}
    shaped = all(re.fullmatch(_HEAD[name], value) for name, value in head.items())
    known = document.keys() <= PATTERNS.keys()
    return shaped and known and all(_fitting(name, one) == one for name, one in document.items())


def _fitting(name: str, value: object) -> str:
    text = "ready" if value is None else str(value)
    return text if re.fullmatch(PATTERNS[name], text) else UNFIT


def _of_a_stranger(record: logging.LogRecord) -> Mapping[str, str]:
    error = record.exc_info[0] if record.exc_info else None
    kind = error.__name__ if error is not None else record.name
    fields = {"kind": kind.replace(".", "_"), "where": f"{record.module}:{record.lineno}"}
    return {name: _fitting(name, value) for name, value in fields.items()}


_HEAD: Mapping[str, str] = {
    "at": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}[+-][0-9]{2}:[0-9]{2}",
    "level": r"debug|info|warning|error|critical",
    "event": "|".join(LogEvent),
}

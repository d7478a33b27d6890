"""Check that database and second copies agree: at the start and at each reconciliation.

What does not agree is repaired and reported: in the log, the audit, the heartbeat and on the
readiness report. A store on a PostgreSQL server has no second copies: the server checks its own log
and pages, and is backed up by whoever runs it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kiosk.audit.audit_events import AuditEvent
from kiosk.failures import Failure
from kiosk.json_decoder import decode_object
from kiosk.log import LogEvent, say
from kiosk.operator_texts import text_of
from kiosk.storage import audit_chain
from kiosk.storage.copies.confirmed_copies import SUFFIX, ConfirmedCopies, trouble_of
from kiosk.storage.copies.copy_format import Cipher
from kiosk.storage.copy_repair import (
    CopyCheck,
    CopyNote,
    read_copy_note,
    repair,
    write_copy_note,
)
from kiosk.storage.database import StoreError
from kiosk.storage.store import Store
from kiosk.storage.terminal_notes import (
    is_count,
    is_moment,
    read_note,
    tell_unreadable,
    write_note,
)

NAME = "store_alarm"
_SIBLINGS = ("-wal", ".ballast", SUFFIX)


@dataclass(frozen=True)
class StoreAlarm:
    """Totals of what did not agree since the first start; `at` is the latest time (ISO).

    `older`: how often the database was older than its copies or than the central service's numbers,
    or empty though it was not the first.
    """

    at: str = ""
    restored: int = 0
    remade: int = 0
    lost: int = 0
    skipped: int = 0
    older: int = 0

    def __add__(self, check: CopyCheck) -> StoreAlarm:
        """Return the sum with a check's counts; `at` stays."""
        return replace(
            self,
            restored=self.restored + check.restored,
            remade=self.remade + check.remade,
            lost=self.lost + len(check.lost),
            skipped=self.skipped + check.skipped,
            older=self.older + (check.rewound or check.new),
        )

    @property
    def brief(self) -> str:
        """Return the totals for the heartbeat; "" for none."""
        counts = {name: value for name, value in asdict(self).items() if name != "at" and value}
        text = " ".join(f"{name} {value}" for name, value in counts.items())
        return f"{text} {self.at}" if text else ""


def was_emptied(path: Path, *, has_keys: bool) -> bool:
    """Return whether a database that is missing, or has no bytes, existed before.

    To be called before it is opened. `has_keys`: the terminal was enrolled, so an empty file is not
    that of a first start.
    """
    files = [path.with_name(path.name + end) for end in _SIBLINGS]
    traces = any(file.exists() and file.stat().st_size for file in files)
    if not path.exists():
        return traces
    return path.stat().st_size == 0 and (traces or has_keys)


@dataclass
class StoreCheck:
    """Comparison and repair of database and copies; thread-safe.

    `was_empty` is what `was_emptied` returned before the start; `make_room` is as in `Database`.
    """

    store: Store
    cipher: Cipher | None
    terminal: str
    now: Callable[[], datetime]
    make_room: Callable[[], bool] = lambda: False
    was_empty: bool = False
    failure: Failure | None = field(default=None, init=False)  # of the last `attach`
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def attach(self) -> Failure | None:
        """Open the file of second copies, made where there is none, and compare.

        Returns DISK_FULL when there is no room for it yet: it is to be tried again.
        """
        with self._lock:
            self.failure = self._attach()
        return self.failure

    def _attach(self) -> Failure | None:
        file = self.store.database.file
        if file is None or self.store.copies is not None:
            return None
        try:
            self.store.copies = self._open(file.path)
            self._compare()
        except OSError as error:
            return self._detach(trouble_of(error))
        except StoreError as error:
            return self._detach(error.failure)
        return None

    def compare(self) -> CopyCheck:
        """Compare again, repair, and return what did not agree. Raises StoreError."""
        with self._lock:
            try:
                return self._compare()
            except OSError as error:
                raise StoreError(trouble_of(error)) from error

    def learn_highest(self, number: int) -> bool:
        """Reserve all numbers up to the highest that the central service has of this terminal.

        Returns True when the database knew less: it was restored from elsewhere, or cloned. Raises
        StoreError.
        """
        with self.store.writing:
            known = max(self.store.last_sequence(), self.store.floor)
            if number <= known:
                return False
            check = CopyCheck(skipped=number - known, rewound=True)

            def write(connection: sa.Connection) -> None:
                note = read_copy_note(connection) or CopyNote()
                write_copy_note(connection, replace(note, floor=number))
                self._write_down(connection, check)

            self.store.database.run(write)
            self.store.floor = number
        self._tell(check)
        return True

    def _open(self, path: Path) -> ConfirmedCopies:
        place = path.with_name(path.name + SUFFIX)
        try:
            return ConfirmedCopies(place, self.cipher)
        except OSError as error:
            if trouble_of(error) is Failure.DISK_FULL and self.make_room():
                return ConfirmedCopies(place, self.cipher)
            raise

    def _detach(self, failure: Failure) -> Failure:
        if self.store.copies is not None:
            self.store.copies.close()
            self.store.copies = None
        return failure

    def _compare(self) -> CopyCheck:
        copies = self.store.copies
        if copies is None:
            return CopyCheck()

        def work(connection: sa.Connection) -> tuple[CopyCheck, CopyNote]:
            check, note = repair(connection, copies, was_empty=self.was_empty)
            if not check.agrees:
                self._write_down(connection, check)
            return check, note

        with self.store.writing:
            check, note = self.store.database.run(work)
            copies.read()
            self.store.floor = note.floor
        self.was_empty = False
        if not check.agrees:
            self._tell(check)
        return check

    def _write_down(self, connection: sa.Connection, check: CopyCheck) -> None:
        at = self.now().isoformat(timespec="seconds")
        total = replace(_read(connection) + check, at=at)
        write_note(connection, NAME, json.dumps(asdict(total)))
        counts = asdict(StoreAlarm() + check)
        del counts["at"]
        detail = {name: str(count) for name, count in counts.items()}
        audit_chain.append(connection, at, AuditEvent.STORE_DISAGREED, self.terminal, detail)

    def _tell(self, check: CopyCheck) -> None:
        words = text_of(
            "storage.disagreed",
            restored=check.restored,
            remade=check.remade,
            lost="、".join(map(str, check.lost)) or text_of("storage.none_lost"),
            skipped=check.skipped,
        )
        say(
            LogEvent.STORE_DISAGREED,
            words,
            restored=check.restored,
            remade=check.remade,
            missing=len(check.lost),
            skipped=check.skipped,
        )


def read_store_alarm(store: Store) -> StoreAlarm:
    """Return the totals of what did not agree since the first start. Raises StoreError."""
    return store.database.run(_read)


def _read(connection: sa.Connection) -> StoreAlarm:
    value = read_note(connection, NAME)
    if not value:
        return StoreAlarm()
    document = decode_object(value) or {}
    values: list[Any] = [document.get(one.name) for one in fields(StoreAlarm)]
    at, *counts = values
    if is_moment(at) and all(map(is_count, counts)):
        return StoreAlarm(*values)
    tell_unreadable(NAME)
    return StoreAlarm()

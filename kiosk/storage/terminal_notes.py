"""Small values that outlast a restart, one row each: how they are written and read.

A damaged row may hold whatever the file can: bytes, NULL, text that is not UTF-8. What can't be
read counts as not written; the log names it, and its owner writes it anew.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, TypeGuard

import sqlalchemy as sa

from kiosk.log import LogEvent, say
from kiosk.operator_texts import text_of
from kiosk.storage.tables import TERMINAL_NOTE

LATEST = 4_102_444_800.0  # 2100-01-01 UTC in seconds: no clock of a terminal shows a later time
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_LONGEST_NUMBER = 40  # characters; repr of a float has at most 24
_LONGEST_MOMENT = 40
_FIRST_YEAR, _LAST_YEAR = 1970, 2099


class Values(Protocol):
    """Storage of small values that outlive a restart; both methods may raise StoreError."""

    def keep_value(self, name: str, value: str, *, urgent: bool = True) -> None:
        """Store a value under its name; what is not urgent leaves the last room to what is."""

    def value_of(self, name: str) -> str:
        """Return the value stored under its name; "" for none."""


def read_note(connection: sa.Connection, name: str) -> str | None:
    """Return the value under a name; None for none, UNREADABLE for what is no text."""
    value: sa.ColumnElement[str] = TERMINAL_NOTE.c.value
    if connection.dialect.name != "sqlite":  # a server takes nothing but text
        found: str | None = connection.scalar(sa.select(value).where(TERMINAL_NOTE.c.name == name))
        return found
    # As hexadecimal digits: the driver fails on a text that is no UTF-8.
    query = sa.select(sa.func.hex(value, type_=sa.String)).where(TERMINAL_NOTE.c.name == name)
    digits: str | None = connection.scalar(query)
    try:
        return None if digits is None else bytes.fromhex(digits).decode()
    except ValueError:
        return UNREADABLE


def write_note(connection: sa.Connection, name: str, value: str) -> None:
    """Store a value under a name, in place of an older one."""
    connection.execute(sa.delete(TERMINAL_NOTE).where(TERMINAL_NOTE.c.name == name))
    connection.execute(sa.insert(TERMINAL_NOTE), {"name": name, "value": value})


def read_number(name: str, value: str, most: float = LATEST) -> float | None:
    """Return the number from 0 to `most` that a note's value holds, in the note's own unit.

    None for an empty note, and for any other text, which the log names.
    """
    if not value:
        return None
    try:
        found = float(value[:_LONGEST_NUMBER])
    except ValueError:
        found = float("nan")
    if 0.0 <= found <= most and len(value) <= _LONGEST_NUMBER:
        return found
    tell_unreadable(name)
    return None


def is_count(value: object) -> TypeGuard[int]:
    """Return whether a member of a note is a count."""
    return type(value) is int and value >= 0


def is_time(value: object) -> TypeGuard[float]:
    """Return whether a member of a note is a time in seconds since 1970."""
    return not isinstance(value, bool) and isinstance(value, int | float) and 0 <= value <= LATEST


def is_moment(value: object) -> TypeGuard[str]:
    """Return whether a member of a note is an ISO moment with its zone."""
    if not isinstance(value, str) or len(value) > _LONGEST_MOMENT:
        return False
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return False
    return found.tzinfo is not None and _FIRST_YEAR <= found.year <= _LAST_YEAR


def tell_unreadable(name: str) -> None:
    """Name a note in the log that could not be read; `name` tells its kind, and no person."""
    say(LogEvent.NOTE_UNREADABLE, text_of("storage.unreadable_value", name=name), note=name)

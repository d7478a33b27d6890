"""Drafts: what a proved person left half done, sealed until the same person goes on with it.

Each draft has a key of its own, wrapped by one that only this terminal can derive. Without the
wrapped key the rest is noise, so destroying it is the end of the draft (delivery.md §2). Its id and
its owner are associated data of both: a row that was given another owner does not open.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kiosk.crypto.sealing import seal, unseal
from kiosk.failures import Failure
from kiosk.ports import DeviceKey
from kiosk.storage.database import Database, StoreError
from kiosk.storage.tables import DRAFT
from kiosk.storage.terminal_notes import read_note, write_note

KEY_BYTES, ID_BYTES = 32, 16
WRAPPING, OWNERS = "draft keys", "draft owners"
BOUND_NOTE = "drafts_bound"  # once it is there no draft opens that is not bound to its owner


@dataclass(frozen=True)
class Drafts:
    """The drafts of one terminal; thread-safe.

    `now` is in seconds and never goes back (`monotonic_wall_clock.py`): a machine's clock that is
    set back neither ends a draft nor keeps it for ever. `random` returns as many bytes as it is
    asked for; `seconds` is how long a draft is kept.
    """

    database: Database
    key: DeviceKey
    random: Callable[[int], bytes]
    now: Callable[[], float]
    seconds: float

    def keep(self, number: str, content: bytes) -> Failure | None:
        """Seal a draft for the identity number `number`, in place of an older one.

        Returns the failure when it could not be stored.
        """
        row = self._sealed(content, self._owner(number)) | {"kept_until": self.now() + self.seconds}

        def put(connection: sa.Connection) -> None:
            connection.execute(sa.delete(DRAFT).where(DRAFT.c.owner == row["owner"]))
            connection.execute(sa.insert(DRAFT), row)

        try:
            self.database.run(put)
        except StoreError as error:
            return error.failure
        self.database.shred()
        return None

    def find(self, number: str) -> bytes | None:
        """Return the draft of the person with this number, who has just been proved; None for none.

        It stays in the database.
        """
        self.drop_old()
        mine = sa.select(DRAFT).where(DRAFT.c.owner == self._owner(number))
        try:
            row = self.database.run(lambda connection: connection.execute(mine).one_or_none())
        except StoreError:
            return None
        return None if row is None else self._opened(row, _about(row.id, row.owner))

    def bind_old(self) -> None:
        """Seal anew, once in each database, the drafts that an older version did not bind.

        Whose they are is taken from their rows this one time: later an unbound row opens for
        nobody. On a full or busy disk the next start does it.
        """
        with suppress(StoreError):
            if self.database.run(self._bind_old):
                self.database.shred()

    def _bind_old(self, connection: sa.Connection) -> bool:
        """Return whether there were any drafts to bind."""
        if read_note(connection, BOUND_NOTE) is not None:
            return False
        rows = connection.execute(sa.select(DRAFT)).all()
        for row in rows:
            content = self._opened(row, str(row.id).encode())
            if content is not None:
                bound = self._sealed(content, row.owner)
                connection.execute(sa.update(DRAFT).where(DRAFT.c.id == row.id).values(**bound))
        write_note(connection, BOUND_NOTE, "1")
        return bool(rows)

    def drop(self, number: str) -> None:
        """Destroy the draft of the person with this number."""
        self._destroy(DRAFT.c.owner == self._owner(number))

    def drop_old(self) -> None:
        """Destroy drafts whose time is over; none may be kept longer than `seconds` from now.

        So a draft with a time far ahead, from a wrong clock, ends as well.
        """
        now = self.now()
        most = now + self.seconds
        shorten = sa.update(DRAFT).where(DRAFT.c.kept_until > most).values(kept_until=most)
        with suppress(StoreError):
            self.database.run(lambda connection: connection.execute(shorten))
        self._destroy(DRAFT.c.kept_until <= now)

    def _destroy(self, which: sa.ColumnElement[bool]) -> None:
        """Delete rows and shred them; on a full or busy disk a later `drop_old` does it."""
        gone = sa.delete(DRAFT).where(which)
        try:
            found = self.database.run(lambda connection: connection.execute(gone).rowcount)
        except StoreError:
            return
        if found:
            self.database.shred()

    def _owner(self, number: str) -> str:
        owners = self.key.derive(OWNERS)
        return hmac.new(owners, number.encode(), hashlib.sha256).hexdigest()

    def _sealed(self, content: bytes, owner: str) -> dict[str, Any]:
        name, key = self.random(ID_BYTES).hex(), self.random(KEY_BYTES)
        about = _about(name, owner)
        return {
            "id": name,
            "owner": owner,
            "wrapped_key": seal(self.key.derive(WRAPPING), key, about, self.random),
            "sealed": seal(key, content, about, self.random),
        }

    def _opened(self, row: sa.Row[Any], about: bytes) -> bytes | None:
        """Return the content; None for a row that was moved, changed, or sealed by another key."""
        if not isinstance(row.wrapped_key, bytes) or not isinstance(row.sealed, bytes):
            return None  # SQLite takes a text in place of bytes
        key = unseal(self.key.derive(WRAPPING), row.wrapped_key, about)
        return None if key is None else unseal(key, row.sealed, about)


def _about(name: str, owner: str) -> bytes:
    """Return the associated data of a draft: its id and the keyed hash of its owner's number."""
    return f"{name}\n{owner}".encode()

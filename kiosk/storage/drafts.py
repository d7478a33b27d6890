"""Where does what a proved person left half done rest, and who alone can open it again?

Each draft has a key of its own, wrapped by one that only this terminal can derive. Without the
wrapped key the rest is noise, so destroying it is the end of the draft (central.md §2).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.failures import Failure
from kiosk.ports import DeviceKey
from kiosk.storage.database import Database, StoreError
from kiosk.storage.tables import DRAFT

KEY_BYTES, NONCE_BYTES, ID_BYTES = 32, 12, 16
WRAPPING, OWNERS = "draft keys", "draft owners"


@dataclass(frozen=True)
class Drafts:
    """The drafts of one terminal; any thread.

    `now` is in seconds and never goes back (`forward_clock.py`): a machine's clock that is set back
    neither ends a draft nor keeps it for ever. `random` returns as many bytes as it is asked for.
    """

    database: Database
    key: DeviceKey
    random: Callable[[int], bytes]
    now: Callable[[], float]
    seconds: float

    def keep(self, number: str, content: bytes) -> Failure | None:
        """Seal a draft for who has this identity number, in place of an older one."""
        row = self._sealed(content) | {
            "owner": self._owner(number),
            "kept_until": self.now() + self.seconds,
        }

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
        """Return the draft of who has just proved to be this person; it stays where it is."""
        self.drop_old()
        mine = sa.select(DRAFT).where(DRAFT.c.owner == self._owner(number))
        try:
            row = self.database.run(lambda connection: connection.execute(mine).one_or_none())
        except StoreError:
            return None
        return None if row is None else self._opened(row)

    def drop(self, number: str) -> None:
        """Destroy the draft of this person: it is taken up again, or no longer wanted."""
        self._destroy(DRAFT.c.owner == self._owner(number))

    def drop_old(self) -> None:
        """Destroy what was kept long enough; what claims to stay longer than any may, does not."""
        now = self.now()
        most = now + self.seconds
        shorten = sa.update(DRAFT).where(DRAFT.c.kept_until > most).values(kept_until=most)
        with suppress(StoreError):
            self.database.run(lambda connection: connection.execute(shorten))
        self._destroy(DRAFT.c.kept_until <= now)

    def _destroy(self, which: sa.ColumnElement[bool]) -> None:
        """Destroy rows; on a full or busy disk they go a little later, when drop_old comes by."""
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

    def _sealed(self, content: bytes) -> dict[str, Any]:
        name, key = self.random(ID_BYTES).hex(), self.random(KEY_BYTES)
        return {
            "id": name,
            "wrapped_key": self._encrypt(self.key.derive(WRAPPING), key, name),
            "sealed": self._encrypt(key, content, name),
        }

    def _encrypt(self, key: bytes, plain: bytes, name: str) -> bytes:
        nonce = self.random(NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, plain, name.encode())

    def _opened(self, row: sa.Row[Any]) -> bytes | None:
        """Return the content; None for a row that was moved, changed, or kept by another key."""
        try:
            key = _decrypt(self.key.derive(WRAPPING), row.wrapped_key, row.id)
            return _decrypt(key, row.sealed, row.id)
        except (InvalidTag, ValueError):
            return None


def _decrypt(key: bytes, sealed: bytes, name: str) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode())

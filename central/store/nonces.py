"""Which signatures came already, to any process on this database?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.tables import NonceRow

if TYPE_CHECKING:
    from central.store.database import CentralDatabase

_NOTE = sa.text("INSERT INTO nonce (name, until) VALUES (:name, :until) ON CONFLICT DO NOTHING")


@dataclass
class Nonces:
    """Kept until they are out of time; `pause` seconds lie between two clean-ups of one process."""

    database: CentralDatabase
    pause: float
    _tidied: float = field(default=0.0, repr=False)

    def note(self, key_id: str, nonce: str, until: float, now: float) -> bool:
        """Note one that counts until then (seconds since 1970); False when it was noted before."""
        if now - self._tidied > self.pause:
            self._tidied = now
            self.database.put_down(sa.delete(NonceRow).where(NonceRow.until < now))
        name = hashlib.sha256(f"{key_id}\n{nonce}".encode()).digest()
        return self.database.put_down(_NOTE, {"name": name, "until": until}) == 1

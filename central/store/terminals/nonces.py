"""Storage of the signatures that came, to any process on this database."""

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
    """Signatures until they are out of time; one process tidies up every `pause` seconds."""

    database: CentralDatabase
    pause: float
    _tidied: float = field(default=0.0, repr=False)

    def note(self, key_id: str, nonce: str, until: float, now: float) -> bool:
        """Record a signature; return False when it was recorded before.

        `key_id`, `nonce`: those of the signature. `until`, `now`: seconds since 1970; after `until`
        it may be forgotten.
        """
        if now - self._tidied > self.pause:
            self._tidied = now
            self.database.put_down(sa.delete(NonceRow).where(NonceRow.until < now))
        name = hashlib.sha256(f"{key_id}\n{nonce}".encode()).digest()
        return self.database.put_down(_NOTE, {"name": name, "until": until}) == 1

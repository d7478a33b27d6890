"""Storage of the signatures that came, to any process on this database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.tables import NonceRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from central.signatures import SignatureUse
    from central.store.database import CentralDatabase

_NOTE_ALL = sa.text("""
    WITH noted AS (
        INSERT INTO nonce (name, until)
        SELECT * FROM unnest(CAST(:names AS bytea[]), CAST(:untils AS double precision[]))
        ON CONFLICT DO NOTHING RETURNING name
    )
    SELECT array_agg(name) AS names FROM noted
""")
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
        self._tidy(now)
        return self._note(_name(key_id, nonce), until)

    def note_all(self, uses: Sequence[SignatureUse], now: float) -> list[bool]:
        """Do what `note` does for each of `uses`; on PostgreSQL in one round trip."""
        self._tidy(now)
        names = [_name(one.signed.key_id, one.nonce) for one in uses]
        if self.database.embedded or len(uses) == 1:
            return [self._note(name, one.until) for name, one in zip(names, uses, strict=True)]
        # The same signature may stand there twice: the first of them is the new one.
        until = {name: one.until for name, one in zip(names, uses, strict=True)}
        said = {"names": list(until), "untils": list(until.values())}
        row = self.database.put_down_row(_NOTE_ALL, said)
        left = set(map(bytes, row.names or ())) if row else set()
        found = []
        for name in names:
            found.append(name in left)
            left.discard(name)
        return found

    def row_of(self, use: SignatureUse, now: float) -> Mapping[str, object]:
        """Return the row of `use` for who writes it together with what the request asks for.

        `now`: seconds since 1970.
        """
        self._tidy(now)
        return {"name": _name(use.signed.key_id, use.nonce), "until": use.until}

    def _note(self, name: bytes, until: float) -> bool:
        return self.database.put_down(_NOTE, {"name": name, "until": until}) == 1

    def _tidy(self, now: float) -> None:
        if now - self._tidied > self.pause:
            self._tidied = now
            self.database.put_down(sa.delete(NonceRow).where(NonceRow.until < now))


def _name(key_id: str, nonce: str) -> bytes:
    return hashlib.sha256(f"{key_id}\n{nonce}".encode()).digest()

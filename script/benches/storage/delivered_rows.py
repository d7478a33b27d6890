"""Rows of delivered applications, as a terminal's database has them after years, by SQL alone."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

# Ids in random order, as real ones are; the receipt is as long as a signed one. What the chain's
# digests are is all the same to the speed of the next link.
_OUTBOX = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
INSERT INTO outbox (id, sequence, path, media_type, digest, body, state, tries, next_try, trouble,
                    masked_name, services, confirmed_at, receipt)
SELECT id, n, '/v1/applications/' || id, 'application/vnd.kiosk.sealed+json', digest, NULL,
       'DELIVERED', 0, 0.0, '', '刘**', 'R01 R06 R07 R09 R17', '2026-11-23T09:30:00+08:00',
       hex(randomblob(230))
FROM (SELECT n, lower(hex(randomblob(16))) || '-id' AS id, lower(hex(randomblob(32))) AS digest
      FROM numbers)
"""
_AUDIT = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
INSERT INTO audit (sequence, at, event, subject, detail, previous, digest)
SELECT n, '2026-11-23T09:30:00+08:00', iif(n % 2, 'CONFIRMED', 'DELIVERED'),
       lower(hex(randomblob(18))), '{"digest": "' || lower(hex(randomblob(32))) || '"}',
       lower(hex(randomblob(32))), lower(hex(randomblob(32)))
FROM numbers
"""


def fill(path: Path, count: int) -> None:
    """Insert `count` delivered applications and their audit rows into an existing store."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for setting in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-200000"):
            database.execute(f"PRAGMA {setting}")
        database.execute("BEGIN IMMEDIATE")
        database.execute(_OUTBOX, {"count": count})
        database.execute(_AUDIT, {"count": 2 * count})
        database.execute("COMMIT")
        database.execute("PRAGMA journal_mode=WAL")
    with path.open("rb") as file:
        os.fsync(file.fileno())  # or the first measured flush pays for all of it

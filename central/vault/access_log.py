"""The vault's own audit: who asked for what of which application, and what became of it.

A file of the vault's folder, one line of JSON an entry, each bound to the one before by its digest
(`kiosk.audit.audit`). Nobody but the vault's account can write it. It holds ids and accounts, never
what an application says.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kiosk.atomic_file import flush, lock_folder, make_file
from kiosk.audit.audit import NO_DIGEST, digest_entry

FILE = "access.jsonl"
_LONGEST = 4096  # bytes of an entry; reasons are shorter (central_table.py)


@dataclass(frozen=True)
class VaultAccess:
    """One question to the vault; `detail` is the refusal, or the reason that an operator gave."""

    at: str
    operation: str
    account: str
    application_id: str
    service: str
    detail: str


@dataclass(frozen=True)
class AccessLog:
    """The audit in the vault's folder."""

    folder: Path

    def record(self, access: VaultAccess) -> None:
        """Add an entry; it is on the disk when this returns. Raises OSError when it can't be."""
        path = self.folder / FILE
        with lock_folder(self.folder):
            if not path.exists():
                make_file(path)
                flush(self.folder)
            number, before = _end(path)
            line = {"number": number + 1, **asdict(access)}
            whole = {**line, "digest": _digest(line, before)}
            with path.open("ab") as file:
                file.write(json.dumps(whole, ensure_ascii=False).encode() + b"\n")
                file.flush()
                os.fdatasync(file.fileno())

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield all entries, the oldest first."""
        path = self.folder / FILE
        if path.exists():
            with path.open("rb") as file:
                yield from map(json.loads, file)

    def first_broken(self) -> int | None:
        """Return the place (from 1) of the first entry that does not fit the one before."""
        before = NO_DIGEST
        for place, entry in enumerate(self.entries(), start=1):
            said = entry.pop("digest", "")
            if entry.get("number") != place or said != _digest(entry, before):
                return place
            before = said
        return None


def _digest(line: dict[str, Any], before: str) -> str:
    detail = {name: str(line[name]) for name in ("account", "service", "detail")}
    return digest_entry(
        line["number"], line["at"], line["operation"], line["application_id"], detail, before
    )


def _end(path: Path) -> tuple[int, str]:
    """Return number and digest of the newest entry; a line that a power cut tore is cut off."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(max(0, size - 2 * _LONGEST))
        tail = file.read()
        whole, _, torn = tail.rpartition(b"\n")
        if torn:
            file.truncate(size - len(torn))
    last = whole.rpartition(b"\n")[2]
    if not last:
        return 0, NO_DIGEST
    entry = json.loads(last)
    return entry["number"], entry["digest"]

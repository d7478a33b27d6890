"""Backup of the whole service: one ZIP file with the secrets and all rows.

The file is as secret as the data folder itself: who has it can open every application.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from central.keys.service_keys import write_for_owner
from central.store import copying
from central.store.upgrade import SchemaTrouble, open_database
from kiosk.atomic_file import UNFINISHED, flush, make_folder, replace_durably
from kiosk.crypto.envelope import digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from central.store.database import CentralDatabase

VERSION = 1
MANIFEST, ROWS, FILES = "manifest.json", "rows/", "files/"
_DATABASE = "central.db"
# What the standard library raises for one wrong bit, depending on where it is.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


class RestoreTrouble(Enum):
    """Why nothing was restored."""

    NOT_A_BACKUP = "the file is no backup of this version, or it is damaged"
    FOLDER_IN_USE = "the data folder is not empty"
    DATABASE_IN_USE = "the database is not empty"


@dataclass(frozen=True)
class Summary:
    """Number of files and rows in a backup."""

    files: int
    rows: int


def write_backup(database: CentralDatabase, data: Path, target: Path, at: datetime) -> Summary:
    """Write a backup of `database` and the folder `data` to `target`; return what it holds.

    All rows are of one instant; the service may go on meanwhile. `at` is noted as its time.
    """
    unnamed = target.with_name(target.name + UNFINISHED)
    # What an interrupted backup left.
    unnamed.unlink(missing_ok=True)
    counts: dict[str, int] = {}
    with (
        os.fdopen(os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):

        def take(table: str, lines: Iterator[bytes]) -> None:
            counts[table] = 0
            with archive.open(f"{ROWS}{table}.jsonl", "w", force_zip64=True) as entry:
                for line in lines:
                    entry.write(line)
                    counts[table] += 1

        copying.dump(database, take)
        secrets = {path.relative_to(data).as_posix(): path.read_bytes() for path in _files(data)}
        for name, content in secrets.items():
            archive.writestr(FILES + name, content)
        manifest = {
            "version": VERSION,
            "made_at": at.isoformat(timespec="seconds"),
            "rows": counts,
            "files": {name: digest(content) for name, content in secrets.items()},
        }
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    flush(unnamed)
    replace_durably(unnamed, target)
    return Summary(len(secrets), sum(counts.values()))


def restore_backup(source: Path, data: Path, url: str) -> Summary | RestoreTrouble | SchemaTrouble:
    """Fill the empty folder `data` and the empty database at `url`; nothing is ever overwritten.

    `source` is the file of the backup.
    """
    if data.exists() and any(data.iterdir()):
        return RestoreTrouble.FOLDER_IN_USE
    try:
        archive = zipfile.ZipFile(source)
    except _DAMAGE:
        return RestoreTrouble.NOT_A_BACKUP
    with archive:
        manifest = _manifest(archive)
        if manifest is None:
            return RestoreTrouble.NOT_A_BACKUP
        return _restore(archive, manifest, data, url)


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any] | None:
    """Return the backup's manifest.

    None when the backup is damaged or does not hold what it says.
    """
    try:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
        whole = archive.testzip() is None and _is_whole(archive, manifest)
    except _DAMAGE:
        return None
    return manifest if whole else None


def _restore(
    archive: zipfile.ZipFile, manifest: dict[str, Any], data: Path, url: str
) -> Summary | RestoreTrouble | SchemaTrouble:
    make_folder(data)
    database = open_database(url)
    if isinstance(database, SchemaTrouble):
        return database
    try:
        kept = manifest["rows"].keys()
        if not copying.load(database, lambda table: archive.open(f"{ROWS}{table}.jsonl"), kept):
            return RestoreTrouble.DATABASE_IN_USE
    finally:
        database.close()
    for name in manifest["files"]:
        path = data / name
        write_for_owner(path, archive.read(FILES + name))
    return Summary(len(manifest["files"]), sum(manifest["rows"].values()))


def _is_whole(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> bool:
    # Tables that came with later revisions (`copying.LATER`) are absent in older backups.
    files, tables = manifest["files"], set(manifest["rows"])
    # One wrong bit in the directory of a ZIP file hides entries, and all others stay readable.
    wanted = {*(f"{ROWS}{name}.jsonl" for name in tables), *(FILES + name for name in files)}
    now = set(copying.table_names())
    known = now - set(copying.LATER) <= tables <= now
    same = all(digest(archive.read(FILES + name)) == wanted for name, wanted in files.items())
    inside = not any(".." in name.split("/") or name.startswith("/") for name in files)
    there = wanted <= set(archive.namelist())
    return manifest["version"] == VERSION and known and there and same and inside


def _files(data: Path) -> Iterator[Path]:
    for path in sorted(data.rglob("*")):
        if path.is_file() and not path.name.startswith(_DATABASE) and path.suffix != UNFINISHED:
            yield path

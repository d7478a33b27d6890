"""Backup of the whole service: one ZIP file with the secrets and all rows.

The file is as secret as the data folder itself: who has it can open every application.
"""

from __future__ import annotations

import json
import os
import shutil
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
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from central.store.database import CentralDatabase

VERSION = 1
MANIFEST, ROWS, FILES = "manifest.json", "rows/", "files/"
_DATABASE = "central.db"
ARCHIVE_DAMAGE = (
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
"""What the standard library raises for one wrong bit in a ZIP file, depending on where it is."""


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


@dataclass(frozen=True)
class RestoreTarget:
    """Where a backup is restored: the data folder and the database's address."""

    data: Path
    url: str


def _tell_nobody(_table: str) -> None:
    """Take the name of a table and do nothing."""


def write_backup(
    database: CentralDatabase,
    data: Path,
    target: Path,
    at: datetime,
    tell: Callable[[str], None] = _tell_nobody,
) -> Summary:
    """Write a backup of `database` and the folder `data` to `target`; return what it holds.

    All rows are of one instant; the service may go on meanwhile. `at` is noted as its time. `tell`
    is called with the name of each table that is written.
    """
    unnamed = target.with_name(target.name + UNFINISHED)
    # What a killed backup left.
    unnamed.unlink(missing_ok=True)
    try:
        found = _write(database, data, unnamed, at, tell)
    except BaseException:  # also when INT or TERM ends it: half a copy of all secrets stays nowhere
        unnamed.unlink(missing_ok=True)
        raise
    flush(unnamed)
    replace_durably(unnamed, target)
    return found


def _write(
    database: CentralDatabase,
    data: Path,
    unnamed: Path,
    at: datetime,
    tell: Callable[[str], None],
) -> Summary:
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
            tell(table)

        copying.dump(database, take)
        secrets = {
            path.relative_to(data).as_posix(): path.read_bytes() for path in secret_files(data)
        }
        for name, content in secrets.items():
            archive.writestr(FILES + name, content)
        manifest = {
            "version": VERSION,
            "made_at": at.isoformat(timespec="seconds"),
            "rows": counts,
            "files": {name: digest(content) for name, content in secrets.items()},
        }
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return Summary(len(secrets), sum(counts.values()))


def restore_backup(
    source: Path, data: Path, url: str, tell: Callable[[str], None] = _tell_nobody
) -> Summary | RestoreTrouble | SchemaTrouble:
    """Fill the empty folder `data` and the empty database at `url`; nothing is ever overwritten.

    `source` is the file of the backup. `tell` is called with the name of each table that is read.
    Whatever ends it before its end leaves the folder empty, so that the same command can be given
    again.
    """
    if data.exists() and any(data.iterdir()):
        return RestoreTrouble.FOLDER_IN_USE
    try:
        archive = zipfile.ZipFile(source)
    except ARCHIVE_DAMAGE:
        return RestoreTrouble.NOT_A_BACKUP
    with archive:
        manifest = _manifest(archive)
        if manifest is None:
            return RestoreTrouble.NOT_A_BACKUP
        try:
            return _restore(archive, manifest, RestoreTarget(data, url), tell)
        except BaseException:  # also INT and TERM
            _empty(data)
            raise


def _empty(folder: Path) -> None:
    """Remove all that is in a folder."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any] | None:
    """Return the backup's manifest.

    None when the backup is damaged or does not hold what it says.
    """
    try:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
        whole = archive.testzip() is None and _is_whole(archive, manifest)
    except ARCHIVE_DAMAGE:
        return None
    return manifest if whole else None


def _restore(
    archive: zipfile.ZipFile,
    manifest: dict[str, Any],
    target: RestoreTarget,
    tell: Callable[[str], None],
) -> Summary | RestoreTrouble | SchemaTrouble:
    make_folder(target.data)
    database = open_database(target.url)
    if isinstance(database, SchemaTrouble):
        return database

    def lines_of(table: str) -> Iterable[bytes]:
        tell(table)
        return archive.open(f"{ROWS}{table}.jsonl")

    try:
        kept = manifest["rows"].keys()
        if not copying.load(database, lines_of, kept):
            return RestoreTrouble.DATABASE_IN_USE
    finally:
        database.close()
    for name in manifest["files"]:
        path = target.data / name
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


def secret_files(data: Path) -> Iterator[Path]:
    """Yield the files of the data folder that a backup holds, without the database."""
    for path in sorted(data.rglob("*")):
        if path.is_file() and not path.name.startswith(_DATABASE) and path.suffix != UNFINISHED:
            yield path

"""A folder of backups: a whole one, and after it what changed from one to the next.

Each is a ZIP file: a manifest, the numbers of the pages that changed, those pages, and the files of
the data folder. The manifest names the one before by the digest of its manifest. What each page was
in the newest one stands in a file of hashes beside them; where that does not fit, the next backup
is a whole one. All of it is as secret as the data folder.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from central.keys.service_keys import write_for_owner
from central.operator.backup import ARCHIVE_DAMAGE, secret_files
from central.operator.page_backups.pages import (
    PageHashes,
    apply_pages,
    hash_of,
    packed,
    page_size_of,
    pages_of,
    unpacked,
)
from central.operator.page_backups.snapshot import snapshot_of
from kiosk.atomic_file import UNFINISHED, flush, make_file, make_folder, replace_durably
from kiosk.crypto.envelope import digest
from kiosk.units import MIB

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

VERSION = 1
SUFFIX = ".pages"
DATABASE = "central.db"
HASHES = "newest.hashes"
MANIFEST, NUMBERS, PAGES, FILES = "manifest.json", "numbers", "pages", "files/"
_STAMP = "%Y-%m-%dT%H%M%S"
_LEVEL = 6
_LARGEST = 256 * MIB  # bytes of a manifest, of numbers or of one file


class ChainTrouble(Enum):
    """Why nothing was restored."""

    NOT_A_BACKUP = "the file is no backup of pages of this version, or it is damaged"
    BEFORE_MISSING = (
        "a backup before it is missing or damaged: it lies in the same folder, and is needed with "
        "all after it; take the newest one of another chain"
    )
    FOLDER_IN_USE = "the data folder is not empty"


class NoSuchBackupError(Exception):
    """A file that is no backup, or is damaged."""


@dataclass(frozen=True)
class PageManifest:
    """What one backup says of itself; `before`: digest of the manifest before it, "" for none."""

    version: int
    made_at: str
    before: str
    page_size: int
    pages: int
    changed: int
    database: str
    files: Mapping[str, str]


@dataclass(frozen=True)
class PageBackup:
    """One backup that was made."""

    path: Path
    is_whole: bool
    changed: int
    pages: int
    bytes: int


def add_backup(
    database: Path, data: Path, folder: Path, at: datetime, *, whole: bool
) -> PageBackup:
    """Add a backup of `database` and the folder `data` to the chain in `folder`.

    at: its time, and its name. whole: begin a new chain. The service may go on meanwhile.

    Raises FileExistsError where one of the same second is there.
    """
    make_folder(folder)
    for left in folder.glob(f"*{SUFFIX}{UNFINISHED}"):
        left.unlink()
    before, known = (None, None) if whole else _newest(folder)
    path = folder / f"{at.strftime(_STAMP)}{SUFFIX}"
    if path.exists():
        raise FileExistsError(17, "is there already", str(path))
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        with snapshot_of(database, folder) as copy:
            manifest, hashes = _write(copy, data, unfinished, at, before, known)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    flush(unfinished)
    replace_durably(unfinished, path)
    said = _encoded(manifest)
    write_for_owner(folder / HASHES, bytes.fromhex(digest(said)) + hashes)
    is_whole = not manifest.before
    return PageBackup(path, is_whole, manifest.changed, manifest.pages, path.stat().st_size)


def restore_chain(source: Path, data: Path) -> int | ChainTrouble:
    """Fill the empty folder `data` with what the backup `source` holds; return its files.

    Those before it are looked for in the same folder. The database is `DATABASE` there.
    """
    if data.exists() and any(data.iterdir()):
        return ChainTrouble.FOLDER_IN_USE
    try:
        last = _manifest_of(source)
    except NoSuchBackupError:
        return ChainTrouble.NOT_A_BACKUP
    try:
        links = tuple(_links(source, last))
    except NoSuchBackupError:
        return ChainTrouble.BEFORE_MISSING
    make_folder(data)
    target = data / DATABASE
    unfinished = target.with_name(target.name + UNFINISHED)
    try:
        _rebuild(links, last, unfinished)
        secrets = _secrets_of(source, last)
    except (*ARCHIVE_DAMAGE, NoSuchBackupError):
        unfinished.unlink(missing_ok=True)
        return ChainTrouble.NOT_A_BACKUP
    for name, content in secrets.items():
        write_for_owner(data / name, content)
    flush(unfinished)
    replace_durably(unfinished, target)
    return len(secrets)


def _write(
    copy: Path,
    data: Path,
    unfinished: Path,
    at: datetime,
    before: PageManifest | None,
    known: PageHashes | None,
) -> tuple[PageManifest, bytes]:
    make_file(unfinished)
    secrets = {one.relative_to(data).as_posix(): one.read_bytes() for one in secret_files(data)}
    with (
        copy.open("rb") as file,
        zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive,
    ):
        size = page_size_of(file)
        fits = before is not None and known is not None and known.page_size == size
        numbers, hashes, whole = [], bytearray(), hashlib.sha256()
        with archive.open(PAGES, "w", force_zip64=True) as entry:
            for number, page in enumerate(pages_of(file, size)):
                found = hash_of(page)
                if not fits or known is None or known.of(number) != found:
                    entry.write(page)
                    numbers.append(number)
                hashes += found
                whole.update(page)
        for name, content in secrets.items():
            archive.writestr(FILES + name, content)
        archive.writestr(NUMBERS, packed(numbers))
        manifest = PageManifest(
            version=VERSION,
            made_at=at.isoformat(timespec="seconds"),
            before=digest(_encoded(before)) if fits and before else "",
            page_size=size,
            pages=len(hashes) // len(hash_of(b"")),
            changed=len(numbers),
            database=whole.hexdigest(),
            files={name: digest(content) for name, content in secrets.items()},
        )
        archive.writestr(MANIFEST, _encoded(manifest))
    return manifest, bytes(hashes)


def _newest(folder: Path) -> tuple[PageManifest | None, PageHashes | None]:
    """Return the newest backup with the hashes of its pages, or None for both."""
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    try:
        found = _manifest_of(paths[-1])
        said = (folder / HASHES).read_bytes()
    except (IndexError, OSError, NoSuchBackupError):
        return None, None
    name = bytes.fromhex(digest(_encoded(found)))
    hashes = PageHashes(found.page_size, said[len(name) :])
    if not said.startswith(name) or len(hashes) != found.pages:
        return None, None
    return found, hashes


def _links(source: Path, last: PageManifest) -> Iterator[tuple[Path, PageManifest]]:
    """Yield the whole backup that `source` goes back to, and all after it up to `source`."""
    known: dict[str, tuple[Path, PageManifest]] = {}
    for path in source.parent.glob(f"*{SUFFIX}"):
        try:
            found = _manifest_of(path)
        except NoSuchBackupError:
            continue  # one that is needed is missed below
        known[digest(_encoded(found))] = (path, found)
    chain = [(source, last)]
    while before := chain[-1][1].before:
        if before not in known:
            raise NoSuchBackupError
        chain.append(known[before])
    yield from reversed(chain)


def _rebuild(links: Sequence[tuple[Path, PageManifest]], last: PageManifest, target: Path) -> None:
    """Write the pages of all links at their places; raise NoSuchBackupError for another file."""
    target.unlink(missing_ok=True)
    make_file(target)
    with target.open("r+b") as file:
        for path, manifest in links:
            with zipfile.ZipFile(path) as archive, archive.open(PAGES) as pages:
                numbers = unpacked(archive.read(NUMBERS))
                apply_pages(file, manifest.page_size, numbers, pages)
        file.truncate(last.pages * last.page_size)
        found = hashlib.sha256()
        for page in pages_of(file, last.page_size):
            found.update(page)
    if found.hexdigest() != last.database:
        raise NoSuchBackupError


def _secrets_of(source: Path, manifest: PageManifest) -> Mapping[str, bytes]:
    with zipfile.ZipFile(source) as archive:
        found = {name: archive.read(FILES + name) for name in manifest.files}
    inside = not any(".." in name.split("/") or name.startswith("/") for name in found)
    if not inside or {name: digest(one) for name, one in found.items()} != manifest.files:
        raise NoSuchBackupError
    return found


def _manifest_of(path: Path) -> PageManifest:
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(MANIFEST).file_size > _LARGEST:
                raise NoSuchBackupError
            found = PageManifest(**json.loads(archive.read(MANIFEST)))
    except ARCHIVE_DAMAGE:
        raise NoSuchBackupError from None
    if found.version != VERSION or found.page_size <= 0:
        raise NoSuchBackupError
    return found


def _encoded(manifest: PageManifest) -> bytes:
    return json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()

"""Files that are replaced whole, and are on the disk when the call returns.

POSIX rename(2) lets a reader see the old content or the new one, never half of it. After a power
cut the new one is sure only when the file was flushed before the rename and its folder after it.

What root writes belongs to the owner of what it replaces, or else of the folder: an operator's
command must leave nothing that the service's own account can't read.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ONLY_OWNER = 0o600
FOLDER_OF_OWNER = 0o700
UNFINISHED = ".new"
"""Suffix of a file that is not whole yet; a power cut may leave one behind."""


def write_atomically(path: Path, content: bytes, mode: int | None = None) -> None:
    """Replace a file, or make it; durable when this returns.

    `mode`: permission bits; None keeps those of the file that is there, and gives a new file to its
    owner alone. Missing folders are made. Writers of one path take turns: `lock_folder`.

    Raises OSError; the old file is then as it was.

    `content` is the whole new file.
    """
    make_folder(path.parent)
    before = _status(path)
    if mode is None:
        mode = ONLY_OWNER if before is None else stat.S_IMODE(before.st_mode)
    unfinished = path.with_name(path.name + UNFINISHED)
    unfinished.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        with os.fdopen(os.open(unfinished, flags, ONLY_OWNER), "wb") as file:
            _give(file.fileno(), before or path.parent.stat())
            os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        replace_durably(unfinished, path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def replace_durably(source: Path, target: Path) -> None:
    """Give a file that was flushed another name in its folder; durable when this returns.

    Without the flush of the folder a power cut may bring the old name back. Raises OSError.
    """
    source.replace(target)
    flush(target.parent)


def flush(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it for the owner of the one that is there. Raises OSError."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    try:
        folder.mkdir(FOLDER_OF_OWNER)
    except FileExistsError:  # another process was quicker
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _give(descriptor, folder.parent.stat())
    finally:
        os.close(descriptor)
    flush(folder.parent)


def make_file(path: Path) -> None:
    """Create an empty file for the folder's owner alone, unless it exists. Raises OSError."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_OWNER)
    except FileExistsError:
        return
    try:
        _give(descriptor, path.parent.stat())
    finally:
        os.close(descriptor)


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, for which this and other processes wait (flock)."""
    make_folder(folder)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _give(descriptor: int, like: os.stat_result) -> None:
    """Give what root has made to the owner of the file that `like` describes."""
    if os.geteuid() == 0:
        os.fchown(descriptor, like.st_uid, like.st_gid)

"""The database files in the service's folder: copied out, put back, set aside, never as root.

Each step runs in a child with the account's rights (`account.run_as`) and opens every name relative
to the folder without following a link (openat(2), O_NOFOLLOW). Root's own folder is reached by
descriptors that root opened before.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from drivers.updater.account import SystemAccount, run_as

DONE, REFUSED, ABSENT, UNTOUCHED = 0, 1, 2, 3
COPIED = ("", "-wal")  # SQLite makes -shm anew
SET_ASIDE = ("-shm", "-wal", "")
ASIDE = ".aside"
CHUNK = 1 << 20
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MAKE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class StoreFiles:
    """A database and its log at `path`, in a folder of `account`."""

    path: Path
    account: SystemAccount

    def copy_out(self, to: Path) -> bool:
        """Copy database and log into `to`, a new folder of root's; False when a name is no file.

        A link, a pipe or a file that the account may not read is never opened.
        """
        shutil.rmtree(to, ignore_errors=True)
        to.mkdir(mode=0o700, parents=True)
        return all(self._copy_one(self.path.name + end, to) for end in COPIED)

    def put_back(self, copy: Path) -> bool:
        """Replace the database by a copy and set the replaced files aside.

        False: all is as it was.
        """
        with ExitStack() as opened:
            sources = {}
            for end in COPIED:
                with suppress(FileNotFoundError):
                    file = opened.enter_context((copy / (self.path.name + end)).open("rb"))
                    sources[self.path.name + end] = file.fileno()
            done = run_as(self.account, lambda: self._replace(sources))
        if done not in (DONE, UNTOUCHED):
            self.take_back()
        return done == DONE

    def take_back(self) -> bool:
        """Put back in place what `put_back` set aside; True when it was done."""
        return run_as(self.account, self._take_back) == DONE

    def drop_aside(self) -> bool:
        """Remove what `put_back` set aside; True when it was done."""
        return run_as(self.account, self._drop_aside) == DONE

    def _copy_one(self, name: str, to: Path) -> bool:
        target = os.open(to / name, _MAKE, 0o600)
        try:
            found = run_as(self.account, lambda: self._read(name, target))
        finally:
            os.close(target)
        if found != DONE:
            (to / name).unlink()
        return found in (DONE, ABSENT)

    def _read(self, name: str, target: int) -> int:
        with self._folder() as folder:
            try:
                source = os.open(name, _READ, dir_fd=folder)
            except FileNotFoundError:
                return ABSENT
            about, room = os.fstat(source), os.fstatvfs(target)
            if not stat.S_ISREG(about.st_mode) or about.st_size > room.f_bavail * room.f_frsize:
                return REFUSED  # a file with holes could claim any size
            _pump(source, target)
        return DONE

    def _replace(self, sources: dict[str, int]) -> int:
        with self._folder() as folder:
            try:
                self._remove_aside(folder)  # of a restore that a power cut broke off
            except OSError:
                return UNTOUCHED
            for name in self._names():
                with suppress(FileNotFoundError):
                    os.rename(name, name + ASIDE, src_dir_fd=folder, dst_dir_fd=folder)
            for name, source in sources.items():
                target = os.open(name, _MAKE, 0o600, dir_fd=folder)
                _pump(source, target)
            os.fsync(folder)
        return DONE

    def _take_back(self) -> int:
        with self._folder() as folder:
            # The database itself is set aside last: without it nothing was written over yet.
            replaced = self.path.name + ASIDE in os.listdir(folder)  # noqa: PTH208 - a descriptor
            for name in self._names():
                if replaced:
                    with suppress(FileNotFoundError):
                        os.unlink(name, dir_fd=folder)
                with suppress(FileNotFoundError):
                    os.rename(name + ASIDE, name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)
        return DONE

    def _drop_aside(self) -> int:
        with self._folder() as folder:
            self._remove_aside(folder)
        return DONE

    def _remove_aside(self, folder: int) -> None:
        for name in self._names():
            with suppress(FileNotFoundError):
                os.unlink(name + ASIDE, dir_fd=folder)

    def _names(self) -> Iterator[str]:
        return (self.path.name + end for end in SET_ASIDE)

    @contextmanager
    def _folder(self) -> Iterator[int]:
        found = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            yield found
        finally:
            os.close(found)


def _pump(source: int, target: int) -> None:
    while part := os.read(source, CHUNK):
        view = memoryview(part)
        while view:
            view = view[os.write(target, view) :]
    os.fsync(target)

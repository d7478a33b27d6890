"""Races between an account that swaps files for links, and root's updater that copies them.

The account swaps files of its folder for links to a file of root's as fast as can be. The control
is the copy and restore of before, which follow links. Needs root: a second user id is taken on.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from drivers.updater.account import SystemAccount
from drivers.updater.store_files import StoreFiles

SECRET = b"only root may read this"
OLD = b"database of the old program"
FIRST_UID, UIDS = 40_000, 20_000
GIVE_WAY_SECONDS = 0.001


@dataclass(frozen=True)
class RacedFolder:
    """A service's folder, a root-only file outside of it, and root's own folder."""

    account: SystemAccount
    store: Path
    secret: Path
    kept: Path

    @property
    def files(self) -> StoreFiles:
        return StoreFiles(self.store, self.account)

    @property
    def log(self) -> Path:
        return self.store.with_name("kiosk.db-wal")

    def write(self, database: bytes, log: bytes | None = None) -> None:
        """Write a database and its log as the service's account; without `log` there is none."""
        for path, said in ((self.store, database), (self.log, log)):
            path.unlink(missing_ok=True)
            if said is not None:
                path.write_bytes(said)
                os.chown(path, self.account.uid, self.account.gid)

    def harm(self) -> str:
        """Return what the account gained or spoilt, "" for nothing."""
        about = self.secret.stat()
        if (about.st_uid, about.st_mode & 0o777) != (0, 0o600):
            return "root's file was given away"
        if self.secret.read_bytes() != SECRET:
            return "root's file was overwritten"
        for path in (*self.store.parent.iterdir(), *self.kept.glob("*")):
            if SECRET in content_of(path):
                return f"{path.name} holds root's file"
        return ""


def content_of(path: Path) -> bytes:
    """Return the bytes of a regular file, b"" of anything else.

    It opens no link and waits for no pipe, since the account may swap the file meanwhile.
    """
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(number, "rb") as file:
            return file.read()
    except OSError:
        return b""


def make_folder(folder: Path) -> RacedFolder:
    """Return a service's folder of an unused account, beside a file of root's.

    Another process gets another account. Without root's rights the caller's own account is used.
    """
    number = FIRST_UID + os.getpid() % UIDS
    account = (
        SystemAccount(number, number)
        if os.geteuid() == 0
        else SystemAccount(os.getuid(), os.getgid())
    )
    service = folder / "service"
    service.mkdir(mode=0o700)
    os.chown(service, account.uid, account.gid)
    for parent in folder.parents:
        if parent.stat().st_uid == os.geteuid():
            parent.chmod(parent.stat().st_mode | 0o011)
    folder.chmod(0o711)
    secret, kept = folder / "secret", folder / "kept"
    secret.write_bytes(SECRET)
    secret.chmod(0o600)
    kept.mkdir(mode=0o700)
    return RacedFolder(account, service / "kiosk.db", secret, kept / "store")


def harms(place: RacedFolder, times: int, steps: Callable[[RacedFolder], object]) -> Iterator[str]:
    """Yield the harm of each round of `steps` while the account swaps links."""
    ready = multiprocessing.get_context("fork").Event()
    swapper = multiprocessing.get_context("fork").Process(target=swap, args=(place, ready))
    swapper.start()
    try:
        assert ready.wait(30)
        for _ in range(times):
            with suppress(OSError):
                steps(place)
            if harm := place.harm():
                mend(place)
                yield harm
    finally:
        swapper.kill()
        swapper.join()
        for path in place.store.parent.iterdir():
            path.unlink()


def swap(place: RacedFolder, ready: object) -> None:
    """Become the account and swap links and files as fast as possible, until the parent ends."""
    os.setgroups([])
    os.setresgid(*[place.account.gid] * 3)
    os.setresuid(*[place.account.uid] * 3)
    link, file = place.store.with_name("a-link"), place.store.with_name("a-file")
    while os.getppid() != 1:
        for path in (place.store, place.log):
            with suppress(OSError):
                link.symlink_to(place.secret)
                link.replace(path)
            with suppress(OSError):
                file.write_bytes(OLD)
                file.replace(path)
        ready.set()  # type: ignore[attr-defined]


def mend(place: RacedFolder) -> None:
    """Restore root's file and remove what the round left."""
    place.secret.write_bytes(SECRET)
    os.chown(place.secret, 0, 0)
    place.secret.chmod(0o600)
    for path in (place.store, place.log):
        path.unlink(missing_ok=True)
    shutil.rmtree(place.kept, ignore_errors=True)


def steps_of_the_updater(place: RacedFolder) -> None:
    place.files.copy_out(place.kept)
    place.files.put_back(place.kept)


def naive_steps(place: RacedFolder) -> None:
    naive_copy(place)
    naive_restore(place)


def naive_copy(place: RacedFolder) -> None:
    """Copy as root and follow links, as the updater did before."""
    shutil.rmtree(place.kept, ignore_errors=True)
    place.kept.mkdir(mode=0o700, parents=True)
    for part in (place.store, place.log):
        with suppress(FileNotFoundError):
            shutil.copy2(part, place.kept)


def naive_restore(place: RacedFolder) -> None:
    """Write and change the owner as root and follow links, as the updater did before.

    It gives way where the account can step in: on a busy machine it seldom would otherwise.
    """
    for part in (place.store, place.log):
        part.unlink(missing_ok=True)
        time.sleep(GIVE_WAY_SECONDS)
        with suppress(FileNotFoundError):
            shutil.copy2(place.kept / part.name, part)
            os.chown(part, place.account.uid, place.account.gid)

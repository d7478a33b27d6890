"""Files of the service's folder: an account that swaps links gains nothing from root's updater.

As root, with a second user id that belongs to nobody else on the machine. The naive copy and restore
below are what the updater did before; the same harness must catch them.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.updater.account import Account, end_processes, find_account, processes_of, run_as
from drivers.updater.store_files import REFUSED, StoreFiles

SECRET = b"only root may read this"
OLD, LOG, NEW = b"database of the old program", b"its log", b"of the new program"
QUICK, SLOW = 20, 400
MOST_TRIES = 4_000  # of the control, which ends with the first harm
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="a second user id needs root")


@dataclass(frozen=True)
class Place:
    """A service's folder, a root-only file outside of it, and root's own folder."""

    account: Account
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
        """Be the service: leave a database and its log."""
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
    """Return the bytes of a file, none of what is no file; the account may swap it meanwhile."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(number, "rb") as file:
            return file.read()
    except OSError:
        return b""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    number = 40_000 + os.getpid() % 20_000  # of no user; another run of these tests has another
    account = Account(number, number) if os.geteuid() == 0 else Account(os.getuid(), os.getgid())
    folder = tmp_path / "service"
    folder.mkdir(mode=0o700)
    os.chown(folder, account.uid, account.gid)
    for parent in tmp_path.parents:
        if parent.stat().st_uid == os.geteuid():
            parent.chmod(parent.stat().st_mode | 0o011)
    tmp_path.chmod(0o711)
    secret, kept = tmp_path / "secret", tmp_path / "kept"
    secret.write_bytes(SECRET)
    secret.chmod(0o600)
    kept.mkdir(mode=0o700)
    return Place(account, folder / "kiosk.db", secret, kept / "store")


def test_a_database_and_its_log_are_copied_and_come_back(place: Place) -> None:
    place.write(OLD, LOG)
    assert place.files.copy_out(place.kept)
    assert place.kept.stat().st_mode & 0o777 == 0o700
    place.write(NEW)
    assert place.files.put_back(place.kept)
    assert (place.store.read_bytes(), place.log.read_bytes()) == (OLD, LOG)
    assert place.store.stat().st_uid == place.account.uid
    assert place.files.take_back()
    assert (place.store.read_bytes(), place.log.exists()) == (NEW, False)
    assert place.files.take_back()  # nothing is set aside any more
    assert place.store.read_bytes() == NEW
    assert place.files.put_back(place.kept)
    assert place.files.drop_aside()
    assert sorted(path.name for path in place.store.parent.iterdir()) == [
        "kiosk.db",
        "kiosk.db-wal",
    ]


def test_a_copy_is_of_now_and_nothing_else(place: Place) -> None:
    place.write(OLD, LOG)
    assert place.files.copy_out(place.kept)
    place.write(NEW)
    assert place.files.copy_out(place.kept)
    assert [path.name for path in place.kept.iterdir()] == ["kiosk.db"]
    place.store.unlink()
    assert place.files.copy_out(place.kept)
    assert list(place.kept.iterdir()) == []


def test_what_is_no_file_is_neither_copied_nor_waited_for(place: Place) -> None:
    place.write(OLD)
    for make in (
        lambda: place.log.symlink_to(place.secret),
        lambda: os.mkfifo(place.log),
        place.log.mkdir,
        lambda: place.log.symlink_to("nowhere"),
    ):
        make()
        assert not place.files.copy_out(place.kept)
        assert place.harm() == ""
        place.log.rmdir() if place.log.is_dir() else place.log.unlink()


def test_a_file_with_holes_that_claims_all_the_disk_is_not_copied(place: Place) -> None:
    place.write(OLD)
    room = os.statvfs(place.kept.parent)
    with place.log.open("wb") as file:
        file.truncate(room.f_frsize * (room.f_bavail + 1))
    os.chown(place.log, place.account.uid, place.account.gid)
    assert not place.files.copy_out(place.kept)


def test_a_restore_that_fails_leaves_everything_as_it_was(place: Place) -> None:
    place.write(OLD, LOG)
    assert place.files.copy_out(place.kept)
    place.write(NEW, LOG)
    aside = place.store.with_name("kiosk.db.aside")
    aside.mkdir()  # a database can't be set aside under the name of a folder
    assert not place.files.put_back(place.kept)
    aside.rmdir()
    assert (place.store.read_bytes(), place.log.read_bytes()) == (NEW, LOG)


def test_a_child_that_is_killed_or_fails_has_done_nothing(place: Place) -> None:
    def die() -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    def fail() -> int:
        raise OSError

    assert run_as(place.account, die) == -1
    assert run_as(place.account, fail) == 1
    assert run_as(place.account, lambda: REFUSED) == REFUSED


def test_the_account_is_found_by_name(tmp_path: Path) -> None:
    assert find_account("root") == Account(0, 0)
    with pytest.raises(KeyError):
        find_account("nobody-of-this-name")


# --- as root, with a second user id


@as_root
def test_the_child_has_the_accounts_rights_and_no_others(place: Place) -> None:
    def look() -> int:
        ids = {*os.getresuid(), *os.getresgid(), *os.getgroups()}
        with suppress(PermissionError):
            place.secret.read_bytes()
            return 3
        return 0 if ids == {place.account.uid} else 4

    assert run_as(place.account, look) == 0


@as_root
def test_a_link_in_place_of_the_log_shows_nothing_of_roots(place: Place) -> None:
    """Before, an update and its return handed the linked file over."""
    place.write(OLD)
    place.log.symlink_to(place.secret)
    assert not place.files.copy_out(place.kept)
    assert place.harm() == ""
    naive_copy(place)
    naive_restore(place)
    assert place.harm() == "kiosk.db-wal holds root's file"


@as_root
@pytest.mark.parametrize(
    "restores", [QUICK, pytest.param(SLOW, marks=pytest.mark.slow)], ids=["quick", "slow"]
)
def test_a_process_that_swaps_links_gains_nothing(place: Place, restores: int) -> None:
    """The control: the same swaps make the naive restore overwrite or give away root's file."""
    assert list(harms(place, restores, steps_of_the_updater)) == []
    worst = {"root's file was given away", "root's file was overwritten"}
    assert any(harm in worst for harm in harms(place, MOST_TRIES, naive_steps))


@as_root
def test_no_process_of_the_account_outlives_the_end(place: Place) -> None:
    """Neither who is in another session or ignores signals, nor who is stopped or keeps forking."""
    with as_account(place.account, IGNORES), as_account(place.account, FORKS):
        assert set(processes_of(place.account))
        assert end_processes(place.account)
        assert set(processes_of(place.account)) == set()
    assert end_processes(place.account)  # nobody is there any more


def test_the_end_is_never_that_of_root_or_of_the_caller() -> None:
    for number in (0, os.getuid()):
        with pytest.raises(ValueError, match="only the service's"):
            end_processes(Account(number, number))


# Hops from process to process, each in a session of its own, and then lies in wait.
FORKS = """
import os, signal
print("ready", flush=True)
for _ in range(200):
    if os.fork():
        os._exit(0)
    os.setsid()
signal.pause()
"""
IGNORES = """
import os, signal
for one in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(one, signal.SIG_IGN)
os.setsid()
print("ready", flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
"""


@contextmanager
def as_account(account: Account, program: str) -> Iterator[None]:
    """Run a program with the account's rights until the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        env={"PATH": os.environ["PATH"]},
    ) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == "ready\n"
            yield
        finally:
            running.kill()


def harms(place: Place, times: int, steps: Callable[[Place], object]) -> Iterator[str]:
    """Yield what each round of copy and restore did wrong while the account swaps links."""
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


def swap(place: Place, ready: object) -> None:
    """Be the account: put links and files in each other's place as fast as can be."""
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


def mend(place: Place) -> None:
    """Let root's file be its own again."""
    place.secret.write_bytes(SECRET)
    os.chown(place.secret, 0, 0)
    place.secret.chmod(0o600)
    for path in (place.store, place.log):
        path.unlink(missing_ok=True)
    shutil.rmtree(place.kept, ignore_errors=True)


def steps_of_the_updater(place: Place) -> None:
    place.files.copy_out(place.kept)
    place.files.put_back(place.kept)


def naive_steps(place: Place) -> None:
    naive_copy(place)
    naive_restore(place)


def naive_copy(place: Place) -> None:
    """Copy as root, following links: the updater before."""
    shutil.rmtree(place.kept, ignore_errors=True)
    place.kept.mkdir(mode=0o700, parents=True)
    for part in (place.store, place.log):
        with suppress(FileNotFoundError):
            shutil.copy2(part, place.kept)


def naive_restore(place: Place) -> None:
    """Write and give away as root, following links: the updater before."""
    for part in (place.store, place.log):
        part.unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            shutil.copy2(place.kept / part.name, part)
            os.chown(part, place.account.uid, place.account.gid)

"""Files of the service's folder: an account that swaps links gains nothing from root's updater.

As root, with a second user id that belongs to nobody else on the machine. The naive copy and restore
below are what the updater did before; the same harness must catch them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from drivers.updater.account import SystemAccount, end_processes, find_account, processes_of, run_as
from drivers.updater.store_files import REFUSED
from script.benches.machine.link_races import (
    OLD,
    RacedFolder,
    harms,
    make_folder,
    naive_copy,
    naive_restore,
    naive_steps,
    steps_of_the_updater,
)

LOG, NEW = b"its log", b"of the new program"
QUICK, SLOW = 20, 400
MOST_TRIES = 4_000  # of the control, which ends with the first harm
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="a second user id needs root")


@pytest.fixture
def place(tmp_path: Path) -> RacedFolder:
    return make_folder(tmp_path)


def test_a_database_and_its_log_are_copied_and_come_back(place: RacedFolder) -> None:
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


def test_a_copy_is_of_now_and_nothing_else(place: RacedFolder) -> None:
    place.write(OLD, LOG)
    assert place.files.copy_out(place.kept)
    place.write(NEW)
    assert place.files.copy_out(place.kept)
    assert [path.name for path in place.kept.iterdir()] == ["kiosk.db"]
    place.store.unlink()
    assert place.files.copy_out(place.kept)
    assert list(place.kept.iterdir()) == []


def test_what_is_no_file_is_neither_copied_nor_waited_for(place: RacedFolder) -> None:
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


def test_a_file_with_holes_that_claims_all_the_disk_is_not_copied(place: RacedFolder) -> None:
    place.write(OLD)
    disk = os.statvfs(place.kept.parent)
    with place.log.open("wb") as file:
        # More than what is free now: others may free some, and the copy would fill the disk.
        file.truncate(disk.f_frsize * 2 * disk.f_blocks)
    os.chown(place.log, place.account.uid, place.account.gid)
    assert not place.files.copy_out(place.kept)


def test_a_restore_that_fails_leaves_everything_as_it_was(place: RacedFolder) -> None:
    place.write(OLD, LOG)
    assert place.files.copy_out(place.kept)
    place.write(NEW, LOG)
    aside = place.store.with_name("kiosk.db.aside")
    aside.mkdir()  # a database can't be set aside under the name of a folder
    assert not place.files.put_back(place.kept)
    aside.rmdir()
    assert (place.store.read_bytes(), place.log.read_bytes()) == (NEW, LOG)


def test_a_child_that_is_killed_or_fails_has_done_nothing(place: RacedFolder) -> None:
    def die() -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    def fail() -> int:
        raise OSError

    assert run_as(place.account, die) == -1
    assert run_as(place.account, fail) == 1
    assert run_as(place.account, lambda: REFUSED) == REFUSED


def test_the_account_is_found_by_name(tmp_path: Path) -> None:
    assert find_account("root") == SystemAccount(0, 0)
    with pytest.raises(KeyError):
        find_account("nobody-of-this-name")


# --- as root, with a second user id


@as_root
def test_the_child_has_the_accounts_rights_and_no_others(place: RacedFolder) -> None:
    def look() -> int:
        ids = {*os.getresuid(), *os.getresgid(), *os.getgroups()}
        with suppress(PermissionError):
            place.secret.read_bytes()
            return 3
        return 0 if ids == {place.account.uid} else 4

    assert run_as(place.account, look) == 0


@as_root
def test_a_link_in_place_of_the_log_shows_nothing_of_roots(place: RacedFolder) -> None:
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
def test_a_process_that_swaps_links_gains_nothing(place: RacedFolder, restores: int) -> None:
    """The control: the same swaps make the naive restore overwrite or give away root's file."""
    assert list(harms(place, restores, steps_of_the_updater)) == []
    worst = {"root's file was given away", "root's file was overwritten"}
    assert any(harm in worst for harm in harms(place, MOST_TRIES, naive_steps))


@as_root
def test_no_process_of_the_account_outlives_the_end(place: RacedFolder) -> None:
    """Neither who is in another session or ignores signals, nor who is stopped or keeps forking."""
    with as_account(place.account, IGNORES), as_account(place.account, FORKS):
        assert set(processes_of(place.account))
        assert end_processes(place.account)
        assert set(processes_of(place.account)) == set()
    assert end_processes(place.account)  # nobody is there any more


def test_the_end_is_never_that_of_root_or_of_the_caller() -> None:
    for number in (0, os.getuid()):
        with pytest.raises(ValueError, match="only the service's"):
            end_processes(SystemAccount(number, number))


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
def as_account(account: SystemAccount, program: str) -> Iterator[None]:
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

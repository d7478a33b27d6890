"""The account that the kiosk's service runs as: running work with its rights, ending its processes.

Root never touches a file of a folder that the account owns: a link there would name any file of the
machine. What has to be done there is done by a forked child that has the account's rights alone.
"""

from __future__ import annotations

import os
import pwd
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

NAME = "kiosk"
PROC = Path("/proc")
ENDED = "Z"  # a zombie runs no code; only its parent has not asked yet
CHILD_MS = 600_000  # for a large database on a slow disk
END_MS = 5_000
ROUNDS = 20


@dataclass(frozen=True)
class SystemAccount:
    """The numbers of a user and of its own group."""

    uid: int
    gid: int


def find_account(name: str = NAME) -> SystemAccount:
    """Return the account of that name; raises KeyError when the machine has none."""
    found = pwd.getpwnam(name)
    return SystemAccount(found.pw_uid, found.pw_gid)


def run_as(account: SystemAccount, work: Callable[[], int]) -> int:
    """Run `work` in a forked child that has the account's rights and no group besides its own.

    Returns what `work` returned (0 to 127), 1 for an OSError, -1 when the child was ended from
    outside or did not end within ten minutes. Descriptors that are open now stay open in the child;
    it can't be traced by the account, because the kernel makes a process that changes its user
    undumpable (prctl(2), PR_SET_DUMPABLE).
    """
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _drop_rights(account)
            code = work()
        except OSError:
            code = 1
        finally:
            os._exit(code)  # whatever was raised: the child must not go on in the caller's code
    return _wait_for(child)


def end_processes(account: SystemAccount) -> bool:
    """Kill every process of the account, wherever it was started; True when none is left.

    `kill(-1)` by a child with the account's number reaches all of them at one instant, so that no
    fork escapes it (kill(2)); root then looks, and kills what changed its numbers.
    Raises ValueError when the account is root, or the caller itself.
    """
    if account.uid in (0, os.getuid()):
        raise ValueError("the updater may end only the service's processes")
    for _ in range(ROUNDS):
        told = run_as(account, _kill_everybody)
        left = list(processes_of(account))
        if told == 0 and not left:
            return True
        _kill(account, left)
    return False


def processes_of(account: SystemAccount, proc: Path = PROC) -> Iterator[int]:
    """Yield the ids of processes that run with the account as any of their four user ids."""
    for folder in proc.iterdir():
        if folder.name.isdigit() and _is_of(account, folder):
            yield int(folder.name)


def _drop_rights(account: SystemAccount) -> None:
    if os.geteuid() == 0:
        os.setgroups([])
    os.setresgid(account.gid, account.gid, account.gid)
    os.setresuid(account.uid, account.uid, account.uid)
    os.umask(0o077)


def _wait_for(child: int) -> int:
    """Return the exit code of a child, -1 when a signal ended it.

    The child runs with the account's rights, and the account may stop it: so there is a limit.
    """
    pidfd = os.pidfd_open(child)
    try:
        waiting = select.poll()
        waiting.register(pidfd, select.POLLIN)
        if not waiting.poll(CHILD_MS):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    finally:
        os.close(pidfd)
    return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else -1


def _kill_everybody() -> int:
    with suppress(ProcessLookupError):  # there is nobody besides this child
        os.kill(-1, signal.SIGKILL)
    return 0


def _kill(account: SystemAccount, pids: list[int]) -> None:
    """Kill processes and wait until they are gone; a number may be another process's by now."""
    waiting, open_now = select.poll(), []
    for pid in pids:
        with suppress(ProcessLookupError):
            pidfd = os.pidfd_open(pid)
            open_now.append(pidfd)
            if _is_of(account, PROC / str(pid)):
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)
                waiting.register(pidfd, select.POLLIN)
    if open_now:
        waiting.poll(END_MS)
    for pidfd in open_now:
        os.close(pidfd)


def _is_of(account: SystemAccount, folder: Path) -> bool:
    try:
        lines = (folder / "status").read_text("utf-8", "replace").splitlines()
    except OSError:  # it has ended
        return False
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    state, ids = fields.get("State", "").split(), fields.get("Uid", "").split()
    return str(account.uid) in ids and state[:1] != [ENDED]

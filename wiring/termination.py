"""INT and TERM end a command together with its child processes and its temporary files.

Left alone, Python answers INT with a traceback and lets TERM skip every `finally`; and a child that
ignores TERM keeps whoever waits for it. Here both signals become SystemExit, children are told to
end and are killed after a grace period, and a thread ends the process when its own clean-up, or
code that swallows SystemExit, takes too long.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SHELL_OFFSET = 128  # a shell's exit code for a process that a signal ended (POSIX, 2.8.2)
CHILDREN_SECONDS = 0.9  # from the signal until child processes are killed
LIMIT_SECONDS = 1.6  # from the signal until this process ends without further clean-up
POLL_SECONDS = 0.02
PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
OWN_END = b"multiprocessing.resource_tracker"  # unlinks shared memory once its users have ended


def run_terminably(command: Callable[[], int], *, own_temporary: bool = False) -> int:
    """Run `command` in the main thread and return its exit code.

    After INT or TERM SystemExit(128 + number) passes through `command`. A command that installs
    handlers of its own for the signals, as the services do, decides for itself from then on.

    `own_temporary`: all temporary files of this process and its children lie in one folder, which
    is removed at the end.
    """
    with temporary_root(use=own_temporary) as folder:
        termination = Termination(folder)
        before = {number: signal.signal(number, termination.begin) for number in SIGNALS}
        try:
            return command()
        finally:
            if termination.begun:
                end_descendants(CHILDREN_SECONDS)
            else:
                for number, handler in before.items():
                    signal.signal(number, handler)


@contextmanager
def temporary_root(*, use: bool) -> Iterator[Path | None]:
    """Lay temporary files into one new folder, also those of child processes; None: not `use`."""
    if not use:
        yield None
        return
    before = os.environ.get("TMPDIR")
    folder = Path(tempfile.mkdtemp(prefix="kiosk-"))
    os.environ["TMPDIR"], tempfile.tempdir = str(folder), None
    try:
        yield folder
    finally:
        os.environ.pop("TMPDIR")
        os.environ.update({} if before is None else {"TMPDIR": before})
        tempfile.tempdir = None
        shutil.rmtree(folder, ignore_errors=True)


class Termination:
    """What the first signal sets off; later ones change nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.begun = False

    def begin(self, number: int, _frame: FrameType | None) -> None:
        """Handle a signal: tell the children, limit the time, and raise SystemExit."""
        if self.begun:
            return
        self.begun = True
        # Whatever a child leaves behind becomes ours, so that it is found and ended.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        signal_descendants(signal.SIGTERM)
        Thread(target=self._limit, args=(SHELL_OFFSET + number,), daemon=True).start()
        raise SystemExit(SHELL_OFFSET + number)

    def _limit(self, code: int) -> None:
        began = time.monotonic()
        time.sleep(CHILDREN_SECONDS)
        signal_descendants(signal.SIGKILL)
        time.sleep(max(0.0, began + LIMIT_SECONDS - time.monotonic()))
        signal_descendants(signal.SIGKILL)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        os._exit(code)


def end_descendants(grace: float) -> None:
    """Wait until all descendants have ended; kill those that are still there after `grace` s."""
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and descendants(os.getpid()):
        time.sleep(POLL_SECONDS)
    while signal_descendants(signal.SIGKILL):
        time.sleep(POLL_SECONDS)


def signal_descendants(number: signal.Signals) -> int:
    """Send a signal to every descendant that runs; return how many there were."""
    found = descendants(os.getpid())
    for process in found:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, number)
    return len(found)


def descendants(ancestor: int) -> list[int]:
    """Return the running processes that `ancestor` began, and those that they began."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent = folder.joinpath("stat").read_text().rpartition(")")[2].split()[:2]
            if state not in "ZX" and OWN_END not in folder.joinpath("cmdline").read_bytes():
                children.setdefault(int(parent), []).append(int(folder.name))
    found, ahead = [], [ancestor]
    while ahead:
        below = children.get(ahead.pop(), [])
        found += below
        ahead += below
    return found

"""Termination on INT and TERM of a command with its child processes and temporary files.

Left alone, Python answers INT with a traceback and lets TERM skip every `finally`; and a child that
ignores TERM keeps whoever waits for it. Here the first signal becomes SystemExit, or a call that
asks a service to stop. A thread learns of it from the interpreter's C handler, so that the time
limit also holds for a main thread that swallows SystemExit or runs no bytecode for a while.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SHELL_OFFSET = 128  # a shell's exit code for a process that a signal ended (POSIX, 2.8.2)
RESTART = 1000  # no exit status: the program is to start again in its own place (begin_anew)
POLL_SECONDS = 0.02
PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
SWEEPER = "kiosk-sweeper"
# They end by themselves once their parent has, and clean up after it.
OWN_END = (b"multiprocessing.resource_tracker", SWEEPER.encode())
ORDERLY_END = b"over\n"
# Reads until this process has ended, then removes the folder. Without a line, ORDERLY_END, the
# process was killed and its children may still write for a moment.
SWEEP = """
trap '' INT TERM HUP
read -r _ && rounds=0 || rounds=10
read -r _
rm -rf -- "$1"
tries=0
while [ "$rounds" -gt 0 ] || { [ -e "$1" ] && [ "$tries" -lt 50 ]; }; do
    sleep 0.1
    rm -rf -- "$1"
    rounds=$((rounds - 1))
    tries=$((tries + 1))
done
"""


@dataclass(frozen=True)
class GracePeriods:
    """Seconds from the signal until child processes are killed, and until this process ends.

    `dumps_threads`: at its end by force the stack of each thread, without values, is written to
    standard error.
    """

    children: float
    process: float
    dumps_threads: bool = False


COMMAND = GracePeriods(0.9, 1.6)
# A visit's last writes and a request under way may take this long on a busy machine. Ending by
# force loses nothing: a confirmation is durable before it is shown, and delivery survives a kill.
SERVICE = GracePeriods(28.0, 30.0, dumps_threads=True)


def run_terminably(command: Callable[[], int], *, own_temporary: bool = False) -> int:
    """Run `command` in the main thread and return its exit code.

    After INT or TERM SystemExit(128 + number) passes through `command`. A command that installs
    handlers of its own for the signals, as the services do, decides for itself from then on.

    `own_temporary`: all temporary files of this process and its children lie in one folder, which
    is removed once the process has ended, also when it is killed.
    """
    with temporary_root(use=own_temporary) as announce_end:
        termination = Termination(COMMAND, announce_end)
        with termination.calling(_leave):
            try:
                return command()
            finally:
                if termination.begun:
                    end_descendants(COMMAND.children)


@contextmanager
def temporary_root(*, use: bool) -> Iterator[Callable[[], None]]:
    """Put temporary files, also those of child processes, into one new folder.

    It is removed at the end, and once more when this process is gone, since a thread may write
    until then. Yields a function to call before an end that does not pass here, by os._exit.
    """
    if not use:
        yield lambda: None
        return
    before = os.environ.get("TMPDIR")
    folder = Path(tempfile.mkdtemp(prefix="kiosk-"))
    pipe = start_sweeper(folder)

    def announce_end() -> None:
        with suppress(OSError):
            os.write(pipe, ORDERLY_END)

    os.environ["TMPDIR"], tempfile.tempdir = str(folder), None
    try:
        yield announce_end
    finally:
        os.environ.pop("TMPDIR")
        os.environ.update({} if before is None else {"TMPDIR": before})
        tempfile.tempdir = None
        shutil.rmtree(folder, ignore_errors=True)
        announce_end()


def start_sweeper(folder: Path) -> int:
    """Start a process that removes `folder` when this one has ended; return its pipe's writing end.

    That end stays open as long as this process lives and is closed in its children and by exec.
    """
    reading_end, writing_end = os.pipe()
    quiet = os.open(os.devnull, os.O_WRONLY)
    files = ((reading_end, 0), (quiet, 1), (quiet, 2))
    os.posix_spawn(
        "/bin/sh",
        [SWEEPER, "-c", SWEEP, SWEEPER, str(folder)],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, of, to) for of, to in files],
        setsid=True,  # Ctrl-C goes to the whole group
    )
    os.close(reading_end)
    os.close(quiet)
    return writing_end


def _nothing(_number: int) -> None:
    """Do nothing."""


@dataclass
class Termination:
    """The effect of the first signal; later ones change nothing.

    `announce_end` is called before the process is ended by force.
    """

    limits: GracePeriods
    announce_end: Callable[[], None] = lambda: None
    begun: bool = field(default=False, init=False)
    _respond: Callable[[int], None] = field(default=_nothing, init=False)
    _writing_end: int = field(default=-1, init=False)

    @contextmanager
    def calling(self, respond: Callable[[int], None]) -> Iterator[None]:
        """Make the first signal call `respond` with its number, in the main thread.

        The call interrupts the main thread anywhere, also while that holds a lock: it may set a
        flag or raise, and must not take locks.
        """
        reading_end, self._writing_end = os.pipe()
        os.set_blocking(self._writing_end, False)
        self._respond = respond
        Thread(target=self._watch, args=(reading_end,), name="termination", daemon=True).start()
        before = {number: signal.signal(number, self.begin) for number in SIGNALS}
        wire_before = signal.set_wakeup_fd(self._writing_end, warn_on_full_buffer=False)
        try:
            yield
        finally:
            if not self.begun:  # otherwise a second signal would interrupt the clean-up
                for number, handler in before.items():
                    signal.signal(number, handler)
            if not self.begun:  # a signal may have come until then
                signal.set_wakeup_fd(wire_before)
                os.close(self._writing_end)

    def begin(self, number: int, _frame: FrameType | None) -> None:
        """Handle a signal: the first one calls `respond`, later ones do nothing."""
        if self.begun:
            return
        self.begun = True
        with suppress(OSError):
            os.write(
                self._writing_end, bytes([number])
            )  # where other code took the wakeup descriptor
        self._respond(number)

    def _watch(self, reading_end: int) -> None:
        while received := os.read(reading_end, 1):
            number = received[0]
            if number in SIGNALS and signal.getsignal(number) == self.begin:
                self._limit(SHELL_OFFSET + number)
        os.close(reading_end)

    def _limit(self, code: int) -> None:
        """End child processes, then this one with the exit code, once their grace is over."""
        began = time.monotonic()
        time.sleep(self.limits.children)
        signal_descendants(signal.SIGKILL)
        time.sleep(max(0.0, began + self.limits.process - time.monotonic()))
        if self.limits.dumps_threads:
            faulthandler.dump_traceback(2)  # Kivy replaces sys.stderr
        signal_descendants(signal.SIGKILL)
        self.announce_end()
        os._exit(code)


def _leave(number: int) -> None:
    """Tell the children to end, and raise SystemExit."""
    # Whatever a child leaves behind becomes ours, so that it is found and ended.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal_descendants(signal.SIGTERM)
    raise SystemExit(SHELL_OFFSET + number)


def begin_anew() -> None:
    """Replace this process by the same command; a signal until then ends it instead."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves


def end_descendants(grace: float) -> None:
    """Wait until all descendants have ended; kill those left after `grace` seconds."""
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
            words = folder.joinpath("cmdline").read_bytes()
            if state not in "ZX" and not any(one in words for one in OWN_END):
                children.setdefault(int(parent), []).append(int(folder.name))
    found, ahead = [], [ancestor]
    while ahead:
        below = children.get(ahead.pop(), [])
        found += below
        ahead += below
    return found

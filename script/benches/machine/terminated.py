"""A command that is started, signalled once it is at work, and checked for what it leaves.

Processes are found by a mark in their environment, so that neither a session of their own nor the
end of their parent hides them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
MARK = "KIOSK_TERMINATED"
POLL_SECONDS = 0.01


@dataclass(frozen=True)
class TerminationWay:
    """A way to end a command: the signal, and whether the whole process group gets it."""

    number: signal.Signals
    whole_group: bool

    @property
    def name(self) -> str:
        return f"{self.number.name} to {'all' if self.whole_group else 'one'}"


CTRL_C = TerminationWay(
    signal.SIGINT, whole_group=True
)  # a terminal's driver signals the foreground group
TERMINATE = TerminationWay(signal.SIGTERM, whole_group=False)
INTERRUPT = TerminationWay(signal.SIGINT, whole_group=False)
WAYS = (CTRL_C, TERMINATE, INTERRUPT)


@dataclass(frozen=True)
class Leftovers:
    """How a command ended, and what was left `seconds` after the signal.

    `code` is None when it did not end.
    """

    code: int | None
    seconds: float
    processes: tuple[str, ...]
    files: tuple[str, ...]
    said: str

    @property
    def clean(self) -> bool:
        """Tell whether it ended and left nothing: no process, no temporary file, no traceback."""
        ended = self.code is not None
        return ended and not self.processes and not self.files and "Traceback" not in self.said


@dataclass(frozen=True)
class Running:
    """A running command; `folder` is its own, with its temporary files in `tmp`."""

    child: subprocess.Popen[bytes]
    folder: Path
    mark: str

    def marked(self) -> dict[int, str]:
        """Return the command lines of its processes that still run, by process id."""
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if self.mark.encode() in process.joinpath("environ").read_bytes():
                    words = process.joinpath("cmdline").read_bytes().replace(b"\0", b" ")
                    found[int(process.name)] = words.decode(errors="replace").strip()
        return found

    def said(self) -> str:
        """Return what it wrote to standard output and standard error."""
        return (self.folder / "said").read_text("utf-8", errors="replace")

    def terminate(self, way: TerminationWay, limit: float) -> Leftovers:
        """Send the signal and wait until nothing of the command runs, at most `limit` seconds."""
        send = os.killpg if way.whole_group else os.kill
        began = time.monotonic()
        send(self.child.pid, way.number)
        code = None
        with suppress(subprocess.TimeoutExpired):
            code = self.child.wait(limit)
        while (left := self.marked()) and time.monotonic() < began + limit:
            time.sleep(POLL_SECONDS)
        took = time.monotonic() - began
        files = tuple(sorted(path.name for path in (self.folder / "tmp").iterdir()))
        states = "".join(f"\n{words}{thread_states(process)}" for process, words in left.items())
        return Leftovers(code, took, tuple(left.values()), files, self.said() + states)


def thread_states(process: int) -> str:
    """Return a line for each thread of a process: its name, state and where the kernel holds it.

    A thread in state D waits for a disk and can be ended by nothing; S in a futex waits for a lock.
    """
    lines = []
    for task in sorted(Path(f"/proc/{process}/task").glob("[0-9]*")):
        with suppress(OSError):
            name, state = task.joinpath("stat").read_text().partition("(")[2].rsplit(")", 1)
            waits = [task.joinpath(it).read_text().strip() for it in ("wchan", "syscall")]
            lines.append(f"\n  {name} {state.split()[0]} {' '.join(waits)}")
    return "".join(lines)


@contextmanager
def running(command: Sequence[str], folder: Path) -> Iterator[Running]:
    """Start a command in a session of its own; in the end kill whatever is left of it."""
    (folder / "tmp").mkdir(parents=True)
    mark = f"{MARK}={uuid.uuid4().hex}"
    name, value = mark.split("=")
    environment = {**os.environ, name: value, "TMPDIR": str(folder / "tmp")}
    with (folder / "said").open("wb") as said:
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**environment, "SDL_VIDEODRIVER": "offscreen"},
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    one = Running(child, folder, mark)
    try:
        yield one
    finally:
        for process in one.marked():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        child.communicate()


def wait_until(ready: Callable[[Running], bool], one: Running, limit: float) -> None:
    """Wait until a command is at work.

    Raises RuntimeError with its output when it ends before, or after `limit` seconds.
    """
    deadline = time.monotonic() + limit
    while not ready(one):
        if one.child.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{one.child.args!r} was never at work:\n{one.said()}")
        time.sleep(POLL_SECONDS)

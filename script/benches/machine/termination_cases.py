"""The commands that work long: how each is started, when it is at work, what it may not leave."""

from __future__ import annotations

import json
import secrets
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.atomic_file import UNFINISHED
from script.benches.machine.terminated import (
    Leftovers,
    Running,
    TerminationWay,
    running,
    wait_until,
)
from wiring.places import CONFIG, ROOT
from wiring.termination import SWEEPER

LIMIT_SECONDS = 60.0  # for what never ends by itself
START_SECONDS = 300.0  # until a command is at work, also on a very busy machine
BENCH_PROCESSES = 5  # the bench, simulated devices, central service, kiosk, face engine
ROWS, ROW_BYTES = 30_000, 1_000  # a service whose backup takes some seconds
MESSAGE = (
    "INSERT INTO message (application_id, mobile, occasion, text, at) VALUES (?, '', '', ?, '')"
)


def _unprepared(_folder: Path) -> AbstractContextManager[None]:
    return nullcontext()


def _leaves_nothing(_folder: Path) -> tuple[Path, ...]:
    return ()


@dataclass(frozen=True)
class TerminationCase:
    """One command, by its folder for output, and the test that it is at work.

    `prepared` makes in the command's folder what it needs; `unfinished` names what may not be there
    after its end.
    """

    words: Callable[[Path], tuple[str, ...]]
    at_work: Callable[[Running], bool]
    prepared: Callable[[Path], AbstractContextManager[None]] = _unprepared
    unfinished: Callable[[Path], tuple[Path, ...]] = _leaves_nothing

    def terminated(self, way: TerminationWay, folder: Path) -> Leftovers:
        """Start the command, end it, and return what was left."""
        folder.mkdir(parents=True, exist_ok=True)
        command = (sys.executable, *self.words(folder / "out"))
        with self.prepared(folder), running(command, folder) as one:
            wait_until(self.at_work, one, START_SECONDS)
            left = one.terminate(way, LIMIT_SECONDS)
        more = [str(path) for path in self.unfinished(folder) if path.exists()]
        return replace(left, files=(*left.files, *more))


def _draws_both(one: Running) -> bool:
    """Tell whether both processes of a gallery have drawn."""
    out = one.folder / "out"
    return any(out.glob("portrait-*/*.png")) and any(out.glob("landscape-*/*.png"))


def _packs(one: Running) -> bool:
    return any(words.startswith("dpkg-deb") for words in one.marked().values())


def _main(*words: str | Path) -> None:
    """Run a command of the program to its end. Raises CalledProcessError."""
    said = [sys.executable, "main.py", *map(str, words)]
    subprocess.run(said, cwd=ROOT, check=True, capture_output=True)


@contextmanager
def _full_service(folder: Path) -> Iterator[None]:
    """Make a central service with many rows in `data`."""
    data = folder / "data"
    _main("central", "init", "--data", data)
    with closing(sqlite3.connect(data / "central.db")) as database, database:
        rows = ((str(number), secrets.token_hex(ROW_BYTES // 2)) for number in range(ROWS))
        database.executemany(MESSAGE, rows)
    yield


@contextmanager
def _kept_service(folder: Path) -> Iterator[None]:
    """Make the backup of such a service."""
    with _full_service(folder):
        _main("central", "backup", "--data", folder / "data", "--to", folder / "backup")
        yield


@contextmanager
def _mute_reader(folder: Path) -> Iterator[None]:
    """Lay down settings with a reader that says nothing, and note when it is reached."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = json.dumps(f"socket://127.0.0.1:{mute.getsockname()[1]}")
        (folder / "site.toml").write_text(f"[id_card_reader]\nurl = {url}\n", "utf-8")
        held: list[socket.socket] = []

        def take() -> None:
            with suppress(OSError):
                held.append(mute.accept()[0])
                (folder / "reached").touch()

        taking = threading.Thread(target=take)
        taking.start()
        try:
            yield
        finally:
            mute.shutdown(socket.SHUT_RDWR)
            taking.join()
            for one in held:
                one.close()


def _out_files(folder: Path) -> tuple[Path, ...]:
    """What lies in the folder that the command was told to fill."""
    return tuple((folder / "out").glob("*"))


def _unfinished_backup(folder: Path) -> Path:
    return folder / f"backup{UNFINISHED}"


CASES = {
    "gallery": TerminationCase(lambda out: ("main.py", "demo", "--gallery", str(out)), _draws_both),
    "tour": TerminationCase(
        lambda out: ("main.py", "demo", "--tour", str(out)),
        lambda one: any((one.folder / "out").glob("*.png")),
    ),
    "bench": TerminationCase(
        lambda _out: ("-m", "script.benches", "start", "--quick"),
        lambda one: sum(SWEEPER not in it for it in one.marked().values()) >= BENCH_PROCESSES,
    ),
    "package": TerminationCase(
        lambda out: (
            *("-m", "script.packaging", "retirement-kiosk-training"),
            *("--out", str(out), "--compression", "xz"),
        ),
        _packs,
    ),
    "readiness": TerminationCase(
        lambda out: (
            *("main.py", "readiness", str(CONFIG / "profiles" / "demo.toml")),
            *(str(out.parent / "site.toml"), "--out", str(out)),
        ),
        lambda one: (one.folder / "reached").exists(),
        _mute_reader,
        _out_files,
    ),
    "backup": TerminationCase(
        lambda out: (
            *("main.py", "central", "backup", "--data", str(out.parent / "data")),
            *("--to", str(out.parent / "backup")),
        ),
        lambda one: _unfinished_backup(one.folder).exists(),
        _full_service,
        lambda folder: (_unfinished_backup(folder), folder / "backup"),
    ),
    "restore": TerminationCase(
        lambda out: (
            *("main.py", "central", "restore", "--from", str(out.parent / "backup")),
            *("--data", str(out)),
        ),
        lambda one: (one.folder / "out" / "central.db").exists(),
        _kept_service,
        _out_files,
    ),
}

"""Campaign of power cuts: every confirmed application must be there after each possible one.

The real writer runs under strace; the disk is rebuilt at every cut, under every model of what is
lost, and opened as the next start of the terminal would open it. With synchronous=NORMAL the same
harness must find losses.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

import kiosk.storage.database as database_module
from kiosk.application.document import Application
from kiosk.audit.audit import first_broken
from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.envelope import Envelope, OpeningKey, open_sealed, parse_envelope
from kiosk.delivery.submission import Sender, submit
from kiosk.failures import Failure
from kiosk.storage.store import Store, StoreError, open_store
from kiosk.storage.store_check import StoreCheck, read_store_alarm, was_emptied
from script.benches.applicants import AT, central_key, id_of, invent
from script.benches.storage.lost_power import (
    Disk,
    Operation,
    PrintedLine,
    Write,
    WriteFate,
    read_trace,
    strace,
)

ROOT = Path(__file__).resolve().parents[3]
MEMORY = Path("/dev/shm")  # noqa: S108 - thousands of images need no real disk
FILE = "kiosk.db"
TERMINAL = "BZ-DEMO-0001"
PAGES_A_CHECKPOINT = 24  # far fewer than in earnest, so that many cuts meet one
FEWEST_WRITES = 10  # an application of 12 kB is some pages of 4 KiB, each with a frame's head
NEVER = 10_000_000  # the number of a person that no writer takes
CONFIRMED, DELIVERED, QUARANTINED = "confirmed", "delivered", "quarantined"


@dataclass(frozen=True)
class PowerCutOutcome:
    """The result of a campaign.

    `worst`: the most acknowledged applications that one image lacks; `first`: the first violation.
    """

    seed: int
    acknowledged: int
    writes: int
    images: int
    violations: Counter[str]
    worst: int
    first: str


@dataclass
class ImageJudge:
    """Knows what was acknowledged so far and looks for it in images.

    `copies`: with second copies; `missing`: acknowledged applications that the last image lacked.
    """

    key: OpeningKey
    folder: Path
    copies: bool = True
    confirmed: dict[str, str] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    missing: int = 0
    next: Application = field(default_factory=lambda: invent(NEVER))
    _opened: set[str] = field(default_factory=set)

    def hear(self, line: str) -> None:
        """Record an acknowledgement that the writer printed."""
        word, application_id, digest = line.split(" ")
        (self.confirmed if word == CONFIRMED else self.ended)[application_id] = (
            digest if word == CONFIRMED else word
        )

    def violations(self, image: dict[str, bytes]) -> Iterator[str]:
        """Write an image to disk, open it as the terminal would, and yield what is wrong."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        for name, content in image.items():
            (self.folder / name).write_bytes(content)
        opened = open_terminal(self.folder / FILE, copies=self.copies)
        if isinstance(opened, Failure):
            self.missing = len(self.confirmed)
            yield f"not opened: {opened.value}"
            return
        try:
            if alarm := read_store_alarm(opened).brief:
                yield f"a power cut was told as damage: {alarm.split()[0]}"
            with closing(sqlite3.connect(self.folder / FILE)) as database:
                yield from self._rows(database)
            yield from self._chain(opened)
            yield from self._goes_on(opened)
        except (sqlite3.DatabaseError, StoreError) as error:
            yield f"not readable: {type(error).__name__}"
        finally:
            opened.close()

    def _rows(self, database: sqlite3.Connection) -> Iterator[str]:
        said = database.execute("PRAGMA integrity_check").fetchall()
        if said != [("ok",)]:
            yield "integrity"
        rows = database.execute(
            "SELECT id, digest, sequence, state, receipt, body FROM outbox ORDER BY sequence"
        ).fetchall()
        digests = {row[0]: row[1] for row in rows}
        self.missing = len(self.confirmed.keys() - digests.keys())
        if not self.confirmed.items() <= digests.items():
            yield "acknowledged and gone"
        if [row[2] for row in rows] != list(range(1, len(rows) + 1)):
            yield "sequence has a gap"
        if len(rows) > len(self.confirmed) + 1:
            yield "more than was ever begun"
        for application_id, digest, _, state, receipt, body in rows:
            ended = self.ended.get(application_id)
            if ended is not None and state != ended.upper():
                yield f"{ended}, and it waits again"
            if state == "DELIVERED":
                if body is not None or not receipt:
                    yield "delivered, and not shredded"
            elif not self._opens(application_id, digest, body):
                yield "the central service could not open it"

    def _opens(self, application_id: str, digest: str, body: bytes) -> bool:
        mark = hashlib.sha256(body).hexdigest() + application_id + digest
        if mark not in self._opened:
            envelope = parse_envelope(body)
            if not isinstance(envelope, Envelope) or (envelope.id, envelope.digest) != (
                application_id,
                digest,
            ):
                return False
            if not isinstance(
                open_sealed(envelope.sealed, self.key, application_id, digest), bytes
            ):
                return False
            self._opened.add(mark)
        return True

    def _chain(self, opened: Store) -> Iterator[str]:
        entries = opened.audit()
        if first_broken(entries) is not None:
            yield "audit chain is broken"
        confirmed = {
            entry.subject: entry.detail["digest"]
            for entry in entries
            if entry.event is AuditEvent.CONFIRMED
        }
        if not self.confirmed.items() <= confirmed.items():
            yield "confirmed without its audit row"
        if len(confirmed) != sum(opened.counts().values()):
            yield "audit and outbox differ"

    def _goes_on(self, opened: Store) -> Iterator[str]:
        if submit(opened, sender(self.key), self.next, datetime.fromisoformat(AT)) is not None:
            yield "the next person is refused"


def open_terminal(path: Path, *, copies: bool = True) -> Store | Failure:
    """Return the store in `path`, opened with its second copies as at a terminal's start."""
    was_empty = was_emptied(path, has_keys=False)
    opened = open_store(path)
    if isinstance(opened, Failure) or not copies:
        return opened
    at = datetime.fromisoformat(AT)
    failure = StoreCheck(opened, None, TERMINAL, lambda: at, was_empty=was_empty).attach()
    return failure if failure is not None else opened


def sender(key: OpeningKey) -> Sender:
    """Return a sender that seals to the harness's own key."""
    return Sender(TERMINAL, key.sealing)


def cut_power(
    *,
    applications: int,
    seed: int,
    every: int = 1,
    synchronous: str = "FULL",
    copies: bool = True,
) -> PowerCutOutcome:
    """Trace a writer of `applications` and judge the images of every `every`-th cut.

    Without second copies a weaker setting of `synchronous` loses what it has acknowledged. Raises
    RuntimeError when the trace is not complete.
    """
    memory = str(MEMORY) if os.access(MEMORY, os.W_OK) else None
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-power-") as here,
        tempfile.TemporaryDirectory(prefix="kiosk-power-", dir=memory) as images,
    ):
        operations = record(Path(here), applications, seed, synchronous, copies)
        judge = ImageJudge(central_key(seed), Path(images) / "image", copies)
        outcome = _judged(operations, judge, seed, every)
    # A trace that was misread shows no violation either.
    if outcome.acknowledged != applications or outcome.writes < FEWEST_WRITES * applications:
        raise RuntimeError(f"not the whole trace: {outcome}")
    return outcome


def record(
    here: Path, applications: int, seed: int, synchronous: str, copies: bool
) -> list[Operation]:
    """Run the writer under strace and return its operations."""
    data, trace = here / "data", here / "trace"
    data.mkdir()
    options = [
        "--applications",
        str(applications),
        "--seed",
        str(seed),
        "--synchronous",
        synchronous,
        *([] if copies else ["--without-copies"]),
    ]
    command = [sys.executable, "-m", "script.benches.storage.power_cut", str(data), *options]
    subprocess.run(
        [*strace(trace), *command],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=300,
        process_group=0,
    )
    return list(read_trace(trace, data))


def _judged(
    operations: list[Operation], judge: ImageJudge, seed: int, every: int
) -> PowerCutOutcome:
    disk, found, worst, images, first = Disk(), Counter[str](), 0, 0, ""
    for number, operation in enumerate(operations):
        disk.take(operation)
        if isinstance(operation, PrintedLine):
            judge.hear(operation.line)
        if number % every:
            continue
        for loss in WriteFate:
            image = disk.image(loss, Random(f"{seed} {number} {loss.value}"))  # noqa: S311
            wrong = sorted(set(judge.violations(image)))
            found.update(wrong)
            worst = max(worst, judge.missing)
            images += 1
            if wrong and not first:
                first = f"cut {number}, {loss.value}: {', '.join(wrong)}"
    writes = sum(isinstance(one, Write) for one in operations)
    return PowerCutOutcome(seed, len(judge.confirmed), writes, images, found, worst, first)


def write(folder: Path, applications: int, seed: int, synchronous: str, copies: bool) -> None:
    """Confirm applications, deliver some, set some aside, and restart half way.

    `synchronous`: SQLite's setting under test; `copies`: with second copies.
    """
    database_module.SETTINGS = (
        *database_module.SETTINGS,
        f"PRAGMA synchronous={synchronous}",
        f"PRAGMA wal_autocheckpoint={PAGES_A_CHECKPOINT}",
    )
    random, who = Random(seed), sender(central_key(seed))  # noqa: S311
    for numbers in (range(applications // 2), range(applications // 2, applications)):
        opened = open_terminal(folder / FILE, copies=copies)
        assert isinstance(opened, Store), opened
        for number in numbers:
            application = invent(number)
            assert submit(opened, who, application, datetime.fromisoformat(AT)) is None
            say(CONFIRMED, application.id, application.digest)
            _go_on(opened, random, number)
        opened.close()


def _go_on(opened: Store, random: Random, number: int) -> None:
    older = id_of(random.randint(0, number))
    waiting = {parcel.id: parcel for parcel in opened.due(0.0)}
    if older not in waiting:
        return
    match random.randrange(4):
        case 0:
            opened.delivered(older, "a signed receipt " * 30, AT)
            say(DELIVERED, older, waiting[older].digest)
        case 1:
            opened.quarantine(older, "status 422", AT, "{}")
            say(QUARANTINED, older, waiting[older].digest)
        case _:
            opened.try_later(older, 0.0, "timeout")


def say(*words: str) -> None:
    """Acknowledge in one system call, so that no line is half printed."""
    os.write(1, f"{' '.join(words)}\n".encode())


def main() -> None:
    """Run the writer as a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--applications", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--synchronous", required=True)
    parser.add_argument("--without-copies", action="store_true")
    options = parser.parse_args()
    copies = not options.without_copies
    write(options.folder, options.applications, options.seed, options.synchronous, copies)


if __name__ == "__main__":
    main()

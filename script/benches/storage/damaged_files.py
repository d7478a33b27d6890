"""Damage to the database, its log and the second copies, each with a verdict of the next start.

Whole: everything is there, and nothing was reported. Cured: everything is there, and it was
reported. Named: the terminal reported what it could not mend. Silent is what may never be:
something is missing, or a number is used again, without a report. The control starts without second
copies.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from random import Random

from kiosk.crypto.envelope import Envelope, open_sealed, parse_envelope
from kiosk.delivery.submission import submit
from kiosk.failures import Failure
from kiosk.storage.copies.confirmed_copies import SUFFIX
from kiosk.storage.store import Store, StoreError, open_store
from kiosk.storage.store_check import StoreCheck, read_store_alarm, was_emptied
from script.benches.applicants import AT, central_key, id_of, invent
from script.benches.figures import BenchFigure
from script.benches.storage.power_cut import FILE, MEMORY, TERMINAL, sender

PEOPLE, DELIVERED, SET_ASIDE = 9, (2, 5, 17), 3
SECTOR, PAGE = 512, 4096
NEXT = 1_000
KEY = central_key(0)
WAL, COPIES = f"{FILE}-wal", f"{FILE}{SUFFIX}"
Image = dict[str, bytes]


class StartVerdict(StrEnum):
    """Verdict of a start with damaged files."""

    WHOLE = "whole"
    CURED = "cured"
    NAMED = "named"
    SILENT = "silent"
    BROKEN = "broken"  # an exception that is no value


@dataclass(frozen=True)
class Trial:
    """One damaged image: the damage, the files, the verdict and its detail."""

    damage: str
    files: tuple[str, ...]
    verdict: StartVerdict
    said: str = ""


def try_damage(times: int, seed: int, *, copies: bool = True) -> list[Trial]:
    """Damage images of a terminal `times` times and start it with each; return the trials."""
    random = Random(seed)  # noqa: S311
    memory = str(MEMORY) if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="kiosk-damage-", dir=memory) as folder:
        images = make_images(Path(folder), copies=copies)
        return [_trial(Path(folder) / "try", images, random, copies) for _ in range(times)]


def damages(files: int, seed: int) -> dict[str, BenchFigure]:
    """Return the verdicts of starts with damaged files, and whether the control was silent."""
    found = Counter(one.verdict for one in try_damage(files, seed))
    control = Counter(one.verdict for one in try_damage(files // 4, seed, copies=False))
    return {
        "damage.files": BenchFigure(found.total(), "images"),
        **{
            f"damage.{verdict.value}": BenchFigure(
                found[verdict],
                "images",
                0 if verdict in (StartVerdict.SILENT, StartVerdict.BROKEN) else None,
            )
            for verdict in StartVerdict
        },
        "damage.control_silent": BenchFigure(control[StartVerdict.SILENT], "images"),
        "damage.control_blind": BenchFigure(not control[StartVerdict.SILENT], "", 0),
    }


def make_images(folder: Path, *, copies: bool) -> dict[str, Image]:
    """Return a terminal's files midway, killed while it ran, and after a proper end."""
    path = folder / "made" / FILE
    store = _start(path, copies)
    assert isinstance(store, Store), store
    images = {}
    for number in range(PEOPLE):
        assert submit(store, sender(KEY), invent(number), datetime.fromisoformat(AT)) is None
        if number == PEOPLE // 2:
            store.delivered(id_of(DELIVERED[0]), "{}", AT)
            images["older"] = _image(path.parent)
    store.quarantine(id_of(SET_ASIDE), "status 422", AT, "{}")
    for number in range(PEOPLE, 2 * PEOPLE):
        assert submit(store, sender(KEY), invent(number), datetime.fromisoformat(AT)) is None
    for number in DELIVERED[1:]:
        store.delivered(id_of(number), "{}", AT)
    images["killed"] = _image(path.parent)
    store.close()
    images["ended"] = _image(path.parent)
    return images


def _trial(folder: Path, images: dict[str, Image], random: Random, copies: bool) -> Trial:
    image = dict(images[random.choice(("killed", "ended"))])
    there = [name for name in (FILE, WAL, COPIES) if image.get(name)]
    files = random.sample(there, random.choice((1, 1, 1, min(2, len(there)))))
    damage = random.choice(tuple(DAMAGES))
    for name in files:
        DAMAGES[damage](image, name, random, images["older"])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in image.items():
        (folder / name).write_bytes(content)
    try:
        verdict, said = _judge(folder / FILE, copies, asks=len(files) > 1)
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        verdict, said = StartVerdict.BROKEN, repr(error)[:300]
    return Trial(damage, tuple(files), verdict, said)


def _judge(path: Path, copies: bool, *, asks: bool) -> tuple[StartVerdict, str]:
    """Start as a terminal does, look for what was confirmed, and confirm one more.

    `asks`: the central service's highest number is known before. Where two files are damaged
    nothing else may know it.
    """
    started = _start(path, copies)
    if isinstance(started, Failure):
        return StartVerdict.NAMED, started.value
    try:
        with closing(started) as store:
            if asks and copies:
                check_of(store).learn_highest(2 * PEOPLE)
            alarm = read_store_alarm(store).brief
            missing = expected() - _waiting(store)
            failure = submit(store, sender(KEY), invent(NEXT), datetime.fromisoformat(AT))
            if failure is not None:
                return StartVerdict.NAMED, failure.value
            number = _number_of(path, store)
    except StoreError as error:
        return StartVerdict.NAMED, error.failure.value
    if number <= 2 * PEOPLE:
        return StartVerdict.SILENT, f"number {number} again; {alarm}"
    named = any(word in alarm for word in ("lost", "older"))
    if missing and not named:
        return StartVerdict.SILENT, f"missing {sorted(missing)}; {alarm}"
    if missing or named:
        return StartVerdict.NAMED, alarm
    return (StartVerdict.CURED if alarm else StartVerdict.WHOLE), alarm


def expected() -> set[str]:
    """Return the ids of the applications that must still be there."""
    ended = set(DELIVERED)
    return {id_of(number) for number in range(2 * PEOPLE) if number not in ended}


def _waiting(store: Store) -> set[str]:
    """Return the ids of what can still be delivered, byte for byte."""
    with closing(sqlite3.connect(store.database.file.path)) as database:  # type: ignore[union-attr]
        query = "SELECT id, body, digest FROM outbox WHERE state IN ('WAITING', 'QUARANTINED')"
        rows = database.execute(query).fetchall()
    return {name for name, body, digest in rows if _is_whole(name, body, digest)}


def _is_whole(name: str, body: bytes, digest: str) -> bool:
    envelope = parse_envelope(body)
    if not isinstance(envelope, Envelope) or (envelope.id, envelope.digest) != (name, digest):
        return False
    return isinstance(open_sealed(envelope.sealed, KEY, name, digest), bytes)


def _number_of(path: Path, store: Store) -> int:
    del store
    with closing(sqlite3.connect(path)) as database:
        query = "SELECT sequence FROM outbox WHERE id = ?"
        return int(database.execute(query, (id_of(NEXT),)).fetchone()[0])


def _start(path: Path, copies: bool) -> Store | Failure:
    was_empty = was_emptied(path, has_keys=True)
    store = open_store(path)
    if isinstance(store, Failure) or not copies:
        return store
    if (failure := check_of(store, was_empty).attach()) is not None:
        store.close()
        return failure
    return store


def check_of(store: Store, was_empty: bool = False) -> StoreCheck:
    """Return the comparison of this store with its copies."""
    return StoreCheck(store, None, TERMINAL, lambda: datetime.now(UTC), was_empty=was_empty)


def _image(folder: Path) -> Image:
    """Return the files in the folder but the shared memory, which SQLite makes anew."""
    return {one.name: one.read_bytes() for one in folder.iterdir() if not one.name.endswith("-shm")}


# --- damages


def _used(content: bytes) -> int:
    """Return the length of a file up to its trailing zeros."""
    return max(SECTOR, len(content.rstrip(b"\0")))


def _over(with_what: Callable[[int, Random], bytes], length: int) -> Callable[..., None]:
    def damage(image: Image, name: str, random: Random, _older: Image) -> None:
        content = bytearray(image[name])
        at = random.randrange(_used(image[name]) // SECTOR) * SECTOR
        content[at : at + length] = with_what(length, random)[: len(content) - at]
        image[name] = bytes(content)

    return damage


def _flip(image: Image, name: str, random: Random, _older: Image) -> None:
    content = bytearray(image[name])
    content[random.randrange(_used(image[name]))] ^= 1 << random.randrange(8)
    image[name] = bytes(content)


def _cut(image: Image, name: str, random: Random, _older: Image) -> None:
    image[name] = image[name][: random.randrange(_used(image[name]))]


def _empty(image: Image, name: str, _random: Random, _older: Image) -> None:
    image[name] = b""


def _remove(image: Image, name: str, _random: Random, _older: Image) -> None:
    del image[name]


def _bring_back(image: Image, name: str, _random: Random, older: Image) -> None:
    image[name] = older.get(name, b"")


DAMAGES: dict[str, Callable[..., None]] = {
    "a sector of noise": _over(lambda length, random: random.randbytes(length), SECTOR),
    "a page of noise": _over(lambda length, random: random.randbytes(length), PAGE),
    "a sector of zeros": _over(lambda length, _: bytes(length), SECTOR),
    "a page of zeros": _over(lambda length, _: bytes(length), PAGE),
    "a flipped bit": _flip,
    "cut off": _cut,
    "emptied": _empty,
    "removed": _remove,
    "an older one": _bring_back,
}


def main() -> None:
    """Print the verdicts of a campaign, to look into one."""
    for copies in (True, False):
        trials = try_damage(600, 20261129, copies=copies)
        print(copies, Counter(one.verdict.value for one in trials))
        bad = (StartVerdict.SILENT, StartVerdict.BROKEN)
        for said in sorted(
            {
                f"{one.damage} {one.files} {one.verdict}: {one.said}"
                for one in trials
                if one.verdict in bad
            }
        )[: 40 if copies else 3]:
            print("  ", said)


if __name__ == "__main__":
    main()

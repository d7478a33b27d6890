"""A power cut at every point of an upgrade leaves the old tables or the new ones."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from central.store.upgrade import HEAD
from script.benches.storage.lost_power import Disk, PrintedLine, WriteFate, read_trace, strace
from tests.central.store.old_databases import NEXT, more_steps
from wiring.places import ROOT

SEED = 20261127
WRITER = """
import os, sys
from pathlib import Path
from central.store import database, upgrade
file, steps, head, after, synchronous = sys.argv[1:]
database._PRAGMAS = (*database._PRAGMAS, f"PRAGMA synchronous={synchronous}")
upgrade._keep_copy = lambda *_: None  # the copy has a trace of its own kind
first = upgrade.open_database(f"sqlite:///{file}")
for number in range(20):
    first.write(lambda session: session.execute(upgrade.sa.text(
        "INSERT INTO talent VALUES (:id, 'digest', :body, 'now')"
    ), {"id": str(number), "body": bytes([number]) * 3000}))
os.write(1, b"filled old\\n")
assert upgrade.fit_schema(first, Path(steps), after, (head,)) is None
os.write(1, b"stepped new\\n")
os._exit(0)
"""


def cut(folder: Path, synchronous: str) -> tuple[int, set[str]]:
    """Cut the power at every write of an upgrade; how many images, and what was wrong in them."""
    data, trace = folder / "data", folder / "trace"
    data.mkdir()
    steps = more_steps(folder, "CREATE TABLE more AS SELECT * FROM talent")
    words = [sys.executable, "-c", WRITER, data / "central.db", steps, HEAD, NEXT, synchronous]
    subprocess.run(
        [*strace(trace), *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, timeout=300
    )
    disk, wrong, images, said = Disk(), set(), 0, ""
    for number, operation in enumerate(read_trace(trace, data)):
        disk.take(operation)
        said = operation.line if isinstance(operation, PrintedLine) else said
        for loss in WriteFate if said else ():
            image = disk.image(loss, Random(f"{SEED} {number} {loss.value}"))
            wrong |= set(wrong_with(image, folder / "image.db", said))
            images += 1
    return images, wrong


def wrong_with(image: dict[str, bytes], path: Path, said: str) -> list[str]:
    for name, content in image.items():
        path.with_name(name.replace("central", "image")).write_bytes(content)
    try:
        with closing(sqlite3.connect(path)) as database:
            whole = database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            kept = database.execute("SELECT id, envelope FROM talent").fetchall()
            (found,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
            made = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'more'").fetchall()
            both = len(database.execute("SELECT * FROM more").fetchall()) == 20 if made else True
    except sqlite3.DatabaseError as error:
        return [type(error).__name__]
    finally:
        for one in path.parent.glob("image.db*"):
            one.unlink()
    wanted = {(str(number), bytes([number]) * 3000) for number in range(20)}
    checks = {
        "not whole": whole,
        "lost": set(kept) == wanted,
        "half stepped": (found == NEXT) == bool(made) and both,
        "stepped back": not (said.startswith("stepped") and found != NEXT),
    }
    return [name for name, holds in checks.items() if not holds]


@pytest.mark.slow
def test_a_power_cut_leaves_the_old_tables_or_the_new_ones(tmp_path: Path) -> None:
    images, wrong = cut(tmp_path, "FULL")
    assert not wrong
    assert images > 40


@pytest.mark.slow
def test_the_same_cuts_find_what_a_weaker_setting_loses(tmp_path: Path) -> None:
    assert cut(tmp_path, "OFF")[1]

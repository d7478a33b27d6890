"""Backups of pages hold what changed, and each of them restores what there was."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import main
from central.operator.page_backups.chain import (
    HASHES,
    ChainTrouble,
    PageBackup,
    add_backup,
    restore_chain,
)
from central.operator.page_backups.pages import packed, unpacked
from central.store import copying
from tests.central.operator.test_backup import fill, put
from tests.central.standing import LIU, NOON, WANG, Standing, numbered, standing
from tests.central.store.old_databases import rows

MORE = 400


@dataclass
class BackupFolder:
    """The data folder of a service, and the folder of its backups."""

    folder: Path
    hour: int = 0
    made: list[PageBackup] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.folder / "central.db"

    @property
    def chain(self) -> Path:
        return self.folder / "chain"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.database}"

    def add(self, *, whole: bool = False) -> PageBackup:
        self.hour += 1
        at = NOON + timedelta(hours=self.hour)
        found = add_backup(self.database, self.folder / "data", self.chain, at, whole=whole)
        self.made.append(found)
        return found

    def restored(self, one: PageBackup) -> Path:
        target = self.folder / f"anew-{one.path.stem}"
        assert isinstance(restore_chain(one.path, target), int)
        return target


@pytest.fixture
def backups(tmp_path: Path) -> BackupFolder:
    """A service with many cases, and nobody who serves it."""
    with standing(tmp_path) as central, central.client() as client:
        fill(central, client)
    with closing(sqlite3.connect(tmp_path / "central.db")) as line, line:
        line.executemany(
            "INSERT INTO operator_read (operator, application_id, reason, at, what) "
            "VALUES (?, ?, ?, ?, '')",
            [("O-1", numbered(one), "x" * 200, "") for one in range(MORE)],
        )
    return BackupFolder(tmp_path)


def grow(folder: Path, number: int) -> None:
    with standing(folder) as central, central.client() as client:
        assert put(central, client, number, central.body(number, WANG)).status_code == 201


def without_left_out(url: str) -> list[tuple[str, list[bytes]]]:
    return [(table, lines) for table, lines in rows(url) if table not in copying.LEFT_OUT]


def test_a_backup_holds_what_changed_and_each_can_be_restored(backups: BackupFolder) -> None:
    whole, before = backups.add(), without_left_out(backups.url)
    nothing = backups.add()
    grow(backups.folder, 2)
    change, after = backups.add(), without_left_out(backups.url)
    assert (whole.is_whole, nothing.is_whole, change.is_whole) == (True, False, False)
    assert whole.changed == whole.pages
    assert nothing.changed == 0
    assert 0 < change.changed < change.pages / 2
    assert nothing.bytes < change.bytes < whole.bytes
    for one, wanted in ((whole, before), (nothing, before), (change, after)):
        target = backups.restored(one)
        assert without_left_out(f"sqlite:///{target / 'central.db'}") == wanted
        assert target.stat().st_mode & 0o777 == 0o700
        for path in target.rglob("*"):
            assert path.is_dir() or path.stat().st_mode & 0o777 == 0o600, path
    assert before != after


def test_a_restored_service_goes_on(backups: BackupFolder, tmp_path: Path) -> None:
    backups.add()
    grow(backups.folder, 2)
    target = backups.restored(backups.add())
    folder = tmp_path / "other"
    folder.mkdir()
    shutil.move(target / "central.db", folder / "central.db")
    shutil.move(target, folder / "data")
    with standing(folder) as anew, anew.client() as client:
        assert put(anew, client, 3, anew.body(3, LIU)).json()["type"] == "open-case"
        assert anew.office.store.cases.progress(numbered(2)) is not None


def test_the_service_goes_on_meanwhile(
    central: Standing, client: TestClient, tmp_path: Path
) -> None:
    """What is written while a backup is made is wholly in it, or wholly not."""
    database = central.office.store.database
    if not database.embedded:
        pytest.skip("a server keeps its own log")
    fill(central, client)
    over, count = threading.Event(), 0

    def write_on() -> None:
        nonlocal count
        with closing(sqlite3.connect(tmp_path / "central.db", timeout=60)) as line:
            while not over.is_set():
                with line:
                    for kind in ("one", "two"):
                        line.execute("INSERT INTO mark VALUES (?, ?, 'p')", (kind, str(count)))
                count += 1

    thread = threading.Thread(target=write_on)
    thread.start()
    try:
        backups = BackupFolder(tmp_path)
        made = [backups.add() for _ in range(4)]
    finally:
        over.set()
        thread.join()
    for one in made:
        with closing(sqlite3.connect(backups.restored(one) / "central.db")) as line:
            assert line.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            said = "SELECT count(*) FROM mark WHERE kind = ?"
            found = [line.execute(said, (kind,)).fetchone() for kind in ("one", "two")]
        assert found[0] == found[1]
    assert count


def test_what_ends_a_chain_begins_a_new_one(backups: BackupFolder) -> None:
    backups.add()
    (backups.chain / HASHES).unlink()
    assert backups.add().is_whole
    (backups.chain / HASHES).write_bytes(b"garbage")
    assert backups.add().is_whole
    assert not backups.add().is_whole
    assert backups.add(whole=True).is_whole
    backups.made[-1].path.unlink()  # the newest is gone: its hashes are those of no backup here
    assert backups.add().is_whole
    assert not list(backups.chain.glob("*.new*"))


@pytest.mark.parametrize("spoil", ["missing", "damaged"])
def test_a_chain_with_a_gap_is_refused_with_words(backups: BackupFolder, spoil: str) -> None:
    first = backups.add()
    grow(backups.folder, 2)
    second = backups.add()
    third = backups.add()
    if spoil == "missing":
        second.path.unlink()
    else:
        second.path.write_bytes(b"garbage")
    target = backups.folder / "anew"
    assert restore_chain(third.path, target) is ChainTrouble.BEFORE_MISSING
    assert not target.exists()
    assert isinstance(restore_chain(first.path, target), int)


def test_no_wrong_byte_is_restored(backups: BackupFolder) -> None:
    made = backups.add()
    good = made.path.read_bytes()
    wrong = {ChainTrouble.NOT_A_BACKUP}
    for place in range(0, len(good), max(1, len(good) // 60)):
        made.path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        target = backups.folder / f"anew-{place}"
        found = restore_chain(made.path, target)
        if isinstance(
            found, int
        ):  # a byte that means nothing, such as a time in the ZIP's directory
            same = (target / "central.db").read_bytes()
            wanted = backups.folder / "wanted"
            made.path.write_bytes(good)
            if not wanted.exists():
                restore_chain(made.path, wanted)
            assert same == (wanted / "central.db").read_bytes()
        else:
            wrong.add(found)
            assert not (target / "central.db").exists()
    assert wrong == {ChainTrouble.NOT_A_BACKUP}


def test_a_folder_in_use_is_left_alone(backups: BackupFolder) -> None:
    made = backups.add()
    assert restore_chain(made.path, backups.folder / "data") is ChainTrouble.FOLDER_IN_USE


def test_who_is_logged_in_is_in_no_backup(backups: BackupFolder) -> None:
    with closing(sqlite3.connect(backups.database)) as line, line:
        line.execute("INSERT INTO nonce (name, until) VALUES ('leftoutnonce', 1.0)")
    target = backups.restored(backups.add())
    assert b"leftoutnonce" in backups.database.read_bytes() + _log_of(backups.database)
    assert b"leftoutnonce" not in (target / "central.db").read_bytes()


def _log_of(database: Path) -> bytes:
    log = database.with_name(f"{database.name}-wal")
    return log.read_bytes() if log.exists() else b""


def test_the_commands(backups: BackupFolder, capsys: pytest.CaptureFixture[str]) -> None:
    data = backups.folder / "service"
    assert main.main(["central", "init", "--data", str(data)]) == 0
    to = str(backups.folder / "told")
    assert main.main(["central", "backup-pages", "--data", str(data), "--to", to]) == 0
    out = capsys.readouterr().out.splitlines()[-1].split("\t")
    assert out[1] == "whole"
    new = str(backups.folder / "new")
    assert main.main(["central", "restore-pages", "--data", new, "--from", out[0]]) == 0
    assert main.main(["central", "restore-pages", "--data", new, "--from", out[0]]) == 1
    assert "not empty" in capsys.readouterr().err


def test_numbers_are_read_as_they_were_written() -> None:
    numbers = (0, 1, 4_294_967_295)
    assert unpacked(packed(numbers)) == numbers

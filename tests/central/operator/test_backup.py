"""Everything goes on after the machine is lost, from one file."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
import sqlalchemy.orm
from httpx2 import Response
from starlette.testclient import TestClient

from central.operator.backup import RestoreTrouble, Summary, restore_backup, write_backup
from central.store import copying
from central.store.database import CentralDatabase
from central.store.office_tables import TaskDeadlineRow, TaskMoveRow
from central.store.tables import OutgoingRow
from central.store.upgrade import _first_columns, open_database
from central.tasks import TaskState
from kiosk.crypto.envelope import digest
from tests.central.filing import PRESENT, filing
from tests.central.standing import LIU, NOON, WANG, Standing, numbered, standing
from tests.postgresql import PostgresqlServer

Fresh = Callable[[], str]
PAGE = b"a sealed page"
DIRECTORY_ENTRY, COMMENT_LENGTH = 46, 32  # bytes: APPNOTE 4.3.12, a central file header
CONFIRMATIONS = ("confirmation", "confirmation_event", "outgoing", "reply")


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest) -> Fresh:
    """Where the service begins anew; both kinds, whatever it was before."""
    if request.param == "sqlite":
        return lambda: ""
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    return server.fresh_database


def put(central: Standing, client: TestClient, number: int, body: bytes) -> Response:
    path = f"/v1/applications/{numbered(number)}"
    return client.put(path, content=body, headers=central.headers())


def fill(central: Standing, client: TestClient) -> bytes:
    """Let something stand in most tables; returns the body of application 1."""
    papers = [{"pages": [{"digest": "a" * 64, "blob": digest(PAGE), "bytes": len(PAGE)}]}]
    answers = {"mobile": "13900001234", "account": "6200000000000306688"}
    body = central.body(1, LIU, papers=papers, answers=answers)
    assert put(central, client, 1, body).status_code == 201
    central.settle("R01", TaskState.CORRECTION, reason="照片看不清", due_on="2026-12-01")
    raw = central.headers(content_type="application/octet-stream", kiosk_sequence=2)
    chunk = f"/v1/blobs/{digest(PAGE)}/chunks/0?bytes={len(PAGE)}"
    assert client.put(chunk, content=PAGE, headers=raw).is_success
    said = central.headers(content_type="application/json", kiosk_sequence=1)
    rating = {"grade": 5, "reasons": ["快"]}
    assert client.put(f"/v1/ratings/{numbered(1)}/x", json=rating, headers=said).is_success
    central.office.store.terminals.revoke("BZ-DEMO-0002")
    return body


def test_a_service_that_was_lost_goes_on(
    central: Standing, client: TestClient, tmp_path: Path, fresh: Fresh
) -> None:
    body = fill(central, client)
    receipt = put(central, client, 1, body)
    progress = central.office.store.cases.progress(numbered(1))
    target = tmp_path / "backup"
    made = write_backup(central.office.store.database, tmp_path / "data", target, NOON)
    assert target.stat().st_mode & 0o777 == 0o600
    central.office.store.close()
    shutil.rmtree(tmp_path / "data")

    url, folder = fresh(), tmp_path / "anew"
    folder.mkdir()
    place = url or f"sqlite:///{folder / 'central.db'}"
    assert restore_backup(target, folder / "data", place) == made
    with standing(folder, url) as anew, anew.client() as other:
        again = put(anew, other, 1, body)
        assert (again.status_code, again.content) == (200, receipt.content)
        assert anew.keys.terminals == central.keys.terminals
        assert put(anew, other, 1, anew.body(1, WANG)).json()["type"] == "other-digest"
        assert put(anew, other, 2, anew.body(2, LIU)).json()["type"] == "open-case"
        assert put(anew, other, 3, anew.body(3, WANG)).json()["case_number"] == "亳退 0000 0002"
        assert anew.office.store.cases.progress(numbered(1)) == progress
        blob = other.get(f"/v1/blobs/{digest(PAGE)}", headers=anew.headers())
        assert blob.json()["complete"]
        assert other.get("/healthz", headers=anew.headers("BZ-DEMO-0002")).is_success
        gone = other.get(f"/v1/blobs/{digest(PAGE)}", headers=anew.headers("BZ-DEMO-0002"))
        assert gone.status_code == 403


def test_every_row_is_the_same(central: Standing, client: TestClient, tmp_path: Path) -> None:
    fill(central, client)
    first, second = tmp_path / "first", tmp_path / "second"
    write_backup(central.office.store.database, tmp_path / "data", first, NOON)
    place = f"sqlite:///{tmp_path / 'other.db'}"
    assert isinstance(restore_backup(first, tmp_path / "other", place), Summary)
    (tmp_path / "anew").mkdir()
    shutil.copy(tmp_path / "other.db", tmp_path / "anew" / "central.db")
    shutil.copytree(tmp_path / "other", tmp_path / "anew" / "data")
    with standing(tmp_path / "anew") as anew:
        write_backup(anew.office.store.database, tmp_path / "other", second, NOON)
    with zipfile.ZipFile(first) as one, zipfile.ZipFile(second) as other:
        tables = [f"rows/{table}.jsonl" for table in copying.table_names()]
        filled = 0
        for table in tables:
            assert sorted(one.read(table).splitlines()) == sorted(other.read(table).splitlines())
            filled += bool(one.read(table))
        assert filled >= 11


def test_a_backup_that_is_ended_leaves_nothing_of_the_secrets(
    central: Standing, client: TestClient, tmp_path: Path
) -> None:
    fill(central, client)
    told: list[str] = []

    def end_at_the_third(table: str) -> None:
        told.append(table)
        if len(told) == 3:
            raise SystemExit(143)

    target = tmp_path / "stick" / "backup"
    target.parent.mkdir()
    with pytest.raises(SystemExit):
        write_backup(
            central.office.store.database, tmp_path / "data", target, NOON, end_at_the_third
        )
    assert list(target.parent.iterdir()) == []
    assert told == list(copying.table_names()[:3])


def test_a_restore_that_is_ended_can_be_begun_again(
    central: Standing, client: TestClient, tmp_path: Path, fresh: Fresh
) -> None:
    fill(central, client)
    target, data, told = tmp_path / "backup", tmp_path / "anew" / "data", list[str]()
    tables = len(copying.table_names())
    made = write_backup(central.office.store.database, tmp_path / "data", target, NOON)
    data.mkdir(parents=True)
    place = fresh() or f"sqlite:///{data / 'central.db'}"

    def end_at_the_last(table: str) -> None:
        told.append(table)
        if len(told) == tables:
            raise SystemExit(143)

    with pytest.raises(SystemExit):
        restore_backup(target, data, place, end_at_the_last)
    assert list(data.iterdir()) == []
    assert restore_backup(target, data, place) == made


def test_nothing_is_overwritten(central: Standing, client: TestClient, tmp_path: Path) -> None:
    fill(central, client)
    target = tmp_path / "backup"
    write_backup(central.office.store.database, tmp_path / "data", target, NOON)
    place = f"sqlite:///{tmp_path / 'central.db'}"
    found = restore_backup(target, tmp_path / "data", f"sqlite:///{tmp_path / 'x.db'}")
    assert found is RestoreTrouble.FOLDER_IN_USE
    with standing(tmp_path):
        pass
    found = restore_backup(target, tmp_path / "other", place)
    if central.office.store.database.embedded:
        assert found is RestoreTrouble.DATABASE_IN_USE
        assert not any((tmp_path / "other").iterdir())


def rewritten(source: Path, name: str, content: bytes) -> Path:
    target = source.with_name(f"rewritten {digest(content)}")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        assert name in old.namelist()
        for entry in old.namelist():
            new.writestr(entry, content if entry == name else old.read(entry))
    return target


def test_damaged_files_are_refused(central: Standing, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    write_backup(central.office.store.database, tmp_path / "data", target, NOON)
    with zipfile.ZipFile(target) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    other = json.dumps(manifest | {"version": 2}).encode()
    outside = manifest["files"] | {"../x": digest(b"")}
    broken = tmp_path / "broken"
    broken.write_bytes(target.read_bytes()[:-30])
    (tmp_path / "text").write_text("no archive")
    for path in (
        broken,
        tmp_path / "text",
        rewritten(target, "files/vault/person.key", b"another"),
        rewritten(target, "manifest.json", other),
        rewritten(target, "manifest.json", json.dumps(manifest | {"files": outside}).encode()),
        rewritten(target, "manifest.json", b"{}"),
    ):
        found = restore_backup(path, tmp_path / "other", f"sqlite:///{tmp_path / 'other.db'}")
        assert found is RestoreTrouble.NOT_A_BACKUP


def test_an_entry_that_is_hidden_is_missed(central: Standing, tmp_path: Path) -> None:
    """A wrong bit in the length of an entry's comment makes the next entries part of it."""
    target = tmp_path / "backup"
    write_backup(central.office.store.database, tmp_path / "data", target, NOON)
    damaged = bytearray(target.read_bytes())
    before, hidden = (
        damaged.rindex(name) - DIRECTORY_ENTRY
        for name in (b"rows/application.jsonl", b"rows/task.jsonl")
    )
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
    between = names[names.index("rows/application.jsonl") + 1 : names.index("rows/task.jsonl") + 1]
    length = sum(DIRECTORY_ENTRY + len(name) for name in between)
    assert before < hidden
    damaged[before + COMMENT_LENGTH : before + COMMENT_LENGTH + 2] = length.to_bytes(2, "little")
    target.write_bytes(damaged)
    with zipfile.ZipFile(target) as archive:
        assert "rows/task.jsonl" not in archive.namelist()
        assert archive.testzip() is None
    assert restored(target, tmp_path / "anew") is None
    assert not (tmp_path / "anew").exists()


def test_any_wrong_bit_is_seen_or_harmless(tmp_path: Path) -> None:
    with standing(tmp_path) as service, service.client() as client:
        fill(service, client)
        write_backup(service.office.store.database, tmp_path / "data", tmp_path / "backup", NOON)
    good, kept = (tmp_path / "backup").read_bytes(), restored(tmp_path / "backup", tmp_path / "0")
    assert kept is not None
    chance = Random(5)
    for number in range(1, 250):
        damaged = bytearray(good)
        damaged[chance.randrange(len(good))] ^= 1 << chance.randrange(8)
        (tmp_path / "damaged").write_bytes(damaged)
        assert restored(tmp_path / "damaged", tmp_path / f"{number}") in (None, kept)
    assert restored(tmp_path / "nowhere", tmp_path / "last") is None


def restored(
    source: Path, folder: Path
) -> tuple[object, list[tuple[str, bytes]], list[tuple[str, bytes]]] | None:
    """Everything that a backup gives, None when it is refused."""
    rows: list[tuple[str, bytes]] = []
    found = restore_backup(source, folder / "data", f"sqlite:///{folder}.db")
    if isinstance(found, RestoreTrouble):
        return None
    database = open_database(f"sqlite:///{folder}.db")
    assert isinstance(database, CentralDatabase)
    copying.dump(database, lambda table, lines: rows.append((table, b"".join(lines))))
    database.close()
    secrets = sorted(
        (path.name, path.read_bytes()) for path in (folder / "data").iterdir() if path.is_file()
    )
    return found, rows, secrets


def test_what_the_first_version_lacks_is_listed() -> None:
    assert _first_columns().keys() == set(copying.table_names()) - set(copying.LATER)


def test_a_backup_of_the_first_version_is_restored(
    central: Standing, client: TestClient, tmp_path: Path
) -> None:
    fill(central, client)

    def empty(session: sa.orm.Session) -> None:
        for kept_since in (OutgoingRow, TaskDeadlineRow, TaskMoveRow):
            session.execute(sa.delete(kept_since))

    central.office.store.database.write(empty)
    write_backup(central.office.store.database, tmp_path / "data", tmp_path / "now", NOON)
    later = {f"rows/{table}.jsonl" for table in copying.LATER}
    with (
        zipfile.ZipFile(tmp_path / "now") as now,
        zipfile.ZipFile(tmp_path / "first", "w") as first,
    ):
        for name in now.namelist():
            content = now.read(name)
            if name == "manifest.json":
                said = json.loads(content)
                said["rows"] = {k: n for k, n in said["rows"].items() if k not in copying.LATER}
                content = json.dumps(said).encode()
            if name not in later:
                first.writestr(name, content)
    old, new = (restored(tmp_path / one, tmp_path / f"{one}-db") for one in ("first", "now"))
    assert old is not None
    assert new is not None
    assert old[1:] == new[1:], "also the parts under way, which the older copy does not have"
    assert dict(new[1])["open_part"] != b""


def test_a_backup_of_before_confirmations_is_restored(
    central: Standing, client: TestClient, tmp_path: Path, fresh: Fresh
) -> None:
    with filing(central, client) as here:
        here.put(1, **PRESENT)
    target = tmp_path / "backup"
    write_backup(central.office.store.database, tmp_path / "data", target, NOON)
    older = tmp_path / "older"
    with zipfile.ZipFile(target) as new, zipfile.ZipFile(older, "w") as old:
        manifest = json.loads(new.read("manifest.json"))
        for table in CONFIRMATIONS:
            del manifest["rows"][table]
        gone = {"manifest.json", *(f"rows/{table}.jsonl" for table in CONFIRMATIONS)}
        for name in set(new.namelist()) - gone:
            old.writestr(name, new.read(name).replace(b', "awaiting": false', b""))
        old.writestr("manifest.json", json.dumps(manifest))
    url, folder = fresh(), tmp_path / "anew"
    folder.mkdir()
    place = url or f"sqlite:///{folder / 'central.db'}"
    assert isinstance(restore_backup(older, folder / "data", place), Summary)
    with standing(folder, url) as anew, anew.client() as other, filing(anew, other) as here:
        assert here.state() == "started"
        here.work()
        here.reply("0")
        assert here.state() == "refused"

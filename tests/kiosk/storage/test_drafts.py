"""A draft opens for its person, on this terminal, for a day; then nothing of it is left."""

import hmac
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.failures import Failure
from kiosk.storage import backup
from kiosk.storage.database import Database, StoreError
from kiosk.storage.drafts import Drafts
from kiosk.storage.store import Store, open_store
from tests.kiosk.invented_people import persona

DAY = 24 * 3600.0
LIU, WANG = (persona(name)[0].number for name in ("liu", "wang"))
CONTENT = b'{"answers":[["mobile","13900001234"]],"version":1}' * 20


@dataclass(frozen=True)
class DraftKey:
    secret: bytes = b"a"

    def derive(self, purpose: str) -> bytes:
        return sha256(self.secret + purpose.encode()).digest()


class NoiseBytes:
    """Bytes that never repeat, and are the same in each run."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, size: int) -> bytes:
        self.count += 1
        return sha256(str(self.count).encode()).digest()[:size]


@dataclass
class DraftScene:
    store: Store
    path: Path
    clock: list[float]
    drafts: Drafts

    def rows(self) -> list[tuple]:
        with closing(sqlite3.connect(self.path)) as database:
            return database.execute("SELECT * FROM draft").fetchall()

    def bytes_on_disk(self) -> bytes:
        return b"".join(file.read_bytes() for file in self.path.parent.iterdir())

    def change(self, sql: str) -> None:
        with closing(sqlite3.connect(self.path)) as database:
            database.execute(sql)
            database.commit()


@pytest.fixture
def scene(tmp_path):
    path = tmp_path / "kiosk.db"
    store = open_store(path)
    assert isinstance(store, Store)
    clock = [1_000_000.0]
    drafts = Drafts(store.database, DraftKey(), NoiseBytes(), lambda: clock[0], DAY)
    yield DraftScene(store, path, clock, drafts)
    store.close()


def test_a_draft_opens_for_its_person_only(scene):
    assert scene.drafts.find(LIU) is None
    assert scene.drafts.keep(LIU, CONTENT) is None
    assert scene.drafts.find(WANG) is None
    assert scene.drafts.find(LIU) == CONTENT
    assert scene.drafts.find(LIU) == CONTENT  # looking takes nothing away


def test_the_last_one_counts_and_each_person_has_one(scene):
    scene.drafts.keep(LIU, b"first")
    scene.drafts.keep(LIU, b"second")
    scene.drafts.keep(WANG, b"hers")
    assert scene.drafts.find(LIU) == b"second"
    assert scene.drafts.find(WANG) == b"hers"
    assert len(scene.rows()) == 2


def test_nothing_of_the_person_can_be_read_on_the_disk(scene):
    scene.drafts.keep(LIU, CONTENT)
    said = scene.bytes_on_disk()
    digest = sha256(LIU.encode()).hexdigest()
    for secret in (b"13900001234", b"answers", LIU.encode(), digest.encode()):
        assert secret not in said


def test_what_is_dropped_is_gone_from_every_file(scene):
    scene.drafts.keep(LIU, CONTENT)
    ((_, owner, wrapped, sealed, _),) = scene.rows()
    assert wrapped in scene.bytes_on_disk()
    scene.drafts.drop(LIU)
    scene.drafts.drop(LIU)
    assert scene.drafts.find(LIU) is None
    for part in (owner.encode(), wrapped, sealed):
        assert part not in scene.bytes_on_disk()


@pytest.mark.parametrize(
    ("later", "there"),
    [(0.0, True), (DAY - 1, True), (DAY, False), (10 * 365 * DAY, False), (-DAY, True)],
)
def test_a_draft_lives_a_day(scene, later, there):
    """And not shorter by a clock that was set back."""
    scene.drafts.keep(LIU, CONTENT)
    scene.clock[0] += later
    assert (scene.drafts.find(LIU) is not None) is there
    assert (len(scene.rows()) == 1) is there


def test_old_drafts_go_without_being_asked_for(scene):
    scene.drafts.keep(LIU, CONTENT)
    scene.clock[0] += DAY
    scene.drafts.drop_old()
    assert scene.rows() == []


def test_rows_that_change_places_open_for_nobody(scene):
    scene.drafts.keep(LIU, b"his")
    scene.drafts.keep(WANG, b"hers")
    first, second = (row[0] for row in scene.rows())
    scene.change(f"UPDATE draft SET id = 'x' WHERE id = '{first}'")
    scene.change(f"UPDATE draft SET id = '{first}' WHERE id = '{second}'")
    scene.change(f"UPDATE draft SET id = '{second}' WHERE id = 'x'")
    assert [scene.drafts.find(one) for one in (LIU, WANG)] == [None, None]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE draft SET sealed = x'00'",
        "UPDATE draft SET wrapped_key = x''",
        "UPDATE draft SET wrapped_key = sealed",
        "UPDATE draft SET id = 'another'",
    ],
)
def test_a_damaged_draft_is_silently_none(scene, damage):
    scene.drafts.keep(LIU, CONTENT)
    scene.change(damage)
    assert scene.drafts.find(LIU) is None


def test_another_terminal_finds_and_opens_nothing(scene):
    scene.drafts.keep(LIU, CONTENT)
    stolen = replace(scene.drafts, key=DraftKey(b"another"))
    assert stolen.find(LIU) is None
    with closing(sqlite3.connect(scene.path)) as database:
        database.execute("UPDATE draft SET owner = ?", (stolen._owner(LIU),))
        database.commit()
    assert stolen.find(LIU) is None


class Full(Database):
    def run(self, work, *, urgent=True):
        raise StoreError(Failure.DISK_FULL)


def test_a_disk_that_is_full_is_a_value(scene):
    scene.drafts.keep(LIU, CONTENT)
    full = replace(scene.drafts, database=Full(scene.store.database.engine, None))
    assert full.keep(LIU, CONTENT) is Failure.DISK_FULL
    assert full.find(LIU) is None
    full.drop(LIU)
    assert scene.drafts.find(LIU) == CONTENT


def test_drafts_rest_on_every_database(store):
    drafts = Drafts(store.database, DraftKey(), NoiseBytes(), lambda: 0.0, DAY)
    drafts.keep(LIU, b"first")
    assert drafts.keep(LIU, CONTENT) is None
    assert (drafts.find(LIU), drafts.find(WANG)) == (CONTENT, None)
    drafts.drop(LIU)
    assert drafts.find(LIU) is None
    drafts.keep(LIU, CONTENT)
    replace(drafts, now=lambda: DAY).drop_old()
    assert drafts.find(LIU) is None


def test_a_copy_before_an_upgrade_holds_no_draft(scene):
    scene.drafts.keep(LIU, CONTENT)
    ((_, owner, wrapped, sealed, _),) = scene.rows()
    assert backup.keep_copy(scene.store.database, "0009") is None
    (copy,) = scene.path.parent.glob("*before*")
    for part in (owner.encode(), wrapped, sealed):
        assert part not in copy.read_bytes()
    assert scene.drafts.find(LIU) == CONTENT


# bound to their owners


def swap_owners(scene: DraftScene) -> None:
    """Give each of two drafts the other's owner, as who may write the database can."""
    (first, one), (second, other) = ((row[0], row[1]) for row in scene.rows())
    scene.change(f"UPDATE draft SET owner = 'aside' WHERE id = '{first}'")
    scene.change(f"UPDATE draft SET owner = '{one}' WHERE id = '{second}'")
    scene.change(f"UPDATE draft SET owner = '{other}' WHERE id = '{first}'")


def seal_unbound(scene: DraftScene, number: str, content: bytes) -> bytes:
    """Write a draft as versions before did: its id alone is associated data."""
    noise, key = NoiseBytes(), DraftKey()
    noise.count = len(scene.rows()) * 100 + 7
    name, own = noise(16).hex(), noise(32)

    def seal(with_key: bytes, plain: bytes) -> bytes:
        nonce = noise(12)
        return nonce + AESGCM(with_key).encrypt(nonce, plain, name.encode())

    owner = hmac.new(key.derive("draft owners"), number.encode(), sha256).hexdigest()
    row = (name, owner, seal(key.derive("draft keys"), own), seal(own, content), 1_050_000.0)
    with closing(sqlite3.connect(scene.path)) as database:
        columns = "id, owner, wrapped_key, sealed, kept_until"
        database.execute(f"INSERT INTO draft ({columns}) VALUES (?, ?, ?, ?, ?)", row)
        database.commit()
    return row[3]


def test_a_draft_that_was_given_another_owner_opens_for_nobody(scene):
    scene.drafts.keep(LIU, CONTENT)
    scene.drafts.keep(WANG, b"other")
    swap_owners(scene)
    assert scene.drafts.find(LIU) is None
    assert scene.drafts.find(WANG) is None
    swap_owners(scene)  # the control: nothing else was changed
    assert (scene.drafts.find(LIU), scene.drafts.find(WANG)) == (CONTENT, b"other")


def test_a_draft_of_an_older_version_is_bound_at_the_first_start(scene):
    old = seal_unbound(scene, LIU, CONTENT)
    until = scene.rows()[0][4]
    assert scene.drafts.find(LIU) is None
    scene.drafts.bind_old()
    assert scene.drafts.find(LIU) == CONTENT
    assert scene.rows()[0][4] == until, "it is kept no longer for that"
    assert old not in scene.bytes_on_disk()
    scene.drafts.bind_old()
    assert scene.drafts.find(LIU) == CONTENT


def test_after_that_an_old_one_opens_for_nobody(scene):
    scene.drafts.bind_old()
    seal_unbound(scene, LIU, CONTENT)
    scene.drafts.bind_old()
    assert scene.drafts.find(LIU) is None


def test_what_is_no_draft_is_left_alone_and_opens_for_nobody(scene):
    seal_unbound(scene, LIU, CONTENT)
    scene.change("UPDATE draft SET wrapped_key = 'a text'")
    before = scene.rows()
    scene.drafts.bind_old()
    assert scene.rows() == before
    assert scene.drafts.find(LIU) is None


def test_a_disk_that_takes_nothing_binds_them_at_the_next_start(scene, monkeypatch):
    seal_unbound(scene, LIU, CONTENT)

    def refuse(_self, _work, **_options):
        raise StoreError(Failure.DISK_FULL)

    with monkeypatch.context() as full:
        full.setattr(Database, "run", refuse)
        scene.drafts.bind_old()
    assert scene.drafts.find(LIU) is None
    scene.drafts.bind_old()
    assert scene.drafts.find(LIU) == CONTENT

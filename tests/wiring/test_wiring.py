"""main.py: what a technician reads on standard error, and what must not end a visit."""

from __future__ import annotations

import errno
import json
import logging
import threading
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from drivers import registry
from kiosk.application.rating import Rating
from kiosk.audit.audit_events import AuditEvent
from kiosk.config.schema import ConfigError
from kiosk.config.settings import Settings
from kiosk.crypto import pinned_keys
from kiosk.crypto.envelope import OpeningKey, digest
from kiosk.crypto.pinned_keys import CentralKeys
from kiosk.crypto.receipt import SignedRefusal, SigningKey, sign_refusal
from kiosk.delivery.lost_ratings import read_losses
from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.ports import CentralAnswer, Coach
from kiosk.session.services import Gateway
from kiosk.storage.confirmed_copies import DeviceCipher
from kiosk.storage.drafts import Drafts
from kiosk.storage.monotonic_wall_clock import MonotonicWallClock
from kiosk.storage.store import OutboxRecord, OutboxState, Store, StoreError, open_store
from kiosk.storage.store_check import read_store_alarm
from kiosk.units import MIB
from tests.kiosk.invented_people import NOW, InventedVisitor, handbook
from wiring import delivery_service, places, services, storage
from wiring import terminal as terminal_wiring
from wiring.demo.demo import obedient

PATIENCE = 60.0  # seconds that only a bug makes pass


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = handbook().settings
    (tmp_path / "identity").touch(0o600)
    (tmp_path / "identity").write_bytes(bytes(32))
    return replace(
        found,
        store=replace(found.store, path=str(tmp_path / "run" / "kiosk.db"), journal_mib=1),
        device_key=replace(found.device_key, url=f"file:{tmp_path / 'device.key'}"),
        central=replace(
            found.central, url="http://127.0.0.1:9", identity=f"file:{tmp_path / 'identity'}"
        ),
    )


# the journal


def journal(settings: Settings) -> Path:
    return Path(settings.store.path).with_name("journal.jsonl")


def test_the_journal_is_kept_beside_the_database(settings):
    write = terminal_wiring.journal_writer(settings)
    write("一")
    write("二")
    assert journal(settings).read_text("utf-8") == "一\n二\n"


def test_a_full_journal_becomes_the_one_older_file(settings):
    write, path = terminal_wiring.journal_writer(settings), journal(settings)
    old = path.with_name("journal.old.jsonl")
    for name in ("a", "b"):
        write(name * MIB)
        write("next")
        assert old.read_text("utf-8")[0] == name
        assert path.read_text("utf-8") == "next\n"
        path.unlink()
    assert sorted(one.name for one in path.parent.iterdir()) == ["journal.old.jsonl"]


def test_a_new_journal_begins_with_what_is_known_of_the_terminal(settings):
    write, path = terminal_wiring.journal_writer(settings), journal(settings)
    Journal(write, handbook()).begin()
    (heading,) = path.read_text("utf-8").splitlines()
    write("a" * MIB)
    write("next")
    assert path.read_text("utf-8").splitlines() == [heading, "next"]


def test_a_journal_that_cannot_be_written_ends_no_visit(settings):
    journal(settings).mkdir(parents=True)
    terminal_wiring.journal_writer(settings)("lost")
    Path(settings.store.path).parent.parent.joinpath("file").touch()
    below = replace(settings.store, path=str(journal(settings).parents[1] / "file" / "kiosk.db"))
    terminal_wiring.journal_writer(replace(settings, store=below))("lost")


# files that are not there


@pytest.mark.parametrize("kind", ["file", "sealed"])
@pytest.mark.parametrize("content", [None, b"", bytes(31), bytes(33), bytes(80)])
def test_an_identity_that_cannot_be_used_is_named(settings, kind, content, tmp_path):
    path, url = tmp_path / "identity", f"{kind}:{tmp_path / 'identity'}"
    path.unlink()
    if content is not None:
        path.touch(0o600)
        path.write_bytes(content)
    named = replace(settings, central=replace(settings.central, identity=url))
    with pytest.raises(ConfigError) as caught:
        delivery_service.identity_of(named)
    assert str(caught.value) == f"{url}：central.identity：{delivery_service.IDENTITY_WORDS}。"


def test_an_identity_that_others_may_read_is_none(settings, tmp_path):
    assert delivery_service.identity_of(settings).key.private == bytes(32)
    (tmp_path / "identity").chmod(0o640)
    with pytest.raises(ConfigError, match=r"central\.identity"):
        delivery_service.identity_of(settings)


def test_an_authority_that_cant_be_used_is_told(settings, tmp_path):
    path = tmp_path / "authority.crt"
    path.write_text("nothing of the kind")
    pinned = replace(settings, central=replace(settings.central, authority=str(path)))
    with pytest.raises(ConfigError) as caught:
        delivery_service.central_of(pinned, None)
    assert str(caught.value) == f"{path}：central.authority：{delivery_service.AUTHORITY_WORDS}。"


class Runner:
    """What `build_services` needs of a runner."""

    def __init__(self) -> None:
        self.posted: list = []
        self.told: list = []
        self.gateway = Gateway(self.posted.append, lambda *_: None, lambda _: None)
        self.receive = self.told.append

    def refused(self, *said: str) -> None:
        self.told.append(said)


class IdleDevice:
    """A device that does nothing, and a central service with one answer."""

    answer = CentralAnswer(401)

    def start(self) -> None: ...

    stop = close = start

    def call(self, *_said: object) -> CentralAnswer:
        return self.answer


class FixedClock:
    def now(self):
        return NOW


@pytest.fixture
def devices(monkeypatch) -> IdleDevice:
    nothing = IdleDevice()
    for name in ("make_reader", "make_camera", "make_checker", "make_printer", "make_central"):
        monkeypatch.setattr(registry, name, lambda *_: nothing)
    trusted = CentralKeys(OpeningKey(b"s" * 32).sealing, SigningKey(b"r" * 32).receipt_key)
    monkeypatch.setattr(pinned_keys, "read_central_keys", lambda _: trusted)
    return nothing


def build(settings: Settings, runner: Runner, monkeypatch) -> services.BackgroundServices:
    """Make the services without the delivery thread: rounds are gone by hand."""
    monkeypatch.setattr("kiosk.delivery.delivery_thread.DeliveryThread.start", lambda _: None)
    monkeypatch.setattr("drivers.supervisor.Supervisor.start", lambda _: None)
    backroom = services.build_services(settings, runner, FixedClock())
    parcel = OutboxRecord("id-1", "/v1/applications/id-1", "x/y", "d", b"sealed", "刘**")
    backroom.store.confirm(lambda _: parcel, AuditEvent.CONFIRMED, NOW.isoformat(), {})
    return backroom


def test_a_folder_that_cannot_be_made_is_named(settings, devices, tmp_path):
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "kiosk.db"
    with pytest.raises(ConfigError) as caught:
        services.build_services(
            replace(settings, store=replace(settings.store, path=str(path))), Runner(), FixedClock()
        )
    assert str(caught.value) == f"{path}：store.path：{storage.STORE_WORDS}。"


# what the technician reads


def test_a_standing_stop_is_one_line(settings, devices, monkeypatch, caplog):
    backroom = build(settings, Runner(), monkeypatch)
    for _ in range(3):
        backroom.store.all_due()
        backroom.delivery_thread.go_round()
    backroom.close()
    (line,) = caplog.records
    assert (line.levelno, line.name) == (logging.WARNING, "kiosk")
    assert line.getMessage() == delivery_service.STOPPED_WORDS % "status 401"


def test_a_refusal_is_one_line_without_the_person(settings, devices, monkeypatch, caplog):
    runner = Runner()
    backroom = build(settings, runner, monkeypatch)
    key = SigningKey(b"r" * 32)
    named = digest(b"sealed")
    path = "/v1/applications/id-1"
    no = SignedRefusal(path, named, "BZ", "no-presence", NOW, key.receipt_key.id)
    devices.answer = CentralAnswer(422, "application/problem+json", None, sign_refusal(no, {}, key))
    backroom.delivery_thread.go_round()
    assert backroom.store.counts()[OutboxState.QUARANTINED] == 1
    backroom.close()
    assert [one.getMessage() for one in caplog.records] == [
        delivery_service.REFUSED_WORDS % ("id-1", "no-presence")
    ]
    assert "刘" not in caplog.text
    assert runner.told == [("id-1", "")]


def test_a_refusal_of_a_gateway_is_one_line(settings, devices, monkeypatch, caplog):
    runner = Runner()
    backroom = build(settings, runner, monkeypatch)
    devices.answer = CentralAnswer(404, "application/problem+json")
    for _ in range(3):
        backroom.store.all_due()
        backroom.delivery_thread.go_round()
    assert backroom.store.counts()[OutboxState.WAITING] == 1
    backroom.close()
    assert [one.getMessage() for one in caplog.records] == [
        delivery_service.UNSIGNED_WORDS % "unsigned refusal, status 404"
    ]
    assert runner.told == []


def test_a_bug_in_the_courier_is_raised_on_the_main_thread(settings, devices, monkeypatch):
    runner = Runner()
    backroom = build(settings, runner, monkeypatch)
    devices.answer = None
    backroom.delivery_thread.go_round()
    backroom.close()
    (call,) = runner.posted
    with pytest.raises(AttributeError):
        call()


# the audit


def events(settings: Settings) -> list[tuple[str, str]]:
    store = open_store(Path(settings.store.path))
    assert isinstance(store, Store)
    found = [(one.event.value, one.subject) for one in store.audit()]
    store.close()
    return found


def test_begin_and_end_are_audited(settings, devices, monkeypatch):
    build(settings, Runner(), monkeypatch).close()
    code = settings.terminal.code
    assert events(settings) == [("started", code), ("confirmed", "id-1"), ("stopped", code)]


def test_a_full_disk_keeps_no_terminal_from_beginning(settings, devices, monkeypatch):
    def full(*_said: object, **_more: object) -> None:
        raise StoreError(Failure.DISK_FULL)

    monkeypatch.setattr(Store, "note", full)
    build(settings, Runner(), monkeypatch).close()
    assert events(settings) == [("confirmed", "id-1")]


def test_the_audit_names_the_version_of_the_package():
    project = tomllib.loads((places.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == places.VERSION


def test_the_reader_is_asked_as_often_as_the_settings_say(settings):
    wanted = replace(settings.id_card_reader, poll_seconds=0.7)
    reader = registry.make_reader(replace(settings, id_card_reader=wanted))
    assert reader._limits.poll == 0.7


def test_the_room_of_the_ballast_is_taken_and_taken_again(settings, devices, monkeypatch):
    settings = replace(settings, store=replace(settings.store, disk_reserve_mib=64, min_free_mib=0))
    backroom = build(settings, Runner(), monkeypatch)
    reserve = storage.reserved_space_of(settings)
    assert reserve.path.stat().st_size == 64 * MIB
    assert reserve.release()
    assert backroom.equipment.storage_failure() is None
    assert not reserve.path.exists()  # a query changes nothing
    backroom.housekeeping.run_once()
    assert reserve.path.exists()
    backroom.close()


def test_a_lost_rating_is_counted_and_written_down_also_where_no_line_stands(
    settings, devices, monkeypatch
):
    backroom = build(settings, Runner(), monkeypatch)
    refuse = "CREATE TRIGGER t BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'x'); END"
    backroom.store.database.run(lambda it: it.exec_driver_sql(refuse))
    assert backroom.equipment.rate(Rating("id-1", "filing", 5, ())) is not None
    assert read_losses(backroom.store).count == 0
    backroom.delivery_thread.go_round()  # refused by the central service: no line
    backroom.housekeeping.run_once()
    assert read_losses(backroom.store).count == 1
    backroom.close()


def test_copies_that_cant_be_kept_are_told(settings, devices):
    Path(f"{settings.store.path}.copies").mkdir(parents=True)
    with pytest.raises(ConfigError) as caught:
        storage.open_storage(settings)
    assert str(caught.value) == f"{settings.store.path}：store.path：{storage.COPIES_WORDS}。"


def test_an_empty_database_of_a_terminal_that_was_let_in_is_told(settings, devices):
    path = Path(settings.store.path)
    path.parent.mkdir(parents=True)
    path.touch()
    kept = storage.open_storage(settings)
    assert read_store_alarm(kept.store).older == 1
    kept.store.close()


def test_the_copies_of_an_encrypted_database_are_sealed(settings, devices):
    encrypted = replace(settings, store=replace(settings.store, url="sqlcipher:"))
    kept = storage.open_storage(encrypted)
    assert isinstance(kept.check.cipher, DeviceCipher)
    kept.store.close()


def test_a_terminal_that_knows_less_than_the_central_service_tells_so(
    settings, devices, monkeypatch
):
    """Its database was restored or cloned; heartbeat, audit and numbers say so from then on."""
    backroom = build(settings, Runner(), monkeypatch)
    found = {"missing": [], "different": [], "unexpected": [], "highest": 41}
    devices.answer = CentralAnswer(200, "application/json", None, json.dumps(found).encode())
    backroom.delivery_thread.go_round()
    assert read_store_alarm(backroom.store).skipped == 40
    assert "skipped 40 older 1" in backroom.heart.said()["store"]
    parcel = OutboxRecord("id-2", "/v1/applications/id-2", "x/y", "d", b"sealed", "刘**")
    backroom.store.confirm(lambda _: parcel, AuditEvent.CONFIRMED, NOW.isoformat(), {})
    assert backroom.store.last_sequence() == 42
    backroom.close()


def content_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return time of change and bytes of each file."""
    files = (one for one in folder.rglob("*") if one.is_file())
    return {str(one): (one.stat().st_mtime_ns, one.read_bytes()) for one in files}


def test_asking_whether_a_visit_may_begin_changes_nothing(settings, devices):
    """What there is to do, an old draft and a reserve to make anew, is left to housekeeping."""
    settings = replace(settings, store=replace(settings.store, disk_reserve_mib=64, min_free_mib=0))
    kept = storage.open_storage(settings)
    assert replace(kept.drafts, now=lambda: 0.0).keep("341602196606010011", b"half done") is None
    assert kept.reserve.release()
    folder = Path(settings.store.path).parent
    before = content_of(folder)
    assert [kept.failure() for _ in range(3)] == [None] * 3
    assert content_of(folder) == before
    kept.tidy_up()
    left = kept.store.database.run(lambda it: it.exec_driver_sql("SELECT * FROM draft").all())
    assert left == []
    assert kept.reserve.path.exists()
    kept.store.close()


def test_a_visit_waits_until_second_copies_have_room(settings, devices):
    kept = storage.open_storage(settings)
    copies = kept.store.copies
    assert copies is not None
    copies.close()
    kept.store.copies = None
    made, kept.check._open = kept.check._open, lambda _: full_disk()
    kept.tidy_up()
    assert kept.failure() is Failure.DISK_FULL
    kept.check._open = made
    assert kept.failure() is Failure.DISK_FULL  # asking again opens nothing
    kept.tidy_up()
    assert kept.failure() is None
    kept.store.close()


def full_disk() -> None:
    raise OSError(errno.ENOSPC, "no space left on device")


def test_housekeeping_holds_up_no_question_of_the_card_reader(settings, devices, monkeypatch):
    """A draft takes long to destroy; meanwhile the reader's thread learns that there is room."""
    begun, answered = threading.Event(), threading.Event()

    def slow(_drafts: Drafts) -> None:
        begun.set()
        answered.wait(PATIENCE)

    backroom = build(settings, Runner(), monkeypatch)
    monkeypatch.setattr(Drafts, "drop_old", slow)
    backroom.housekeeping.wake()
    assert begun.wait(PATIENCE)
    assert backroom.equipment.storage_failure() is None
    answered.set()
    backroom.close()


def test_drafts_go_by_the_clock_that_never_goes_back(settings, devices, monkeypatch):
    kept = storage.open_storage(settings)
    assert isinstance(kept.drafts.now, MonotonicWallClock)
    kept.store.close()


@pytest.mark.parametrize("url", ["credential:device-key", "file:/dev/null"])
def test_a_terminal_without_a_key_of_its_own_is_told(settings, devices, monkeypatch, url):
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", settings.store.path)
    settings = replace(settings, device_key=replace(settings.device_key, url=url))
    with pytest.raises(ConfigError) as caught:
        services.build_services(settings, Runner(), FixedClock())
    assert str(caught.value) == f"{url}：device_key.url：{storage.DEVICE_KEY_WORDS}。"


def test_drafts_and_papers_of_yesterday_go_at_the_start(settings, devices, monkeypatch):
    first = storage.open_storage(settings)
    yesterday = replace(first.drafts, now=lambda: 0.0)
    assert yesterday.keep("341602196606010011", b"half done") is None
    first.store.add_paper("never confirmed", "x", b"sealed page")
    first.store.close()
    backroom = build(settings, Runner(), monkeypatch)
    assert backroom.store.chunk("x", 0) == b""
    backroom.store.add_paper("left", "y", b"sealed page")
    backroom.equipment.drop_papers()
    assert backroom.store.chunk("y", 0) == b""
    number = backroom.store.database.run(
        lambda connection: connection.exec_driver_sql("SELECT count(*) FROM draft").scalar()
    )
    assert number == 0
    backroom.close()


def test_the_simulated_person_is_told_each_movement_once():
    told = []
    see = obedient(told.append)
    page = InventedVisitor().with_card().page
    for hint in (Coach.COME_CLOSER, Coach.TURN_LEFT, Coach.TURN_LEFT, Coach.FACE_FRONT):
        see(replace(page, hint_icon=hint.value))
    see(replace(page, hint_icon=Coach.TURN_LEFT.value))
    assert told == ["turn_left", "turn_left"]

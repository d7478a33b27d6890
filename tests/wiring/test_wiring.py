"""Services of a terminal: what is audited, logged, counted, and kept room for."""

from __future__ import annotations

import json
import logging
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.application.rating import Rating
from kiosk.audit.audit_events import AuditEvent
from kiosk.config.schema import ConfigError
from kiosk.config.settings import Settings
from kiosk.crypto.envelope import digest
from kiosk.crypto.receipt import SignedRefusal, SigningKey, sign_refusal
from kiosk.delivery.lost_ratings import read_losses
from kiosk.failures import Failure
from kiosk.operator_texts import text_of
from kiosk.ports import CentralAnswer, Coach
from kiosk.storage.copies.confirmed_copies import DeviceCipher
from kiosk.storage.store import OutboxRecord, OutboxState, Store, StoreError, open_store
from kiosk.storage.store_check import read_store_alarm
from tests.kiosk.invented_people import NOW, InventedVisitor
from tests.wiring.building import FixedClock, Runner, build
from wiring import places, services, storage
from wiring.demo.demo import obedient


def test_a_folder_that_cannot_be_made_is_named(settings, devices, tmp_path):
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "kiosk.db"
    with pytest.raises(ConfigError) as caught:
        services.build_services(
            replace(settings, store=replace(settings.store, path=str(path))), Runner(), FixedClock()
        )
    assert str(caught.value) == f"{path}：store.path：{text_of('terminal.store_unusable')}。"


def test_a_standing_stop_is_one_line(settings, devices, monkeypatch, caplog):
    backroom = build(settings, Runner(), monkeypatch)
    for _ in range(3):
        backroom.store.all_due()
        backroom.delivery_thread.go_round()
    backroom.close()
    (line,) = caplog.records
    assert (line.levelno, line.name) == (logging.WARNING, "kiosk")
    assert line.getMessage() == text_of("terminal.sending_stopped", trouble="status 401")


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
        text_of("terminal.refused", id="id-1", trouble="no-presence")
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
        text_of("terminal.refused_unsigned", trouble="unsigned refusal, status 404")
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

    monkeypatch.setattr(Store, "record_event", full)
    build(settings, Runner(), monkeypatch).close()
    assert events(settings) == [("confirmed", "id-1")]


def test_the_audit_names_the_version_of_the_package():
    project = tomllib.loads((places.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == places.VERSION


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
    assert (
        str(caught.value)
        == f"{settings.store.path}：store.path：{text_of('terminal.copies_unusable')}。"
    )


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
    assert "skipped 40 older 1" in backroom.heart.members()["store"]
    parcel = OutboxRecord("id-2", "/v1/applications/id-2", "x/y", "d", b"sealed", "刘**")
    backroom.store.confirm(lambda _: parcel, AuditEvent.CONFIRMED, NOW.isoformat(), {})
    assert backroom.store.last_sequence() == 42
    backroom.close()


def test_the_simulated_person_is_told_each_movement_once():
    told = []
    see = obedient(told.append)
    page = InventedVisitor().with_card().page
    for hint in (Coach.COME_CLOSER, Coach.TURN_LEFT, Coach.TURN_LEFT, Coach.FACE_FRONT):
        see(replace(page, hint_icon=hint.value))
    see(replace(page, hint_icon=Coach.TURN_LEFT.value))
    assert told == ["turn_left", "turn_left"]

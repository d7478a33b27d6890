"""What a service lost that was put back to an older state is sent again by its terminals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest
from starlette.testclient import TestClient

from central.operator.backup import Summary, restore_backup, write_backup
from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.envelope import MEDIA_TYPE, Envelope, parse_envelope
from kiosk.delivery.outbox import Delivered, Outbox
from kiosk.delivery.reconciliation import Reconciliation
from kiosk.fleet.heartbeat import Heartbeat
from kiosk.ports import CentralAnswer
from kiosk.storage.store import OutboxRecord, OutboxState, Store, open_store
from tests.central.standing import LIU, NOON, SIGNER, TERMINAL, WANG, Standing, numbered, standing


@dataclass
class Line:
    """The terminal's line to a service of this process."""

    client: TestClient

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> CentralAnswer:
        said = {SIGNER: TERMINAL, **(headers or {})}
        answer = self.client.request(method, path, content=body, headers=said)
        kind = answer.headers.get("content-type", "")
        return CentralAnswer(answer.status_code, kind, body=answer.content)


@dataclass
class FiledTerminal:
    """A terminal's store and what sends it, over a line that may lead to another service later."""

    store: Store
    line: Line
    central: Standing

    def confirm(self, number: int, person: str) -> None:
        body = self.central.body(number, person)
        envelope = parse_envelope(body)
        assert isinstance(envelope, Envelope)
        path = f"/v1/applications/{numbered(number)}"

        def record(sequence: int) -> OutboxRecord:
            words = json.loads(body) | {"sequence": sequence}
            sealed = json.dumps(words).encode()
            return OutboxRecord(numbered(number), path, MEDIA_TYPE, envelope.digest, sealed)

        assert self.store.confirm(record, AuditEvent.CONFIRMED, NOON.isoformat(), {}) is None

    def deliver(self) -> list[bool]:
        trust = self.central.keys.signing.receipt_key
        now = NOON.timestamp
        outbox = Outbox(self.store, self.line, trust, now, lambda: NOON, Random(1))
        return [isinstance(judgement, Delivered) for _, judgement in outbox.deliver_due()]

    def beat(self) -> None:
        now = lambda: self.central.clock[0]  # noqa: E731
        Heartbeat(self.line, self.store, dict, {}, now, lambda: 0.5).beat_when_due()

    def missing(self) -> tuple[int, ...]:
        clock = NOON.timestamp
        found = Reconciliation(
            self.store, self.line, TERMINAL, 24.0, clock, lambda: NOON
        ).compare_when_due()
        assert found is not None
        return found.missing

    @property
    def kept(self) -> int:
        query = "SELECT count(*) FROM kept_body"
        return int(self.store.database.run(lambda it: it.exec_driver_sql(query).scalar_one()))


@pytest.fixture
def terminal(central: Standing, client: TestClient, tmp_path: Path) -> Iterator[FiledTerminal]:
    store = open_store(tmp_path / "kiosk.db")
    assert isinstance(store, Store)
    yield FiledTerminal(store, Line(client), central)
    store.close()


def back_up(central: Standing, data: Path, target: Path, *, is_told: bool) -> None:
    write_backup(central.office.store.database, data, target, central.clock[0])
    if is_told:
        central.office.store.backup_marks.note(central.clock[0])


@pytest.mark.parametrize("is_told", [True, False])
def test_a_restored_service_gets_again_what_it_signed_for(
    central: Standing, terminal: FiledTerminal, tmp_path: Path, *, is_told: bool
) -> None:
    """Without the mark of a backup nothing is kept: the loss is seen, and not mended."""
    terminal.confirm(1, LIU)
    assert terminal.deliver() == [True]
    central.clock[0] += timedelta(minutes=10)
    back_up(central, tmp_path / "data", tmp_path / "backup", is_told=is_told)
    terminal.beat()
    assert terminal.kept == 0
    terminal.confirm(2, WANG)
    assert terminal.deliver() == [True]
    assert terminal.kept == is_told

    folder = tmp_path / "anew"
    folder.mkdir()
    place = f"sqlite:///{folder / 'central.db'}"
    assert isinstance(restore_backup(tmp_path / "backup", folder / "data", place), Summary)
    with standing(folder) as anew, anew.client() as client:
        terminal.line.client, anew.clock[0] = client, central.clock[0]
        progress = partial(anew.office.store.cases.progress, numbered(2))
        assert progress() is None
        assert terminal.missing() == (2,)
        assert terminal.deliver() == ([True] if is_told else [])
        assert (progress() is not None) is is_told
        assert terminal.missing() == (() if is_told else (2,))
        terminal.beat()  # no backup since: what is there now may be lost again
        assert terminal.kept == is_told
        anew.office.store.backup_marks.note(anew.clock[0] + timedelta(hours=1))
        terminal.beat()
        assert terminal.kept == 0
    assert terminal.store.counts()[OutboxState.DELIVERED] == 2


def test_what_came_while_a_backup_began_is_not_taken_for_backed_up(
    central: Standing, terminal: FiledTerminal
) -> None:
    marks = central.office.store.backup_marks
    marks.note(central.clock[0])
    terminal.beat()
    terminal.confirm(1, LIU)
    terminal.deliver()
    central.clock[0] += timedelta(minutes=2)
    marks.note(central.clock[0])
    terminal.beat()
    assert terminal.kept == 1
    marks.note(datetime.fromisoformat("2026-01-01T00:00:00+08:00"))  # by a clock that is wrong
    central.clock[0] += timedelta(minutes=10)
    marks.note(central.clock[0])
    terminal.beat()
    assert terminal.kept == 0

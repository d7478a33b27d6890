"""Audit chains of a real terminal's database, proved to a real service: grown, cut, rewritten."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from central.operator.backup import Summary, restore_backup, write_backup
from central.store.terminals.audit_heads import NewestHead
from kiosk.audit.audit import NO_DIGEST, AuditEntry, first_broken
from kiosk.audit.audit_events import AuditEvent
from kiosk.audit.audit_export import verify, write_entries, write_manifest
from kiosk.delivery.audit_proof import MOST_ENTRIES, MOST_REQUESTS, AuditProof
from kiosk.fleet.heartbeat import Heartbeat
from kiosk.ports import JSON, PROBLEM, CentralAnswer, Trouble
from kiosk.storage.audit_chain import append_after
from kiosk.storage.tables import AUDIT
from tests.central.standing import NOON, TERMINAL, Standing, standing
from tests.central.terminals.test_terminal_side import TerminalSide, side_of


@pytest.fixture
def side(central: Standing, client: TestClient, tmp_path: Path) -> Iterator[TerminalSide]:
    side = side_of(central, client, tmp_path)
    yield side
    side.store.close()


def prove(side: TerminalSide) -> AuditProof:
    """Let the terminal prove its chain, as the delivery thread does each minute."""
    proof = AuditProof(side.store, side.central, side.seconds)
    proof.send_when_due()
    return proof


def rewrite_audit(side: TerminalSide, *, removed: int, added: int) -> None:
    """Do what an administrator can do to the file: remove an event, link the rest anew, go on."""
    chain = [one for one in side.store.audit() if one.sequence != removed]
    more = [replace(chain[-1], event=AuditEvent.STAFF_OUT, detail={"staff": "H-1"})] * added

    def write(connection: sa.Connection) -> None:
        connection.execute(sa.delete(AUDIT))
        last: AuditEntry | None = None
        for one in (*chain, *more):
            last = append_after(last, connection, one.at, one.event, one.subject, one.detail)

    side.store.database.run(write)


def export(side: TerminalSide) -> tuple[bytes, bytes]:
    entries = side.store.audit()
    body = write_entries(entries)
    return body, write_manifest(entries, body, TERMINAL, NOON.isoformat())


def seen_heads(central: Standing) -> tuple[str, ...]:
    return tuple(one.head.text for one in central.office.store.audit_heads.all())


def test_a_chain_that_only_grows_is_proved(central: Standing, side: TerminalSide) -> None:
    for number in range(1, 4):
        side.file(number, f"person {number}")
        side.carry()
        prove(side)
    (newest,) = central.office.store.audit_heads.newest()
    assert newest.proved.text == newest.head.text == side.store.head()
    assert central.alarms() == []
    assert verify(*export(side), seen_heads(central)) is None


def test_an_event_is_removed_the_chain_linked_anew_and_made_longer(
    central: Standing, side: TerminalSide
) -> None:
    """What an attacker did: longer than what was witnessed, and whole by itself."""
    for number in range(1, 4):
        side.file(number, f"person {number}")
        side.carry()
    prove(side)
    before = side.store.head()
    rewrite_audit(side, removed=2, added=3)
    assert first_broken(side.store.audit()) is None
    side.clock[0] += timedelta(minutes=2)
    prove(side)
    after = side.store.head()
    assert int(after.partition(":")[0]) > int(before.partition(":")[0])
    ((kind, detail),) = central.alarms()
    assert kind == "audit-rewritten"
    assert detail.startswith(f"{before}, then {after}: ")
    fault = verify(*export(side), seen_heads(central))
    assert fault is not None
    assert "见证" in fault.words
    # What comes now is of the other chain: no alarm again, until that one is rewritten as well.
    side.file(4, "person 4")
    side.carry()
    prove(side)
    assert len(central.alarms()) == 1
    rewrite_audit(side, removed=3, added=2)
    side.clock[0] += timedelta(minutes=2)
    prove(side)
    assert [kind for kind, _ in central.alarms()] == ["audit-rewritten"] * 2


def beat(side: TerminalSide) -> None:
    """Say how the terminal is, a minute later."""
    side.clock[0] += timedelta(minutes=1)
    silent = Heartbeat(side.central, side.store, dict, {}, lambda: side.clock[0], lambda: 0.5)
    silent.beat_when_due()
    assert silent.reached


def note(side: TerminalSide, count: int = 1) -> None:
    for _ in range(count):
        side.store.record_event(AuditEvent.STOPPED, TERMINAL, side.clock[0].isoformat())


def newest(central: Standing) -> NewestHead:
    (found,) = central.office.store.audit_heads.newest()
    return found


def test_a_long_backlog_is_proved_in_parts(central: Standing, side: TerminalSide) -> None:
    note(side, MOST_ENTRIES * 2 + 7)
    prove(side)
    found = newest(central)
    assert found.proved.text == found.head.text == side.store.head()
    assert found.proved_at == central.clock[0].isoformat(timespec="seconds")
    assert len(side.line.seen) == 4  # the first only asks where to begin
    assert central.alarms() == []


def test_it_is_proved_once_a_minute_and_only_what_is_new(side: TerminalSide) -> None:
    note(side)
    proof = prove(side)
    asked = len(side.line.seen)
    note(side)
    proof.send_when_due()
    assert len(side.line.seen) == asked
    for expected in (1, 1):
        side.clock[0] += timedelta(minutes=1)
        proof.send_when_due()
        assert len(side.line.seen) == asked + expected
    side.clock[0] -= timedelta(days=400)  # a clock that was set back: at once
    note(side)
    proof.send_when_due()
    assert len(side.line.seen) == asked + 2


def test_a_service_that_knows_no_proofs_is_left_alone_for_an_hour(side: TerminalSide) -> None:
    class Older:
        """Answers as a service of an earlier version, or as a line that is down."""

        def __init__(self, answer: CentralAnswer) -> None:
            self.asked, self.answer = 0, answer

        def call(self, *_said: object) -> CentralAnswer:
            self.asked += 1
            return self.answer

    for answer, minutes in (
        (CentralAnswer(404, PROBLEM), 60),
        (CentralAnswer(200, JSON, body=b'{"head":"x"}'), 60),
        (CentralAnswer(trouble=Trouble.TIMEOUT), 1),
    ):
        older = Older(answer)
        proof = AuditProof(side.store, older, side.seconds)
        for _ in range(2):
            proof.send_when_due()
            side.clock[0] += timedelta(minutes=minutes, seconds=-1)
            proof.send_when_due()
            side.clock[0] += timedelta(seconds=1)
        assert older.asked == 2


def test_a_service_that_names_another_head_each_time_does_not_hold_the_thread(
    side: TerminalSide,
) -> None:
    class Wandering:
        asked = 0

        def call(self, *_said: object) -> CentralAnswer:
            self.asked += 1
            return CentralAnswer(200, JSON, body=f'{{"head":"{self.asked}:{"a" * 64}"}}'.encode())

    wandering = Wandering()
    AuditProof(side.store, wandering, side.seconds).send_when_due()
    assert wandering.asked == MOST_REQUESTS


def test_a_chain_that_was_cut_off_is_one_alarm_and_goes_on(
    central: Standing, side: TerminalSide
) -> None:
    """A database that was put back: the head tells it at once, the proof goes on from there."""
    note(side, 5)
    prove(side)
    side.store.database.run(lambda it: it.execute(sa.delete(AUDIT).where(AUDIT.c.sequence > 3)))
    side.clock[0] += timedelta(minutes=2)
    prove(side)
    note(side, 4)  # beyond the old length, on another way
    side.clock[0] += timedelta(minutes=2)
    prove(side)
    assert [kind for kind, _ in central.alarms()] == ["audit-rewound"]
    fault = verify(*export(side), seen_heads(central))
    assert fault is not None
    assert "第 5 条" in fault.words
    assert newest(central).proved.text == side.store.head()


def test_a_chain_that_is_shorter_than_what_is_proved_says_so_itself(
    central: Standing, side: TerminalSide
) -> None:
    """Within the half minute in which a shorter head counts as overtaken on its way."""
    note(side, 5)
    prove(side)
    side.store.database.run(lambda it: it.execute(sa.delete(AUDIT).where(AUDIT.c.sequence > 3)))
    prove(side)
    assert [kind for kind, _ in central.alarms()] == ["audit-rewritten"]


def test_a_head_in_between_that_the_entries_do_not_lead_to(
    central: Standing, side: TerminalSide
) -> None:
    """Rewritten and put back before the proof: the head that was named meanwhile stays."""
    note(side, 3)
    prove(side)
    claimed = {"Kiosk-Audit": f"4:{'b' * 64}"}
    side.line.call("GET", "/v1/points/BZ-DEMO/desk", b"", claimed)
    note(side, 4)
    side.clock[0] += timedelta(minutes=1)
    prove(side)
    ((kind, detail),) = central.alarms()
    assert kind == "audit-rewritten"
    assert detail.endswith(f"4:{'b' * 64} does not follow")


def test_a_terminal_that_stops_proving_is_a_lasting_alarm(
    central: Standing, side: TerminalSide
) -> None:
    note(side)
    prove(side)
    note(side)
    for _ in range(60):
        beat(side)
    assert central.alarms() == []
    for _ in range(3):
        beat(side)
    (alarm,) = central.office.store.alarms.all()
    assert (alarm.kind.value, alarm.is_open) == ("audit-unproved", True)
    assert alarm.detail == "since 2026-11-23T12:01:00+08:00"
    prove(side)
    beat(side)
    (alarm,) = central.office.store.alarms.all()
    assert not alarm.is_open


def test_a_terminal_of_an_older_program_is_named_and_is_no_alarm(
    central: Standing, side: TerminalSide
) -> None:
    for _ in range(70):
        note(side)
        beat(side)
    assert central.alarms() == []
    found = newest(central)
    assert found.proved_at == ""
    assert found.head.text == side.store.head()
    assert len(seen_heads(central)) == 70


def test_a_backup_of_an_older_program_is_proved_from_the_beginning(
    central: Standing, side: TerminalSide, tmp_path: Path
) -> None:
    note(side, 3)
    prove(side)
    target, older = tmp_path / "backup", tmp_path / "older"
    write_backup(central.office.store.database, tmp_path / "data", target, NOON)
    with zipfile.ZipFile(target) as new, zipfile.ZipFile(older, "w") as old:
        manifest = json.loads(new.read("manifest.json"))
        del manifest["rows"]["audit_head"]
        for name in set(new.namelist()) - {"manifest.json", "rows/audit_head.jsonl"}:
            old.writestr(name, re.sub(rb', "proved_[^}]*', b"", new.read(name)))
        old.writestr("manifest.json", json.dumps(manifest))
    (tmp_path / "anew").mkdir()
    url = f"sqlite:///{tmp_path / 'anew' / 'central.db'}"
    assert isinstance(restore_backup(older, tmp_path / "anew" / "data", url), Summary)
    with standing(tmp_path / "anew") as anew, anew.client() as other:
        side.line.client = other
        note(side)
        prove(side)
        assert newest(anew).proved.text == side.store.head()
        assert anew.alarms() == []


def test_damage_in_a_link_is_an_alarm_and_no_exception(
    central: Standing, side: TerminalSide
) -> None:
    note(side, 5)
    prove(side)
    note(side, 3)
    damaged = (
        "UPDATE audit SET event = 'XY', detail = '{\"a\"', subject = x'00ff' WHERE sequence = 7"
    )
    side.store.database.run(lambda it: it.exec_driver_sql(damaged))
    side.clock[0] += timedelta(minutes=1)
    prove(side)
    assert [kind for kind, _ in central.alarms()] == ["audit-rewritten"]


ENTRY = {"at": "2026-11-23T12:00:00+08:00", "event": "stopped", "subject": "BZ-1", "detail": {}}
EMPTY = f"0:{NO_DIGEST}"


@pytest.mark.parametrize(
    "body",
    [
        {"after": EMPTY, "entries": []},
        {"after": EMPTY, "entries": [], "head": "1"},
        {"after": f"{10**15}:{NO_DIGEST}", "entries": [], "head": EMPTY},
        {"after": EMPTY, "entries": [ENTRY] * 501, "head": EMPTY},
        {"after": EMPTY, "entries": [ENTRY | {"detail": {"a": 1}}], "head": EMPTY},
        {
            "after": EMPTY,
            "entries": [ENTRY | {"detail": {str(n): "" for n in range(17)}}],
            "head": EMPTY,
        },
        {"after": EMPTY, "entries": [ENTRY | {"more": ""}], "head": EMPTY},
        {"after": EMPTY, "entries": [ENTRY | {"subject": "\ud800"}], "head": EMPTY},
    ],
)
def test_other_proofs(central: Standing, client: TestClient, body: dict[str, object]) -> None:
    headers = central.headers(content_type="application/json")
    answer = client.post("/v1/audit", content=json.dumps(body), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "malformed")
    assert central.alarms() == []


def test_a_proof_that_begins_elsewhere_is_answered_with_where_to_begin(
    central: Standing, client: TestClient
) -> None:
    headers = central.headers(content_type="application/json")
    for after in (f"7:{NO_DIGEST}", f"0:{'a' * 64}"):
        body = {"after": after, "entries": [ENTRY], "head": after}
        answer = client.post("/v1/audit", json=body, headers=headers)
        assert answer.json() == {"version": 1, "head": EMPTY}
    assert central.alarms() == []

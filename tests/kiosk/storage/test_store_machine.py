"""Whatever comes in whatever order: nothing lost, nothing doubled, nothing open to read.

The real store and outbox against a central service in memory: crashes, lost answers, wrong clocks,
full disks, new keys, refusals, upgrades.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kiosk.audit.audit import first_broken
from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.envelope import Envelope, OpeningKey, parse_envelope
from kiosk.crypto.receipt import verify_receipt
from kiosk.delivery.outbox import Delivered, Outbox, Quarantine
from kiosk.delivery.pending_report import send_again
from kiosk.delivery.submission import Sender, submit
from kiosk.failures import Failure
from kiosk.storage.store import LONGEST_PARK, Store, StoreError, open_store
from script.benches.applicants import invent
from tests.kiosk.central_model import SIGNING, CentralModel, KilledError, Weather

TEN_YEARS = 10 * 365 * 24 * 3600.0
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
FAIR_ROUNDS = 4
OLDER = """
DROP TABLE blob; DROP TABLE terminal_note; DROP TABLE draft; DROP TABLE kept_body;
DROP TABLE alembic_version;
ALTER TABLE outbox DROP COLUMN lane;
"""
"""Makes a database what release 0.1.0 had."""


class StoreMachine(RuleBasedStateMachine):
    """One terminal, people who sign, and everything that can go wrong."""

    outbox_type: type[Outbox] = Outbox

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="kiosk-machine-", dir=MEMORY))
        self.lives = 0
        self.now = 0.0
        self.full = False
        self.people = 0
        self.confirmed: dict[str, bytes] = {}
        self.ended: dict[str, str] = {}
        self.again: Counter[str] = Counter()
        self.central = CentralModel([OpeningKey(b"s" * 32)])
        self.open()

    @property
    def path(self) -> Path:
        return self.folder / f"life-{self.lives}" / "kiosk.db"

    def open(self) -> None:
        opened = open_store(self.path)
        assert isinstance(opened, Store), opened
        self.store = opened
        sa.event.listen(opened.database.engine, "checkout", self.limit)
        self.outbox = self.outbox_type(
            opened, self.central, SIGNING.receipt_key, lambda: self.now, self.at, Random(7)
        )

    def at(self) -> datetime:
        return NOON + timedelta(seconds=self.now)

    def limit(self, connection: sqlite3.Connection, *_more: object) -> None:
        """A database that may not grow is a full disk."""
        pages = connection.execute("PRAGMA page_count").fetchone()[0] if self.full else 1 << 30
        connection.execute(f"PRAGMA max_page_count={pages}")

    def live_again(self) -> None:
        """Start from the files as they lie there: nothing was closed, nothing flushed."""
        before, self.lives = self.path.parent, self.lives + 1
        shutil.copytree(before, self.path.parent)
        self.store.close()
        shutil.rmtree(before)
        self.open()

    @rule()
    def somebody_confirms(self):
        self.people += 1
        self.sign(self.people)

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def somebody_presses_twice(self, data):
        self.sign(data.draw(st.integers(1, self.people)))

    def sign(self, number: int) -> None:
        application = invent(number)
        sender = Sender("BZ", self.central.keys[-1].sealing)
        failure = submit(self.store, sender, application, self.at())
        assert failure in (None, Failure.DISK_FULL)
        if failure is None:
            self.confirmed[application.id] = application.content
        else:
            assert self.full

    @rule(weathers=st.lists(st.sampled_from(Weather), min_size=1, max_size=4))
    def the_courier_goes(self, weathers):
        self.central.weather = lambda: weathers.pop(0) if len(weathers) > 1 else weathers[0]
        self.send()

    @rule()
    def the_courier_goes_in_fair_weather(self):
        self.central.weather = lambda: Weather.FAIR
        self.send()

    def send(self) -> None:
        try:
            for parcel, judgement in self.outbox.deliver_due():
                if isinstance(judgement, Delivered | Quarantine):
                    self.ended[parcel.id] = type(judgement).__name__
        except KilledError:
            self.live_again()
        except StoreError as error:
            if not self.full or error.failure is not Failure.DISK_FULL:
                raise

    @rule()
    def somebody_sends_the_refused_again(self):
        refused = [row["id"] for row in self.rows() if row["state"] == "QUARANTINED"]
        try:
            moved = send_again(self.store.database, refused, self.at().isoformat())
        except StoreError:
            assert self.full
            return
        assert list(moved) == refused
        for one in moved:
            del self.ended[one]
            self.again[one] += 1

    @rule()
    def the_power_goes(self):
        self.live_again()

    @rule(seconds=st.sampled_from([1.0, 70.0, 901.0]))
    def time_passes(self, seconds):
        self.now += seconds

    @rule(years=st.sampled_from([-TEN_YEARS, TEN_YEARS]))
    def the_clock_jumps(self, years):
        self.now += years

    @rule(full=st.booleans())
    def the_disk(self, full):
        self.full = full

    @rule()
    def central_gets_a_new_key(self):
        self.central.keys.append(OpeningKey(bytes([len(self.central.keys)]) * 32))

    @rule()
    def a_new_program_finds_an_old_database(self):
        self.store.close()
        with closing(sqlite3.connect(self.path)) as database:
            database.executescript(OLDER)
        self.open()

    def rows(self) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(self.path)) as database:
            database.row_factory = sqlite3.Row
            return database.execute("SELECT * FROM outbox ORDER BY sequence").fetchall()

    @invariant()
    def nothing_is_lost(self):
        rows = self.rows()
        assert self.confirmed.keys() <= {row["id"] for row in rows}
        assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))
        for row in rows:
            if row["state"] != "DELIVERED":
                envelope = parse_envelope(row["body"])
                assert isinstance(envelope, Envelope)
                assert self.central.opened(envelope) == self.confirmed[row["id"]]

    @invariant()
    def nothing_is_doubled(self):
        assert self.central.wrong == []
        assert set(self.central.effects.values()) <= {1}
        assert self.central.has.keys() <= self.confirmed.keys()

    @invariant()
    def delivered_means_that_both_have_it(self):
        for row in self.rows():
            if row["state"] == "DELIVERED":
                assert self.central.has.get(row["id"]) == row["digest"]
                said = row["receipt"].encode()
                assert verify_receipt(said, SIGNING.receipt_key, row["id"], row["digest"])
                assert row["body"] is None
            if row["state"] == "QUARANTINED":
                assert row["id"] in self.central.refused

    @invariant()
    def what_has_ended_never_waits_again(self):
        states = {row["id"]: row["state"] for row in self.rows()}
        assert all(states[one] != "WAITING" for one in self.ended)

    @invariant()
    def nobody_waits_for_long(self):
        with suppress(StoreError):
            due = self.store.next_due(self.now)
            assert due is None or due <= self.now + LONGEST_PARK

    @invariant()
    def the_chain_tells_all_of_it(self):
        with suppress(StoreError):
            entries = self.store.audit()
            assert first_broken(entries) is None
            told = {
                event: Counter(one.subject for one in entries if one.event is event)
                for event in AuditEvent
            }
            rows = self.rows()
            assert told[AuditEvent.CONFIRMED] == Counter(row["id"] for row in rows)
            for event in (AuditEvent.DELIVERED, AuditEvent.QUARANTINED):
                wanted = Counter(row["id"] for row in rows if row["state"] == event.name)
                if event is AuditEvent.QUARANTINED:
                    wanted += self.again
                assert told[event] == wanted
            assert told[AuditEvent.SENT_AGAIN] == self.again

    def teardown(self):
        """When all is well again, everything arrives or is refused by word."""
        try:
            self.full = False
            self.central.weather = lambda: Weather.FAIR
            for _ in range(FAIR_ROUNDS):
                self.now += LONGEST_PARK + 1
                self.send()
            assert self.confirmed.keys() == self.central.has.keys() | (
                self.central.refused - self.central.has.keys()
            )
            assert all(self.central.content[one] == self.confirmed[one] for one in self.central.has)
            assert not any(row["state"] == "WAITING" for row in self.rows())
        finally:
            self.store.close()
            shutil.rmtree(self.folder)


def bounded(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def test_filing():
    run_state_machine_as_test(StoreMachine, settings=bounded(30))


@pytest.mark.slow
def test_filing_for_longer():
    run_state_machine_as_test(StoreMachine, settings=bounded(400))


# senders that the machine must find out


class Gullible(Outbox):
    """Any 2xx is delivery."""

    def deliver_due(self):
        for parcel in self.store.due(self.now()):
            answer = self.central.call("PUT", parcel.path, parcel.body, {})
            if 200 <= answer.status < 300:
                self.store.delivered(parcel.id, answer.body.decode(), self.at().isoformat())
                yield parcel, Delivered("")


class Touchy(Outbox):
    """Whatever is no receipt is a refusal."""

    def record_judgement(self, parcel_id, tries, judgement):
        kept = isinstance(judgement, Delivered)
        super().record_judgement(parcel_id, tries, judgement if kept else Quarantine("no"))


@pytest.mark.parametrize("sender", [Gullible, Touchy])
def test_controls_that_must_fail(sender):
    class Broken(StoreMachine):
        outbox_type = sender

    found = settings(bounded(200), phases=[Phase.generate], database=None, derandomize=True)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Broken, settings=found)

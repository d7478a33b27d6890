"""Terminal and central service understand each other: the terminal's own filing, over this app.

Everything that the outbox can send goes through the real contract: applications, ratings, captured
pages, the audit's head, the daily comparison, announced keys, a case that is under way elsewhere.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from central.keys.service_keys import rotate
from central.store.tables import ApplicationRow, ChunkRow, TaskRow
from central.tasks import TaskMove
from central.tasks import TaskState as CentralState
from kiosk.application.document import Application as Signed
from kiosk.application.rating import Rating
from kiosk.application.scan import CapturedPaper
from kiosk.crypto.envelope import canonical, digest, open_sealed
from kiosk.crypto.pinned_keys import CentralKeys
from kiosk.crypto.receipt import Receipt
from kiosk.delivery.audit_witness import ClockCheck, WitnessedCentral
from kiosk.delivery.delivery_thread import DeliveryThread
from kiosk.delivery.key_ring import KeyRing
from kiosk.delivery.outbox import Outbox, Quarantine
from kiosk.delivery.reconciliation import Reconciliation, SequenceComparison
from kiosk.delivery.scan_intake import keep_paper
from kiosk.delivery.submission import Sender, rate, submit
from kiosk.ports import CentralAnswer, Trouble
from kiosk.staff.desk import Desk, look_at_desk
from kiosk.storage.scans import CHUNK_BYTES
from kiosk.storage.store import OutboxState, Store, open_store
from tests.central.standing import (
    LIU,
    NOON,
    POINT,
    SIGNER,
    TERMINAL,
    WANG,
    Standing,
    content,
    numbered,
    standing,
)

PAGE = Random(3).randbytes(CHUNK_BYTES + 5000)


@dataclass
class LossyCentral:
    """A Central over the service's app; `lost` answers get lost after they were given."""

    client: TestClient
    lost: int = 0
    cut: bool = False
    seen: list[Mapping[str, str]] = field(default_factory=list)

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> CentralAnswer:
        if self.cut:
            return CentralAnswer(trouble=Trouble.UNREACHABLE)
        said = {SIGNER: TERMINAL, **(headers or {})}
        self.seen.append(said)
        answer = self.client.request(method, path, content=body, headers=said)
        if self.lost:
            self.lost -= 1
            return CentralAnswer(503)
        media_type = answer.headers.get("content-type", "").split(";")[0]
        return CentralAnswer(answer.status_code, media_type, None, answer.content)


@dataclass
class TerminalSide:
    """One terminal: its store, its line, and what its delivery thread told."""

    store: Store
    line: LossyCentral
    ring: KeyRing
    central: WitnessedCentral
    clock: list[datetime]
    received: list[Receipt] = field(default_factory=list)
    refused: list[Quarantine] = field(default_factory=list)
    bugs: list[BaseException] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)

    def carry(self) -> None:
        self.store.all_due()
        box = Outbox(
            self.store, self.central, self.ring, self.seconds, lambda: self.clock[0], Random(7)
        )
        DeliveryThread(
            box,
            self.received.append,
            lambda _id, why: self.refused.append(why),
            self.stops.append,
            self.bugs.append,
            self.ring.learn_when_due,
        ).carry_once()

    def seconds(self) -> float:
        return self.clock[0].timestamp()

    def sender(self, terminal: str = TERMINAL) -> Sender:
        return Sender(terminal, self.ring.sealing())

    def file(self, number: int, person: str = LIU, **changes: object) -> Signed:
        document = content(numbered(number), person, **changes)
        plain = canonical(document)
        blobs = tuple(one["blob"] for one in document.get("pages", []))
        signed = Signed(document["id"], digest(plain), plain, ("R01",), "刘**", blobs)
        assert submit(self.store, self.sender(), signed, self.clock[0]) is None
        return signed

    def desk(self) -> Desk:
        return look_at_desk(self.store, self.central, POINT)

    def compare(self) -> SequenceComparison | None:
        return Reconciliation(
            self.store, self.central, TERMINAL, 24.0, self.seconds, lambda: self.clock[0]
        ).compare_when_due()


@pytest.fixture
def side(central: Standing, client: TestClient, tmp_path: Path) -> Iterator[TerminalSide]:
    side = side_of(central, client, tmp_path)
    yield side
    side.store.close()


def side_of(central: Standing, client: TestClient, folder: Path) -> TerminalSide:
    store = open_store(folder / "kiosk.db")
    assert isinstance(store, Store)
    line = LossyCentral(client)
    pinned = CentralKeys(central.keys.sealing, central.keys.signing.receipt_key)
    witnessed = WitnessedCentral(line, store.head, ClockCheck(lambda: NOON, print))
    ring = KeyRing(
        pinned,
        store,
        witnessed,
        24.0,
        NOON.timestamp,
        lambda: central.clock[0],
    )
    return TerminalSide(store, line, ring, witnessed, central.clock)


def killed(
    side: TerminalSide, central: Standing, client: TestClient, folder: Path, life: int
) -> TerminalSide:
    """Go on from the files as they lie there: nothing was closed, nothing flushed."""
    before, after = folder / f"life-{life}", folder / f"life-{life + 1}"
    shutil.copytree(before, after)
    side.store.close()
    again = side_of(central, client, after)
    again.line.cut = side.line.cut
    return again


def test_fifty_applications_of_three_days_without_the_network_arrive_once(
    central: Standing, client: TestClient, tmp_path: Path
) -> None:
    """Filed by a helper, the terminal killed twice; the desk's list is true at each moment."""
    central.office.store.terminals.place(TERMINAL, POINT)
    side, life, filed = side_of(central, client, tmp_path / "life-0"), 0, []
    side.line.cut = True
    for number in range(1, 51):
        side.clock[0] += timedelta(hours=1.4)
        helped = {"way": "helper_present", "staff": "H-0001"}
        filed.append(side.file(number, f"person {number}", **helped).id)
        side.carry()
        assert len(side.desk().unsent) == number
        assert side.desk().corrections is None
        if number in (17, 40):
            side, life = killed(side, central, client, tmp_path, life), life + 1
            assert len(side.desk().unsent) == number
    side.line.cut = False
    for _ in range(3):
        side.carry()
        waiting = side.store.counts()[OutboxState.WAITING]
        assert len(side.desk().unsent) == waiting
    assert side.refused == side.bugs == []
    assert waiting == 0
    assert sorted(receipt.id for receipt in side.received) == sorted(filed)
    ids = central.rows((ApplicationRow.id,))
    assert sorted(one for (one,) in ids) == sorted(filed)
    assert central.alarms() == []
    central.office.store.work.settle(
        filed[6], "R01", TaskMove(CentralState.CORRECTION, "看不清"), "now"
    )
    assert [one.application_id for one in side.desk().corrections or ()] == [filed[6]]
    side.store.close()


def test_applications_and_ratings_arrive_once_with_their_numbers(central, side):
    side.file(1)
    assert rate(side.store, Rating(numbered(1), "filing", 5), NOON, numbered(9)) is None
    side.line.lost = 2
    side.carry()
    assert side.store.counts()[OutboxState.WAITING] == 2
    side.carry()
    assert side.store.counts() == {
        OutboxState.WAITING: 0,
        OutboxState.DELIVERED: 2,
        OutboxState.QUARANTINED: 0,
    }
    assert [one.id for one in side.received] == [numbered(1)]
    assert central.rows([sa.func.count(ApplicationRow.serial)]) == [(1,)]
    assert central.rows([sa.func.count(TaskRow.service)]) == [(4,)]
    assert side.compare() == SequenceComparison(1, 2, highest=2)
    assert central.alarms() == []
    assert side.bugs == side.stops == []


def test_a_captured_page_follows_and_opens_with_the_central_key(central, side):
    key = side.ring.sealing()
    kept = keep_paper(side.store, key, numbered(1), PAGE)
    assert isinstance(kept, CapturedPaper)
    side.file(1, pages=[kept.record()], papers=[{"code": "P2", "pages": [kept.record()]}])
    side.carry()
    assert side.store.counts()[OutboxState.DELIVERED] == 2
    progress = side.line.call("GET", f"/v1/applications/{numbered(1)}/progress")
    assert b'"papers_missing":0' in progress.body
    wanted = [ChunkRow.number, ChunkRow.body]
    blob = b"".join(body for _, body in sorted(central.rows(wanted)))
    opened = open_sealed(blob, central.opening_key, kept.sealed_for, kept.digest)
    assert opened == PAGE
    assert side.compare() == SequenceComparison(1, 2, highest=2)


def test_a_second_terminal_is_shown_the_case_under_way(central, side):
    side.file(1)
    side.carry()
    side.file(2)
    side.carry()
    assert [(one.trouble, one.open_case) for one in side.refused] == [("open-case", numbered(1))]
    side.file(3, WANG)
    side.carry()
    assert [one.id for one in side.received] == [numbered(1), numbered(3)]
    assert side.compare() == SequenceComparison(1, 3, highest=3)
    assert central.alarms() == []


def test_what_the_central_service_lost_is_found(central, side):
    side.file(1)
    side.carry()
    arrivals = sa.text("delete from arrival")
    central.office.store.database.write(lambda session: session.execute(arrivals))
    found = side.compare()
    assert found is not None
    assert found.missing == (1,)
    assert ("sequence-missing", "1") in [(kind, detail[:1]) for kind, detail in central.alarms()]


def test_a_terminal_follows_the_keys(central, side, tmp_path, database):
    first = side.ring.sealing()
    begins = NOON + timedelta(days=30)
    assert (
        rotate(central.keys, begins, os.urandom, central.office.vault.make_opening_key) is not None
    )
    with standing(tmp_path, database) as again, again.client() as client:
        side.line.client, side.clock = client, again.clock
        side.file(1)
        side.carry()
        assert side.ring.sealing() == first  # announced, and not begun
        central.clock[0] = again.clock[0] = begins
        assert side.ring.sealing() == again.keys.sealing != first
        side.file(2, WANG)
        side.carry()
        assert [one.id for one in side.received] == [numbered(1), numbered(2)]
        keys = {one.key_id for one in side.received}
        assert len(keys) == 2
        assert side.compare() == SequenceComparison(1, 2, highest=2)


def test_the_head_of_the_audit_is_witnessed(side):
    side.file(1)
    side.carry()
    heads = [said["Kiosk-Audit"] for said in side.line.seen if "Kiosk-Audit" in said]
    assert heads[0].startswith("1:")
    assert len(heads) == len(side.line.seen)
    assert sha256(PAGE).hexdigest() not in heads

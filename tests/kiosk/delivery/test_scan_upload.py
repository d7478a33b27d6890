"""Papers arrive chunk by chunk, behind the records, through cuts, drops and strange answers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.receipt import (
    Acknowledgement,
    SignedRefusal,
    SigningKey,
    sign_acknowledgement,
    sign_refusal,
)
from kiosk.delivery.delivery_thread import DeliveryThread
from kiosk.delivery.outbox import Delivered, DeliveryStop, Outbox, Quarantine, Retry
from kiosk.delivery.scan_upload import ScanUpload
from kiosk.ports import CentralAnswer, Trouble
from kiosk.storage.scans import CHUNK_BYTES
from kiosk.storage.store import OutboxRecord, OutboxState, Store, open_store

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KEY = SigningKey(b"k" * 32)
PAPER = Random(5).randbytes(2 * CHUNK_BYTES + 1000)
NAME = sha256(PAPER).hexdigest()
PATH = f"/v1/blobs/{NAME}"
JSON, PROBLEM = "application/json", "application/problem+json"
NO = SignedRefusal(PATH, NAME, "BZ", "digest-wrong", NOW, KEY.receipt_key.id)
SIGNED = sign_refusal(NO, {"type": "digest-wrong"}, KEY)
REFUSED = Quarantine("digest-wrong", "", SIGNED.decode())


@dataclass
class ChunkStore:
    """A central service that keeps chunks and signs for whole papers; `next` goes first."""

    key: SigningKey = KEY
    chunks: dict[int, bytes] = field(default_factory=dict)
    next: list[CentralAnswer | None] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    on_call: list = field(default_factory=list)

    def call(self, method, path, body=b"", headers=None):
        self.calls.append((method, path))
        for happening in self.on_call:
            happening()
        scripted = self.next.pop(0) if self.next else None
        if scripted is not None and scripted.trouble is None:
            return scripted
        if method == "PUT" and path.startswith("/v1/blobs/"):
            assert headers["Kiosk-Sequence"].isdecimal()
            address = urlsplit(path)
            assert parse_qs(address.query) == {"bytes": [str(len(PAPER))]}
            self.chunks[int(address.path.rpartition("/")[2])] = body
        elif not self.chunks:
            return scripted or CentralAnswer(404, PROBLEM)
        return scripted or CentralAnswer(201, JSON, None, self.state())

    def state(self) -> bytes:
        whole = b"".join(self.chunks[n] for n in sorted(self.chunks)) == PAPER
        signed = None
        if whole:
            said = Acknowledgement(PATH, NAME, "BZ", NOW, self.key.receipt_key.id)
            signed = json.loads(sign_acknowledgement(said, self.key))
        have = sorted(self.chunks)
        return json.dumps({"digest": NAME, "have": have, "acknowledgement": signed}).encode()


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "kiosk.db")
    assert isinstance(opened, Store)
    opened.add_paper("a", NAME, PAPER)
    parcel = OutboxRecord("a", "/v1/applications/a", "x/y", "d" * 64, b"sealed", papers=(NAME,))
    opened.confirm(lambda _: parcel, AuditEvent.CONFIRMED, NOW.isoformat(), {})
    opened.delivered("a", "receipt", NOW.isoformat())
    yield opened
    opened.close()


def lane(store: Store, central: ChunkStore) -> ScanUpload:
    box = Outbox(store, central, KEY.receipt_key, lambda: 100.0, lambda: NOW, Random(7))
    return ScanUpload(box)


def go(store: Store, central: ChunkStore) -> list:
    store.all_due()
    return list(lane(store, central).deliver_due())


def whole(central: ChunkStore) -> bool:
    return b"".join(central.chunks[n] for n in sorted(central.chunks)) == PAPER


def test_a_paper_goes_in_chunks_and_is_shredded_when_signed_for(store):
    central = ChunkStore()
    ((name, judgement),) = go(store, central)
    assert (name, type(judgement)) == (NAME, Delivered)
    assert whole(central)
    assert [len(central.chunks[n]) for n in range(3)] == [CHUNK_BYTES, CHUNK_BYTES, 1000]
    assert store.counts()[OutboxState.DELIVERED] == 2
    assert store.chunk(NAME, 0) == b""
    assert go(store, central) == []


def test_a_cut_line_costs_one_chunk(store):
    central = ChunkStore(next=[None, CentralAnswer(trouble=Trouble.TIMEOUT)])
    assert go(store, central) == [(NAME, Retry("timeout"))]
    assert len(central.calls) == 2
    assert [type(one) for _, one in go(store, central)] == [Delivered]
    assert len(central.calls) == 4  # the second chunk had arrived: it is known, and comes again
    assert whole(central)


def test_a_lost_last_answer_is_asked_for(store):
    central = ChunkStore(next=[None, None, CentralAnswer(trouble=Trouble.TIMEOUT)])
    assert go(store, central) == [(NAME, Retry("timeout"))]
    store.record_chunks(NAME, (0, 1, 2))
    assert [type(one) for _, one in go(store, central)] == [Delivered]
    assert central.calls[-1] == ("GET", PATH)


def test_what_the_central_service_dropped_goes_anew(store):
    central = ChunkStore()
    store.record_chunks(NAME, (0, 1, 2))
    assert go(store, central) == [(NAME, Retry("paper not there"))]
    assert [type(one) for _, one in go(store, central)] == [Delivered]
    assert whole(central)


def test_a_paper_that_is_there_and_not_signed_for_is_tried_again(store):
    central = ChunkStore(key=SigningKey(b"o" * 32))
    assert go(store, central) == [(NAME, Retry("paper not complete"))]
    central.key = KEY
    assert [type(one) for _, one in go(store, central)] == [Delivered]


def test_a_chunk_that_is_not_kept_does_not_go_round_for_ever(store):
    state = {"digest": NAME, "have": [], "acknowledgement": None}
    central = ChunkStore(next=[CentralAnswer(200, JSON, None, json.dumps(state).encode())])
    assert go(store, central) == [(NAME, Retry("chunk not kept"))]
    assert len(central.calls) == 1


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (CentralAnswer(422, PROBLEM, None, SIGNED), REFUSED),
        (CentralAnswer(422, PROBLEM), Retry("unsigned refusal, status 422")),
        (CentralAnswer(401, PROBLEM), DeliveryStop("status 401")),
        (CentralAnswer(trouble=Trouble.TLS), DeliveryStop("tls")),
        (CentralAnswer(200, "text/html", None, b"<html>"), Retry("strange answer, status 200")),
        (CentralAnswer(200, JSON, None, b"[]"), Retry("strange answer, status 200")),
        (CentralAnswer(200, JSON, None, b'{"digest":"x"}'), Retry("strange answer, status 200")),
        (CentralAnswer(503, PROBLEM, 9.0), Retry("status 503", 9.0)),
    ],
)
def test_other_answers_mean_what_they_mean_for_a_record(store, answer, meaning):
    assert go(store, ChunkStore(next=[answer])) == [(NAME, meaning)]
    store.record_chunks(NAME, (0, 1, 2))
    if not isinstance(meaning, Quarantine):
        assert go(store, ChunkStore(next=[answer])) == [(NAME, meaning)]


def test_a_stop_ends_the_round(store):
    second = b"another paper"
    store.add_paper("b", sha256(second).hexdigest(), second)
    parcel = OutboxRecord(
        "b", "/v1/applications/b", "x/y", "d" * 64, b"s", papers=(sha256(second).hexdigest(),)
    )
    store.confirm(lambda _: parcel, AuditEvent.CONFIRMED, NOW.isoformat(), {})
    store.delivered("b", "receipt", NOW.isoformat())
    central = ChunkStore(next=[CentralAnswer(401, PROBLEM)])
    assert len(go(store, central)) == len(central.calls) == 1


def test_a_record_that_comes_meanwhile_goes_first(store):
    central = ChunkStore()

    def confirm_another() -> None:
        if len(central.calls) == 1:
            parcel = OutboxRecord("b", "/v1/applications/b", "x/y", "d" * 64, b"sealed")
            store.confirm(lambda _: parcel, AuditEvent.CONFIRMED, NOW.isoformat(), {})

    central.on_call.append(confirm_another)
    assert go(store, central) == []
    assert sorted(central.chunks) == [0]
    store.delivered("b", "receipt", NOW.isoformat())
    assert [type(one) for _, one in go(store, central)] == [Delivered]


@given(st.lists(st.sampled_from(["ok", "lost", "before", "503", "html", "drop"]), max_size=12))
def test_any_weather_ends_in_one_whole_paper(tmp_path_factory, weather):
    store = open_store(tmp_path_factory.mktemp("lane") / "kiosk.db")
    assert isinstance(store, Store)
    store.add_paper("a", NAME, PAPER)
    parcel = OutboxRecord("a", "/v1/applications/a", "x/y", "d" * 64, b"sealed", papers=(NAME,))
    store.confirm(lambda _: parcel, AuditEvent.CONFIRMED, NOW.isoformat(), {})
    store.delivered("a", "receipt", NOW.isoformat())
    central = ChunkStore()
    answers = {
        "ok": None,
        "lost": CentralAnswer(trouble=Trouble.TIMEOUT),
        "before": CentralAnswer(503, PROBLEM),
        "503": CentralAnswer(503, PROBLEM),
        "html": CentralAnswer(200, "text/html"),
        "drop": None,
    }
    for one in weather:
        if one == "drop":
            central.chunks.clear()
        central.next = [answers[one]]
        go(store, central)
    central.next = []
    for _ in range(3):
        go(store, central)
    assert store.counts()[OutboxState.DELIVERED] == 2
    store.close()


def test_the_courier_carries_papers_after_records(store):
    told, stops, rounds = [], [], []
    central = ChunkStore(next=[CentralAnswer(422, PROBLEM, None, SIGNED)])
    delivery_thread = DeliveryThread(
        lane(store, central).outbox,
        lambda _: told.append("receipt"),
        lambda name, why: told.append((name, why)),
        stops.append,
        told.append,
        lambda: rounds.append(1),
    )
    delivery_thread.carry_once()
    assert told == [(NAME, REFUSED)]
    assert (stops, rounds) == ([], [1])


def test_a_stop_of_a_paper_is_told_and_ends_the_round(store):
    stops, rounds = [], []
    central = ChunkStore(next=[CentralAnswer(403, PROBLEM)])
    delivery_thread = DeliveryThread(
        lane(store, central).outbox, print, print, stops.append, print, lambda: rounds.append(1)
    )
    delivery_thread.carry_once()
    assert (stops, rounds) == (["status 403"], [])

"""Captured papers wait for their application, go chunk by chunk, and are shredded."""

from hashlib import sha256

import pytest

from kiosk.audit.audit import first_broken
from kiosk.audit.audit_events import AuditEvent
from kiosk.storage.scans import CHUNK_BYTES
from kiosk.storage.store import Numbered, OutboxRecord, OutboxState, Store

AT = "2026-11-23T09:30:00+08:00"
PAGE = b"sealed page " * 50_000
NAME = sha256(PAGE).hexdigest()
REFUSAL = "the signed refusal"


def confirm(store: Store, name: str = "a", papers: tuple[str, ...] = (NAME,)) -> None:
    one = OutboxRecord(name, f"/v1/applications/{name}", "x/y", "d" * 64, b"sealed", papers=papers)
    assert store.confirm(lambda _: one, AuditEvent.CONFIRMED, AT, {}) is None


def test_a_paper_goes_after_its_application_is_confirmed(store):
    store.add_paper("a", NAME, PAGE)
    store.add_paper("a", NAME, PAGE)
    assert store.papers_due(0.0) == ()
    assert store.next_due(0.0) is None
    confirm(store)
    (paper,) = store.papers_due(0.0)
    assert (paper.digest, paper.application_id, paper.sequence) == (NAME, "a", 2)
    assert (paper.path, paper.bytes, paper.missing) == (f"/v1/blobs/{NAME}", len(PAGE), (0, 1, 2))
    assert [one.id for one in store.due(0.0)] == ["a"]
    assert store.entries_between(1, 2) == (
        Numbered(1, "/v1/applications/a", "d" * 64, OutboxState.WAITING),
        Numbered(2, f"/v1/blobs/{NAME}", NAME, OutboxState.WAITING),
    )
    assert store.entries_between(3, 9) == ()
    confirm(store, "b", ())
    assert [one.sequence for one in store.due(0.0)] == [1, 3]


def test_chunks_resume_where_the_central_service_says(store):
    store.add_paper("a", NAME, PAGE)
    confirm(store)
    chunks = [store.chunk(NAME, index) for index in range(4)]
    assert b"".join(chunks) == PAGE
    assert [len(one) for one in chunks] == [CHUNK_BYTES, CHUNK_BYTES, 75_712, 0]
    assert store.chunk("unknown", 0) == b""
    store.record_chunks(NAME, (2, 0))
    assert store.papers_due(0.0)[0].missing == (1,)
    store.record_chunks(NAME, ())
    assert store.papers_due(0.0)[0].missing == (0, 1, 2)


def test_a_paper_has_its_own_tries_and_may_be_set_aside(store):
    store.add_paper("a", NAME, PAGE)
    confirm(store)
    store.try_later(NAME, 50.0, "timeout")
    assert store.papers_due(49.0) == ()
    assert store.papers_due(50.0)[0].tries == 1
    store.quarantine(NAME, "status 422", AT, REFUSAL)
    assert store.papers_due(50.0) == ()
    assert store.counts()[OutboxState.QUARANTINED] == 1
    assert store.chunk(NAME, 0)  # it is kept


def test_an_acknowledged_paper_is_gone(store):
    store.add_paper("a", NAME, PAGE)
    confirm(store)
    store.delivered(NAME, '{"acknowledgement":1}', AT)
    assert store.chunk(NAME, 0) == b""
    assert store.papers_due(0.0) == ()
    assert first_broken(store.audit()) is None


def test_papers_of_a_visit_without_an_application_go(store):
    other = b"another page " * 1000
    store.add_paper("a", NAME, PAGE)
    store.add_paper("x", sha256(other).hexdigest(), other)
    confirm(store)
    store.drop_unconfirmed_papers()
    store.drop_unconfirmed_papers()
    assert store.chunk(sha256(other).hexdigest(), 0) == b""
    assert [one.digest for one in store.papers_due(0.0)] == [NAME]


def test_a_refused_application_hands_its_paper_on(store):
    """What is signed next names the same paper; its number stays."""
    store.add_paper("a", NAME, PAGE)
    confirm(store, "a")
    store.quarantine("a", "status 422", AT, REFUSAL)
    confirm(store, "b")
    assert [one.sequence for one in store.papers_due(0.0)] == [2]
    assert [one.sequence for one in store.due(0.0)] == [3]


def test_an_application_that_names_an_unknown_paper_is_a_bug_of_the_caller(store):
    with pytest.raises(ValueError, match="no paper"):
        confirm(store)
    assert store.due(0.0) == ()


def test_small_values_outlast_a_start(store, opener):
    assert store.value_of("clock_offset") == ""
    store.keep_value("clock_offset", "3.5")
    store.keep_value("clock_offset", "4.5")
    again = opener()
    assert again.value_of("clock_offset") == "4.5"
    again.close()


def test_an_unknown_parcel_is_a_bug_of_the_caller(store):
    with pytest.raises(LookupError):
        store.try_later("unknown", 0.0, "")

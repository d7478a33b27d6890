"""Only a signed receipt is delivery; every other answer keeps the parcel."""

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.crypto.envelope import digest
from kiosk.crypto.receipt import (
    SignedRefusal,
    sign_document,
    sign_refusal,
)
from kiosk.delivery.outbox import (
    LONGEST_WAIT,
    LONGEST_WISH,
    Delivered,
    DeliveryStop,
    Quarantine,
    Retry,
    judge,
    wait_before,
)
from kiosk.ports import CentralAnswer, Trouble
from kiosk.storage.store import (
    LONGEST_PARK,
    OutboxRecord,
    OutboxState,
    Waiting,
)
from tests.kiosk.delivery.central_answers import (
    BODY,
    KEY,
    NOW,
    OTHER_KEY,
    acknowledged,
    outbox,
    receipt,
    refused,
    set_aside,
    store,
    waiting,
)

__all__ = ["store"]


JSON, PROBLEM, HTML = "application/json", "application/problem+json", "text/html"
GOOD = receipt()
SIGNED = refused()
OPEN = refused(kind="open-case", application_id="b")
STRANGE = refused(kind="Name 34162219660615001X")
TABLE = [
    (CentralAnswer(201, JSON, None, GOOD), Delivered(GOOD.decode())),
    (CentralAnswer(200, JSON, None, GOOD), Delivered(GOOD.decode())),
    (
        CentralAnswer(200, HTML, None, b"<html>please log in</html>"),
        Retry("strange answer, status 200"),
    ),
    (CentralAnswer(200, JSON, None, b"{}"), Retry("strange answer, status 200")),
    (CentralAnswer(200, JSON, None, receipt("b")), Retry("strange answer, status 200")),
    (CentralAnswer(200, JSON, None, receipt(digest="e")), Retry("strange answer, status 200")),
    (CentralAnswer(200, JSON, None, receipt(key=OTHER_KEY)), Retry("strange answer, status 200")),
    (CentralAnswer(204), Retry("strange answer, status 204")),
    (CentralAnswer(302, HTML), Retry("strange answer, status 302")),
    (CentralAnswer(404, HTML), Retry("strange answer, status 404")),
    (CentralAnswer(429, PROBLEM, 5.0), Retry("status 429", 5.0)),
    (CentralAnswer(408), Retry("status 408")),
    (CentralAnswer(503, PROBLEM, 7.0), Retry("status 503", 7.0)),
    (CentralAnswer(500), Retry("status 500")),
    (CentralAnswer(409, PROBLEM, None, SIGNED), set_aside(SIGNED)),
    (CentralAnswer(422, "", None, SIGNED), set_aside(SIGNED)),
    (CentralAnswer(409, PROBLEM, None, OPEN), set_aside(OPEN, "open-case", "b")),
    (CentralAnswer(413, PROBLEM, None, STRANGE), set_aside(STRANGE, "status 413")),
    (CentralAnswer(503, PROBLEM, None, SIGNED), Retry("status 503")),
    (CentralAnswer(200, PROBLEM, None, SIGNED), Retry("strange answer, status 200")),
    (
        CentralAnswer(409, PROBLEM, None, refused("/v1/applications/b")),
        Retry("unsigned refusal, status 409"),
    ),
    (CentralAnswer(409, PROBLEM, None, refused(body=b"x")), Retry("unsigned refusal, status 409")),
    (
        CentralAnswer(409, PROBLEM, None, refused(key=OTHER_KEY)),
        Retry("unsigned refusal, status 409"),
    ),
    (CentralAnswer(409, PROBLEM, None, GOOD), Retry("unsigned refusal, status 409")),
    (
        CentralAnswer(409, PROBLEM, None, b'{"type":"open-case"}'),
        Retry("unsigned refusal, status 409"),
    ),
    *(
        (CentralAnswer(n, PROBLEM), Retry(f"unsigned refusal, status {n}"))
        for n in (400, 404, 405, 413)
    ),
    (CentralAnswer(422, JSON), Retry("strange answer, status 422")),
    (CentralAnswer(401, PROBLEM), DeliveryStop("status 401")),
    (CentralAnswer(403, HTML), DeliveryStop("status 403")),
    (CentralAnswer(trouble=Trouble.TLS), DeliveryStop("tls")),
    (CentralAnswer(trouble=Trouble.CERTIFICATE_TIME), DeliveryStop("certificate time")),
    (CentralAnswer(trouble=Trouble.TIMEOUT), Retry("timeout")),
    (CentralAnswer(trouble=Trouble.UNREACHABLE), Retry("unreachable")),
]


@pytest.mark.parametrize(("answer", "meaning"), TABLE, ids=lambda one: str(one)[:40])
def test_decision_table(answer, meaning):
    assert judge(waiting(), answer, KEY.receipt_key) == meaning


RATED = "/v1/ratings/a/filing"


@pytest.mark.parametrize(
    ("answer", "delivered"),
    [
        (CentralAnswer(201, JSON, None, acknowledged(RATED)), True),
        (CentralAnswer(200, JSON, None, acknowledged(RATED)), True),
        (CentralAnswer(201, JSON, None, acknowledged("/v1/ratings/a/other")), False),
        (CentralAnswer(201, JSON, None, acknowledged(RATED, digest="e")), False),
        (CentralAnswer(201, JSON, None, acknowledged(RATED, key=OTHER_KEY)), False),
        (CentralAnswer(201, JSON, None, b"{}"), False),
        (CentralAnswer(201, JSON, None, receipt("r")), False),
        (CentralAnswer(200, HTML), False),
    ],
)
def test_a_rating_is_delivered_by_its_signed_acknowledgement(answer, delivered):
    meaning = judge(waiting("r", RATED), answer, KEY.receipt_key)
    assert isinstance(meaning, Delivered) is delivered
    assert isinstance(meaning, Delivered | Retry)


@given(st.integers(0, 600), st.sampled_from([JSON, HTML, PROBLEM, ""]), st.binary(max_size=64))
def test_nothing_but_a_receipt_delivers(status, media_type, body):
    meaning = judge(waiting(), CentralAnswer(status, media_type, None, body), KEY.receipt_key)
    assert not isinstance(meaning, Delivered)


@given(
    st.integers(0, 999),
    st.sampled_from([JSON, HTML, PROBLEM, ""]),
    st.one_of(
        st.binary(max_size=64),
        st.sampled_from([refused(key=OTHER_KEY), refused("/v1/applications/b"), GOOD, b"{}"]),
        st.integers(0, len(SIGNED) - 1).map(lambda at: SIGNED[:at] + b"x" + SIGNED[at + 1 :]),
    ),
)
def test_nothing_but_a_signed_refusal_sets_aside(status, media_type, body):
    assume(body != SIGNED)
    meaning = judge(waiting(), CentralAnswer(status, media_type, None, body), KEY.receipt_key)
    assert not isinstance(meaning, Quarantine)


def test_a_paper_is_refused_by_the_digest_of_the_whole():
    path, whole = "/v1/blobs/" + "a" * 64, "a" * 64
    said = SignedRefusal(path, whole, "BZ", "digest-wrong", NOW, KEY.receipt_key.id)
    signed = sign_refusal(said, {}, KEY)
    paper = Waiting(whole, 1, path, "x/y", whole, b"", 0, 0.0)
    found = judge(paper, CentralAnswer(422, PROBLEM, None, signed), KEY.receipt_key)
    assert found == Quarantine("digest-wrong", "", signed.decode())


def test_a_refusal_of_another_version_or_shape_counts_for_nothing():
    said = SignedRefusal("/v1/applications/a", digest(BODY), "BZ", "x", NOW, KEY.receipt_key.id)
    for change in ({"version": 2}, {"refused_at": 7}, {"refused_at": "soon"}, {"type": None}):
        document = {**said.document(), **change}
        body = sign_document(document, KEY)
        found = judge(waiting(), CentralAnswer(409, PROBLEM, None, body), KEY.receipt_key)
        assert found == Retry("unsigned refusal, status 409")


@given(st.integers(0, 200), st.randoms(use_true_random=False))
def test_waits_are_bounded(tries, random):
    assert 0 < wait_before(tries, None, random) <= LONGEST_WAIT
    assert 5.0 <= wait_before(tries, 5.0, random) <= 7.5


@given(st.floats(0.0, 1e12), st.randoms(use_true_random=False))
def test_no_wish_parks_a_parcel_for_long(wish, random):
    """600 s and up to half of it; what Store.due takes for a wrong clock lies beyond."""
    assert LONGEST_WISH == 600.0
    assert wait_before(0, wish, random) <= LONGEST_PARK


def test_a_night_offline_is_no_overflow():
    assert 1.0 <= wait_before(5000, None, Random(7)) <= LONGEST_WAIT
    assert max(wait_before(5000, None, Random(seed)) for seed in range(50)) > LONGEST_WAIT / 2


def test_oldest_first_and_poison_does_not_block(store):
    poison = refused(body=b"sealed a")
    box = outbox(
        store,
        CentralAnswer(422, PROBLEM, None, poison),
        CentralAnswer(201, JSON, None, receipt("b")),
    )
    found = [(parcel.id, type(meaning)) for parcel, meaning in box.deliver_due()]
    assert found == [("a", Quarantine), ("b", Delivered)]
    assert store.counts() == {
        OutboxState.WAITING: 0,
        OutboxState.DELIVERED: 1,
        OutboxState.QUARANTINED: 1,
    }


def test_every_parcel_tells_its_number(store):
    box = outbox(store, CentralAnswer(503), CentralAnswer(503))
    list(box.deliver_due())
    assert [said["Kiosk-Sequence"] for said in box.central.headers] == ["1", "2"]


def test_stop_keeps_everything_and_ends_the_round(store):
    box = outbox(store, CentralAnswer(401, PROBLEM))
    assert [type(meaning) for _, meaning in box.deliver_due()] == [DeliveryStop]
    assert store.counts()[OutboxState.WAITING] == 2
    assert [one.id for one in store.due(100.0)] == ["b"]


def test_retry_is_noted(store):
    list(outbox(store, CentralAnswer(500), CentralAnswer(503, PROBLEM, 9.0)).deliver_due())
    assert store.due(100.0) == ()
    later = store.due(1000.0)
    assert [one.tries for one in later] == [1, 1]
    assert 109.0 <= later[1].next_try <= 113.5


def test_who_is_told_to_come_back_sends_nothing_until_then(store):
    """One refusal instead of one for each record; what is confirmed later is tried on its own."""
    store.add_paper("p", "e" * 64, b"paper")
    box = outbox(store, *[CentralAnswer(503, PROBLEM, 9.0)] * 2)
    assert [parcel.id for parcel, _ in box.deliver_due()] == ["a"]
    assert store.due(100.0) == ()
    waits = store.due(1000.0)
    assert [one.tries for one in waits] == [1, 0]
    assert waits[0].next_try == waits[1].next_try == store.next_due(100.0) > 109.0
    one = OutboxRecord("c", "/v1/applications/c", "x/y", "d", b"sealed c")
    store.confirm(lambda _: one, "confirmed", NOW.isoformat(), {})
    assert [parcel.id for parcel, _ in box.deliver_due()] == ["c"]


def test_one_record_that_is_always_told_to_wait_holds_nobody_for_ever(store):
    told = CentralAnswer(503, PROBLEM, 9.0)
    box = outbox(store, told, told, CentralAnswer(201, JSON, None, receipt("b")), told)
    rounds = []
    for _ in range(3):
        rounds.append([parcel.id for parcel, _ in box.deliver_due()])
        store.all_due()
    assert rounds == [["a"], ["a", "b"], ["a"]]


def test_the_second_that_is_told_to_wait_ends_the_round(store):
    told = CentralAnswer(503, PROBLEM, 9.0)
    box = outbox(store, *[told] * 4)
    rounds = []
    for _ in range(3):
        rounds.append([parcel.id for parcel, _ in box.deliver_due()])
        store.all_due()
    assert rounds == [["a"], ["a", "b"], ["a"]]

"""Only a signed receipt is delivery; every other answer keeps the parcel."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.crypto.envelope import digest
from kiosk.crypto.receipt import (
    Acknowledgement,
    Receipt,
    SignedRefusal,
    SigningKey,
    sign_acknowledgement,
    sign_document,
    sign_receipt,
    sign_refusal,
)
from kiosk.delivery.delivery_thread import DeliveryThread
from kiosk.delivery.outbox import (
    LONGEST_WAIT,
    LONGEST_WISH,
    Delivered,
    DeliveryStop,
    Outbox,
    Quarantine,
    Retry,
    judge,
    wait_before,
)
from kiosk.failures import Failure
from kiosk.ports import CentralAnswer, Trouble
from kiosk.storage.store import (
    LONGEST_PARK,
    OutboxRecord,
    OutboxState,
    Store,
    StoreError,
    Waiting,
    open_store,
)

KEY = SigningKey(b"k" * 32)
OTHER_KEY = SigningKey(b"o" * 32)
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
JSON, PROBLEM, HTML = "application/json", "application/problem+json", "text/html"


def receipt(name: str = "a", digest: str = "d", key: SigningKey = KEY) -> bytes:
    found = Receipt(
        name, digest, "BZ", 1, "亳退 0042 7138", NOW, date(2026, 12, 14), key.receipt_key.id
    )
    return sign_receipt(found, key)


def acknowledged(path: str, digest: str = "d", key: SigningKey = KEY) -> bytes:
    return sign_acknowledgement(Acknowledgement(path, digest, "BZ", NOW, key.receipt_key.id), key)


BODY = b"body"


def refused(
    path: str = "/v1/applications/a",
    kind: str = "other-digest",
    key: SigningKey = KEY,
    body: bytes = BODY,
    **more: str,
) -> bytes:
    said = SignedRefusal(path, digest(body), "BZ", kind, NOW, key.receipt_key.id, **more)
    return sign_refusal(said, {"type": kind, "title": "no", "status": 409}, key)


def set_aside(signed: bytes, trouble: str = "other-digest", open_case: str = "") -> Quarantine:
    return Quarantine(trouble, open_case, signed.decode())


def waiting(name: str = "a", path: str = "/v1/applications/a") -> Waiting:
    return Waiting(name, 1, path, "x/y", "d", BODY, 0, 0.0)


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


@dataclass
class Script:
    """A central service that gives its answers in turn."""

    answers: list[CentralAnswer]
    calls: list[tuple[str, str, bytes]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def call(self, method, path, body=b"", headers=None):
        self.calls.append((method, path, body))
        self.headers.append(headers or {})
        return self.answers.pop(0)


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "kiosk.db")
    assert isinstance(opened, Store)
    for name in ("a", "b"):
        one = OutboxRecord(name, f"/v1/applications/{name}", "x/y", "d", b"sealed " + name.encode())
        opened.confirm(lambda _, one=one: one, "confirmed", NOW.isoformat(), {})
    yield opened
    opened.close()


def outbox(store: Store, *answers: CentralAnswer) -> Outbox:
    return Outbox(
        store, Script(list(answers)), KEY.receipt_key, lambda: 100.0, lambda: NOW, Random(7)
    )


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
    list(outbox(store, CentralAnswer(503, PROBLEM, 9.0), CentralAnswer(500)).deliver_due())
    assert store.due(100.0) == ()
    later = store.due(1000.0)
    assert [one.tries for one in later] == [1, 1]
    assert 109.0 <= later[0].next_try <= 113.5


@dataclass
class Told:
    """What a delivery thread told."""

    received: list[str] = field(default_factory=list)
    refused: list[tuple[str, Quarantine]] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    bugs: list[BaseException] = field(default_factory=list)
    heard: threading.Event = field(default_factory=threading.Event)

    def take(self, one: Receipt) -> None:
        self.received.append(one.id)
        self.heard.set()

    def take_bug(self, bug: BaseException) -> None:
        self.bugs.append(bug)
        self.heard.set()


def courier_of(box: Outbox) -> tuple[DeliveryThread, Told]:
    told = Told()
    refuse = lambda *said: told.refused.append(said)  # noqa: E731
    return DeliveryThread(box, told.take, refuse, told.stops.append, told.take_bug), told


def test_courier_tells_receipts_and_refusals(store):
    no = refused("/v1/applications/b", body=b"sealed b")
    box = outbox(
        store, CentralAnswer(201, JSON, None, receipt("a")), CentralAnswer(409, PROBLEM, None, no)
    )
    delivery_thread, told = courier_of(box)
    delivery_thread.carry_once()
    assert told.received == ["a"]
    assert told.refused == [("b", set_aside(no))]
    assert told.stops == []
    assert delivery_thread.pause() == 60.0


def test_courier_tells_nothing_of_ratings_and_retries(store):
    """A rating has no receipt, and what will be tried again is nobody's news."""
    rating = OutboxRecord("r", "/v1/ratings/a/filing", "x/y", "d", b"{}")
    store.confirm(lambda _: rating, "rated", NOW.isoformat(), {})
    said = acknowledged("/v1/ratings/a/filing")
    delivery_thread, told = courier_of(
        outbox(store, CentralAnswer(503), CentralAnswer(503), CentralAnswer(201, JSON, None, said))
    )
    delivery_thread.carry_once()
    assert told == Told(heard=told.heard)
    assert store.counts()[OutboxState.DELIVERED] == 1


def test_a_standing_stop_is_told_once(store):
    """Once for each trouble, and anew when something had passed in between."""
    refused, tls = CentralAnswer(401, PROBLEM), CentralAnswer(trouble=Trouble.TLS)
    answers = (
        refused,
        CentralAnswer(503),
        refused,
        tls,
        tls,
        CentralAnswer(201, JSON, None, receipt("a")),
        tls,
    )
    delivery_thread, told = courier_of(outbox(store, *answers))
    while delivery_thread.outbox.central.answers:
        store.all_due()
        delivery_thread.carry_once()
    assert told.stops == ["status 401", "tls", "tls"]


def test_a_refusal_without_a_signature_is_told_once(store):
    """Anew only when something had passed in between; the parcels are tried again and again."""
    wrong = CentralAnswer(404, PROBLEM)
    passed = CentralAnswer(201, JSON, None, receipt("a"))
    delivery_thread, told = courier_of(
        outbox(store, wrong, wrong, wrong, wrong, passed, wrong, wrong)
    )
    unsigned: list[str] = []
    delivery_thread.on_unsigned = unsigned.append
    while delivery_thread.outbox.central.answers:
        store.all_due()
        delivery_thread.carry_once()
    assert unsigned == ["unsigned refusal, status 404"] * 2
    assert (told.refused, told.stops) == ([], [])
    assert [one.tries for one in store.due(1000.0)] == [4]


def test_a_shut_line_is_tried_once_a_minute_however_much_waits(store):
    delivery_thread, _ = courier_of(outbox(store, CentralAnswer(403, PROBLEM)))
    assert delivery_thread.go_round() == 60.0
    assert [one.id for one in store.due(100.0)] == ["b"]


def test_a_stop_waits_for_one_parcel_only(store):
    delivery_thread, told = courier_of(
        outbox(store, CentralAnswer(201, JSON, None, receipt("a")), CentralAnswer(503))
    )
    delivery_thread.on_receipt = lambda one: (told.take(one), delivery_thread._stopped.set())
    delivery_thread.carry_once()
    assert told.received == ["a"]
    assert [one.id for one in store.due(100.0)] == ["b"]


def test_courier_sleeps_until_something_is_due(store):
    delivery_thread, _ = courier_of(outbox(store))
    store.try_later("a", 107.0, "x")
    store.try_later("b", 140.0, "x")
    assert delivery_thread.pause() == 7.0
    store.try_later("a", 1.0, "x")
    assert delivery_thread.pause() == pytest.approx(0.2)


def test_courier_thread_delivers_and_stops(store):
    box = outbox(
        store,
        CentralAnswer(201, JSON, None, receipt("a")),
        CentralAnswer(201, JSON, None, receipt("b")),
    )
    done, both = [], threading.Event()

    def take(one: Receipt) -> None:
        done.append(one.id)
        if len(done) == 2:
            both.set()

    delivery_thread, _ = courier_of(box)
    delivery_thread.on_receipt = take
    delivery_thread.start()
    delivery_thread.wake()
    assert both.wait(30)
    delivery_thread.stop()
    assert done == ["a", "b"]
    courier_of(box)[0].stop()


def test_a_full_disk_is_a_failed_round(store, monkeypatch):
    """Neither the first round nor the start ends the thread."""
    told_store = threading.Event()

    def full(*_said: object) -> None:
        told_store.set()
        raise StoreError(Failure.DISK_FULL)

    for name in ("all_due", "due"):
        monkeypatch.setattr(store, name, full)
    delivery_thread, told = courier_of(
        outbox(store, CentralAnswer(201, JSON, None, receipt("a")), CentralAnswer(503))
    )
    delivery_thread.start()
    assert told_store.wait(30)
    monkeypatch.undo()
    delivery_thread.wake()
    assert told.heard.wait(30)
    delivery_thread.stop()
    assert (told.received, told.bugs) == (["a"], [])
    monkeypatch.setattr(store, "due", full)
    assert delivery_thread.go_round() == 60.0


def test_a_bug_is_told_and_the_courier_goes_on(store):
    box = outbox(store)  # no answer is left: list.pop raises IndexError
    delivery_thread, told = courier_of(box)
    delivery_thread.start()
    assert told.heard.wait(30)
    told.heard.clear()
    delivery_thread.on_receipt = told.take
    box.central.answers += [CentralAnswer(201, JSON, None, receipt("a")), CentralAnswer(503)]
    delivery_thread.wake()
    assert told.heard.wait(30)
    delivery_thread.stop()
    assert [type(bug) for bug in told.bugs] == [IndexError]
    assert told.received == ["a"]


def test_a_clock_that_was_set_back_parks_nothing(store):
    """Next year's date was in the clock when the try was noted; now is right again."""
    delivery_thread, told = courier_of(
        outbox(store, CentralAnswer(201, JSON, None, receipt("a")), CentralAnswer(503))
    )
    store.try_later("a", 100.0 + LONGEST_PARK + 1, "x")
    store.try_later("b", 100.0 + LONGEST_PARK, "x")
    assert [one.id for one in store.due(100.0)] == ["a"]
    assert store.next_due(100.0) == 100.0
    delivery_thread.carry_once()
    assert told.received == ["a"]
    assert store.next_due(100.0) == 100.0 + LONGEST_PARK


def test_a_stop_just_before_a_round_is_not_overslept(store):
    class StoppedMeanwhile(threading.Event):
        def clear(self) -> None:
            delivery_thread._stopped.set()
            self.set()
            super().clear()

    delivery_thread, _ = courier_of(outbox(store))
    delivery_thread._wake = StoppedMeanwhile()
    delivery_thread.start()
    delivery_thread._thread.join(30)
    assert not delivery_thread._thread.is_alive()

"""The delivery thread: what it tells, when it sleeps, how it goes on."""

import threading
from dataclasses import dataclass, field

import pytest

from kiosk.crypto.receipt import (
    Receipt,
)
from kiosk.delivery.delivery_thread import DeliveryThread
from kiosk.delivery.outbox import (
    Outbox,
    Quarantine,
)
from kiosk.failures import Failure
from kiosk.ports import CentralAnswer, Trouble
from kiosk.storage.store import (
    LONGEST_PARK,
    OutboxRecord,
    OutboxState,
    StoreError,
)
from tests.kiosk.delivery.central_answers import (
    NOW,
    acknowledged,
    outbox,
    receipt,
    refused,
    set_aside,
    store,
)
from tests.kiosk.delivery.test_outbox import JSON, PROBLEM

__all__ = ["store"]


@dataclass
class ToldByThread:
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


def delivery_thread_of(box: Outbox) -> tuple[DeliveryThread, ToldByThread]:
    told = ToldByThread()
    refuse = lambda *said: told.refused.append(said)  # noqa: E731
    return DeliveryThread(box, told.take, refuse, told.stops.append, told.take_bug), told


def test_the_thread_tells_receipts_and_refusals(store):
    no = refused("/v1/applications/b", body=b"sealed b")
    box = outbox(
        store, CentralAnswer(201, JSON, None, receipt("a")), CentralAnswer(409, PROBLEM, None, no)
    )
    delivery_thread, told = delivery_thread_of(box)
    delivery_thread.carry_once()
    assert told.received == ["a"]
    assert told.refused == [("b", set_aside(no))]
    assert told.stops == []
    assert delivery_thread.pause() == 60.0


def test_the_thread_tells_nothing_of_ratings_and_retries(store):
    """A rating has no receipt, and what will be tried again is nobody's news."""
    rating = OutboxRecord("r", "/v1/ratings/a/filing", "x/y", "d", b"{}")
    store.confirm(lambda _: rating, "rated", NOW.isoformat(), {})
    said = acknowledged("/v1/ratings/a/filing")
    delivery_thread, told = delivery_thread_of(
        outbox(store, CentralAnswer(503), CentralAnswer(503), CentralAnswer(201, JSON, None, said))
    )
    delivery_thread.carry_once()
    assert told == ToldByThread(heard=told.heard)
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
    delivery_thread, told = delivery_thread_of(outbox(store, *answers))
    while delivery_thread.outbox.central.answers:
        store.all_due()
        delivery_thread.carry_once()
    assert told.stops == ["status 401", "tls", "tls"]


def test_a_refusal_without_a_signature_is_told_once(store):
    """Anew only when something had passed in between; the parcels are tried again and again."""
    wrong = CentralAnswer(404, PROBLEM)
    passed = CentralAnswer(201, JSON, None, receipt("a"))
    delivery_thread, told = delivery_thread_of(
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
    delivery_thread, _ = delivery_thread_of(outbox(store, CentralAnswer(403, PROBLEM)))
    assert delivery_thread.go_round() == 60.0
    assert [one.id for one in store.due(100.0)] == ["b"]


def test_a_stop_waits_for_one_parcel_only(store):
    delivery_thread, told = delivery_thread_of(
        outbox(store, CentralAnswer(201, JSON, None, receipt("a")), CentralAnswer(503))
    )
    delivery_thread.on_receipt = lambda one: (told.take(one), delivery_thread._stopped.set())
    delivery_thread.carry_once()
    assert told.received == ["a"]
    assert [one.id for one in store.due(100.0)] == ["b"]


def test_the_thread_sleeps_until_something_is_due(store):
    delivery_thread, _ = delivery_thread_of(outbox(store))
    store.try_later("a", 107.0, "x")
    store.try_later("b", 140.0, "x")
    assert delivery_thread.pause() == 7.0
    store.try_later("a", 1.0, "x")
    assert delivery_thread.pause() == pytest.approx(0.2)


def test_the_thread_thread_delivers_and_stops(store):
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

    delivery_thread, _ = delivery_thread_of(box)
    delivery_thread.on_receipt = take
    delivery_thread.start()
    delivery_thread.wake()
    assert both.wait(30)
    delivery_thread.stop()
    assert done == ["a", "b"]
    delivery_thread_of(box)[0].stop()


def test_a_full_disk_is_a_failed_round(store, monkeypatch):
    """Neither the first round nor the start ends the thread."""
    told_store = threading.Event()

    def full(*_said: object) -> None:
        told_store.set()
        raise StoreError(Failure.DISK_FULL)

    for name in ("all_due", "due"):
        monkeypatch.setattr(store, name, full)
    delivery_thread, told = delivery_thread_of(
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
    delivery_thread, told = delivery_thread_of(box)
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
    delivery_thread, told = delivery_thread_of(
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

    delivery_thread, _ = delivery_thread_of(outbox(store))
    delivery_thread._wake = StoppedMeanwhile()
    delivery_thread.start()
    delivery_thread._thread.join(30)
    assert not delivery_thread._thread.is_alive()

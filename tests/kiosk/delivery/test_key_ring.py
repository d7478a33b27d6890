"""A terminal follows the central service's keys from the pinned ones, and nobody else's."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.crypto.envelope import OpeningKey
from kiosk.crypto.pinned_keys import CentralKeys
from kiosk.crypto.receipt import Acknowledgement, SigningKey, sign_acknowledgement, sign_document
from kiosk.crypto.rotation import Rotation, sign_rotation, verify_rotation
from kiosk.delivery.key_ring import LEARNT_NOTE, NOTE, PATH, KeyRing
from kiosk.delivery.outbox import Delivered, Retry, judge
from kiosk.ports import CentralAnswer, Trouble
from kiosk.storage.store import Store, Waiting, open_store

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SEALING = [OpeningKey(bytes([n]) * 32).sealing for n in range(1, 5)]
SIGNING = [SigningKey(bytes([n]) * 32) for n in range(1, 5)]
PINNED = CentralKeys(SEALING[0], SIGNING[0].receipt_key)
JSON = "application/json"


def announced(number: int, begins: timedelta, by: SigningKey | None = None) -> dict:
    before = by or SIGNING[number - 1]
    key = SIGNING[number].receipt_key
    said = Rotation(number, NOW + begins, SEALING[number], key, before.receipt_key.id)
    return json.loads(sign_rotation(said, before))


PAST, SOON = timedelta(days=-1), timedelta(days=1)


@dataclass
class Announcing:
    rotations: object
    asked: int = 0
    instead: CentralAnswer | None = None

    def call(self, method, path, body=b"", headers=None):
        assert (method, path) == ("GET", PATH)
        self.asked += 1
        said = json.dumps({"rotations": self.rotations}).encode()
        return self.instead or CentralAnswer(200, JSON, None, said)


@dataclass
class RingClock:
    seconds: float = 0.0
    at: datetime = field(default=NOW)


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "kiosk.db")
    assert isinstance(opened, Store)
    yield opened
    opened.close()


def ring(store: Store, central: Announcing, clock: RingClock | None = None) -> KeyRing:
    clock = clock or RingClock()
    return KeyRing(PINNED, store, central, 24.0, lambda: clock.seconds, lambda: clock.at)


def test_nothing_announced_leaves_the_pinned_keys(store):
    found = ring(store, Announcing([]))
    found.learn_when_due()
    assert found.sealing() == SEALING[0]
    assert found.named(SIGNING[0].receipt_key.id) == SIGNING[0].receipt_key
    assert found.named("x") is None


def test_what_was_announced_counts_from_its_day_and_survives_a_start(store):
    clock = RingClock()
    central = Announcing([announced(2, SOON), announced(1, PAST)])  # in any order
    found = ring(store, central, clock)
    found.learn_when_due()
    assert found.sealing() == SEALING[1]
    again = ring(store, Announcing([], instead=CentralAnswer(trouble=Trouble.UNREACHABLE)), clock)
    assert again.sealing() == SEALING[1]
    clock.at += timedelta(days=2)
    assert again.sealing() == SEALING[2]
    for key in SIGNING[:3]:
        assert again.named(key.receipt_key.id) == key.receipt_key
    assert again.named(SIGNING[3].receipt_key.id) is None


@pytest.mark.parametrize(
    "rotations",
    [
        [announced(1, PAST, by=SIGNING[3])],
        [announced(2, PAST)],  # the one before was left out
        [{**announced(1, PAST), "number": 7}],
        [announced(1, PAST) | {"sealing": SEALING[3].document()}],
        ["x", 1, None, {}],
        {},
        None,
    ],
)
def test_nobody_else_announces(store, rotations):
    found = ring(store, Announcing(rotations))
    found.learn_when_due()
    assert found.sealing() == SEALING[0]
    assert store.value_of(NOTE) == ""


def test_a_shorter_list_takes_nothing_back(store):
    central = Announcing([announced(1, PAST)])
    found = ring(store, central)
    found.learn_when_due()
    central.rotations = []
    found.named("stranger")
    found.learn_when_due()
    assert central.asked == 2
    assert found.sealing() == SEALING[1]


def test_it_asks_once_a_day_and_when_a_stranger_signed(store):
    clock, central = RingClock(), Announcing([])
    found = ring(store, central, clock)
    found.learn_when_due()
    found.learn_when_due()
    assert central.asked == 1
    found.named("stranger")
    found.learn_when_due()
    found.learn_when_due()
    assert central.asked == 2
    clock.seconds = 24 * 3600.0
    found.learn_when_due()
    assert central.asked == 3
    clock.seconds = 0.0  # set back
    found.learn_when_due()
    assert central.asked == 4


@pytest.mark.parametrize(
    "answer", [CentralAnswer(503), CentralAnswer(200, "text/html", None, b"<html>")]
)
def test_no_answer_is_asked_again(store, answer):
    found = ring(store, Announcing([], instead=answer))
    found.learn_when_due()
    assert store.value_of(LEARNT_NOTE) == ""


def test_a_receipt_by_an_announced_key_is_delivery_once_it_is_known(store):
    parcel = Waiting("r", 1, "/v1/ratings/a/filing", JSON, "d", b"", 0, 0.0)
    said = Acknowledgement(parcel.path, "d", "BZ", NOW, SIGNING[1].receipt_key.id)
    answer = CentralAnswer(201, JSON, None, sign_acknowledgement(said, SIGNING[1]))
    found = ring(store, Announcing([announced(1, PAST)]))
    assert isinstance(judge(parcel, answer, found), Retry)
    found.learn_when_due()
    assert isinstance(judge(parcel, answer, found), Delivered)


def test_a_day_without_a_zone_is_no_announcement():
    said = {**announced(1, PAST), "starts_at": "2026-11-23T09:00:00"}
    del said["signature"]
    signed = json.loads(sign_document(said, SIGNING[0]))
    assert verify_rotation(signed, SIGNING[0].receipt_key) is None


@pytest.mark.parametrize("kept", ["{", "[[[", "{}", "7"])
def test_a_damaged_note_of_announcements_is_learnt_anew(store, kept):
    store.keep_value("rotations", kept)
    found = ring(store, Announcing([announced(1, PAST)]))
    assert found.sealing() == SEALING[0]
    found.learn_when_due()
    assert found.sealing() == SEALING[1]

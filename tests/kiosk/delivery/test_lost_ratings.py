"""A rating that finds no room is known to be lost, and nothing of it is left."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta

import pytest

from kiosk.application.rating import Rating
from kiosk.audit.audit_events import AuditEvent
from kiosk.delivery.lost_ratings import LostRatingCounter, LostRatings, read_losses
from kiosk.delivery.submission import rate
from kiosk.failures import Failure
from kiosk.log import line_of
from kiosk.storage.store import Store, open_store
from tests.kiosk.invented_people import NOW
from tests.kiosk.storage.test_full_disk import PageLimit, fill

LATER = NOW + timedelta(hours=3)
RATING = Rating("00000000-0000-4000-8000-0000000000aa", "filing", 2, ("attitude",))


class SetTime:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


def losses_of(store: Store, now: SetTime | None = None) -> LostRatingCounter:
    return LostRatingCounter(store, "BZ-DEMO-0001", now or SetTime())


def audited(store: Store) -> list[tuple[str, dict[str, str]]]:
    found = [one for one in store.audit() if one.event == AuditEvent.RATINGS_LOST]
    return [(one.at, dict(one.detail)) for one in found]


def said(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def test_what_was_kept_is_no_loss(store):
    losses = losses_of(store)
    assert losses.count(None) is None
    losses.write_down()
    assert losses.known() == LostRatings()
    assert audited(store) == []


def test_what_was_lost_is_written_down_once_and_outlasts_a_start(store):
    now = SetTime()
    losses = losses_of(store, now)
    assert losses.count(Failure.DISK_FULL) is Failure.DISK_FULL
    now.at = LATER
    losses.count(Failure.STORE_UNREADABLE)
    assert losses.known() == LostRatings(2, said(LATER))
    assert read_losses(store) == LostRatings()
    for _ in range(2):
        losses.write_down()
    assert audited(store) == [(said(LATER), {"ratings": "2"})]
    again = losses_of(store)
    assert again.known() == LostRatings(2, said(LATER))
    again.count(Failure.DISK_FULL)
    again.write_down()
    assert read_losses(store) == LostRatings(3, said(NOW))


def test_what_a_full_disk_did_not_take_is_written_down_when_there_is_room(tmp_path, caplog):
    limit = PageLimit(0)
    store = open_store(tmp_path / "kiosk.db", limit.release)
    assert isinstance(store, Store)
    limit.limit(store, 60)
    fill(store)
    losses = losses_of(store)
    kept = 0  # small ones still fit in what a large one left
    while losses.count(rate(store, RATING, NOW, f"r{kept}")) is None:
        kept += 1
    limit.pages = 1000
    store.database.engine.dispose()
    losses.write_down()
    assert read_losses(store) == LostRatings(1, said(NOW))
    assert sum(one.event == AuditEvent.RATED for one in store.audit()) == kept
    store.close()
    (line,) = [json.loads(line_of(one)) for one in caplog.records if one.levelno == logging.WARNING]
    assert (line["event"], line["failure"]) == ("rating_lost", "disk_full")
    assert line.keys() == {"at", "level", "event", "failure"}


def test_while_it_cannot_be_written_it_stays_counted_and_is_audited_once(tmp_path):
    store = open_store(tmp_path / "kiosk.db")
    assert isinstance(store, Store)
    losses = losses_of(store)
    losses.count(Failure.DISK_FULL)
    refuse = "CREATE TRIGGER t BEFORE INSERT ON terminal_note BEGIN SELECT RAISE(ABORT, 'x'); END"
    store.database.run(lambda it: it.exec_driver_sql(refuse))
    losses.write_down()
    assert (losses.known(), read_losses(store)) == (LostRatings(1, said(NOW)), LostRatings())
    assert audited(store) == []
    store.database.run(lambda it: it.exec_driver_sql("DROP TRIGGER t"))
    losses.write_down()
    assert losses.known() == read_losses(store) == LostRatings(1, said(NOW))
    assert audited(store) == [(said(NOW), {"ratings": "1"})]
    store.close()


@pytest.mark.parametrize("failure", [Failure.DISK_FULL, Failure.STORE_UNREADABLE])
def test_nothing_of_the_rating_is_left(store, failure):
    losses = losses_of(store)
    losses.count(failure)
    losses.write_down()
    kept = repr(losses) + store.value_of("ratings_lost") + repr(store.audit())
    for one in (RATING.application_id, "attitude", "grade"):
        assert one not in kept

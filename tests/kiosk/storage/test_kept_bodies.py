"""What was delivered is kept until the central service says that a backup of its holds it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from kiosk.audit.audit_events import AuditEvent
from kiosk.failures import Failure
from kiosk.storage import backup
from kiosk.storage.kept_bodies import NOTE
from kiosk.storage.retention import Retention
from kiosk.storage.store import OutboxRecord, OutboxState, Store, StoreError
from kiosk.storage.store_check import CopyCheck, StoreCheck
from tests.kiosk.storage.test_shredding import AT, PAGE, RECORD, holders, store  # noqa: F401

YESTERDAY, TODAY, TOMORROW = (f"2026-11-{day}T04:00:00+08:00" for day in (22, 23, 24))
RECEIPT = '{"received_at": "2026-11-23T09:31:00+08:00"}'


def confirm(store: Store) -> None:  # noqa: F811
    """Confirm an application with a page, under the numbers 1 and 2."""
    store.add_paper("a", "p", PAGE)
    one = OutboxRecord("a", "/v1/applications/a", "x/y", "d" * 64, RECORD, papers=("p",))
    assert store.confirm(lambda _: one, AuditEvent.CONFIRMED, AT, {}) is None


def deliver(store: Store, receipt: str = RECEIPT) -> None:  # noqa: F811
    store.delivered("a", receipt, AT)
    store.delivered("p", receipt, AT)


def test_nothing_is_kept_for_a_service_without_backups(store: Store, tmp_path: Path) -> None:  # noqa: F811
    confirm(store)
    deliver(store)
    assert holders(tmp_path, RECORD) == holders(tmp_path, PAGE) == []
    assert store.send_again((1, 2)) == 0


def test_what_a_backup_holds_is_erased(store: Store, tmp_path: Path) -> None:  # noqa: F811
    store.erase_backed_up(YESTERDAY)
    confirm(store)
    deliver(store)
    for said in (None, "", "tomorrow", YESTERDAY, TODAY):
        store.erase_backed_up(said)
        assert holders(tmp_path, RECORD), said
        assert holders(tmp_path, PAGE), said
    store.erase_backed_up(TOMORROW)
    assert holders(tmp_path, RECORD) == holders(tmp_path, PAGE) == []


@pytest.mark.parametrize("receipt", ["{}", "no JSON", '{"received_at": "soon"}', RECEIPT])
def test_what_a_backup_holds_already_is_not_kept(
    store: Store,  # noqa: F811
    tmp_path: Path,
    receipt: str,
) -> None:
    store.erase_backed_up(TOMORROW)
    confirm(store)
    deliver(store, receipt)
    assert holders(tmp_path, RECORD) == holders(tmp_path, PAGE) == []


def test_what_the_service_has_lost_waits_again_as_it_was(store: Store) -> None:  # noqa: F811
    store.erase_backed_up(YESTERDAY)
    confirm(store)
    (before,), (page,) = store.due(0.0), store.papers_due(0.0)
    deliver(store)
    assert store.send_again((7,)) == 0
    assert store.send_again((1, 2)) == 2
    assert store.due(0.0) == (before,)
    assert store.papers_due(0.0) == (page,)
    assert store.chunk("p", 0) == PAGE
    assert store.counts()[OutboxState.DELIVERED] == 0
    deliver(store)  # and may be lost again
    assert store.send_again((1, 2)) == 2


def test_what_waits_again_has_its_second_copy(store: Store, tmp_path: Path) -> None:  # noqa: F811
    check = StoreCheck(store, None, "BZ-1", lambda: datetime.fromisoformat(AT))
    assert check.attach() is None
    store.erase_backed_up(YESTERDAY)
    confirm(store)
    deliver(store)
    copies = {name for name in holders(tmp_path, RECORD) if not name.startswith("kiosk.db-")}
    assert copies == {"kiosk.db"}
    store.send_again((1, 2))
    assert len(holders(tmp_path, RECORD)) >= 2
    assert check.compare() == CopyCheck()


def test_a_copy_from_before_an_upgrade_holds_nothing_of_it(
    store: Store,  # noqa: F811
    tmp_path: Path,
) -> None:
    store.erase_backed_up(YESTERDAY)
    confirm(store)
    store.delivered("a", RECEIPT, AT)
    assert backup.keep_copy(store.database, "0009") is None
    assert "kiosk.db.before-0009" not in holders(tmp_path, RECORD)
    assert "kiosk.db.before-0009" in holders(tmp_path, PAGE)


def test_what_is_delivered_ends_without_room_to_keep_it(
    store: Store,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store.erase_backed_up(YESTERDAY)
    confirm(store)

    def full(*_said: object) -> None:
        raise StoreError(Failure.DISK_FULL)

    monkeypatch.setattr("kiosk.storage.store.keep_body", full)
    deliver(store)
    assert holders(tmp_path, RECORD) == holders(tmp_path, PAGE) == []
    assert store.counts()[OutboxState.DELIVERED] == 2


def test_what_no_backup_comes_to_hold_is_erased_in_the_end(store: Store, tmp_path: Path) -> None:  # noqa: F811
    store.erase_backed_up(YESTERDAY)
    confirm(store)
    deliver(store)
    clock = [datetime.fromisoformat("2026-12-20T09:00:00+08:00")]
    retention = Retention(store, 30, lambda: clock[0])
    retention.blank_when_due()
    assert holders(tmp_path, RECORD)
    clock[0] = datetime.fromisoformat("2026-12-24T09:00:00+08:00")
    retention.blank_when_due()
    assert holders(tmp_path, RECORD) == holders(tmp_path, PAGE) == []
    assert store.value_of(NOTE)

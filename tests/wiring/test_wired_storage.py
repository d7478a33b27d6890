"""The store of a terminal as it is wired: reserved space, housekeeping, drafts, its key."""

from __future__ import annotations

import errno
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from drivers import registry
from kiosk.config.schema import ConfigError
from kiosk.failures import Failure
from kiosk.operator_texts import text_of
from kiosk.storage.drafts import Drafts
from kiosk.storage.monotonic_wall_clock import MonotonicWallClock
from kiosk.units import MIB
from tests.wiring.building import FixedClock, Runner, build
from wiring import services, storage

PATIENCE = 60.0  # seconds that only a bug makes pass


def test_the_reader_is_asked_as_often_as_the_settings_say(settings):
    wanted = replace(settings.id_card_reader, poll_seconds=0.7)
    reader = registry.make_reader(replace(settings, id_card_reader=wanted))
    assert reader._limits.poll == 0.7


def test_the_room_of_the_ballast_is_taken_and_taken_again(settings, devices, monkeypatch):
    settings = replace(settings, store=replace(settings.store, disk_reserve_mib=64, min_free_mib=0))
    backroom = build(settings, Runner(), monkeypatch)
    reserve = storage.reserved_space_of(settings)
    assert reserve.path.stat().st_size == 64 * MIB
    assert reserve.release()
    assert backroom.equipment.storage_failure() is None
    assert not reserve.path.exists()  # a query changes nothing
    backroom.housekeeping.run_once()
    assert reserve.path.exists()
    backroom.close()


def content_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return time of change and bytes of each file."""
    files = (one for one in folder.rglob("*") if one.is_file())
    return {str(one): (one.stat().st_mtime_ns, one.read_bytes()) for one in files}


def test_asking_whether_a_visit_may_begin_changes_nothing(settings, devices):
    """What there is to do, an old draft and a reserve to make anew, is left to housekeeping."""
    settings = replace(settings, store=replace(settings.store, disk_reserve_mib=64, min_free_mib=0))
    kept = storage.open_storage(settings)
    assert replace(kept.drafts, now=lambda: 0.0).keep("341602196606010011", b"half done") is None
    assert kept.reserve.release()
    folder = Path(settings.store.path).parent
    before = content_of(folder)
    assert [kept.failure() for _ in range(3)] == [None] * 3
    assert content_of(folder) == before
    kept.tidy_up()
    left = kept.store.database.run(lambda it: it.exec_driver_sql("SELECT * FROM draft").all())
    assert left == []
    assert kept.reserve.path.exists()
    kept.store.close()


def test_a_visit_waits_until_second_copies_have_room(settings, devices):
    kept = storage.open_storage(settings)
    copies = kept.store.copies
    assert copies is not None
    copies.close()
    kept.store.copies = None
    made, kept.check._open = kept.check._open, lambda _: full_disk()
    kept.tidy_up()
    assert kept.failure() is Failure.DISK_FULL
    kept.check._open = made
    assert kept.failure() is Failure.DISK_FULL  # asking again opens nothing
    kept.tidy_up()
    assert kept.failure() is None
    kept.store.close()


def full_disk() -> None:
    raise OSError(errno.ENOSPC, "no space left on device")


def test_housekeeping_holds_up_no_question_of_the_card_reader(settings, devices, monkeypatch):
    """A draft takes long to destroy; meanwhile the reader's thread learns that there is room."""
    begun, answered = threading.Event(), threading.Event()

    def slow(_drafts: Drafts) -> None:
        begun.set()
        answered.wait(PATIENCE)

    backroom = build(settings, Runner(), monkeypatch)
    monkeypatch.setattr(Drafts, "drop_old", slow)
    backroom.housekeeping.wake()
    assert begun.wait(PATIENCE)
    assert backroom.equipment.storage_failure() is None
    answered.set()
    backroom.close()


def test_drafts_go_by_the_clock_that_never_goes_back(settings, devices, monkeypatch):
    kept = storage.open_storage(settings)
    assert isinstance(kept.drafts.now, MonotonicWallClock)
    kept.store.close()


@pytest.mark.parametrize("url", ["credential:device-key", "file:/dev/null"])
def test_a_terminal_without_a_key_of_its_own_is_told(settings, devices, monkeypatch, url):
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", settings.store.path)
    settings = replace(settings, device_key=replace(settings.device_key, url=url))
    with pytest.raises(ConfigError) as caught:
        services.build_services(settings, Runner(), FixedClock())
    assert str(caught.value) == f"{url}：device_key.url：{text_of('terminal.no_device_key')}。"


def test_drafts_and_papers_of_yesterday_go_at_the_start(settings, devices, monkeypatch):
    first = storage.open_storage(settings)
    yesterday = replace(first.drafts, now=lambda: 0.0)
    assert yesterday.keep("341602196606010011", b"half done") is None
    first.store.add_paper("never confirmed", "x", b"sealed page")
    first.store.close()
    backroom = build(settings, Runner(), monkeypatch)
    assert backroom.store.chunk("x", 0) == b""
    backroom.store.add_paper("left", "y", b"sealed page")
    backroom.equipment.drop_papers()
    assert backroom.store.chunk("y", 0) == b""
    number = backroom.store.database.run(
        lambda connection: connection.exec_driver_sql("SELECT count(*) FROM draft").scalar()
    )
    assert number == 0
    backroom.close()

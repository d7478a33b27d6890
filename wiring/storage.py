"""The terminal's storage on disk: database, drafts, reserved space, second copies."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.config.schema import ConfigError, Problem
from kiosk.failures import Failure
from kiosk.operator_texts import text_of, texts_of
from kiosk.units import MIB, SECONDS_AN_HOUR

if TYPE_CHECKING:
    from kiosk.config.settings import Settings
    from kiosk.ports import DeviceKey
    from kiosk.storage.drafts import Drafts
    from kiosk.storage.reserved_space import ReservedSpace
    from kiosk.storage.store import Store
    from kiosk.storage.store_check import StoreCheck


@dataclass(frozen=True)
class Storage:
    """The parts of storage; `floor` is the free space in bytes below which no visit begins."""

    store: Store
    key: DeviceKey
    drafts: Drafts
    reserve: ReservedSpace
    floor: int
    check: StoreCheck

    def drop_papers(self) -> None:
        """Shred captured papers that no confirmed application names; on an error try next time."""
        from kiosk.storage.store import StoreError

        with suppress(StoreError):
            self.store.drop_unconfirmed_papers()

    def failure(self) -> Failure | None:
        """Return why no visit may begin, None if it may. Changes nothing on the disk.

        A visit needs free space above the floor, and room for the second copies of what would be
        confirmed.
        """
        if self.check.failure is not None:
            return self.check.failure
        free = shutil.disk_usage(self.reserve.path.parent).free
        return Failure.DISK_FULL if free < self.floor else None

    def tidy_up(self) -> None:
        """Open second copies that had no room, end old drafts, restore the reserved space."""
        self.check.attach()
        self.drafts.drop_old()
        self.store.database.tidy()
        self.reserve.make()


def open_storage(settings: Settings) -> Storage:
    """Open the database, reserve disk space, and drop what is out of date.

    Raises ConfigError when database or second copies can't be used.
    """
    from kiosk.storage.drafts import Drafts
    from kiosk.storage.monotonic_wall_clock import MonotonicWallClock
    from kiosk.storage.open_store import open_chosen_store
    from kiosk.storage.store_check import was_emptied

    key, reserve = device_key_of(settings), reserved_space_of(settings)
    was_empty = was_emptied(Path(settings.store.path), has_keys=has_identity(settings))
    store = open_chosen_store(settings, lambda: key, reserve.release)
    if isinstance(store, Failure):
        words = texts_of("terminal.upgrade").get(store, text_of("terminal.store_unusable"))
        raise ConfigError((Problem(settings.store.path, 0, "store.path", words),))
    reserve.path.parent.mkdir(parents=True, exist_ok=True)  # a server's store leaves it unmade
    check = check_of(settings, store, key, reserve, was_empty=was_empty)
    # With a full disk the kiosk starts: `failure` lets no visit begin until there is room.
    if check.attach() not in (None, Failure.DISK_FULL):
        store.close()
        words = text_of("terminal.copies_unusable")
        raise ConfigError((Problem(settings.store.path, 0, "store.path", words),))
    seconds = settings.visit.draft_hours * SECONDS_AN_HOUR
    clock = MonotonicWallClock(store, time.time, time.monotonic)
    drafts = Drafts(store.database, key, os.urandom, clock, seconds)
    # Drafts of an older version, which were not bound to their owner, are sealed anew once.
    drafts.bind_old()
    storage = Storage(store, key, drafts, reserve, settings.store.min_free_mib * MIB, check)
    storage.drop_papers()
    storage.tidy_up()
    return storage


def check_of(
    settings: Settings, store: Store, key: DeviceKey, reserve: ReservedSpace, *, was_empty: bool
) -> StoreCheck:
    """Return the comparison of database and second copies; copies of an encrypted file are sealed.

    `was_empty`: a database that existed before was missing or empty at this start.

    `reserve` gives its space back when the disk is full.
    """
    from drivers.clock import SystemClock
    from kiosk.storage.copies.confirmed_copies import DeviceCipher
    from kiosk.storage.open_store import ENCRYPTED
    from kiosk.storage.store_check import StoreCheck

    cipher = DeviceCipher(key) if settings.store.url == ENCRYPTED else None
    terminal, now = settings.terminal.code, SystemClock().now
    return StoreCheck(store, cipher, terminal, now, reserve.release, was_empty)


def has_identity(settings: Settings) -> bool:
    """Tell whether this terminal was enrolled: then an empty database is not its first."""
    _, _, path = settings.central.identity.partition(":")
    return Path(path).is_file()


def open_to_read(settings: Settings) -> Store | Failure:
    """Return the existing database, for a command beside the running kiosk, or why not."""
    from kiosk.storage.open_store import open_chosen_store

    path = Path(settings.store.path)
    if not settings.store.url.startswith("postgresql") and not path.is_file():
        return Failure.STORE_UNREADABLE
    return open_chosen_store(settings, partial(device_key_of, settings), lambda: False)


def device_key_of(settings: Settings) -> DeviceKey:
    """Return the terminal's device key; raises ConfigError when there is none that may be used."""
    from drivers.device_key import make_device_key

    try:
        return make_device_key(settings, os.environ.get("CREDENTIALS_DIRECTORY", ""))
    except (OSError, ValueError):
        words = text_of("terminal.no_device_key")
        problem = Problem(settings.device_key.url, 0, "device_key.url", words)
        raise ConfigError((problem,)) from None


def reserved_space_of(settings: Settings) -> ReservedSpace:
    """Return the reserved space that is released when the disk is full."""
    from kiosk.storage.reserved_space import ReservedSpace

    path, store = Path(settings.store.path), settings.store
    reserve, floor = store.disk_reserve_mib * MIB, store.min_free_mib * MIB
    return ReservedSpace(path.with_name(f"{path.name}.ballast"), reserve, floor)

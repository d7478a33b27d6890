"""Fetching of signed settings, and the checks before verified ones may be tried."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.audit.audit_events import AuditEvent
from kiosk.civil_time import civil_day, civil_now
from kiosk.config import rollout
from kiosk.config.bundle import Bundle, layer_names
from kiosk.config.layers import Layers, check_site
from kiosk.config.schema import ConfigError
from kiosk.config.settings_store import SettingsStore
from kiosk.failures import Failure
from kiosk.interval import has_passed
from kiosk.log import LogEvent, say
from kiosk.operator_texts import text_of
from kiosk.units import SECONDS_AN_HOUR
from wiring.places import CONFIG

if TYPE_CHECKING:
    from datetime import datetime

    from drivers.central.bundle import BundleSource
    from kiosk.config.settings import Settings
    from kiosk.fleet.heartbeat import Heartbeat
    from kiosk.ports import Central
    from wiring.configuration import RunSettings
    from wiring.delivery_service import DeliveryService

DISTRICT_DIGITS = 6


def source_of(settings: Settings) -> BundleSource:
    """Return the source of signed settings for this terminal's point and district."""
    from drivers.central.bundle import BundleSource
    from kiosk.fleet.own_point import own_point
    from kiosk.retirement.divisions import read_divisions

    divisions, point = read_divisions(CONFIG / "divisions.csv"), settings.terminal.point
    try:
        found = own_point(settings, CONFIG / "service_points.csv", divisions)
        district = found.division[:DISTRICT_DIGITS]
    except ConfigError:
        district = ""
    where = settings.configuration
    names = layer_names(point, district)
    return BundleSource(Path(where.folder) / "trust", Path(where.root), names)


def take(
    settings_store: SettingsStore,
    base: Layers,
    found: Bundle | Failure,
    *,
    again: bool,
    now: Callable[[], datetime] = civil_now,
) -> tuple[Failure | None, str]:
    """Store verified settings to be tried at the next start; return the trouble and its details.

    They must be settings for this very terminal: together with its own files, and with the rules;
    and they must not contain what a site may not set, whoever signed it.

    - `base`: the machine's own layers, without those of the site.
    - `found`: the verified set, or the failure to get one, which is returned.
    - `again`: also try a set that was given up before.
    """
    from kiosk.retirement.pick_lists.employers import read_employers
    from kiosk.visit.reference_data import read_handbook

    if isinstance(found, Failure):
        return found, ""

    def read(files: tuple[Path, ...]) -> None:
        layers = base.with_site(files)
        read_handbook(CONFIG, check_site(layers, civil_day(now())))
        if layers.employers is not None:
            read_employers(layers.employers)

    return put_to_try(settings_store, found, read, settings_store.ready, again=again)


def put_to_try(
    settings_store: SettingsStore,
    found: Bundle,
    read: Callable[[tuple[Path, ...]], object],
    needed: Callable[[], Collection[str]],
    *,
    again: bool,
) -> tuple[Failure | None, str]:
    """Store a set to be tried at the next start, if `read` raises no ConfigError for its files.

    `needed` returns what must answer for the set to be kept: devices by name, and "central".
    `again`: also try a set that was given up before. Return the trouble and its details, (None, "")
    for none.

    `found` is the set.
    """
    try:
        with settings_store.held():
            before = settings_store.standing()
            try:
                read(settings_store.put(found))
            except ConfigError as error:
                settings_store.keep(before)  # lets the set go that nobody names
                return Failure.SETTINGS_WRONG, str(error)
            after = rollout.accept(before, found.id, needed(), again=again)
            if after != before:
                settings_store.keep(after)
    except OSError as error:
        return Failure.SETTINGS_DISK, str(error)
    return None, ""


@dataclass
class SettingsSync:
    """Fetches signed settings when the heartbeat's answer says there are new ones.

    Also every `hours`. It runs on the delivery thread; `refused` is called once for each failure.
    """

    site: RunSettings
    source: BundleSource
    central: Central
    heart: Heartbeat
    hours: float
    refused: Callable[[Failure], None]
    now: Callable[[], float] = time.time
    _asked: float | None = None
    _seen: str = ""
    _standing: Failure | None = None

    def ask_now(self) -> None:
        """Let the next look fetch settings even when nothing is new, and log a refusal again."""
        self._asked, self._seen, self._standing = None, "", None

    def look_when_due(self) -> None:
        """Fetch settings if there are new ones and no try is running; log a refusal once."""
        slot = self.site.site
        assert slot is not None
        news = self.heart.published
        # A clock that was set back makes a fetch due at once.
        is_due = has_passed(self._asked, self.now(), self.hours * SECONDS_AN_HOUR)
        if not news or (news == self._seen and not is_due) or self.site.tried is not None:
            return
        from drivers.central.bundle import NetworkFetcher
        from drivers.commands.cures import cure

        found = self.source.fetch(NetworkFetcher(self.central))
        trouble, detail = take(slot.settings_store, self.site.base, found, again=False)
        # Nothing was learnt, so that the next round tries again.
        if trouble is Failure.SETTINGS_UNREACHABLE:
            return
        self._asked, self._seen = self.now(), news
        if trouble is not None and trouble is not self._standing:
            words = text_of(
                "configuration.refused",
                why=cure(trouble),
                detail=detail or text_of("config.unchanged"),
            )
            say(LogEvent.SETTINGS_REFUSED, words, failure=trouble)
            self.refused(trouble)
        self._standing = trouble


def build_settings_sync(
    settings: Settings, room: DeliveryService, heart: Heartbeat, site: RunSettings
) -> SettingsSync:
    """Return the task that fetches the site's settings.

    `room` is the delivery, `heart` the heartbeat that reports the settings in use.
    """

    def refused(trouble: Failure) -> None:
        room.record_event(AuditEvent.SETTINGS_REFUSED, failure=trouble.value)

    hours = settings.configuration.poll_interval_hours
    return SettingsSync(site, source_of(settings), room.central, heart, hours, refused)

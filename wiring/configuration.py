"""Which settings does this run use, who fetches others, and what becomes of a try?"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.failures import Failure
from kiosk.filing.audit_events import AuditEvent
from kiosk.layers import Layers, layers_of, read_layers
from kiosk.log import LogEvent, say
from kiosk.schema import ConfigError
from kiosk.upkeep import trial
from kiosk.upkeep.bundle import KEPT_WORDS, Bundle, layer_names
from kiosk.upkeep.shelf import Shelf
from kiosk.upkeep.trial import Standing, Verdict
from wiring.places import CONFIG, DEFAULTS

if TYPE_CHECKING:
    from drivers.central.bundle import BundleSource
    from kiosk.ports import Central
    from kiosk.settings import Settings
    from kiosk.upkeep.heartbeat import Heartbeat
    from screens.shell import Shell
    from wiring.mailroom import Mailroom
    from wiring.terminal import Kiosk

SETTINGS_KEPT, SETTINGS_RETURNED = AuditEvent.SETTINGS_KEPT, AuditEvent.SETTINGS_RETURNED
CENTRAL, SCREEN = "central", "screen"
USABLE = ("ready", "busy")
LOOK_SECONDS = 1.0
REFUSED_WORDS = "中心来的设置没有收：%s%s"
RETURNED_WORDS = "新设置 %s 试了不行，已退回原来的。没好的：%s"
KEPT_NEWS_WORDS = "新设置 %s 试好了，从此用它"
UNUSED_WORDS = "中心下发的设置现在用不了，先用本机自己的：%s"
SECONDS_AN_HOUR = 3600.0


@dataclass
class Site:
    """The site's settings of this run; without a shelf there are none."""

    base: Layers
    shelf: Shelf | None
    standing: Standing
    layers: Layers

    def settle(self, standing: Standing) -> None:
        """Write how it stands. Raises OSError."""
        assert self.shelf is not None
        self.shelf.keep(standing)
        self.standing = standing

    def told(self) -> tuple[str, str]:
        """Return what is in force, and what was given up: for the heartbeat."""
        return self.standing.in_force, self.standing.refused


def begin_site(files: list[Path]) -> Site:
    """Choose the settings of this run; raise ConfigError when the machine's own are wrong."""
    base = layers_of(DEFAULTS, files)
    base = base.with_found(read_layers(base))
    folder = read_layers(base).configuration.folder
    if not folder:
        return Site(base, None, Standing(), base)
    shelf = Shelf(Path(folder))
    try:
        found = shelf.standing()
        begun = trial.start(found)
        if begun != found:
            shelf.keep(begun)
    except OSError as error:  # what can't be written down may not be tried
        say(LogEvent.SETTINGS_UNUSED, UNUSED_WORDS % error, kind=type(error).__name__)
        return Site(base, None, Standing(), base)
    return _usable(Site(base, shelf, begun, base))


def _usable(site: Site) -> Site:
    """Lay the site's files over; go back, or do without, when that can't be done."""
    name = site.standing.in_force
    if not name:
        return site
    assert site.shelf is not None
    with suppress(OSError, ConfigError):
        files = site.shelf.files(name)
        if files is not None:
            layers = site.base.with_site(files)
            read_layers(layers)
            return replace(site, layers=layers)
    if not site.standing.begun:  # the program is newer, or the disk was damaged
        say(LogEvent.SETTINGS_UNUSED, UNUSED_WORDS % name, settings=name)
        return site
    try:
        site.settle(trial.go_back(site.standing, (trial.UNUSABLE,)))
    except OSError:
        return site
    return _usable(site)


def go_back(site: Site, lacking: Collection[str]) -> None:
    """Use what was good before from the next start on. Raises OSError."""
    site.settle(trial.go_back(site.standing, lacking))
    name, lost = site.standing.refused, " ".join(site.standing.lacking)
    say(LogEvent.SETTINGS_RETURNED, RETURNED_WORDS % (name, lost), settings=name, lacking=lost)


def give_up(site: Site, error: Exception) -> bool:
    """End a try that ended the program; False when there is none, or that can't be written."""
    if not site.standing.begun:
        return False
    try:
        go_back(site, (trial.UNUSABLE,))
    except OSError:
        return False
    words = str(error) if isinstance(error, ConfigError) else type(error).__name__
    say(LogEvent.BUG, words, kind=type(error).__name__)
    return True


def source_of(settings: Settings) -> BundleSource:
    """Return whence signed settings are taken, for the point of this terminal."""
    from drivers.central.bundle import BundleSource
    from kiosk.retirement.divisions import read_divisions
    from kiosk.retirement.points import read_points

    points = read_points(CONFIG / "service_points.csv", read_divisions(CONFIG / "divisions.csv"))
    point = settings.terminal.point
    district = points[point].division[:6] if point in points else ""
    where = settings.configuration
    names = layer_names(point, district)
    return BundleSource(Path(where.folder) / "trust", Path(where.root), names)


def take(
    shelf: Shelf, base: Layers, found: Bundle | Failure, *, again: bool
) -> tuple[Failure | None, str]:
    """Let verified settings be tried at the next start; else the trouble and its details.

    They must be settings for this very terminal: together with its own files, and with the rules.
    """
    from kiosk.visit.handbook import read_handbook

    if isinstance(found, Failure):
        return found, ""
    try:
        files = shelf.put(found)
        try:
            read_handbook(CONFIG, read_layers(base.with_site(files)))
        except ConfigError as error:
            shelf.keep(shelf.standing())  # lets the set go that nobody names
            return Failure.SETTINGS_WRONG, str(error)
        before = shelf.standing()
        after = trial.accept(before, found.id, shelf.ready(), again=again)
        if after != before:
            shelf.keep(after)
    except OSError as error:
        return Failure.SETTINGS_DISK, str(error)
    return None, ""


@dataclass
class Steward:
    """Fetches signed settings: on news, and once in a while. The courier's thread."""

    site: Site
    source: BundleSource
    central: Central
    heart: Heartbeat
    hours: float
    refused: Callable[[Failure], None]
    now: Callable[[], float] = time.time
    _asked: float = float("-inf")
    _seen: str = ""
    _standing: Failure | None = None

    def look_when_due(self) -> None:
        """Fetch when there is news. What is refused is told once."""
        assert self.site.shelf is not None
        news = self.heart.published
        later = self._asked <= self.now() < self._asked + self.hours * SECONDS_AN_HOUR
        if not news or (later and news == self._seen) or self.site.standing.begun:
            return
        from drivers.central.bundle import NetworkFetcher
        from drivers.commands.cures import cure

        found = self.source.fetch(NetworkFetcher(self.central))
        trouble, detail = take(self.site.shelf, self.site.base, found, again=False)
        if trouble is Failure.SETTINGS_UNREACHABLE:
            return
        self._asked, self._seen = self.now(), news
        if trouble is not None and trouble is not self._standing:
            words = REFUSED_WORDS % (cure(trouble), detail or KEPT_WORDS)
            say(LogEvent.SETTINGS_REFUSED, words, failure=trouble)
            self.refused(trouble)
        self._standing = trouble


def steward_of(settings: Settings, room: Mailroom, heart: Heartbeat, site: Site) -> Steward:
    """Return who fetches the site's settings."""

    def refused(trouble: Failure) -> None:
        room.note(AuditEvent.SETTINGS_REFUSED, failure=trouble.value)

    hours = settings.configuration.ask_hours
    return Steward(site, source_of(settings), room.central, heart, hours, refused)


@dataclass
class Trial:
    """Watches a try to its end, and begins one when nobody is here. The main thread."""

    site: Site
    shell: Shell
    kiosk: Kiosk
    limit: float
    monotonic: Callable[[], float] = time.monotonic
    again: bool = False  # the program is to begin anew, with other settings
    drawn: bool = False

    def __post_init__(self) -> None:
        self._began = self.monotonic()

    def look(self) -> None:
        """Look now and from then on each second."""
        if self.site.shelf is None:
            return
        with suppress(OSError):  # then the next look writes it
            if self.site.standing.begun:
                self._judge()
            else:
                self._watch(self.site.shelf)
        if not self.again:
            self.shell.later(LOOK_SECONDS, self.look)

    def saw_page(self) -> None:
        """Take it that the first page was drawn."""
        self.drawn = True

    def end(self) -> None:
        """Let a try begin anew next time, when somebody ends the program during it."""
        if self.site.standing.begun and self.site.shelf is not None:
            with suppress(OSError):
                self.site.settle(trial.put_off(self.site.standing))

    def _watch(self, shelf: Shelf) -> None:
        ready, standing = self.kiosk.ready(), self.site.standing
        if not standing.noted and self.kiosk.note_settings(SETTINGS_RETURNED, standing):
            self.site.settle(replace(shelf.standing(), noted=True))
        if self.kiosk.runner.is_free() and shelf.standing().candidate:
            self.begin_anew()
        elif ready:
            shelf.note_ready(ready)

    def _judge(self) -> None:
        ready, standing = self.kiosk.ready(), self.site.standing
        seconds = self.monotonic() - self._began
        found = trial.judge(standing, ready, drawn=self.drawn, seconds=seconds, limit=self.limit)
        if found is Verdict.KEEP:
            self.site.settle(trial.keep(standing))
            name = standing.candidate
            say(LogEvent.SETTINGS_KEPT, KEPT_NEWS_WORDS % name, settings=name)
            self.kiosk.note_settings(SETTINGS_KEPT, self.site.standing)
        elif found is Verdict.BACK and self.kiosk.runner.is_free():
            go_back(self.site, set(standing.needed) - ready or {SCREEN})
            self.begin_anew()

    def begin_anew(self) -> None:
        """End this run, so that the next one uses what is in force then."""
        self.again = True
        self.shell.stop()

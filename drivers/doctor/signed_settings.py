"""The check of settings that can change without a technician at the files.

Those that the central service signs, and the addresses that a technician confirmed at the screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from drivers.commands.cures import cure
from drivers.doctor.finding import Finding, FindingLevel, fault, good, warning
from drivers.doctor.machine import HostProbe
from kiosk.config.layers import refused_now
from kiosk.config.rollout import RolloutState
from kiosk.config.schema import ConfigError
from kiosk.config.settings import Settings
from kiosk.config.settings_slots import FOUND_FOLDER
from kiosk.config.settings_store import SettingsStore
from kiosk.failures import Failure
from kiosk.operator_texts import text_of, texts_of

SIGNED, FOUND = "signed", "found"
"""The two sources of settings, by the names that their texts have."""


def check_signed_settings(host: HostProbe, settings: Settings, defaults: Path) -> Iterator[Finding]:
    """Yield what is wrong with signed settings: unusable, tried in vain, or left out.

    Yields nothing on a terminal without them. `defaults` is config/kiosk.toml.

    `host` is the machine that is looked at.
    """
    where = settings.configuration
    if not where.folder:
        return
    if not host.at(where.root).is_file():
        what = texts_of("doctor.settings.what")[SIGNED]
        yield fault(
            what,
            text_of("doctor.settings.no_root", path=where.root),
            text_of("doctor.settings.ask_for_root"),
        )
        return
    yield from _looked_at(SIGNED, host, where.folder)
    yield from _left_out(host, settings, defaults)


def _left_out(host: HostProbe, settings: Settings, defaults: Path) -> Iterator[Finding]:
    """Yield the keys in the active settings that a site may not set, and that are not used."""
    settings_store = SettingsStore(host.at(settings.configuration.folder))
    try:
        files = settings_store.files(settings_store.standing().in_force)
        refused = refused_now(files or (), settings, defaults)
    except (OSError, ConfigError):  # that is told above
        return
    if refused:
        keys = "、".join(dict.fromkeys(one.key for one in refused))
        what = texts_of("doctor.settings.what")[SIGNED]
        yield warning(
            what,
            text_of("doctor.settings.left_out", keys=keys),
            text_of("doctor.settings.left_out_cure"),
        )


def check_found_devices(host: HostProbe, settings: Settings) -> Iterator[Finding]:
    """Yield the state of the addresses that were confirmed here; nothing before there are any."""
    folder = str(Path(settings.store.path).with_name(FOUND_FOLDER))
    try:
        there = host.at(folder).is_dir()
    except OSError:  # another user may not look: that is told
        there = True
    if there:
        yield from _looked_at(FOUND, host, folder)


def _looked_at(source: str, host: HostProbe, folder: str) -> Iterator[Finding]:
    settings_store = SettingsStore(host.at(folder))
    try:
        standing = settings_store.standing()
        there = settings_store.files(standing.in_force) is not None
    except OSError as error:
        what = texts_of("doctor.settings.what")[source]
        yield fault(
            what,
            text_of("doctor.settings.unreadable", why=error.strerror),
            text_of("doctor.settings.check_folder", folder=folder),
        )
        return
    yield _judged(source, standing, there=there)


def _judged(source: str, standing: RolloutState, *, there: bool) -> Finding:
    what = texts_of("doctor.settings.what")[source]
    if standing.in_force and not there:
        return warning(
            what,
            text_of("doctor.settings.damaged", id=standing.in_force),
            texts_of("doctor.settings.again")[source],
        )
    if standing.refused:
        seen = text_of(
            "doctor.settings.refused", id=standing.refused, lacking=" ".join(standing.lacking)
        )
        back = Failure.SETTINGS_RETURNED
        return Finding(what, FindingLevel.WARNING, seen, cure(back), back)
    return good(what, standing.in_force or text_of("doctor.settings.none_yet"))

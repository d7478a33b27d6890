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

WHAT, FOUND = "下发的设置", "找到的设备地址"
AGAIN = {
    WHAT: "请重新导入：retirement-kiosk config fetch，或 config import",
    FOUND: "请在维护页面点“改设置”再找一遍，写进设置",
}
LEFT_OUT_CURE = "这几项不能由中心定：请写进本机的设置文件，并请中心删去再发布"


def check_signed_settings(host: HostProbe, settings: Settings, defaults: Path) -> Iterator[Finding]:
    """Yield what is wrong with signed settings: unusable, tried in vain, or left out.

    Yields nothing on a terminal without them. `defaults` is config/kiosk.toml.

    `host` is the machine that is looked at.
    """
    where = settings.configuration
    if not where.folder:
        return
    if not host.at(where.root).is_file():
        yield fault(WHAT, f"没有 {where.root}", "请向中心要信任根文件 root.json，放到这里")
        return
    yield from _looked_at(WHAT, host, where.folder)
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
        yield warning(WHAT, f"没有用其中的 {keys}", LEFT_OUT_CURE)


def check_found_devices(host: HostProbe, settings: Settings) -> Iterator[Finding]:
    """Yield the state of the addresses that were confirmed here; nothing before there are any."""
    folder = str(Path(settings.store.path).with_name(FOUND_FOLDER))
    try:
        there = host.at(folder).is_dir()
    except OSError:  # another user may not look: that is told
        there = True
    if there:
        yield from _looked_at(FOUND, host, folder)


def _looked_at(what: str, host: HostProbe, folder: str) -> Iterator[Finding]:
    settings_store = SettingsStore(host.at(folder))
    try:
        standing = settings_store.standing()
        there = settings_store.files(standing.in_force) is not None
    except OSError as error:
        yield fault(what, f"读不出：{error.strerror}", f"请检查 {folder} 的主人和权限")
        return
    yield _judged(what, standing, there=there)


def _judged(what: str, standing: RolloutState, *, there: bool) -> Finding:
    if standing.in_force and not there:
        return warning(what, f"{standing.in_force} 损坏了，先用本机自己的", AGAIN[what])
    if standing.refused:
        seen = f"{standing.refused} 试过不行，没好的：{' '.join(standing.lacking)}"
        back = Failure.SETTINGS_RETURNED
        return Finding(what, FindingLevel.WARNING, seen, cure(back), back)
    return good(what, standing.in_force or "还没有")

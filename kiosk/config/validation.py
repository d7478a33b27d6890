"""Values that a terminal cannot work with, and what is expected instead."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from kiosk.config.accessibility import unknown_keys
from kiosk.config.device_urls import (
    has,
    is_of_this_machine,
    is_path,
    is_reader,
    is_scanner,
    is_ss_reader,
    is_store,
)

if TYPE_CHECKING:
    from kiosk.config.settings import PanelSettings, Settings

SAM_V_BAUDS = (115200, 57600, 38400, 19200, 9600)
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
LEAST_BALLAST_MIB = 64  # delivery.md §2: a checkpoint needs room for the whole write-ahead log
SIMULATED = ("loop://", "/dev/pts/", "pcsc://Virtual")


def _is_positive(value: float) -> bool:
    return 0 < value < math.inf


def _at_least(least: int) -> Callable[[int], bool]:
    return lambda value: value >= least


def _is_ballast(value: int) -> bool:
    return value == 0 or value >= LEAST_BALLAST_MIB


def _is_port(value: int) -> bool:
    return value == 0 or value in range(1024, 65536)


Rule = tuple[str, Callable[[Any], bool], tuple[str, ...]]
RULES: tuple[Rule, ...] = (
    ("tcp://地址:端口", lambda url: has(url, "tcp", port=True), ("printer.url",)),
    (
        "tcp://地址:端口，或空着",
        lambda url: not url or has(url, "tcp", port=True),
        ("help.bell",),
    ),
    ("https://地址", lambda url: has(url, "http", "https"), ("central.url",)),
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
        lambda url: is_path(url) or has(url, "http", "https"),
        ("camera.url",),
    ),
    (
        "设备路径，或 http(s)://地址，或空着",
        lambda url: not url or is_path(url) or has(url, "http", "https"),
        ("paper_camera.url",),
    ),
    (
        "设备路径，socket://、rfc2217://、tcp:// 加地址:端口，或 usb://、tty:// 加厂商:产品",
        is_reader,
        ("id_card_reader.url",),
    ),
    ("空着，或 sqlcipher:，或 postgresql+psycopg://用户@主机/库", is_store, ("store.url",)),
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
    ("pcsc://读卡器名，或 lib:/厂家库的路径，或空着", is_ss_reader, ("ss_card_reader.url",)),
    (
        "设备路径，或 socket://、rfc2217:// 加地址:端口，或 evdev:/设备路径，或空着",
        is_scanner,
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
            "central.reconcile_interval_hours",
            "central.renew_days",
            "face.seconds_per_try",
            "face.seconds_for_all_tries",
            "face.lockout_minutes",
            "face.model_scale",
            "visit.idle_seconds",
            "visit.idle_pauses",
            "visit.idle_max_seconds",
            "visit.card_reminder_interval_seconds",
            "visit.answer_seconds",
            "visit.submit_wait_seconds",
            "visit.slow_pace",
            "code_scanner.baud",
            "staff.first_wait_seconds",
            "staff.poll_interval_hours",
            "maintenance.max_clock_offset_seconds",
            "maintenance.min_free_disk_percent",
            "maintenance.max_temperature_celsius",
            "maintenance.max_waiting_hours",
            "maintenance.max_answer_seconds",
            "maintenance.idle_minutes",
            "configuration.rollout_timeout_seconds",
            "configuration.poll_interval_hours",
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
            "visit.card_reminders_before_bell",
            "log.files",
            "log.mib",
        ),
    ),
    ("不小于 0 的整数", _at_least(0), ("store.min_free_mib",)),
    ("1 到 365", range(1, 366).__contains__, ("store.kept_days",)),
    ("0，或不小于 64 的整数", _is_ballast, ("store.disk_reserve_mib",)),
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
"""Rules: the expectation in words, the check of a value, and the keys it applies to."""


def wrong_values(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield key and expectation for every value that a terminal can't work with."""
    for expected, holds, keys in RULES:
        for key in keys:
            value = attrgetter(key)(settings)
            if not holds(value):
                yield key, f"应是{expected}，写的是 {value!r}"
    for meaning, name in unknown_keys(settings.keypad):
        yield f"keypad.{meaning}", f"没有叫 {name!r} 的键，键名见 kiosk/config/accessibility.py"
    yield from _too_high(settings.panel)
    if settings.configuration.folder and not settings.configuration.root:
        yield "configuration.root", "应写信任根文件的路径，登记时从中心拿（central bundle begin）"
    face = settings.face
    if face.model and not SHA256.fullmatch(face.model_sha256):
        yield "face.model_sha256", "应是模型文件的 SHA-256（64 位十六进制）：sha256sum 模型文件"
    if face.engine == "onnx112" and not face.model:
        yield "face.model", "onnx112 不自带模型，应写模型文件的路径"


def _too_high(panel: PanelSettings) -> Iterator[tuple[str, str]]:
    """Yield what is wrong when the keys can't be reached from a wheelchair."""
    if not _is_positive(panel.px_per_mm):
        return
    whole = panel.used_mm
    upright = panel.height_px > panel.width_px
    most = panel.reach_mm - (LEAST_REACH_MM if upright else whole)
    if panel.lower_edge_mm > most:
        yield "panel.lower_edge_mm", f"坐轮椅的人够不着，屏幕下边离地最多 {most:.0f} 毫米"


def wrong_in_production(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield key and cure for what only demo and training may use."""
    if not settings.profile.is_production:
        return
    for key in DEVICES:
        url = attrgetter(key)(settings)
        if url.startswith(SIMULATED) or is_of_this_machine(url):
            yield key, f"正式使用时不能接模拟设备：{url}"
    if settings.device_key.url.startswith("file:"):
        yield "device_key.url", "正式使用时密钥不能是普通文件，应是 credential:凭据名"
    if settings.central.identity.startswith("file:"):
        yield "central.identity", "正式使用时身份密钥不能是普通文件，应是 sealed:路径，由登记生成"
    if has(settings.central.url, "http"):
        yield "central.url", f"正式使用时应是 https://地址，写的是 {settings.central.url!r}"

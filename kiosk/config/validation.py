"""Values that a terminal cannot work with, and what is expected instead."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from kiosk.config.accessibility import unknown_keys
from kiosk.config.device_urls import (
    has,
    is_document_printer,
    is_of_this_machine,
    is_path,
    is_reader,
    is_scanner,
    is_ss_reader,
    is_store,
)
from kiosk.operator_texts import text_of, texts_of

if TYPE_CHECKING:
    from kiosk.config.settings import PanelSettings, Settings

SAM_V_BAUDS = (115200, 57600, 38400, 19200, 9600)
IDENTITY = re.compile(r"(sealed|file):.+")
DEVICE_KEY = re.compile(r"credential:[\w.-]+|file:.+")  # tpm: has no adapter yet
CODE = re.compile(r"[A-Za-z0-9-]{1,32}")  # as central/openapi.yaml has it
LOUDSPEAKER = re.compile(r"alsa:[\w.,:=-]+")
PHOTO_ABIS = ("executable", "unpack_cpp", "GetBmp_file")
ENGINES = ("sface", "dlib128", "onnx112")
SHA256 = re.compile(r"[0-9a-f]{64}")
DEVICES = (
    "id_card_reader.url",
    "ss_card_reader.url",
    "code_scanner.url",
    "camera.url",
    "paper_camera.url",
    "printer.url",
    "document_printer.url",
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
    (
        "code",
        lambda code: CODE.fullmatch(code) is not None,
        ("terminal.code", "terminal.point"),
    ),
    ("printer", lambda url: has(url, "tcp", port=True), ("printer.url",)),
    ("bell", lambda url: not url or has(url, "tcp", port=True), ("help.bell",)),
    ("central", lambda url: has(url, "http", "https"), ("central.url",)),
    (
        "sound",
        lambda url: not url or LOUDSPEAKER.fullmatch(url) is not None,
        ("loudspeaker.url", "headphones.url"),
    ),
    (
        "keys",
        lambda url: not url or url.startswith("evdev:/"),
        ("keypad.url", "headphones.jack"),
    ),
    (
        "camera",
        lambda url: is_path(url) or has(url, "http", "https"),
        ("camera.url",),
    ),
    (
        "paper_camera",
        lambda url: not url or is_path(url) or has(url, "http", "https"),
        ("paper_camera.url",),
    ),
    ("reader", is_reader, ("id_card_reader.url",)),
    ("store", is_store, ("store.url",)),
    (
        "document_printer",
        is_document_printer,
        ("document_printer.url",),
    ),
    (
        "device_key",
        lambda url: DEVICE_KEY.fullmatch(url) is not None,
        ("device_key.url",),
    ),
    (
        "identity",
        lambda url: IDENTITY.fullmatch(url) is not None,
        ("central.identity",),
    ),
    ("ss_reader", is_ss_reader, ("ss_card_reader.url",)),
    ("scanner", is_scanner, ("code_scanner.url",)),
    (
        "positive",
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
            "visit.shorter_after_repeats",
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
        "at_least_one",
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
    ("at_least_zero", _at_least(0), ("store.min_free_mib",)),
    ("days", range(1, 366).__contains__, ("store.kept_days",)),
    ("disk_reserve", _is_ballast, ("store.disk_reserve_mib",)),
    ("port", _is_port, ("metrics.port",)),
    ("columns", range(32, 65).__contains__, ("printer.columns",)),
)
"""Rules: the name of the form, the check of a value, and the keys it applies to."""
CHOICES: Mapping[str, Collection[object]] = {
    "id_card_reader.baud": SAM_V_BAUDS,
    "chip_photo.abi": PHOTO_ABIS,
    "face.engine": ENGINES,
}
"""Keys whose value must be one of a few."""


def wrong_values(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield key and expectation for every value that a terminal can't work with."""
    yield from _malformed(settings)
    for meaning, name in unknown_keys(settings.keypad):
        yield f"keypad.{meaning}", text_of("config.unknown_key_of_keypad", name=name)
    yield from _too_high(settings.panel)
    if settings.configuration.folder and not settings.configuration.root:
        yield "configuration.root", text_of("config.no_root")
    face = settings.face
    if face.model and not SHA256.fullmatch(face.model_sha256):
        yield "face.model_sha256", text_of("config.model_digest")
    if face.engine == "onnx112" and not face.model:
        yield "face.model", text_of("config.no_model")


def _malformed(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield key and expectation for every value that is not of its form, or not one of its few."""
    for form, holds, keys in RULES:
        for key in keys:
            value = attrgetter(key)(settings)
            if not holds(value):
                expected = texts_of("config.forms")[form]
                yield key, text_of("config.wrong_value", expected=expected, value=value)
    for key, choices in CHOICES.items():
        value = attrgetter(key)(settings)
        if value not in choices:
            expected = text_of("config.one_of", choices="、".join(map(str, choices)))
            yield key, text_of("config.wrong_value", expected=expected, value=value)


def _too_high(panel: PanelSettings) -> Iterator[tuple[str, str]]:
    """Yield what is wrong when the keys can't be reached from a wheelchair."""
    if not _is_positive(panel.px_per_mm):
        return
    whole = panel.used_mm
    upright = panel.height_px > panel.width_px
    most = panel.reach_mm - (LEAST_REACH_MM if upright else whole)
    if panel.lower_edge_mm > most:
        yield "panel.lower_edge_mm", text_of("config.too_high", most=most)


def wrong_in_production(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield key and cure for what only demo and training may use."""
    if not settings.profile.is_production:
        return
    for key in DEVICES:
        url = attrgetter(key)(settings)
        if url.startswith(SIMULATED) or is_of_this_machine(url):
            yield key, text_of("config.simulated_device", url=url)
    if settings.device_key.url.startswith("file:"):
        yield "device_key.url", text_of("config.plain_device_key")
    if settings.central.identity.startswith("file:"):
        yield "central.identity", text_of("config.plain_identity")
    if has(settings.central.url, "http"):
        yield "central.url", text_of("config.plain_http", url=settings.central.url)

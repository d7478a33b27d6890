"""What the signed settings of a site may say: an allow list in data, bounds in the program.

Whoever signs settings, or has taken the signing keys, must not be able to weaken a terminal: its
devices, the face check, the limits of the staff, files, programs and addresses are local. The list
is `config/site_settings.toml`. A key without bounds here is refused even when the list names it, so
data can only narrow what a site may say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import get_type_hints

from kiosk.config.renamed_settings import current_key, line_of_setting
from kiosk.config.schema import Problem, Table, load
from kiosk.config.settings import Settings
from kiosk.config.validation import DEVICES as DEVICE_KEYS
from kiosk.operator_texts import text_of

FILE = "site_settings.toml"

BOUNDS: Mapping[str, tuple[float, float]] = {
    "central.reconcile_interval_hours": (1, 48),
    "central.deadline_seconds": (3, 30),
    "central.renew_days": (7, 180),
    "staff.poll_interval_hours": (1, 24),  # how long somebody who was removed could still come in
    "visit.answer_seconds": (10, 60),
    "visit.card_reminder_interval_seconds": (5, 30),
    "visit.card_reminders_before_bell": (1, 20),
    "visit.draft_hours": (1, 72),
    "visit.idle_max_seconds": (90, 300),  # a session that is left open ends
    "visit.idle_pauses": (3, 10),
    "visit.idle_seconds": (60, 180),
    "visit.slow_pace": (1, 2),
    "visit.submit_wait_seconds": (1, 10),
    "maintenance.max_clock_offset_seconds": (10, 120),
    "maintenance.min_free_disk_percent": (5, 50),
    "maintenance.max_temperature_celsius": (50, 95),
    "maintenance.idle_minutes": (2, 15),  # as long a technician's session stays open
    "maintenance.max_waiting_hours": (1, 72),
    "maintenance.rating_days": (1, 30),
    "maintenance.max_answer_seconds": (0.2, 10),
    "log.files": (4, 16),  # no fewer: what happened must stay readable
    "log.mib": (2, 16),
    "metrics.port": (0, 65535),
}
"""The least and the most that a site may set, both included."""
PHONES = ("terminal.phone", "help.maintainer_phone")
HOURS = ("help.hours", "help.maintainer_hours")
NAMES = ("terminal.maintainer",)
SWITCHES = ("visit.voice",)
RULED = frozenset((*BOUNDS, *PHONES, *HOURS, *NAMES, *SWITCHES))
"""All keys that a site may ever set; config/site_settings.toml can only narrow them."""
DEVICES = frozenset(DEVICE_KEYS) - {"central.url"} | {"printer.columns"}
"""Keys that a site may set for a training room as well."""

_TIME = r"(?:[01]?[0-9]|2[0-4]) ?(?:点(?: ?半| ?[0-5]?[0-9] ?分)?|[:：][0-5][0-9])"
_HOURS = re.compile(
    rf"(?:[每天周星期工作日休息节假除外一二三四五六和至到上下中午、，； -]|{_TIME}){{1,40}}"
)
_LONGEST_NAME, _MOST_NUMERALS = 30, 2


def _is_hours(text: str) -> bool:
    """Return whether a text consists of days and times only; each number is one of a clock."""
    return not text or _HOURS.fullmatch(text) is not None


def _is_name(text: str) -> bool:
    """Return whether a text can be a name and hides no telephone number, in any numerals."""
    normal = unicodedata.normalize("NFKC", text)
    numerals = sum(one in "〇零" or unicodedata.numeric(one, None) is not None for one in normal)
    return len(normal) <= _LONGEST_NAME and normal.isprintable() and numerals <= _MOST_NUMERALS


@dataclass(frozen=True)
class SiteKeys:
    """The file config/site_settings.toml."""

    allowed: tuple[str, ...]
    allowed_in_training: tuple[str, ...]


def read_site_keys(path: Path, *, is_production: bool) -> frozenset[str]:
    """Return the keys that a site may name. Raises ConfigError when the list can't be read.

    Simulated devices of a training room may be named, since nobody is served there.
    """
    found = load(SiteKeys, path)
    allowed = RULED & frozenset(map(current_key, found.allowed))
    return allowed if is_production else allowed | (DEVICES & frozenset(found.allowed_in_training))


def split_site_table(
    path: Path, table: Table, allowed: Collection[str], phones: Collection[str]
) -> tuple[Table, tuple[Problem, ...]]:
    """Return what a layer of the site may say, and a problem for everything else.

    `allowed` is from `read_site_keys`, `phones` are the numbers that may be shown. Keys that no
    setting has stay, for the schema to refuse with the nearest name.
    """
    kept: Table = {}
    problems = []
    for section, name, value in _entries(table):
        key = f"{section}.{name}" if name else section
        if _is_setting(section, name) and (expected := _refusal(key, value, allowed, phones)):
            problems.append(Problem(str(path), line_of_setting(path, key), key, expected))
        elif name:
            kept.setdefault(section, {})[name] = value
        else:
            kept[section] = value
    return kept, tuple(problems)


def _entries(table: Table) -> Iterator[tuple[str, str, object]]:
    """Yield section, name and value of each entry; the name is "" outside of sections."""
    for section, entries in table.items():
        if isinstance(entries, dict):
            yield from ((section, name, value) for name, value in entries.items())
        else:
            yield section, "", entries


def _is_setting(section: str, name: str) -> bool:
    kind = get_type_hints(Settings).get(section)
    if not name or not is_dataclass(kind):
        return kind is not None
    return name in {field.name for field in fields(kind)}


def _refusal(key: str, value: object, allowed: Collection[str], phones: Collection[str]) -> str:
    """Return what was expected instead, "" for what may be said or what the schema refuses."""
    if key not in allowed:
        return text_of("config.local_only")
    if isinstance(value, int | float) and key in BOUNDS:
        least, most = BOUNDS[key]
        if least <= value <= most:  # False for NaN
            return ""
        return text_of("config.out_of_bounds", least=least, most=most, value=value)
    if not isinstance(value, str):
        return ""
    if key in PHONES:
        return "" if value in phones else text_of("config.phone_not_listed")
    if key in HOURS:
        return "" if _is_hours(value) else text_of("config.hours_only")
    return "" if key not in NAMES or _is_name(value) else text_of("config.name_only")

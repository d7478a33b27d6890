"""Alarms about vouching in plain words: what the database tells in English, by kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.alarms import AlarmKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from central.store.web.alarm_desk import AlarmEntry

_STAFF, _POINT, _CASE = r"(?P<staff>\S+)", r"(?P<point>\S*)", r"(?P<case>\S+)"
_DETAILS = {
    AlarmKind.HELPER_LIMIT: (
        rf"(?P<day>\S+) {_POINT} {_STAFF}: too many (?P<what>vouched|absent)(?P<arrived> arrived)?"
    ),
    AlarmKind.VOUCHED_ALONE: rf"{_CASE}: {_STAFF} at {_POINT}",
    AlarmKind.VOUCHED_WRONGLY: rf"{_CASE}: vouched by {_STAFF} at {_POINT}",
    AlarmKind.PICTURE_UNREVIEWED: rf"{_CASE}: {_STAFF}",
}
"""The details as central/store/cases writes them (`helper_filings`, `reviews`)."""


@dataclass(frozen=True)
class AlarmLine:
    """An alarm for a page: title, what happened, and the parts that name whom and where."""

    entry: AlarmEntry
    title: str
    cure: str
    staff: str
    point: str
    case: str


def alarm_line(entry: AlarmEntry, words: Mapping[str, Mapping[str, str]]) -> AlarmLine:
    """Return an alarm in words; `words`: table `alarms` of config/texts/web.toml, by kind."""
    kind = entry.alarm.kind
    match = re.fullmatch(_DETAILS[kind], entry.alarm.detail)
    parts = {name: part or "" for name, part in match.groupdict().items()} if match else {}
    kind_words = words[_name_of(kind, parts)]
    return AlarmLine(
        entry,
        kind_words["title"],
        kind_words["cure"],
        parts.get("staff", ""),
        parts.get("point", ""),
        parts.get("case", ""),
    )


def _name_of(kind: AlarmKind, parts: Mapping[str, str]) -> str:
    if kind is AlarmKind.HELPER_LIMIT and parts:
        return f"{kind.value}-{parts['what']}{'-arrived' if parts['arrived'] else ''}"
    return kind.value

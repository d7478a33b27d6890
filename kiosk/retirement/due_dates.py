"""Parts of an application grouped by what can be said about their dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.retirement.months import Month
from kiosk.retirement.order import Part


class DueKind(StrEnum):
    """What can be said about the dates of a part."""

    NOW = "now"  # it is begun at once and has a day
    LATER = "later"  # it is begun in a later month and has a day
    OPEN = "open"  # it, or what it waits for, hangs on the person: no day


@dataclass(frozen=True)
class DueGroup:
    """Parts that are announced together, with their last day.

    `since` is the first month of those that begin later. `due` is None for DueKind.OPEN only.
    `expected`: the day may still move, because the holiday notice of a year is not published.
    """

    kind: DueKind
    codes: tuple[str, ...]
    since: Month | None = None
    due: date | None = None
    expected: bool = False


def group_by_due(parts: Mapping[str, Part]) -> tuple[DueGroup, ...]:
    """Return the non-empty groups in the order of DueKind; each part is in one group."""
    found = (_group(kind, parts) for kind in DueKind)
    return tuple(group for group in found if group.codes)


def _group(kind: DueKind, parts: Mapping[str, Part]) -> DueGroup:
    members = [part for part in parts.values() if _kind(part) is kind]
    codes = tuple(part.code for part in members)
    if kind is DueKind.OPEN or not members:
        return DueGroup(kind, codes)
    last = max(members, key=lambda part: part.due or date.min)
    since = min((part.since for part in members if part.since is not None), default=None)
    return DueGroup(kind, codes, since, last.due, last.expected)


def _kind(part: Part) -> DueKind:
    if part.due is None:
        return DueKind.OPEN
    return DueKind.NOW if part.since is None else DueKind.LATER

"""Troubles in a terminal's heartbeat that raise an alarm, once, when they begin."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from central.alarms import AlarmKind

if TYPE_CHECKING:
    from central.policy import AlarmPolicy

Troubles = Mapping[AlarmKind, str]
USABLE = ("ready", "busy")  # the words of drivers.supervision.life.Condition
SECONDS_A_MINUTE = 60
EACH = (AlarmKind.SETTINGS_RETURNED, AlarmKind.STORE_DISAGREED, AlarmKind.UPDATE_FAILED)
AGAIN_WITH_ANOTHER = (AlarmKind.SETTINGS_RETURNED, AlarmKind.UPDATE_FAILED)
PUT_OFF = ("", "busy")  # kiosk.fleet.update.Reason: somebody was there, the same night tries again


def troubles_of(beat: Mapping[str, object], at: datetime, policy: AlarmPolicy) -> Troubles:
    """Return the troubles in a heartbeat, `beat`, each with the figure that shows it.

    It came at the moment `at`.
    """
    found: dict[AlarmKind, str] = {}
    if _number(beat, "oldest_seconds") > policy.oldest_minutes * SECONDS_A_MINUTE:
        minutes = _number(beat, "oldest_seconds") // SECONDS_A_MINUTE
        found[AlarmKind.OLDEST_PENDING] = f"{minutes} minutes"
    if _number(beat, "quarantined"):
        found[AlarmKind.QUARANTINED] = str(_number(beat, "quarantined"))
    if _number(beat, "disk_free_percent", 100) < policy.disk_percent:
        found[AlarmKind.DISK_LOW] = f"{_number(beat, 'disk_free_percent', 100)} %"
    ahead = _ahead(beat, at)
    if ahead is None or abs(ahead) > timedelta(minutes=policy.clock_minutes):
        seconds = "unknown" if ahead is None else f"{int(ahead.total_seconds())} s"
        found[AlarmKind.CLOCK_OFF] = seconds
    if isinstance(beat.get("refused"), str) and beat["refused"]:
        found[AlarmKind.SETTINGS_RETURNED] = str(beat["refused"])
    if isinstance(beat.get("store"), str) and beat["store"]:
        found[AlarmKind.STORE_DISAGREED] = str(beat["store"])
    if (failed := failed_update(beat)) and failed[1] not in PUT_OFF:
        found[AlarmKind.UPDATE_FAILED] = " ".join(failed)
    return found


def failed_update(beat: Mapping[str, object]) -> tuple[str, str] | None:
    """Return the version that a terminal does not run though it should, and why; None for none."""
    said = beat.get("update")
    return (str(said["version"]), str(said["reason"])) if isinstance(said, dict) else None


def begun(before: str, after: str, at: datetime, was_at: str, policy: AlarmPolicy) -> Troubles:
    """Return the troubles that began between two heartbeats.

    `before` and `after` are their JSON, `was_at` (ISO 8601) and `at` when each came; `before` is ""
    without an earlier one.
    """
    now = troubles_of(json.loads(after), at, policy)
    old = troubles_of(json.loads(before), datetime.fromisoformat(was_at), policy) if before else {}
    return {kind: now[kind] for kind in now if kind not in old or _other(kind, old, now)}


def unusable_devices(beat: Mapping[str, object], watched: Container[str]) -> dict[str, str]:
    """Return the watched devices whose state is neither ready nor busy, each with its state."""
    states = beat.get("states")
    found = states.items() if isinstance(states, dict) else ()
    paper = beat.get("paper")
    more = {"printer": f", paper {paper}"} if paper and paper != "ok" else {}
    return {
        device: f"{state}{more.get(device, '')}"
        for device, state in found
        if device in watched and state not in USABLE
    }


def _other(kind: AlarmKind, old: Troubles, now: Troubles) -> bool:
    """Tell whether a trouble differs from the one before.

    For the kinds in `EACH` that is a new alarm.
    """
    return kind in EACH and old[kind] != now[kind]


def _number(beat: Mapping[str, object], name: str, missing: int = 0) -> int:
    value = beat.get(name)
    return value if isinstance(value, int) else missing


def _ahead(beat: Mapping[str, object], at: datetime) -> timedelta | None:
    try:
        return datetime.fromisoformat(str(beat.get("at"))) - at
    except (ValueError, TypeError):  # no time, or one of nowhere
        return None

"""The desk of a service point: cases to act on, by this terminal and the central service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from kiosk.crypto.envelope import object_of
from kiosk.delivery.correction import PATH as CORRECTION_PATH
from kiosk.delivery.outbox import APPLICATION_PATH
from kiosk.delivery.pending_report import Undelivered, read_undelivered
from kiosk.ports import JSON, Central
from kiosk.storage.store import Store
from kiosk.storage.tables import OutboxState


@dataclass(frozen=True)
class Unsent:
    """An application or correction that has not arrived; `refused`: a person must look at it."""

    masked_name: str = field(repr=False)
    confirmed_at: str
    refused: bool


@dataclass(frozen=True)
class Correction:
    """A correction that an office asks for; `due_on` None: it named no day."""

    application_id: str
    masked_name: str = field(repr=False)
    service: str
    reason: str = field(repr=False)
    due_on: date | None = None


class Turn(StrEnum):
    """A change of a service, or of a whole case (DONE), that a desk is told of."""

    SUSPENDED = "suspended"  # 中止
    RESUMED = "resumed"  # 恢复
    REFUSED = "refused"
    ENDED = "ended"  # 终结
    DONE = "done"  # 办结


@dataclass(frozen=True)
class News:
    """One change; `service` is "" for a whole case."""

    masked_name: str = field(repr=False)
    turn: Turn
    service: str
    reason: str = field(repr=False)
    on: date


@dataclass(frozen=True)
class Desk:
    """Everything on the desk.

    `corrections` and `done` are None when the central service could not be asked. `done` is the
    number of cases that ended lately.
    """

    unsent: tuple[Unsent, ...] = ()
    corrections: tuple[Correction, ...] | None = None
    news: tuple[News, ...] = ()
    done: int | None = None


@dataclass(frozen=True)
class MonthReport:
    """The month's report of a point; `own` and `grades` are of one of its staff."""

    month: str
    filed: int
    own: int
    services: int
    closed: int
    ways: Mapping[str, int]
    grades: Mapping[str, int]


def look_at_desk(store: Store, central: Central, point: str) -> Desk:
    """Return what is on the desk now; `point` is the point's code. Raises StoreError."""
    waiting = (one for one in read_undelivered(store.database) if _is_of_a_person(one))
    unsent = tuple(
        Unsent(one.masked_name, one.confirmed_at, one.state is OutboxState.QUARANTINED)
        for one in waiting
    )
    news, done = news_of(central, point)
    return Desk(unsent, corrections_of(central, point), news, done)


def corrections_of(central: Central, point: str) -> tuple[Correction, ...] | None:
    """Return the corrections that people of this point owe, the most urgent first.

    None when the central service can't be asked.
    """
    answer = _ask(central, f"/v1/points/{point}/corrections")
    try:
        found = [_correction(one) for one in answer["items"]]
    except (KeyError, TypeError, ValueError):
        return None
    return tuple(sorted(found, key=lambda one: one.due_on or date.max))


def news_of(central: Central, point: str) -> tuple[tuple[News, ...], int | None]:
    """Return the recent changes of what was filed here, and how many cases are done."""
    answer = _ask(central, f"/v1/points/{point}/desk")
    try:
        return tuple(_news(one) for one in answer["items"]), _count(answer["done"])
    except (KeyError, TypeError, ValueError):
        return (), None


def month_of(central: Central, point: str, month: str, staff: str) -> MonthReport | None:
    """Return the report of a month (YYYY-MM); None when the central service can't be asked.

    `point` is the code of the service point, `staff` the pseudonym of whose own numbers it tells.
    """
    answer = _ask(central, f"/v1/points/{point}/months/{month}/{staff}")
    try:
        filed, own, services, closed = (
            _count(answer[name]) for name in ("filed", "own", "services", "closed")
        )
        ways, grades = (_counted(answer[name]) for name in ("ways", "grades"))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return MonthReport(month, filed, own, services, closed, ways, grades)


def _counted(document: Mapping[str, Any]) -> dict[str, int]:
    return {name: _count(many) for name, many in document.items()}


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError("not a count")
    return value


def _ask(central: Central, path: str) -> Mapping[str, Any]:
    """Return the JSON object of the answer; an empty one when there is none."""
    answer = central.call("GET", path)
    if answer.trouble is not None or answer.status != HTTPStatus.OK or answer.media_type != JSON:
        return {}
    return object_of(answer.body) or {}


def _news(document: Mapping[str, Any]) -> News:
    return News(
        str(document["masked_name"]),
        Turn(document["state"]),
        str(document["service"]),
        str(document["reason"]),
        date.fromisoformat(str(document["changed_at"])[:10]),
    )


def _correction(document: Mapping[str, Any]) -> Correction:
    due = document["due_on"]
    return Correction(
        str(document["application_id"]),
        str(document["masked_name"]),
        str(document["service"]),
        str(document["reason"]),
        date.fromisoformat(due) if due else None,
    )


def _is_of_a_person(row: Undelivered) -> bool:
    return row.path.startswith((APPLICATION_PATH, CORRECTION_PATH))

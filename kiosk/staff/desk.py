"""What lies on the desk of a service point today? Asked of this terminal and of the centre."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Any

from kiosk.filing.correction import PATH as CORRECTION_PATH
from kiosk.filing.outbox import APPLICATION_PATH, JSON
from kiosk.filing.store import Store
from kiosk.filing.tables import State
from kiosk.filing.undelivered import Undelivered, read_undelivered
from kiosk.ports import Central


@dataclass(frozen=True)
class Unsent:
    """An application or correction that has not arrived; `refused`: a person has to look at it."""

    masked_name: str = field(repr=False)
    confirmed_at: str
    refused: bool


@dataclass(frozen=True)
class Correction:
    """What an office sent back; `due_on` None: it named no day."""

    application_id: str
    masked_name: str = field(repr=False)
    service: str
    reason: str = field(repr=False)
    due_on: date | None


@dataclass(frozen=True)
class Desk:
    """`corrections` is None when the central service could not be asked."""

    unsent: tuple[Unsent, ...] = ()
    corrections: tuple[Correction, ...] | None = None


def look_at_desk(store: Store, central: Central, point: str) -> Desk:
    """Return the desk of this moment. Raises StoreError."""
    waiting = (one for one in read_undelivered(store.database) if _is_of_a_person(one))
    unsent = tuple(
        Unsent(one.masked_name, one.confirmed_at, one.state is State.QUARANTINED) for one in waiting
    )
    return Desk(unsent, corrections_of(central, point))


def corrections_of(central: Central, point: str) -> tuple[Correction, ...] | None:
    """Return what offices wait for from people of this point, the most urgent first."""
    answer = central.call("GET", f"/v1/points/{point}/corrections")
    if answer.trouble is not None or answer.status != HTTPStatus.OK or answer.media_type != JSON:
        return None
    try:
        found = [_correction(one) for one in json.loads(answer.body)["items"]]
    except (KeyError, TypeError, ValueError):
        return None
    return tuple(sorted(found, key=lambda one: one.due_on or date.max))


def _correction(said: Mapping[str, Any]) -> Correction:
    due = said["due_on"]
    return Correction(
        str(said["application_id"]),
        str(said["masked_name"]),
        str(said["service"]),
        str(said["reason"]),
        date.fromisoformat(due) if due else None,
    )


def _is_of_a_person(row: Undelivered) -> bool:
    return row.path.startswith((APPLICATION_PATH, CORRECTION_PATH))

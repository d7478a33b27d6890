"""One look at what stands here of a person whose facts are asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.intake.examiner import MATTER
from central.store.tables import BEGUN
from central.tasks import FiledServices, TaskState, services_by_state

if TYPE_CHECKING:
    from central.store.database import CentralDatabase

_LOOK = f"""
    SELECT
        (SELECT id FROM application WHERE person = :person AND matter = '{MATTER}' AND {BEGUN}
            ORDER BY serial LIMIT 1) AS open_case,
        (SELECT unit FROM handed WHERE person = :person) AS unit,
        (SELECT ready FROM preparation WHERE person = :person) AS ready,
        (SELECT {{array}}({{object}}(serial, service, state, changed_at))
            FROM application JOIN task ON application_id = id
            WHERE person = :person AND NOT awaiting) AS filed
"""  # noqa: S608 - no value stands in the text
_POSTGRESQL = sa.text(_LOOK.format(array="json_agg", object="json_build_array"))
_SQLITE = sa.text(_LOOK.format(array="json_group_array", object="json_array"))


@dataclass(frozen=True)
class PersonLook:
    """What is known here of a person.

    `open_case`: id of the oldest open application, `unit`: the employer who began a filing; "" for
    none. `prepared`: something waits for the person's signature. `filed`: how the services of all
    cases stand.
    """

    open_case: str
    unit: str
    prepared: bool
    filed: FiledServices


def look_at_person(database: CentralDatabase, person: str) -> PersonLook:
    """Return what stands here of a person (keyed hash)."""
    row = database.look(_SQLITE if database.embedded else _POSTGRESQL, {"person": person})
    assert row is not None
    filed = json.loads(row.filed) if database.embedded else row.filed or ()
    newest = {code: (TaskState[state], changed_at) for _, code, state, changed_at in sorted(filed)}
    return PersonLook(
        open_case=row.open_case or "",
        unit=row.unit or "",
        prepared=bool(row.ready),
        filed=services_by_state(newest),
    )

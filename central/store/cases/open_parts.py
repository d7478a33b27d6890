"""Parts of cases that are under way: a person has each of them once, whichever case it is in.

A part is a service; the three ways into retirement are one part, because they exclude each other.
What was refused or has ended holds nothing back, and can be filed again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central import tasks
from central.store.open_part_tables import OpenPartRow
from central.store.tables import ApplicationRow, TaskRow
from central.tasks import TaskState
from kiosk.retirement.situation import Route

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

ROUTE_PART = "route"


def parts_of(services: Iterable[str]) -> frozenset[str]:
    """Return the parts that the services are."""
    return frozenset(ROUTE_PART if code in set(Route) else code for code in services)


def other_case(session: Session, person: str, services: Collection[str]) -> ApplicationRow | None:
    """Return the person's case in which one of the services is under way, None for none."""
    mine = OpenPartRow.person == person, OpenPartRow.part.in_(sorted(parts_of(services)))
    wanted = sa.select(ApplicationRow).join(OpenPartRow).where(*mine)
    return session.scalar(wanted.order_by(ApplicationRow.serial).limit(1))


def note_open_parts(
    session: Session, application: ApplicationRow, states: Mapping[str, TaskState]
) -> None:
    """Record which parts of the case `application` are under way, by the states of its services.

    The database refuses a part that is under way in another case of this person.
    """
    wanted = _parts_under_way(application, states)
    mine = sa.select(OpenPartRow).where(OpenPartRow.application_id == application.id)
    known = {row.part: row for row in session.scalars(mine)}
    for part in known.keys() - wanted:
        session.delete(known[part])
    _add_parts(session, application, wanted - known.keys())


def _parts_under_way(
    application: ApplicationRow, states: Mapping[str, TaskState]
) -> frozenset[str]:
    if not application.open or application.awaiting:
        return frozenset()
    return parts_of(code for code, state in states.items() if state not in tasks.ENDS)


def _add_parts(session: Session, application: ApplicationRow, parts: Collection[str]) -> None:
    session.add_all(
        OpenPartRow(person=application.person, part=part, application_id=application.id)
        for part in sorted(parts)
    )


def note_parts_of_open_cases(session: Session) -> None:
    """Record the parts of all cases, of which a backup of an older program says nothing."""
    for application in session.scalars(sa.select(ApplicationRow).where(ApplicationRow.open)):
        mine = sa.select(TaskRow).where(TaskRow.application_id == application.id)
        states = {task.service: task.state for task in session.scalars(mine)}
        note_open_parts(session, application, states)

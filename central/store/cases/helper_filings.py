"""Counts of filings that the staff vouched for, or filed for absent people, by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.store.alarms import raise_alarm
from central.store.tables import AlarmRow, TerminalRow
from central.store.vouching_tables import HelperFilingRow, ReviewRow
from kiosk.application.document import Way
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from central.authenticated_request import AuthenticatedRequest
    from central.intake.examiner import Intake
    from central.policy import VouchingPolicy
    from central.store.database import CentralDatabase


class HelperFilingKind(StrEnum):
    """What a member of the staff did that no face check covers."""

    VOUCHED = "vouched"
    ABSENT = "absent"


@dataclass(frozen=True)
class HelperDay:
    """Counts of one member of the staff on one day; `alone`: vouched without a second one."""

    day: str
    point: str
    staff: str
    vouched: int
    alone: int
    absent: int


@dataclass(frozen=True)
class HelperFilings:
    """The figures by which a supervisor sees how much the staff vouched."""

    database: CentralDatabase

    def days(self, since: date) -> tuple[HelperDay, ...]:
        """Return counts by day, point and pseudonym, from the day `since` on."""
        row = HelperFilingRow
        vouched = row.kind == HelperFilingKind.VOUCHED
        wanted = (
            sa.select(
                row.day,
                row.point,
                row.staff,
                sa.func.count().filter(vouched),
                sa.func.count().filter(vouched, row.alone),
                sa.func.count().filter(row.kind == HelperFilingKind.ABSENT),
            )
            .where(row.day >= since.isoformat())
            .group_by(row.day, row.point, row.staff)
            .order_by(row.day, row.point, row.staff)
        )
        return self.database.read(
            lambda session: tuple(HelperDay(*found) for found in session.execute(wanted))
        )


def exceeds_daily_limit(
    session: Session, asking: AuthenticatedRequest, intake: Intake, policy: VouchingPolicy
) -> bool:
    """Tell whether one of the staff has reached the limit of the day of signing.

    The first filing over the limit raises an alarm.
    """
    day, over = _signed_on(asking, intake), False
    for kind, staff in _helpers(intake):
        point = _point_of(session, asking.terminal)
        if _count(session, HelperFilingRow.day, day, kind, staff, point) >= _most(policy, kind):
            over = True
            _raise_once(session, asking, f"{day} {point} {staff}: too many {kind.value}")
    return over


def note_helpers(
    session: Session, asking: AuthenticatedRequest, intake: Intake, policy: VouchingPolicy
) -> None:
    """Record who of the staff vouched or filed for an absent person, and a picture to review.

    More than the limit within one day of arrival raises an alarm, too: a terminal that lies may
    spread what it signs over many days.
    """
    helpers = tuple(_helpers(intake))
    if not helpers:
        return
    case, point = intake.envelope.id, _point_of(session, asking.terminal)
    today, vouching = civil_day(asking.at), intake.vouching
    alone = vouching is not None and not vouching.second
    for kind, staff in helpers:
        row = HelperFilingRow(application_id=case, staff=staff, kind=kind.value, point=point)
        row.day, row.arrived_on = _signed_on(asking, intake), today.isoformat()
        row.alone = alone and kind is HelperFilingKind.VOUCHED
        session.add(row)
        # The count below includes this row; sessions here flush nothing by themselves.
        session.flush()
        arrived = _count(session, HelperFilingRow.arrived_on, today.isoformat(), kind, staff, point)
        if arrived > _most(policy, kind):
            said = f"{today.isoformat()} {point} {staff}: too many {kind.value} arrived"
            _raise_once(session, asking, said)
    if vouching is None:
        return
    if vouching.picture is not None:
        _await_review(session, asking, intake, policy)
    elif vouching.is_alone:
        detail = f"{case}: {vouching.first} at {point}"
        alarm = Alarm(asking.said_at, asking.terminal, AlarmKind.VOUCHED_ALONE, detail)
        raise_alarm(session, alarm)


def _await_review(
    session: Session, asking: AuthenticatedRequest, intake: Intake, policy: VouchingPolicy
) -> None:
    vouching = intake.vouching
    assert vouching is not None
    picture = vouching.picture
    assert picture is not None
    delete_on = civil_day(asking.at) + timedelta(days=policy.picture_days)
    session.add(
        ReviewRow(
            application_id=intake.envelope.id,
            point=_point_of(session, asking.terminal),
            staff=vouching.first,
            blob=picture.page.blob,
            digest=picture.page.digest,
            sealed_for=picture.sealed_for,
            delete_on=delete_on.isoformat(),
        )
    )


def _helpers(intake: Intake) -> Iterator[tuple[HelperFilingKind, str]]:
    for staff in intake.vouching.staff if intake.vouching else ():
        yield HelperFilingKind.VOUCHED, staff
    if intake.way == Way.HELPER_ABSENT:
        yield HelperFilingKind.ABSENT, intake.staff


def _most(policy: VouchingPolicy, kind: HelperFilingKind) -> int:
    return policy.vouched_a_day if kind is HelperFilingKind.VOUCHED else policy.absent_a_day


def _signed_on(asking: AuthenticatedRequest, intake: Intake) -> str:
    return (intake.signed_on or civil_day(asking.at)).isoformat()


def _point_of(session: Session, terminal: str) -> str:
    found = session.get(TerminalRow, terminal)
    return found.point if found else ""


def _count(
    session: Session,
    column: sa.orm.InstrumentedAttribute[str],
    day: str,
    kind: HelperFilingKind,
    staff: str,
    point: str,
) -> int:
    row = HelperFilingRow
    mine = (column == day, row.kind == kind.value, row.staff == staff, row.point == point)
    return session.scalar(sa.select(sa.func.count()).select_from(row).where(*mine)) or 0


def _raise_once(session: Session, asking: AuthenticatedRequest, detail: str) -> None:
    """Raise the alarm unless it was raised before: a terminal sends again what was refused."""
    kind = AlarmKind.HELPER_LIMIT
    same = sa.select(AlarmRow.number).where(AlarmRow.kind == kind.value, AlarmRow.detail == detail)
    if session.scalar(same.limit(1)) is None:
        raise_alarm(session, Alarm(asking.said_at, asking.terminal, kind, detail))

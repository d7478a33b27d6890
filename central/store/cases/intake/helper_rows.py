"""The rows of who helped with a filing: counts, confirmation, picture to review, alarms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import AlarmKind
from central.confirmation import FilingConfirmation
from central.store.cases.intake.helper_look import HelperFilingKind
from central.store.row_batch import RowBatch, RowsInsert
from central.store.tables import ActingRow, AlarmRow, ConfirmationEventRow, ConfirmationRow
from central.store.vouching_tables import HelperFilingRow, ReviewRow
from kiosk.application.authority import confirm_by
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from central.authenticated_request import AuthenticatedRequest
    from central.intake.examiner import Intake
    from central.policy import VouchingPolicy
    from central.rules import Rules
    from central.store.cases.intake.case_look import CaseLook
    from central.store.cases.intake.helper_look import HelperLook, HelperQuestion
    from central.store.cases.promise import Promise

FILED = "filed"
"""The event with which the audit of a filing begins."""
_ALARMS, _HELPERS = RowsInsert(AlarmRow), RowsInsert(HelperFilingRow)
_CONFIRMATIONS, _EVENTS = RowsInsert(ConfirmationRow), RowsInsert(ConfirmationEventRow)
_REVIEWS = RowsInsert(ReviewRow)
# Only the newest time is kept.
_ACTING = RowsInsert(ActingRow, "ON CONFLICT (proxy, person) DO UPDATE SET at = excluded.at")


def acts_for_too_many(asked: HelperQuestion, look: HelperLook, rules: Rules) -> bool:
    """Tell whether the friend or relative of `asked` filed for as many other people as one may."""
    return bool(asked.proxy) and look.acted_for >= rules.authority.principals_a_year


def alarms_over_limit(
    asked: HelperQuestion, look: HelperLook, policy: VouchingPolicy
) -> tuple[str, ...]:
    """Return an alarm's detail for each helper in `asked` at the limit of the day of signing."""
    return tuple(
        f"{asked.signed_on} {look.point} {staff}: too many {kind.value}"
        for (kind, staff), count in zip(asked.helpers, look.signed, strict=False)
        if count >= kind.most_a_day(policy)
    )


def put_limit_alarms(
    batch: RowBatch,
    connection: sa.Connection,
    asking: AuthenticatedRequest,
    details: tuple[str, ...],
) -> None:
    """Add alarms with these `details`, unless they were raised before.

    A terminal sends again what was refused.
    """
    kind = AlarmKind.HELPER_LIMIT
    for detail in details:
        same = AlarmRow.kind == kind.value, AlarmRow.detail == detail
        if connection.scalar(sa.select(AlarmRow.number).where(*same).limit(1)) is None:
            _put_alarm(batch, asking, kind, detail)


def put_helped(
    batch: RowBatch,
    connection: sa.Connection,
    new: tuple[AuthenticatedRequest, Intake, Promise],
    asked: HelperQuestion,
    look: CaseLook,
    rules: Rules,
) -> None:
    """Add all that is known of who helped with a new case: `new` says how it came, and as what.

    `asked` names the helpers, `look` says what they did before. `connection` finds alarms that were
    raised before, where too much came today.
    """
    asking, intake, made = new
    helped, policy = look.helped, rules.policy.vouching
    assert helped is not None
    _put_helpers(batch, asking, intake, asked, helped)
    put_limit_alarms(batch, connection, asking, _details_of_arrivals(asked, helped, policy))
    _put_vouching(batch, asking, intake, helped, policy)
    _put_confirmation(batch, asking, intake, made, rules)
    if intake.awaits:
        _put_repeated(batch, asking, intake, helped, rules)


def _put_helpers(
    batch: RowBatch,
    asking: AuthenticatedRequest,
    intake: Intake,
    asked: HelperQuestion,
    look: HelperLook,
) -> None:
    """Add who of the staff helped, and for whom a friend or relative filed."""
    if asked.proxy:
        mine = {"proxy": asked.proxy, "person": intake.person, "at": asking.at.timestamp()}
        batch.put(_ACTING, [mine])
    case, vouching = intake.envelope.id, intake.vouching
    alone = vouching is not None and not vouching.second
    batch.put(
        _HELPERS,
        [
            {
                "application_id": case,
                "staff": staff,
                "kind": kind.value,
                "point": look.point,
                "day": asked.signed_on,
                "arrived_on": asked.today,
                "alone": alone and kind is HelperFilingKind.VOUCHED,
            }
            for kind, staff in asked.helpers
        ],
    )


def _details_of_arrivals(
    asked: HelperQuestion, look: HelperLook, policy: VouchingPolicy
) -> tuple[str, ...]:
    """Return an alarm's detail for each helper of whom more came today than the limit.

    A terminal that lies may spread what it signs over many days.
    """
    return tuple(
        f"{asked.today} {look.point} {staff}: too many {kind.value} arrived"
        for (kind, staff), before in zip(asked.helpers, look.arrived, strict=False)
        if before + 1 > kind.most_a_day(policy)
    )


def _put_vouching(
    batch: RowBatch,
    asking: AuthenticatedRequest,
    intake: Intake,
    look: HelperLook,
    policy: VouchingPolicy,
) -> None:
    """Add the review of the picture of a person who was vouched for, or that one alone vouched."""
    vouching = intake.vouching
    if vouching is None:
        return
    picture = vouching.picture
    if picture is None:
        if vouching.is_alone:
            detail = f"{intake.envelope.id}: {vouching.first} at {look.point}"
            _put_alarm(batch, asking, AlarmKind.VOUCHED_ALONE, detail)
        return
    delete_on = civil_day(asking.at) + timedelta(days=policy.picture_days)
    batch.put(
        _REVIEWS,
        [
            {
                "application_id": intake.envelope.id,
                "point": look.point,
                "staff": vouching.first,
                "blob": picture.page.blob,
                "digest": picture.page.digest,
                "sealed_for": picture.sealed_for,
                "delete_on": delete_on.isoformat(),
            }
        ],
    )


def _put_confirmation(
    batch: RowBatch,
    asking: AuthenticatedRequest,
    intake: Intake,
    made: Promise,
    rules: Rules,
) -> None:
    """Add the state of a filing for another person.

    `made.received_at` is its time. The work is the same whoever the principal is: nothing about
    them is looked up here.
    """
    another = intake.for_another
    if another is None:
        return
    case, at = intake.envelope.id, made.received_at
    state = FilingConfirmation.STARTED if another.begins else FilingConfirmation.AWAITING
    said = {
        "application_id": case,
        "state": state.name,
        "filed_at": at,
        "until": confirm_by(civil_day(asking.at), rules.authority).isoformat(),
        "changed_at": at,
        "proxy": another.proxy,
        "filer": another.filer,
        "relation": another.relation,
        "checked_by": another.checked_by,
        "code": rules.new_code(),
    }
    batch.put(_CONFIRMATIONS, [said])
    event = {"application_id": case, "at": at, "event": FILED, "channel": "", "detail": state.value}
    batch.put(_EVENTS, [event])


def _put_repeated(
    batch: RowBatch,
    asking: AuthenticatedRequest,
    intake: Intake,
    look: HelperLook,
    rules: Rules,
) -> None:
    """Add an alarm where one person, filer or terminal has too many unconfirmed filings."""
    policy = rules.policy.confirmation
    most = {
        "person": policy.person_tries,
        "filer": policy.filer_tries,
        "terminal": policy.terminal_tries,
    }
    for whose, before in look.unconfirmed.items():
        count = before + 1
        if count > most[whose]:
            detail = f"{intake.envelope.id}: {count} unconfirmed of one {whose}"
            _put_alarm(batch, asking, AlarmKind.FILING_REPEATED, detail)


def _put_alarm(batch: RowBatch, asking: AuthenticatedRequest, kind: AlarmKind, detail: str) -> None:
    said = {"at": asking.said_at, "terminal": asking.terminal}
    batch.put(_ALARMS, [said | {"kind": kind.value, "detail": detail}])

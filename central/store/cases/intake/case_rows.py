"""The rows of a new case, as a batch that is written at once."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from central import tasks
from central.alarms import AlarmKind
from central.intake.examiner import MATTER
from central.notices import About
from central.ports import Occasion, SealRequest
from central.store.begun.tables import HandedRow
from central.store.cases.deadlines import CALM
from central.store.cases.open_parts import parts_of
from central.store.form_tables import FormRecordRow
from central.store.office_tables import TaskDeadlineRow
from central.store.open_part_tables import OpenPartRow
from central.store.radar_tables import OfficeLookRow, PreparationRow
from central.store.row_batch import DO_NOTHING, RowBatch, RowsInsert
from central.store.tables import AlarmRow, ApplicationRow, Mark, OutgoingRow, PaperRow, TaskRow
from central.store.task_jobs import AT_THE_OFFICE, job_payload
from central.store.webhook_events import TaskEvent
from central.store.webhook_tables import WebhookMessageRow
from central.tasks import TaskState
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from central.authenticated_request import AuthenticatedRequest
    from central.intake.examiner import Intake
    from central.policy import AlarmPolicy
    from central.rules import Rules
    from central.store.cases.intake.case_look import CaseLook
    from central.store.cases.promise import Promise

_APPLICATION, _TASKS, _PARTS = (RowsInsert(one) for one in (ApplicationRow, TaskRow, OpenPartRow))
_PAPERS, _FORMS, _OUTGOING = (RowsInsert(one) for one in (PaperRow, FormRecordRow, OutgoingRow))
_ALARMS, _WEBHOOKS = RowsInsert(AlarmRow), RowsInsert(WebhookMessageRow)
_MARKS = RowsInsert(Mark, DO_NOTHING)
_DEADLINES = RowsInsert(TaskDeadlineRow)
_NEVER_NEAR = timedelta(days=20)  # no three working days, with the longest holidays, are as many


def case_batch(
    asking: AuthenticatedRequest, intake: Intake, made: Promise, look: CaseLook, rules: Rules
) -> RowBatch:
    """Return the rows of a new case, with all who must know of it.

    What is known of who helped is in `central.store.cases.intake.helper_rows`. `made` is what the
    receipt promises, `look` what the database says.
    """
    batch, case, at = RowBatch(), intake.envelope.id, made.received_at
    batch.put(_APPLICATION, [_application(asking, intake, made, look.serial)])
    states = first_states(intake, rules)
    mine = {"application_id": case}
    batch.put(
        _TASKS,
        [
            mine | {"service": code, "state": state.name, "changed_at": at}
            for code, state in states.items()
        ],
    )
    if not intake.awaits:
        parts = parts_of(code for code, state in states.items() if state not in tasks.ENDS)
        batch.put(_PARTS, [{"person": intake.person, "part": one} | mine for one in sorted(parts)])
    named = {paper.blob: mine | asdict(paper) for paper in intake.papers}
    batch.put(_PAPERS, named.values())
    batch.put(_FORMS, [asdict(one) for one in intake.forms])
    occasion = first_message(intake)
    batch.put(_OUTGOING, [mine | {"occasion": occasion.value, "created_at": at}])
    batch.put(_WEBHOOKS, _webhook_rows(states, look, at, rules.offices))
    if not intake.awaits:
        batch.put(_DEADLINES, _deadline_rows(asking, intake, made))
        _begin(batch, intake, made, rules)
        _put_marks(batch, asking, intake, look, rules.policy.alarms)
    return batch


def first_states(intake: Intake, rules: Rules) -> dict[str, TaskState]:
    """Return the first state of each service; all wait where the principal has to confirm."""
    first = dict.fromkeys(intake.services, TaskState.WAITING)
    return first if intake.awaits else tasks.follow(first, rules.needs)


def jobs_of(intake: Intake, look: CaseLook, rules: Rules) -> list[tuple[str, bytes]]:
    """Return the jobs of the tasks that lie at an office with workers: office and payload."""
    if not look.served:
        return []
    return [
        (office, job_payload(intake.envelope.id, code))
        for code, state in first_states(intake, rules).items()
        if state in AT_THE_OFFICE and (office := rules.offices.get(code, code)) in look.served
    ]


def first_message(intake: Intake) -> Occasion:
    """Return what the person is told first.

    An own filing is announced at the registered number, too: the card may have been borrowed.
    """
    if intake.for_another is None:
        return Occasion.FILED if intake.vouching is None else Occasion.VOUCHED
    return Occasion.CONFIRM if intake.awaits else Occasion.ACTED_FOR


def _application(
    asking: AuthenticatedRequest, intake: Intake, made: Promise, serial: int
) -> dict[str, Any]:
    return {
        "serial": serial,
        "id": intake.envelope.id,
        "digest": intake.envelope.digest,
        "person": intake.person,
        "matter": MATTER,
        "open": True,
        "envelope": asking.body,
        "received_at": made.received_at,
        "due_on": made.due_on,
        "case_number": made.case_number,
        "receipt": made.receipt,
        "terminal": asking.terminal,
        "masked_name": intake.masked_name,
        "way": intake.way,
        "staff": intake.staff,
        "awaiting": intake.awaits,
        "planned": not intake.awaits,
    }


def _webhook_rows(
    states: Mapping[str, TaskState], look: CaseLook, at: str, offices: Mapping[str, str]
) -> list[dict[str, Any]]:
    kind = TaskEvent.ASSIGNED.value
    return [
        {"client": client, "serial": look.serial, "service": code, "kind": kind, "at": at}
        for client, office in look.webhooks
        for code, state in states.items()
        if state is TaskState.READY and offices.get(code, code) == office
    ]


def _deadline_rows(
    asking: AuthenticatedRequest, intake: Intake, made: Promise
) -> list[dict[str, str]]:
    """Return the last day of each task; the watch looks today at those that are near."""
    today = civil_day(asking.at)
    far, looked = (today + _NEVER_NEAR).isoformat(), today.isoformat()
    days = {code: intake.due_days.get(code, made.due_on) for code in intake.services}
    return [
        {
            "application_id": intake.envelope.id,
            "service": code,
            "promised_on": day,
            "due_on": day,
            "level": CALM,
            "looked_on": looked if day > far else "",
        }
        for code, day in days.items()
    ]


def _begin(batch: RowBatch, intake: Intake, made: Promise, rules: Rules) -> None:
    """Add what follows when work begins at once."""
    case = intake.envelope.id
    for table in (HandedRow, OfficeLookRow, PreparationRow):  # the person has filed
        batch.delete(table, "person", intake.person)
    rules.sealer.seal(batch, SealRequest(case, intake.envelope.digest, made.received_at))
    if intake.for_another is None:
        about = About(case, made.case_number, intake.masked_mobile)
        rules.notices.tell(batch, about, Occasion.RECEIVED, made.received_at)


def _put_marks(
    batch: RowBatch,
    asking: AuthenticatedRequest,
    intake: Intake,
    look: CaseLook,
    policy: AlarmPolicy,
) -> None:
    """Add the keyed hashes of account and mobile number, and alarms of too many people's."""
    limits = {
        "account": (policy.persons_an_account, AlarmKind.SAME_ACCOUNT),
        "mobile": (policy.persons_a_mobile, AlarmKind.SAME_MOBILE),
    }
    for kind, mark in intake.marks.items():
        limit, alarm = limits[kind]
        others, is_known = look.mark_counts[kind]
        if is_known:
            continue
        batch.put(_MARKS, [{"kind": kind, "mark": mark, "person": intake.person}])
        count = others + 1
        if count > limit:
            detail = f"{intake.envelope.id}: person {count}"
            said = {"at": asking.said_at, "terminal": asking.terminal}
            batch.put(_ALARMS, [said | {"kind": alarm.value, "detail": detail}])

"""The tasks of an office for its own system: the list, one of them, claiming and giving back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from central.offices_api.api_table import OfficeOperation, json_answer
from central.offices_api.problems import MALFORMED_QUERY, outcome_problem
from central.problems import unknown
from central.store.web.desk_records import LARGEST_SERIAL
from central.store.web.task_desk import TaskOutcome
from central.web_accounts import WebEventKind

if TYPE_CHECKING:
    from starlette.responses import Response

    from central.offices_api.api_table import OfficeCall
    from central.problems import HttpProblem
    from central.store.web.desk_acts import DeskTask
    from central.store.web.desk_records import DeskDecision
    from central.store.web.task_desk import TaskEntry

TASK_PATH = "/v1/tasks/{case:int}/{service}"
_LONGEST_NUMBER = 9  # digits


def list_tasks(call: OfficeCall) -> Response | HttpProblem:
    """Return the open tasks of the office, the first due first."""
    tasks, most = call.context.tasks, call.context.rules.limits.most_tasks
    limit, offset = _number(call, "limit", most), _number(call, "offset", 0)
    if limit is None or offset is None or not 0 < limit <= most:
        return MALFORMED_QUERY
    services = call.context.services_of(call.client.office)
    entries = tasks.entries(services, limit, offset)
    said = {"tasks": [_entry_json(one) for one in entries], "count": tasks.count(services)}
    return json_answer(said)


def show_task(call: OfficeCall) -> Response | HttpProblem:
    """Return one task as it stands."""
    task = call.context.acts.find(call.where)
    return unknown_task(call) if task is None else json_answer(task_json(call, task))


def claim_task(call: OfficeCall) -> Response | HttpProblem:
    """Let the system work on a task; who has it already keeps it."""
    context, where = call.context, call.where
    event = call.event(WebEventKind.TOOK, f"{where.serial} {where.service}")
    now = context.now().timestamp()
    outcome = context.tasks.take(where.serial, where.service, where.services, now, event)
    return _after(call, outcome, lambda task: task.holder == call.client.id)


def put_back(call: OfficeCall) -> Response | HttpProblem:
    """Give an own task back, so that others may take it; one that nobody has stays so."""
    context, where = call.context, call.where
    event = call.event(WebEventKind.GAVE_BACK, f"{where.serial} {where.service}")
    own = (call.client.id,)
    outcome = context.tasks.give_back(where.serial, where.service, where.services, own, event)
    return _after(call, outcome, lambda task: not task.holder)


def unknown_task(call: OfficeCall) -> HttpProblem:
    """Return the answer to who asks for what is not their office's; the try is recorded."""
    where = call.where
    named = where.service in call.context.services and where.serial <= LARGEST_SERIAL
    detail = f"case {where.serial} {where.service}" if named else "case"
    call.context.events.record(call.event(WebEventKind.DENIED, detail))
    return unknown("task of this office")


def task_json(call: OfficeCall, task: DeskTask) -> Mapping[str, Any]:
    """Return a task as openapi.yaml says it (`Task`)."""
    return {
        "case": task.serial,
        "case_number": task.case_number,
        "service": task.service,
        "state": task.state.value,
        "correction_until": task.correction_until,
        "claimed_by": task.holder,
        "mark": task.mark,
        "decision": _decision_json(call, task.service, task.pending) if task.pending else None,
    }


def _decision_json(call: OfficeCall, service: str, pending: DeskDecision) -> Mapping[str, Any]:
    needs_second = pending.act in call.context.rules.desk.second_looks().get(service, ())
    waits = "second-person" if needs_second and not pending.is_confirmed else "service"
    said = {"act": pending.act.value, "by": pending.account, "at": pending.at}
    return {**said, "until": pending.due_on, "waits_for": waits}


def _entry_json(entry: TaskEntry) -> Mapping[str, Any]:
    return {
        "case": entry.serial,
        "case_number": entry.case_number,
        "service": entry.service,
        "state": entry.state.value,
        "due_on": entry.due_on,
        "level": entry.level,
        "correction_until": entry.correction_until,
        "claimed_by": entry.holder,
        "was_corrected": entry.was_corrected,
        "has_decision": entry.has_decision,
    }


def _after(
    call: OfficeCall, outcome: TaskOutcome, is_settled: Callable[[DeskTask], bool]
) -> Response | HttpProblem:
    """Return the task after an act, or why there was none.

    `is_settled`: the task is already as the act wants it, so that a call may be made again.
    """
    task = None if outcome is TaskOutcome.UNKNOWN else call.context.acts.find(call.where)
    if task is None:
        return unknown_task(call)
    if outcome is TaskOutcome.DONE or is_settled(task):
        return json_answer(task_json(call, task))
    return outcome_problem(outcome, task)


def _number(call: OfficeCall, name: str, default: int) -> int | None:
    """Return a whole number of the query, None for what is none."""
    said = call.query.get(name)
    if said is None:
        return default
    is_number = said.isascii() and said.isdecimal() and len(said) <= _LONGEST_NUMBER
    return int(said) if is_number else None


OPERATIONS = (
    OfficeOperation("GET", "/v1/tasks", list_tasks),
    OfficeOperation("GET", TASK_PATH, show_task),
    OfficeOperation("PUT", f"{TASK_PATH}/claim", claim_task),
    OfficeOperation("DELETE", f"{TASK_PATH}/claim", put_back),
)

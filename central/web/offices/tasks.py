"""The list of an office's tasks by due day, and taking one or giving it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING

from central.store.city.figures import NOTHING
from central.store.city.roll_up import OFFICE
from central.store.web.desk_records import LARGEST_SERIAL, TaskAddress
from central.store.web.task_desk import TaskOutcome
from central.web.page_table import WebPage, error_page, see_other
from central.web_accounts import OFFICE_ROLES, WORKING_ROLES, WebEventKind, WebRole
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from starlette.responses import Response

    from central.store.web.task_desk import TaskEntry
    from central.web.page_table import PageRequest

TASKS_PATH = "/tasks"
_SOON_DAYS = 3
_TROUBLES = {
    TaskOutcome.TAKEN: "taken",
    TaskOutcome.OVER: "over",
    TaskOutcome.PENDING: "pending",
}
_TOLD = ("overdue", "red")
"""Levels that stand above the list; nearing ones are marked in it."""
_URGENCIES = {"yellow": "soon", "red": "today", "overdue": "late", "calm": ""}
"""Levels of a deadline (`DeadlineLevel`) as the list shows them."""


@dataclass(frozen=True)
class TaskLine:
    """A task with the name of its service.

    `urgency`: how its last day stands: late, today, soon or "".
    """

    entry: TaskEntry
    service_name: str
    urgency: str
    is_mine: bool


def show_tasks(asking: PageRequest) -> Response:
    """Return the open tasks of the office of who asks."""
    return _page(asking)


def take_task(asking: PageRequest) -> Response:
    """Take a task of the own office, if nobody works on it."""
    serial, service = _task_of(asking)
    event = asking.event(WebEventKind.TOOK, f"{serial} {service}")
    now = asking.context.now().timestamp()
    outcome = asking.context.tasks.take(serial, service, services_of(asking), now, event)
    return _after(asking, outcome)


def give_task_back(asking: PageRequest) -> Response:
    """Give an own task back; the head of the office gives back anybody's."""
    serial, service = _task_of(asking)
    event = asking.event(WebEventKind.GAVE_BACK, f"{serial} {service}")
    holders = None if asking.user.role is WebRole.OFFICE_HEAD else (asking.user.id,)
    outcome = asking.context.tasks.give_back(serial, service, services_of(asking), holders, event)
    return _after(asking, outcome)


def unknown_task(asking: PageRequest) -> Response:
    """Return the answer to who asks for what is not their office's; the try is recorded."""
    serial, service = _task_of(asking)
    named = service in asking.context.services and serial <= LARGEST_SERIAL
    event = asking.event(WebEventKind.DENIED, f"case {serial} {service}" if named else "case")
    asking.context.events.record(event)
    return error_page(asking.context, HTTPStatus.NOT_FOUND, "case")


def _after(asking: PageRequest, outcome: TaskOutcome) -> Response:
    if outcome is TaskOutcome.UNKNOWN:
        return error_page(asking.context, HTTPStatus.NOT_FOUND)
    if outcome is TaskOutcome.DONE:
        return see_other(TASKS_PATH)
    return _page(asking, _TROUBLES[outcome])


def _page(asking: PageRequest, trouble: str = "") -> Response:
    context, services = asking.context, services_of(asking)
    texts, most = context.renderer.texts["tasks"], context.policy.web.table_rows
    today = civil_day(context.now())
    entries = context.tasks.entries(services, most)
    count = context.tasks.count(services)
    return asking.page(
        "tasks.html",
        HTTPStatus.CONFLICT if trouble else HTTPStatus.OK,
        office=context.office_names.get(asking.user.office, asking.user.office),
        lines=[_line(asking, one, today) for one in entries],
        count=count,
        rest=max(0, count - most),
        may_take=asking.user.role in WORKING_ROLES,
        is_head=asking.user.role is WebRole.OFFICE_HEAD,
        failure=texts["troubles"][trouble] if trouble else "",
        done=texts["done"].get(asking.query.get("done", ""), ""),
        told=_told(asking),
    )


def _told(asking: PageRequest) -> str:
    """Return what who is asking has to be told of the last days of the office, "" for nothing.

    The policy says which role hears of which level. Parts are counted once a minute (`CityRollUp`).
    """
    tell, words = asking.context.policy.deadlines.tell, asking.context.renderer.texts["tasks"]
    mine = asking.context.city.figures.now()[OFFICE].get(asking.user.office, NOTHING)
    found = {level: mine.count(level) for level in _TOLD if asking.user.role in tell.get(level, ())}
    said = [words["told"][level].format(count=count) for level, count in found.items() if count]
    return "".join([words["told"]["begin"], words["told"]["between"].join(said)]) if said else ""


def _line(asking: PageRequest, entry: TaskEntry, today: date) -> TaskLine:
    name = asking.context.services[entry.service].name
    return TaskLine(
        entry, name, urgency_of(entry.level, entry.due_on, today), entry.holder == asking.user.id
    )


def urgency_of(level: str, due_on: str, today: date) -> str:
    """Return how a last day stands: late, today, soon or "".

    `due_on`: ISO date, "" for none; `level`: what the watch over deadlines found, "" until it
    looked; then days are counted.
    """
    if level:
        return _URGENCIES[level]
    left = (date.fromisoformat(due_on) - today).days if due_on else _SOON_DAYS + 1
    return "late" if left < 0 else "soon" if left <= _SOON_DAYS else ""


def _task_of(asking: PageRequest) -> tuple[int, str]:
    return asking.path["serial"], asking.path["service"]


def address_of(asking: PageRequest) -> TaskAddress:
    """Return the task that the address names, for the office of who asks."""
    serial, service = _task_of(asking)
    return TaskAddress(serial, service, services_of(asking))


def services_of(asking: PageRequest) -> tuple[str, ...]:
    """Return the services of the office of who asks; never those of another."""
    found = asking.context.services.items()
    return tuple(code for code, one in found if one.office == asking.user.office)


PAGES = (
    WebPage("GET", TASKS_PATH, show_tasks, OFFICE_ROLES, "tasks"),
    WebPage("POST", "/tasks/{serial:int}/{service}/take", take_task, WORKING_ROLES),
    WebPage("POST", "/tasks/{serial:int}/{service}/give-back", give_task_back, WORKING_ROLES),
)

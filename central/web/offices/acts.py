"""Acts of an office's people about one task: a form each, recorded, carried out by the service.

Nothing of the application is opened for it: the forms show its number and service.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import Response

from central.office_desk.acts import DECISION_EVENTS, DeskAct, DeskVerdict, decisions_in
from central.office_desk.decisions import SaidAct
from central.results.reading import FILE_MEMBER, ResultFault, ResultTrouble
from central.results.sealing import SealedResult
from central.store.web.task_desk import TaskOutcome
from central.web.offices.act_forms import ActForms
from central.web.offices.result_forms import FIELDS, result_lines
from central.web.offices.tasks import TASKS_PATH, address_of, unknown_task
from central.web.offices.vault_answers import answer_of, open_result
from central.web.page_table import WebPage, error_page, see_other
from central.web_accounts import OFFICE_ROLES, REVIEWING_ROLES, WORKING_ROLES, WebEventKind, WebRole
from kiosk.application.service_result import ResultKind
from kiosk.civil_time import civil_day
from kiosk.units import MIB

if TYPE_CHECKING:
    from central.results.sealing import OpenedResult
    from central.store.web.case_desk import DeskCase
    from central.store.web.desk_acts import DeskTask
    from central.web.page_table import PageRequest
    from central.web.web_context import WebContext
    from kiosk.application.service_result import ResultContent

CASE_PATH = "/cases/{serial:int}/{service}"
ACT_PATH = f"{CASE_PATH}/acts/{{act}}"
FINISH_PATH = f"{CASE_PATH}/acts/{DeskAct.FINISH.value}"
"""Where the one form is posted that has a file."""
FILE = f"{ResultKind.CERTIFICATE.value}.{FILE_MEMBER}"
DECISION_PATH = f"{CASE_PATH}/decision"
EVENTS = {**DECISION_EVENTS, DeskAct.HAND_ON: WebEventKind.HANDED_ON}
"""Acts that have a form, with their events, in the order of the page."""
VERDICTS = {
    DeskVerdict.CONFIRMED: WebEventKind.CONFIRMED,
    DeskVerdict.DECLINED: WebEventKind.DECLINED,
    DeskVerdict.WITHDRAWN: WebEventKind.WITHDREW,
}
TROUBLES = {
    TaskOutcome.TAKEN: "not_held",
    TaskOutcome.OVER: "over",
    TaskOutcome.PENDING: "pending",
}


def show_act(asking: PageRequest) -> Response:
    """Return the form of an act."""
    task, act = asking.context.acts.find(address_of(asking)), _act_of(asking)
    if task is None or act is None:
        return unknown_task(asking)
    return _form(asking, task, act, blocking_trouble(asking, task, act), HTTPStatus.CONFLICT)


def take_act(asking: PageRequest) -> Response:
    """Record the act that a form says."""
    where, act = address_of(asking), _act_of(asking)
    task = asking.context.acts.find(where)
    if task is None or act is None:
        return unknown_task(asking)
    if act is DeskAct.HAND_ON:
        return _hand_on(asking, task)
    blocked = blocking_trouble(asking, task, act)
    said = _read(asking, task.service, act)
    if blocked or not isinstance(said, SaidAct):
        status = HTTPStatus.CONFLICT if blocked else HTTPStatus.UNPROCESSABLE_ENTITY
        return _form(asking, task, act, blocked or _fault_words(asking, said), status)
    decision = said.decision
    if said.gives is not None:
        sealed = _seal(asking, said.gives)
        if isinstance(sealed, Response):
            return sealed
        decision = said.with_result(sealed)
    today = civil_day(asking.context.now()).isoformat()
    event = asking.event(EVENTS[act], f"{task.serial} {task.service}")
    return _after(asking, task, act, asking.context.acts.decide(where, decision, today, event))


def _read(asking: PageRequest, service: str, act: DeskAct) -> SaidAct | str | ResultFault:
    """Return what a form says, with the certificate's file, or what is wrong with it."""
    if isinstance(asking.file, HTTPStatus):
        return ResultFault(ResultTrouble.FILE, FILE)
    said = forms_of(asking, service).read(act, asking.form)
    if asking.file is None or not isinstance(said, SaidAct):
        return said
    if said.content is None or said.content.certificate is None:
        kinds = forms_of(asking, service).kinds()
        is_known = ResultKind.CERTIFICATE in kinds
        trouble = ResultTrouble.MISSING if is_known else ResultTrouble.FOREIGN
        return ResultFault(trouble, ResultKind.CERTIFICATE.value)
    if found := asking.context.certificates.trouble(asking.file):
        return ResultFault(found, FILE)
    return replace(said, content=replace(said.content, file=asking.file))


def _seal(asking: PageRequest, content: ResultContent) -> SealedResult | Response:
    """Return what an end gives to the person, sealed, or the page that says why it can't be."""
    case = case_of(asking)
    if case is None:
        return unknown_task(asking)
    asked = case.asked_by(asking.user.id)
    return answer_of(asking, lambda vault: vault.sealed_result(asked, content))


def open_decision(asking: PageRequest, sealed: SealedResult) -> OpenedResult | Response:
    """Return what a decision gives to the person; the look of who is `asking` is recorded."""
    case = case_of(asking)
    return unknown_task(asking) if case is None else open_result(asking, case, sealed)


def _hand_on(asking: PageRequest, task: DeskTask) -> Response:
    colleague, act = asking.form.get("colleague", ""), DeskAct.HAND_ON
    if colleague not in asking.context.acts.colleagues(asking.user.office, task.holder):
        blocked = blocking_trouble(asking, task, act)
        status = HTTPStatus.CONFLICT if blocked else HTTPStatus.UNPROCESSABLE_ENTITY
        return _form(asking, task, act, blocked or "no_colleague", status)
    event = asking.event(WebEventKind.HANDED_ON, f"{task.serial} {task.service} {colleague}")
    mark = asking.form.get("mark", "")
    outcome = asking.context.acts.hand_on(
        address_of(asking), colleague, mark, _holders(asking), event
    )
    return _after(asking, task, act, outcome)


def show_decision(asking: PageRequest) -> Response:
    """Return the decision about a task that waits, to be confirmed, declined or withdrawn."""
    task = asking.context.acts.find(address_of(asking))
    if task is None:
        return unknown_task(asking)
    return _decision(asking, task, "" if task.pending else "no_decision")


def take_verdict(asking: PageRequest) -> Response:
    """Record what a second person says of a decision, or that it was withdrawn."""
    where, said = address_of(asking), asking.form.get("verdict", "")
    task = asking.context.acts.find(where)
    if task is None:
        return unknown_task(asking)
    if said not in set(DeskVerdict) or not asking.form.get("number", "").isdecimal():
        return error_page(asking.context, HTTPStatus.BAD_REQUEST)
    verdict, number = DeskVerdict(said), int(asking.form["number"])
    if verdict is not DeskVerdict.WITHDRAWN and asking.user.role not in REVIEWING_ROLES:
        return _decision(asking, task, "no_reviewer")
    result = _sealed_anew(asking, task, verdict)
    if isinstance(result, Response):
        return result
    event = asking.event(VERDICTS[verdict], f"{task.serial} {task.service}")
    outcome = asking.context.acts.review(where, number, verdict, event, result)
    if outcome is TaskOutcome.DONE:
        return see_other(f"{TASKS_PATH}?done={verdict.value}")
    return _decision(asking, task, "own" if outcome is TaskOutcome.TAKEN else "no_decision")


def _sealed_anew(asking: PageRequest, task: DeskTask, verdict: DeskVerdict) -> bytes | Response:
    """Return the result of what is confirmed, sealed anew: its terms count from today."""
    is_confirmed = verdict is DeskVerdict.CONFIRMED
    if not is_confirmed or task.pending is None or not task.pending.result:
        return b""
    file = asking.context.acts.file_of(task.pending.number)
    found = open_decision(asking, SealedResult(task.pending.result, file))
    if isinstance(found, Response):
        return found
    # The file as it was sealed before stays: case, key and digest are the same.
    sealed = _seal(asking, found.content)
    return sealed if isinstance(sealed, Response) else sealed.envelope


def _fault_words(asking: PageRequest, said: str | ResultFault | SaidAct) -> str:
    """Return the words for what is wrong with a form."""
    words = asking.context.renderer.texts["act"]
    if isinstance(said, ResultFault):
        label = words["fields"].get(said.member.replace(".", "-"), said.member)
        found: str = words["faults"][said.trouble.value]
        size = asking.context.result_rules.longest_file_bytes // MIB
        return found.format(label=label, size=size)
    return words["troubles"][said] if isinstance(said, str) else ""


def forms_of(asking: PageRequest, service: str) -> ActForms:
    """Return what reads the forms about a service."""
    context = asking.context
    return ActForms(
        rules=context.desk_rules,
        results=context.result_rules,
        catalogue=context.forms.catalogue,
        words=context.renderer.texts["act"],
        service=service,
        today=civil_day(context.now()),
    )


def case_of(asking: PageRequest) -> DeskCase | None:
    """Return the case that the address of a request names, for the office of who asks."""
    where = address_of(asking)
    return asking.context.cases.find(where.serial, where.service, where.services)


def possible_acts(asking: PageRequest, task: DeskTask) -> tuple[DeskAct, ...]:
    """Return the acts whose forms somebody can use now."""
    return tuple(act for act in EVENTS if not blocking_trouble(asking, task, act))


def blocking_trouble(asking: PageRequest, task: DeskTask, act: DeskAct) -> str:
    """Return the name of what keeps who is `asking` from an act, "" for nothing."""
    holders = _holders(asking) if act is DeskAct.HAND_ON else (asking.user.id,)
    if asking.user.role not in WORKING_ROLES or not task.holder:
        return "not_held"
    if holders is not None and task.holder not in holders:
        return "not_held"
    if task.pending is not None:
        return "pending"
    if act is DeskAct.HAND_ON:
        return ""
    is_late = task.correction_until < civil_day(asking.context.now()).isoformat()
    return "" if act in decisions_in(task.state, is_late=is_late) else "over"


def needs_second(asking: PageRequest, service: str, act: DeskAct) -> bool:
    """Tell whether a second person confirms this decision about a `service`.

    `asking`: the request, whose rules count.
    """
    return act in asking.context.desk_rules.second_looks().get(service, ())


def _holders(asking: PageRequest) -> tuple[str, ...] | None:
    """Return whose tasks may be handed on: one's own, for the head everybody's (None)."""
    return None if asking.user.role is WebRole.OFFICE_HEAD else (asking.user.id,)


def _act_of(asking: PageRequest) -> DeskAct | None:
    said = asking.path.get("act", DeskAct.FINISH.value)  # FINISH_PATH names no other
    return next((act for act in EVENTS if act == said), None)


def _after(asking: PageRequest, task: DeskTask, act: DeskAct, outcome: TaskOutcome) -> Response:
    if outcome is TaskOutcome.UNKNOWN:
        return unknown_task(asking)
    if outcome is TaskOutcome.DONE:
        return see_other(f"{TASKS_PATH}?done={act.value}")
    newest = asking.context.acts.find(address_of(asking)) or task
    return _form(asking, newest, act, TROUBLES[outcome], HTTPStatus.CONFLICT)


def _form(
    asking: PageRequest, task: DeskTask, act: DeskAct, trouble: str, status: HTTPStatus
) -> Response:
    forms, words = forms_of(asking, task.service), asking.context.renderer.texts["act"]
    limits = asking.context.desk_rules.limits
    return asking.page(
        "act.html",
        status if trouble else HTTPStatus.OK,
        task=task,
        act=act.value,
        service_name=asking.context.services[task.service].name,
        failure=words["troubles"].get(trouble, trouble).format(most=limits.most_letters),
        is_open=not blocking_trouble(asking, task, act),
        typed=asking.form,
        needs_second=needs_second(asking, task.service, act),
        papers=forms.papers() if act is DeskAct.ASK else {},
        refusals=asking.context.desk_rules.refusals_of(task.service),
        law=forms.law(),
        remedies=asking.context.desk_rules.remedies,
        results=[(kind.value, kind in forms.needed(), FIELDS[kind]) for kind in forms.kinds()],
        file_size=asking.context.result_rules.longest_file_bytes // MIB,
        file_pages=asking.context.result_rules.most_pages,
        colleagues=asking.context.acts.colleagues(asking.user.office, task.holder),
        first_day=(forms.today + timedelta(1)).isoformat(),
        usual_day=(forms.today + timedelta(limits.usual_days)).isoformat(),
        last_day=forms.latest.isoformat(),
        length=limits.most_letters,
    )


def _decision(asking: PageRequest, task: DeskTask, trouble: str) -> Response:
    words, act_words = (asking.context.renderer.texts[name] for name in ("decision", "act"))
    pending = task.pending
    found = None
    if pending is not None and pending.result:
        found = open_decision(asking, SealedResult(pending.result))
    if isinstance(found, Response):
        return found
    return asking.page(
        "decision.html",
        HTTPStatus.CONFLICT if trouble else HTTPStatus.OK,
        task=task,
        pending=pending,
        waits=pending is not None
        and not pending.is_confirmed
        and needs_second(asking, task.service, pending.act),
        is_own=pending is not None and pending.account == asking.user.id,
        may_confirm=asking.user.role in REVIEWING_ROLES,
        service_name=asking.context.services[task.service].name,
        failure=words["troubles"][trouble] if trouble else "",
        lines=result_lines(found.content, act_words) if found else [],
        has_file=found is not None and bool(found.file_digest),
    )


def _longest_file(context: WebContext) -> int:
    return context.result_rules.longest_file_bytes


PAGES = (
    WebPage("GET", ACT_PATH, show_act, WORKING_ROLES),
    WebPage("POST", FINISH_PATH, take_act, WORKING_ROLES, longest_file=_longest_file),
    WebPage("POST", ACT_PATH, take_act, WORKING_ROLES),
    WebPage("GET", DECISION_PATH, show_decision, OFFICE_ROLES),
    WebPage("POST", DECISION_PATH, take_verdict, OFFICE_ROLES),
)

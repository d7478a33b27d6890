"""Decisions of an office's system about a task that it has claimed, recorded for the service.

They are those of the desk in a browser: the same rules read them, and where the rules want a second
person, one of the office's people confirms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from central.office_desk.acts import DECISION_EVENTS, DeskAct
from central.office_desk.decisions import DecisionReader, DecisionTrouble, SaidAct, SaidDecision
from central.offices_api.api_table import OfficeOperation, json_answer
from central.offices_api.members import WrongMember, only, text, texts
from central.offices_api.problems import decision_problem, outcome_problem
from central.offices_api.tasks import TASK_PATH, task_json, unknown_task
from central.offices_api.vault_answers import answer_of
from central.problems import MALFORMED, HttpProblem
from central.results.reading import FILE_MEMBER, ResultFault
from central.results.sealing import SealedResult
from central.store.web.task_desk import TaskOutcome
from kiosk.application.service_result import ResultKind
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from central.offices_api.api_table import OfficeCall

Document = Mapping[str, Any]
Said = SaidAct | DecisionTrouble | ResultFault
MARK, REASON = "mark", "reason"
CERTIFICATE_FILE = f"{ResultKind.CERTIFICATE.value}.{FILE_MEMBER}"


def decide(
    act: DeskAct, read: Callable[[DecisionReader, Document], Said], call: OfficeCall
) -> Response | HttpProblem:
    """Record what a system decides about a task: `read` reads the document of the `act`."""
    task = call.context.acts.find(call.where)
    if task is None:
        return unknown_task(call)
    if task.holder != call.client.id:  # before anything is read or sealed
        return outcome_problem(TaskOutcome.TAKEN, task)
    document = call.document()
    if isinstance(document, HttpProblem):
        return document
    try:
        said = read(call.context.reader_of(task.service), document)
    except WrongMember:
        return MALFORMED
    if isinstance(said, SaidAct) and said.content is not None and said.content.file:
        trouble = call.context.rules.certificates.trouble(said.content.file)
        said = ResultFault(trouble, CERTIFICATE_FILE) if trouble else said
    if not isinstance(said, SaidAct):
        return decision_problem(said, call.context.rules.words)
    decision = _sealed(call, said)
    return _record(call, act, decision) if isinstance(decision, SaidDecision) else decision


def _sealed(call: OfficeCall, said: SaidAct) -> SaidDecision | Response | HttpProblem:
    """Return the decision with what it gives to the person sealed, or why that can't be."""
    content, where = said.gives, call.where
    if content is None:
        return said.decision
    case = call.context.cases.find(where.serial, where.service, where.services)
    if case is None:
        return unknown_task(call)
    asked = case.asked_by(call.client.id)
    sealed = answer_of(call, lambda vault: vault.sealed_result(asked, content))
    return said.with_result(sealed) if isinstance(sealed, SealedResult) else sealed


def _record(call: OfficeCall, act: DeskAct, decision: SaidDecision) -> Response | HttpProblem:
    context, where = call.context, call.where
    event = call.event(DECISION_EVENTS[act], f"{where.serial} {where.service}")
    today = civil_day(context.now()).isoformat()
    outcome = context.acts.decide(where, decision, today, event)
    now = None if outcome is TaskOutcome.UNKNOWN else context.acts.find(where)
    if now is None:
        return unknown_task(call)
    if outcome is TaskOutcome.DONE:
        return json_answer(task_json(call, now), HTTPStatus.ACCEPTED)
    return outcome_problem(outcome, now)


def _ask(reader: DecisionReader, said: Document) -> Said:
    only(said, (MARK, REASON, "papers", "what", "until"))
    papers = texts(said, "papers")
    if not set(papers) <= reader.papers().keys():
        raise WrongMember
    what, until = text(said, "what", ""), text(said, "until")
    return reader.ask(text(said, MARK), papers, what, text(said, REASON), until)


def _hold(act: DeskAct, reader: DecisionReader, said: Document) -> Said:
    only(said, (MARK, REASON))
    return reader.hold(act, text(said, MARK), text(said, REASON))


def _finish(reader: DecisionReader, said: Document) -> Said:
    only(said, (MARK, REASON, "result"))
    return reader.finish(text(said, MARK), text(said, REASON, ""), said.get("result", {}))


def _refuse(reader: DecisionReader, said: Document) -> Said:
    if "refusal" in said:
        only(said, (MARK, "refusal"))
        return reader.refuse_for(text(said, MARK), said["refusal"])
    only(said, (MARK, REASON, "ground"))
    return reader.refuse(text(said, MARK), text(said, "ground"), text(said, REASON, ""))


READERS: Mapping[DeskAct, Callable[[DecisionReader, Document], Said]] = {
    DeskAct.ASK: _ask,
    DeskAct.PAUSE: partial(_hold, DeskAct.PAUSE),
    DeskAct.RESUME: partial(_hold, DeskAct.RESUME),
    DeskAct.FINISH: _finish,
    DeskAct.REFUSE: _refuse,
}
OPERATIONS = tuple(
    OfficeOperation("POST", f"{TASK_PATH}/{act.value}", partial(decide, act, read))
    for act, read in READERS.items()
)

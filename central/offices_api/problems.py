"""Refusals of the API for offices' systems, as problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from central.office_desk.decisions import DecisionTrouble
from central.problems import HttpProblem, conflict, not_processable
from central.results.reading import ResultFault
from central.store.web.task_desk import TaskOutcome
from central.vault_port import VaultRefusal

if TYPE_CHECKING:
    from central.store.web.desk_acts import DeskTask

NO_CERTIFICATE = HttpProblem(
    HTTPStatus.UNAUTHORIZED, "no-certificate", "The connection has no certificate of a system."
)
INVALID_TOKEN = HttpProblem(
    HTTPStatus.UNAUTHORIZED,
    "invalid-token",
    "The access token is missing, over, or not for this certificate.",
)
BODY_TOO_LARGE = HttpProblem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too-large",
    "The body is longer than the longest certificate with its result.",
)
DATABASE_AWAY = HttpProblem(
    HTTPStatus.SERVICE_UNAVAILABLE, "database-away", "Nothing can be looked up now."
)
NO_VAULT = HttpProblem(
    HTTPStatus.SERVICE_UNAVAILABLE, "vault-away", "What is sealed can't be opened now."
)
ABSENT_PAGE = HttpProblem(HTTPStatus.NOT_FOUND, "absent-page", "This page has not arrived yet.")
PAGES_AWAY = HttpProblem(
    HTTPStatus.SERVICE_UNAVAILABLE, "pages-away", "The store of pages does not give it now."
)
NO_PICTURE = HttpProblem(
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "no-picture", "This page is no picture that can be shown."
)
VAULT_REFUSALS: Mapping[VaultRefusal, HttpProblem] = {
    VaultRefusal.UNKNOWN_ACCOUNT: HttpProblem(
        HTTPStatus.FORBIDDEN, "unknown-account", "The vault does not know this account."
    ),
    VaultRefusal.NOT_THEIRS: HttpProblem(
        HTTPStatus.NOT_FOUND, "not-theirs", "The vault shows this to no account of the office."
    ),
    VaultRefusal.NO_FORM: HttpProblem(
        HTTPStatus.NOT_FOUND, "no-form", "The case has no such form for this office."
    ),
    VaultRefusal.NOT_MADE: HttpProblem(
        HTTPStatus.SERVICE_UNAVAILABLE, "not-made", "The form can't be made here."
    ),
    VaultRefusal.TOO_OFTEN: HttpProblem(
        HTTPStatus.TOO_MANY_REQUESTS, "too-often", "This account opened too much within an hour."
    ),
    VaultRefusal.NOT_YET: conflict("not-yet", "The office may not begin before its first day."),
    VaultRefusal.UNREADABLE: HttpProblem(
        HTTPStatus.SERVICE_UNAVAILABLE, "unreadable", "The application can't be read."
    ),
}
_TITLES: Mapping[DecisionTrouble, str] = {
    DecisionTrouble.LONG: "A text is longer than the rules let it be.",
    DecisionTrouble.PERSONAL: "A text holds what may be the number of a person.",
    DecisionTrouble.UNPRINTABLE: "A text holds a control character.",
    DecisionTrouble.NOTHING_ASKED: "Nothing is asked for.",
    DecisionTrouble.NO_REASON: "The reason is missing.",
    DecisionTrouble.WRONG_DAY: "The day is none, over, today, or too far ahead.",
    DecisionTrouble.NO_REFUSAL: "The service has no such reason of a refusal.",
    DecisionTrouble.LONG_REFUSAL: "The reason of the refusal is longer than a page can say.",
}


def decision_problem(fault: DecisionTrouble | ResultFault, words: Mapping[str, Any]) -> HttpProblem:
    """Return the problem of a decision that is not taken; `words` are those of the desk's acts.

    `detail` says it in Chinese with its cure, as the form at the desk does.
    """
    if isinstance(fault, ResultFault):
        more = {"trouble": fault.trouble.value, "member": fault.member, "detail": fault.words()}
        title = "The result is not one that the service has."
        return HttpProblem(HTTPStatus.UNPROCESSABLE_ENTITY, "wrong-result", title, more)
    detail = {"trouble": fault.value, "detail": str(words["troubles"][fault.value])}
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return HttpProblem(status, "wrong-decision", _TITLES[fault], detail)


def outcome_problem(outcome: TaskOutcome, task: DeskTask) -> HttpProblem:
    """Return the problem of an act that was not taken, with how the `task` stands now."""
    now = {"state": task.state.value, "mark": task.mark, "claimed_by": task.holder}
    if outcome is TaskOutcome.PENDING and task.pending is not None:
        waiting = {"act": task.pending.act.value, "by": task.pending.account}
        title = "A decision about this task waits for its effect; this one was not recorded."
        return conflict("decision-waits", title, **now, **waiting, at=task.pending.at)
    if outcome is TaskOutcome.TAKEN:
        title = "The task is not claimed by this account; nothing was changed."
        return conflict("not-yours", title, **now)
    title = "The task has moved, has ended, or was withdrawn; nothing was changed."
    return conflict("over", title, **now)


MALFORMED_QUERY = not_processable("malformed", "The request is not as openapi.yaml says.")

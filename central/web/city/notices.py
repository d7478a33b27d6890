"""Notices to offices (通报, 限期整改): the supervisor's and the heads' pages, and their acts."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from central.store.city.notices import NEXT, NoticeStep
from central.web.city.helpers import SUPERVISOR, names_a_number
from central.web.csv_table import csv_answer
from central.web.page_table import WebPage, error_page, see_other
from central.web_accounts import WebEventKind, WebRole
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from starlette.responses import Response

    from central.store.city.notices import OfficeNotice
    from central.web.page_table import PageRequest

NOTICES_PATH = "/notices"
HEAD = frozenset({WebRole.OFFICE_HEAD})


def show_notices(asking: PageRequest) -> Response:
    """Return the list: all of them to the supervisor, the own office's to its head."""
    return _list(asking)


def show_notice(asking: PageRequest) -> Response:
    """Return one notice with its steps, and the form of what this role may do next."""
    found = _found(asking)
    return _one(asking, found) if found else error_page(asking.context, HTTPStatus.NOT_FOUND)


def issue_notice(asking: PageRequest) -> Response:
    """Store a notice to an office with the day of its answer."""
    office, words = asking.form.get("office", ""), _words(asking)
    trouble = _trouble_with(asking, words) or _trouble_with_day(asking)
    if office not in asking.context.office_names:
        trouble = trouble or "office"
    if trouble:
        return _list(asking, trouble)
    event = asking.event(WebEventKind.NOTICED, f"notice {office}")
    asking.context.city.notices.issue(office, words, asking.form["until"], event)
    return see_other(f"{NOTICES_PATH}?done=issued")


def answer_notice(asking: PageRequest) -> Response:
    """Store the answer of the head of the office."""
    return _step(asking, NoticeStep.ANSWERED)


def conclude_notice(asking: PageRequest) -> Response:
    """Store that an answer is enough, or that another one is wanted until another day."""
    said = asking.form.get("verdict", "")
    kind = NoticeStep.RETURNED if said == NoticeStep.RETURNED else NoticeStep.CLOSED
    return _step(asking, kind)


def export_notices(asking: PageRequest) -> Response:
    """Return all steps as CSV, recorded in the audit."""
    texts = asking.context.renderer.texts["notices"]
    rows = [
        (
            found.number,
            asking.context.office_names.get(found.office, found.office),
            texts["steps"][one.kind],
            one.at[:16],
            one.account,
            one.words,
            one.due_on,
        )
        for found in asking.context.city.notices.all(asking.user.office)
        for one in found.steps
    ]
    asking.context.events.record(asking.event(WebEventKind.EXPORTED, "notices"))
    names = ("number", "office", "step", "at", "account", "words", "until")
    return csv_answer("notices.csv", [texts["columns"][name] for name in names], rows)


def _step(asking: PageRequest, kind: NoticeStep) -> Response:
    found, words = _found(asking), _words(asking)
    if found is None:
        return error_page(asking.context, HTTPStatus.NOT_FOUND)
    if asking.form.get("mark") != str(len(found.steps)):
        return _one(asking, found, "twice")
    trouble = _trouble_with(asking, words)
    if kind is NoticeStep.RETURNED:
        trouble = trouble or _trouble_with_day(asking)
    if trouble:
        return _one(asking, found, trouble)
    due_on = asking.form["until"] if kind is NoticeStep.RETURNED else ""
    event = asking.event(WebEventKind.NOTICED, f"notice {found.number} {kind.value}")
    if not asking.context.city.notices.add(found, kind, words, due_on, event):
        return _one(asking, _found(asking) or found, "twice")
    return see_other(f"{NOTICES_PATH}/{found.number}?done={kind.value}")


def _found(asking: PageRequest) -> OfficeNotice | None:
    return asking.context.city.notices.find(asking.path["number"], asking.user.office)


def _words(asking: PageRequest) -> str:
    return asking.form.get("words", "").strip()


def _trouble_with(asking: PageRequest, words: str) -> str:
    if not words:
        return "empty"
    if len(words) > asking.context.city.policy.notices.words_length:
        return "long"
    return "personal" if names_a_number(words) else ""


def _trouble_with_day(asking: PageRequest) -> str:
    today = civil_day(asking.context.now())
    last = today + timedelta(asking.context.city.policy.notices.longest_days)
    try:
        until = date.fromisoformat(asking.form.get("until", ""))
    except ValueError:
        return "until"
    return "" if today < until <= last else "until"


def _list(asking: PageRequest, trouble: str = "") -> Response:
    context = asking.context
    return asking.page(
        "notices.html",
        _status(trouble),
        notices=context.city.notices.all(asking.user.office),
        today=civil_day(context.now()).isoformat(),
        broken=context.city.notices.first_broken(),
        **_shared(asking, trouble),
    )


def _one(asking: PageRequest, notice: OfficeNotice, trouble: str = "") -> Response:
    able = NEXT[notice.state]
    is_head = asking.user.role in HEAD
    return asking.page(
        "notice.html",
        _status(trouble),
        notice=notice,
        today=civil_day(asking.context.now()).isoformat(),
        may_answer=is_head and NoticeStep.ANSWERED in able,
        may_conclude=not is_head and NoticeStep.CLOSED in able,
        **_shared(asking, trouble),
    )


def _shared(asking: PageRequest, trouble: str) -> dict[str, object]:
    """Return what both pages show: what is wrong, what was typed before, and the limits."""
    context, limits = asking.context, asking.context.city.policy.notices
    today = civil_day(context.now())
    words = context.renderer.texts["notices"]["troubles"].get(trouble, "")
    return {
        "failure": words.format(length=limits.words_length, days=limits.longest_days),
        "typed": dict.fromkeys(("office", "words", "until", "verdict"), "") | dict(asking.form),
        "done": asking.query.get("done", ""),
        "offices": context.office_names,
        "length": limits.words_length,
        "first_day": (today + timedelta(1)).isoformat(),
        "last_day": (today + timedelta(limits.longest_days)).isoformat(),
        "is_head": asking.user.role in HEAD,
    }


def _status(trouble: str) -> HTTPStatus:
    if trouble == "twice":
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK


PAGES = (
    WebPage("GET", NOTICES_PATH, show_notices, SUPERVISOR | HEAD, "notices"),
    WebPage("POST", NOTICES_PATH, issue_notice, SUPERVISOR),
    WebPage("GET", "/notices.csv", export_notices, SUPERVISOR | HEAD),
    WebPage("GET", "/notices/{number:int}", show_notice, SUPERVISOR | HEAD),
    WebPage("POST", "/notices/{number:int}/answer", answer_notice, HEAD),
    WebPage("POST", "/notices/{number:int}/conclude", conclude_notice, SUPERVISOR),
)

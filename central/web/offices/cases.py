"""One case of an office: its view, its forms, the pages of its papers; each look is recorded.

Everything is opened by the vault for this one answer. Nothing of it is kept here, and no browser
may store it (`central.web.app.HEADERS`).
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from central.blob_store.ports import BlobStoreAway
from central.office_desk.pictures import picture_type
from central.tasks import ENDS, TaskState
from central.vault_port import OfficeForm, OfficeShare, VaultRefusal
from central.web.offices.acts import CASE_PATH, case_of, needs_second, possible_acts
from central.web.offices.case_content import CaseContent, CaseWords, case_content
from central.web.offices.result_forms import result_lines
from central.web.offices.tasks import address_of, unknown_task, urgency_of
from central.web.offices.vault_answers import answer_of, open_result, refusal_page
from central.web.page_table import WebPage, error_page
from central.web_accounts import OFFICE_ROLES, WORKING_ROLES, WebEventKind, WebRole
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from central.store.web.case_desk import DeskCase
    from central.web.page_table import PageRequest

UNREADABLE_ERRORS = (AttributeError, KeyError, TypeError, ValueError)
DECIDED = frozenset(TaskState) - {TaskState.READY}
"""States into which an office moves a task; what was brought later makes it ready."""
_BLOB = re.compile(r"[0-9a-f]{64}")
_SHOWN_DIGITS = 12  # of a page's digest in the audit


def show_case(asking: PageRequest) -> Response:
    """Return the case as its office sees it."""
    case = case_of(asking)
    if case is None:
        return unknown_task(asking)
    content = _read(asking, case)
    if isinstance(content, Response):
        return content
    blobs = {one.blob for paper in content.papers for one in paper.pictures}
    context, where = asking.context, address_of(asking)
    task = context.acts.find(where)
    assert task is not None  # the same row as the case's
    timeline = context.acts.timeline(where)
    return asking.page(
        "case.html",
        case=case,
        content=content,
        service_name=context.services[case.service].name,
        arrived=context.cases.arrived(blobs),
        task=task,
        acts=[act.value for act in possible_acts(asking, task)],
        may_take=asking.user.role in WORKING_ROLES and not task.holder,
        may_give_back=asking.user.role is WebRole.OFFICE_HEAD or task.holder == asking.user.id,
        has_second=task.pending is not None
        and needs_second(asking, case.service, task.pending.act),
        urgency=urgency_of(case.level, case.due_on, civil_day(context.now())),
        timeline=timeline,
        decided_at=max((one.at for one in timeline if one.state in DECIDED), default=""),
        unit=context.desk_rules.unit_of(case.service),
        office=context.office_names.get(asking.user.office, asking.user.office),
        first_asked=case.helper or context.acts.first_taker(case.id),
        has_ended=case.state in ENDS,
        **_given(asking, case),
    )


def _given(asking: PageRequest, case: DeskCase) -> dict[str, Any]:
    """Return what the end of a case's service gave, as labels with values; None for no answer.

    The page of the case is shown all the same.
    """
    sealed = asking.context.cases.result(case) if case.state in ENDS else None
    if sealed is None:
        return {"given": [], "has_file": False}
    found = open_result(asking, case, sealed)
    if isinstance(found, Response):
        return {"given": None, "has_file": False}
    lines = result_lines(found.content, asking.context.renderer.texts["act"])
    return {"given": lines, "has_file": bool(found.file_digest)}


def show_paper(asking: PageRequest) -> Response:
    """Return the pages of one paper, to be looked at closely; papers count from 1."""
    case = case_of(asking)
    if case is None:
        return unknown_task(asking)
    content = _read(asking, case)
    if isinstance(content, Response):
        return content
    place = asking.path["place"]
    if not 1 <= place <= len(content.papers):
        return error_page(asking.context, HTTPStatus.NOT_FOUND)
    paper = content.papers[place - 1]
    return asking.page(
        "paper.html",
        case=case,
        content=content,
        paper=paper,
        service_name=asking.context.services[case.service].name,
        arrived=asking.context.cases.arrived({one.blob for one in paper.pictures}),
    )


def show_picture(asking: PageRequest) -> Response:
    """Return one page of a paper as the picture that the terminal took."""
    case, blob = case_of(asking), asking.path["blob"]
    if case is None or not _BLOB.fullmatch(blob):
        return unknown_task(asking)
    try:
        sealed = asking.context.cases.sealed_page(blob)
    except BlobStoreAway:
        return error_page(asking.context, HTTPStatus.SERVICE_UNAVAILABLE, "pages_away")
    if sealed is None:
        return error_page(asking.context, HTTPStatus.NOT_FOUND, "absent_page")
    _record(asking, case, f"page {blob[:_SHOWN_DIGITS]}")
    wanted = case.page_asked_by(asking.user.id, sealed)
    found = answer_of(asking, lambda vault: vault.paper_page(wanted))
    if isinstance(found, Response):
        return found
    kind = picture_type(found)
    if kind is None:
        return error_page(asking.context, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "no_picture")
    return Response(found, media_type=kind)


def show_form(asking: PageRequest) -> Response:
    """Return a form of the case as PDF."""
    case, name = case_of(asking), asking.path["form"]
    if case is None or name not in set(OfficeForm):
        return unknown_task(asking)
    _record(asking, case, f"form {name}")
    asked = case.asked_by(asking.user.id)
    found = answer_of(asking, lambda vault: vault.case_form(asked, OfficeForm(name)))
    if isinstance(found, Response):
        return found
    inline = f'inline; filename="{case.serial}-{case.service}-{name}.pdf"'
    return Response(found, media_type="application/pdf", headers={"Content-Disposition": inline})


def _read(asking: PageRequest, case: DeskCase) -> CaseContent | Response:
    """Return what the office sees of its case, or the page that says why not."""
    _record(asking, case, "")
    asked = case.asked_by(asking.user.id)
    share: OfficeShare | Response = answer_of(asking, lambda vault: vault.case_view(asked))
    if isinstance(share, Response):
        return share
    if not share.view:
        return refusal_page(asking, VaultRefusal.NOT_YET)
    words = CaseWords(**asking.context.renderer.texts["case"]["papers"])
    try:
        return case_content(asking.context.forms, words, share.view, case.brought_at)
    except UNREADABLE_ERRORS:
        return refusal_page(asking, VaultRefusal.UNREADABLE)


def _record(asking: PageRequest, case: DeskCase, what: str) -> None:
    detail = f"{case.serial} {case.service} {what}".rstrip()
    asking.context.events.record(asking.event(WebEventKind.VIEWED, detail))


PAGES = (
    WebPage("GET", CASE_PATH, show_case, OFFICE_ROLES),
    WebPage("GET", f"{CASE_PATH}/papers/{{place:int}}", show_paper, OFFICE_ROLES),
    WebPage("GET", f"{CASE_PATH}/pages/{{blob}}", show_picture, OFFICE_ROLES),
    WebPage("GET", f"{CASE_PATH}/forms/{{form}}", show_form, OFFICE_ROLES),
)

"""What an office's system reads of a case: its view, its forms, the pages of its papers.

Everything is opened by the vault for this one answer, as for the desk in a browser; each look is
recorded here and by the vault.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import Response

from central.blob_store.ports import BlobStoreAway
from central.office_desk.pictures import picture_type
from central.offices_api.api_table import OfficeOperation, json_answer
from central.offices_api.problems import ABSENT_PAGE, NO_PICTURE, PAGES_AWAY, VAULT_REFUSALS
from central.offices_api.tasks import TASK_PATH, unknown_task
from central.offices_api.vault_answers import answer_of
from central.problems import unknown
from central.vault_port import OfficeForm, OfficeShare, VaultRefusal
from central.web_accounts import WebEventKind

if TYPE_CHECKING:
    from central.offices_api.api_table import OfficeCall
    from central.problems import HttpProblem
    from central.store.web.case_desk import DeskCase

_BLOB = re.compile(r"[0-9a-f]{64}")
_SHOWN_DIGITS = 12  # of a page's digest in the audit


def show_view(call: OfficeCall) -> Response | HttpProblem:
    """Return the office's view of a case, and which pages of its papers have arrived."""
    case = _case_of(call)
    if case is None:
        return unknown_task(call)
    _record(call, case, "")
    asked = case.asked_by(call.client.id)
    share = answer_of(call, lambda vault: vault.case_view(asked))
    if not isinstance(share, OfficeShare):
        return share
    if not share.view:
        return VAULT_REFUSALS[VaultRefusal.NOT_YET]
    said = {"case": case.serial, "case_number": case.case_number, "service": case.service}
    due = {"received_at": case.received_at, "due_on": case.due_on, "level": case.level}
    return json_answer({**said, **due, "brought_at": case.brought_at, "view": share.view})


def show_form(call: OfficeCall) -> Response | HttpProblem:
    """Return a form of the case as PDF."""
    case, name = _case_of(call), call.path["form"]
    if case is None:
        return unknown_task(call)
    if name not in set(OfficeForm):
        return unknown("form")
    _record(call, case, f"form {name}")
    asked = case.asked_by(call.client.id)
    found = answer_of(call, lambda vault: vault.case_form(asked, OfficeForm(name)))
    return Response(found, media_type="application/pdf") if isinstance(found, bytes) else found


def show_page(call: OfficeCall) -> Response | HttpProblem:
    """Return one page of a paper as the picture that the terminal took."""
    case, blob = _case_of(call), call.path["page"]
    if case is None:
        return unknown_task(call)
    try:
        sealed = call.context.cases.sealed_page(blob) if _BLOB.fullmatch(blob) else None
    except BlobStoreAway:
        return PAGES_AWAY
    if sealed is None:
        return ABSENT_PAGE
    _record(call, case, f"page {blob[:_SHOWN_DIGITS]}")
    asked = case.page_asked_by(call.client.id, sealed)
    found = answer_of(call, lambda vault: vault.paper_page(asked))
    if not isinstance(found, bytes):
        return found
    kind = picture_type(found)
    return NO_PICTURE if kind is None else Response(found, media_type=kind)


def _case_of(call: OfficeCall) -> DeskCase | None:
    where = call.where
    return call.context.cases.find(where.serial, where.service, where.services)


def _record(call: OfficeCall, case: DeskCase, what: str) -> None:
    detail = f"{case.serial} {case.service} {what}".rstrip()
    call.context.events.record(call.event(WebEventKind.VIEWED, detail))


OPERATIONS = (
    OfficeOperation("GET", f"{TASK_PATH}/view", show_view),
    OfficeOperation("GET", f"{TASK_PATH}/forms/{{form}}", show_form),
    OfficeOperation("GET", f"{TASK_PATH}/pages/{{page}}", show_page),
)

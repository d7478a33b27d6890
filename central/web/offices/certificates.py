"""Files of certificates for the office's own people: of a decision that waits, and of an end.

Each is opened by the vault for this one answer, saved by the browser and never shown in it.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import Response

from central.results.sealing import SealedResult
from central.web.offices.acts import CASE_PATH, DECISION_PATH, case_of, open_decision
from central.web.offices.tasks import address_of, unknown_task
from central.web.offices.vault_answers import open_result
from central.web.page_table import WebPage, error_page
from central.web_accounts import OFFICE_ROLES

if TYPE_CHECKING:
    from central.results.sealing import OpenedResult
    from central.web.page_table import PageRequest


def load_certificate(asking: PageRequest) -> Response:
    """Return the certificate's file that the end of a case's service gave."""
    case = case_of(asking)
    if case is None:
        return unknown_task(asking)
    sealed = asking.context.cases.certificate(case)
    return _file(asking, open_result(asking, case, sealed) if sealed and sealed.file else None)


def load_pending_certificate(asking: PageRequest) -> Response:
    """Return the certificate's file of the decision that waits."""
    task = asking.context.acts.find(address_of(asking))
    if task is None:
        return unknown_task(asking)
    pending = task.pending
    file = asking.context.acts.file_of(pending.number) if pending else b""
    if pending is None or not file:
        return _file(asking, None)
    return _file(asking, open_decision(asking, SealedResult(pending.result, file)))


def _file(asking: PageRequest, found: OpenedResult | Response | None) -> Response:
    if found is None:
        return error_page(asking.context, HTTPStatus.NOT_FOUND, "no_certificate")
    if isinstance(found, Response):
        return found
    name = f"{asking.path['serial']}-{asking.path['service']}-certificate.pdf"
    saved = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(found.content.file, media_type="application/pdf", headers=saved)


PAGES = (
    WebPage("GET", f"{CASE_PATH}/certificate", load_certificate, OFFICE_ROLES),
    WebPage("GET", f"{DECISION_PATH}/certificate", load_pending_certificate, OFFICE_ROLES),
)

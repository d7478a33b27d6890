"""Questions of an office's pages to the vault, and the pages that say why there is no answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from central.vault_port import VaultRefusal, VaultUnavailable
from central.web.page_table import error_page
from central.web_accounts import WebEventKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from central.results.sealing import OpenedResult, SealedResult
    from central.store.web.case_desk import DeskCase
    from central.vault_port import CaseVaultPort
    from central.web.page_table import PageRequest

Answered = TypeVar("Answered")

REFUSED = {
    VaultRefusal.UNKNOWN_ACCOUNT: HTTPStatus.FORBIDDEN,
    VaultRefusal.NOT_THEIRS: HTTPStatus.NOT_FOUND,
    VaultRefusal.NO_FORM: HTTPStatus.NOT_FOUND,
    VaultRefusal.NOT_MADE: HTTPStatus.INTERNAL_SERVER_ERROR,
    VaultRefusal.TOO_OFTEN: HTTPStatus.TOO_MANY_REQUESTS,
    VaultRefusal.NOT_YET: HTTPStatus.CONFLICT,
    VaultRefusal.UNREADABLE: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def answer_of(
    asking: PageRequest, question: Callable[[CaseVaultPort], Answered | VaultRefusal]
) -> Answered | Response:
    """Return the vault's answer to a `question`, or the page that says why there is none.

    `asking`: the request for which it is asked.
    """
    vault = asking.context.vault
    if vault is None:
        return error_page(asking.context, HTTPStatus.SERVICE_UNAVAILABLE, "no_vault")
    try:
        found = question(vault)
    except VaultUnavailable:
        return error_page(asking.context, HTTPStatus.SERVICE_UNAVAILABLE, "vault_away")
    return refusal_page(asking, found) if isinstance(found, VaultRefusal) else found


def refusal_page(asking: PageRequest, why: VaultRefusal) -> Response:
    """Return the page that says to who is `asking` `why` the vault answers nothing."""
    return error_page(asking.context, REFUSED[why], f"vault_{why.name.lower()}")


def open_result(
    asking: PageRequest, case: DeskCase, sealed: SealedResult
) -> OpenedResult | Response:
    """Return what the end of a `case`'s service gives, or the page that says why it is not shown.

    The look of who is `asking` is recorded; `sealed` with its file is opened with it.
    """
    what = "certificate" if sealed.file else "result"
    event = asking.event(WebEventKind.VIEWED, f"{case.serial} {case.service} {what}")
    asking.context.events.record(event)
    asked = case.asked_by(asking.user.id)
    return answer_of(asking, lambda vault: vault.case_result(asked, sealed))

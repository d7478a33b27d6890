"""Questions of an office's system to the vault, and the problems where there is no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from starlette.responses import Response

from central.offices_api.problems import NO_VAULT, VAULT_REFUSALS
from central.problems import HttpProblem, told_to_wait
from central.vault_port import VaultRefusal, VaultUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from central.offices_api.api_table import OfficeCall
    from central.vault_port import CaseVaultPort

Told = TypeVar("Told")


def answer_of(
    call: OfficeCall, question: Callable[[CaseVaultPort], Told | VaultRefusal]
) -> Told | Response | HttpProblem:
    """Return the vault's answer to a `question`, or why there is none."""
    vault = call.context.vault
    try:
        found = question(vault) if vault is not None else None
    except VaultUnavailable:
        found = None
    if found is None:
        return told_to_wait(NO_VAULT, call.context.rules.limits.retry_seconds)
    return VAULT_REFUSALS[found] if isinstance(found, VaultRefusal) else found

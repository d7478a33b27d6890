"""Operations of the vault for the person who stands at a terminal: results and certificates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from central.problems import HttpProblem
from central.results.sealing import OpenedResult, SealedResult
from central.vault.access_log import AccessLog, VaultAccess
from central.vault.result_opener import ResultOpener
from central.vault.terminal_register import TerminalOperations
from central.vault_port import SealedRequest


@dataclass(frozen=True)
class VisitorOperations(TerminalOperations):
    """Answers for who is proved to stand at a terminal; `log` records each question."""

    log: AccessLog
    results: ResultOpener
    now: Callable[[], datetime]

    def person_results(
        self, said: SealedRequest, kept: tuple[SealedResult, ...]
    ) -> tuple[OpenedResult, ...] | HttpProblem:
        """Return the results of who stands at a terminal; the question is recorded."""
        found = self.terminals.wrong(said) or self.results.of_visitor(said, self.now(), kept)
        detail = found.type if isinstance(found, HttpProblem) else f"{len(found)} of {len(kept)}"
        self._record("person_results", said.terminal, "", "", detail)
        return found

    def person_certificate(self, said: SealedRequest, kept: SealedResult) -> bytes | HttpProblem:
        """Return a certificate's file for who stands at a terminal; the question is recorded."""
        found = self.terminals.wrong(said) or self.results.certificate_of_visitor(
            said, self.now(), kept
        )
        detail = found.type if isinstance(found, HttpProblem) else f"{len(found)} bytes"
        self._record("person_certificate", said.terminal, "", "", detail)
        return found

    def _record(
        self, operation: str, account: str, application_id: str, service: str, detail: str
    ) -> None:
        at = self.now().isoformat(timespec="seconds")
        access = VaultAccess(at, operation, account, application_id, service, detail)
        self.log.record(access)

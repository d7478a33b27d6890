"""The operation of the vault that judges open cases by two sets of rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from central.intake.case_dates import CaseDates
from central.intake.examiner import Examiner
from central.intake.opener import Opener
from central.rule_changes.comparison import FilingComparison
from central.rule_changes.question import FilingRuleChanges, OpenFiling, RuleChangeLook
from central.vault.access_log import AccessLog, VaultAccess
from central.vault.opened_content import UNREADABLE_ERRORS
from central.vault_port import VaultRefusal
from kiosk.config.schema import ConfigError
from kiosk.crypto.envelope import canonical, digest
from kiosk.retirement.rule_review.rule_texts import RuleTexts, read_rule_texts

MARK_DIGITS = 16
"""Digits of the digest by which the access log names a set of rules."""


@dataclass(frozen=True)
class RuleOperations:
    """What the vault answers about a change of the rules.

    Rules that somebody makes up could ask for one fact after the other. So each look is recorded
    with who asks, why, and the digests of both sets of rules, before anything is judged.
    """

    examiner: Examiner
    dates: CaseDates
    log: AccessLog
    now: Callable[[], datetime]

    @property
    def _opener(self) -> Opener:
        return self.examiner.opener

    def rule_changes(self, asked: RuleChangeLook) -> tuple[FilingRuleChanges, ...] | VaultRefusal:
        """Return what a change of the rules changes of each case; each look is recorded first."""
        marks = " -> ".join(map(_mark, (asked.old, asked.new)))
        at = self.now().isoformat(timespec="seconds")
        for filing in asked.filings:
            detail = f"{marks}: {asked.reason}"
            self.log.record(
                VaultAccess(at, "rule_changes", asked.operator, filing.application_id, "", detail)
            )
        try:
            rules = FilingComparison(
                self.dates.catalogue, read_rule_texts(asked.old), read_rule_texts(asked.new)
            )
        except (ConfigError, ValueError):
            return VaultRefusal.UNREADABLE
        return tuple(self._changes(rules, one) for one in asked.filings)

    def _changes(self, rules: FilingComparison, filing: OpenFiling) -> FilingRuleChanges:
        try:
            document = self._opener.document(filing.envelope)
            theirs = document["id"] == filing.application_id
            services = [code for code in filing.services if code in document["services"]]
            found = rules.changes(document, filing.received_at, services) if theirs else None
        except UNREADABLE_ERRORS:
            found = None
        return FilingRuleChanges(filing.application_id, found is not None, found or ())


def _mark(rules: RuleTexts) -> str:
    return digest(canonical(dict(rules)))[:MARK_DIGITS]

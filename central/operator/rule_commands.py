"""The command `central rules affected`: the open cases that a change of the rules affects."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from central.operator.data_commands import on_data
from central.rule_changes.question import AnswerChange, RuleChangeLook
from central.vault_port import VaultRefusal
from kiosk.config.schema import ConfigError
from kiosk.operator_texts import text_of
from kiosk.retirement.rule_review.comparison import read_rule_folder
from kiosk.retirement.rule_review.rule_texts import collect_rule_texts

if TYPE_CHECKING:
    from central.app_context import AppContext
    from central.rule_changes.question import FilingRuleChanges
    from central.store.cases.cases import NumberedFiling
    from kiosk.retirement.eligibility import EligibilityAnswer

HEAD = ("case", "application", "office", "service", "before", "after", "certain")
AT_ONCE = 8
"""Cases of one question: the vault has 5 s for it (`deadline_seconds` in config/central.toml)."""
WRONG = 2
NO_SERVICE = "-"


@on_data
def list_affected_cases(context: AppContext, options: argparse.Namespace) -> int:
    """Print the parts of open cases that the new rules answer otherwise; return the exit code.

    What is printed says nothing of the person. 2, with file, line and cure on standard error, for a
    folder whose rules can't be read.
    """
    try:
        rules = [read_rule_folder(folder) for folder in (options.old, options.new)]
    except ConfigError as error:
        print(error, file=sys.stderr)
        return WRONG
    offices = {code: one.office for side in rules for code, one in side.catalogue.services.items()}
    print(*HEAD, sep="\t")
    counts: Counter[str] = Counter()
    for case, found in _judged(context, options):
        counts["cases"] += 1
        counts["affected"] += bool(found.changes)
        counts["unreadable"] += not found.readable
        if not found.readable:
            words = text_of("central.rules_unreadable_case", case=case.case_number)
            print(words, file=sys.stderr)
        for change in found.changes:
            print(*_row(case, offices[change.service], change), sep="\t")
    said = ", ".join(f"{name} {counts[name]}" for name in ("affected", "unreadable"))
    print(f"# {counts['cases']} open cases: {said}")
    return 0


def _judged(
    context: AppContext, options: argparse.Namespace
) -> Iterator[tuple[NumberedFiling, FilingRuleChanges]]:
    """Yield every open case with what changes of it."""
    old, new = map(collect_rule_texts, (options.old, options.new))
    reason = " ".join(options.reason.split())
    after = 0
    while some := context.store.cases.open_filings(after, AT_ONCE):
        after = some[-1].serial
        filings = tuple(one.filing for one in some)
        look = RuleChangeLook(options.operator, reason, old, new, filings)
        found = context.vault.rule_changes(look)
        assert not isinstance(found, VaultRefusal), "both folders were read before"
        yield from zip(some, found, strict=True)


def _row(case: NumberedFiling, office: str, change: AnswerChange) -> tuple[str, ...]:
    before, after = map(_said, (change.before, change.after))
    certain = "yes" if change.certain else "no"
    application = case.filing.application_id
    return case.case_number, application, office, change.service, before, after, certain


def _said(answer: EligibilityAnswer | None) -> str:
    return NO_SERVICE if answer is None else answer.value

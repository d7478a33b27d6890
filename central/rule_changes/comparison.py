"""Comparison of two sets of rules on one application."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from central.intake.case_dates import FiledRetirement, read_retirement
from central.rule_changes.filed_facts import fact_assumptions, filed_facts
from central.rule_changes.question import AnswerChange
from kiosk.civil_time import civil_day
from kiosk.retirement.eligibility import Verdict, judge_all
from kiosk.retirement.rule_review.comparison import RuleFolder, answers_differ
from kiosk.retirement.situation import assess

if TYPE_CHECKING:
    from datetime import date

    from kiosk.retirement.catalogue import Catalogue
    from kiosk.retirement.facts import Facts


@dataclass(frozen=True)
class FilingComparison:
    """Judges applications by the rules `old` and `new`.

    `catalogue` is that of the program: it says which field of an application carries which fact.
    """

    catalogue: Catalogue
    old: RuleFolder
    new: RuleFolder

    def changes(
        self, document: Mapping[str, Any], received_at: str, services: Collection[str]
    ) -> tuple[AnswerChange, ...] | None:
        """Return which of the `services` the new rules answer otherwise; None if it can't be read.

        The person is judged as on the day of receipt, `received_at` (ISO 8601), with what the
        application, `document`, says. A fact that it does not carry is assumed one value after the
        other: what changes only then is not certain.
        """
        filed = read_retirement(document)
        if filed is None:
            return None
        on = civil_day(datetime.fromisoformat(received_at))
        known = filed_facts(self.catalogue, document)
        found = self._found(filed, on, known, certain=True)
        for assumed in fact_assumptions(self.catalogue, document, known):
            found = {**self._found(filed, on, assumed, certain=False), **found}
        return tuple(found[code] for code in services if code in found)

    def _found(
        self, filed: FiledRetirement, on: date, facts: Facts, *, certain: bool
    ) -> dict[str, AnswerChange]:
        before, after = (_judge(rules, filed, on, facts) for rules in (self.old, self.new))
        return {
            code: AnswerChange(code, _answer(before, code), _answer(after, code), certain)
            for code in {**before, **after}
            if answers_differ(before.get(code), after.get(code))
        }


def _judge(
    rules: RuleFolder, filed: FiledRetirement, on: date, facts: Facts
) -> Mapping[str, Verdict]:
    case = assess(rules.ages, filed.category, filed.birth, on, facts).along(filed.route)
    if filed.month is not None:
        case = case.retiring(filed.month)
    insisted = [code for code in filed.insisted if code in rules.catalogue.services]
    return judge_all(rules.catalogue, case, insisted)


def _answer(verdicts: Mapping[str, Verdict], code: str) -> Any:
    return verdicts[code].answer if code in verdicts else None

"""Examples of a service: for each verdict that it can get, the plainest person who gets it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.retirement.age import AgeRules
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.eligibility import EligibilityAnswer, Verdict, judge_all
from kiosk.retirement.rule_review.model import PeopleModel, SampledPerson
from kiosk.retirement.situation import Situation

MOST_DIFFERENCES = 3
"""People who differ from the usual one on more axes show no verdict that these don't show."""


@dataclass(frozen=True)
class VerdictExample:
    """One person with the verdict on one service."""

    person: SampledPerson
    case: Situation
    verdict: Verdict


def find_examples(
    catalogue: Catalogue, rules: AgeRules, model: PeopleModel, most: int | None = MOST_DIFFERENCES
) -> Mapping[str, tuple[VerdictExample, ...]]:
    """Return the plainest example of each verdict on each service, who passes first.

    Two verdicts are the same when answer and deciding rule are. `most` limits on how many axes a
    person may differ from the usual one; None for no limit. Only people whose insured kind is known
    are examples, because the terminal asks for it before anything else.
    """
    found: dict[str, dict[tuple[EligibilityAnswer, str], VerdictExample]] = defaultdict(dict)
    for person in model.people(most):
        if "kind" not in person.facts:
            continue
        case = person.situation(rules)
        for code, verdict in judge_all(catalogue, case).items():
            key = (verdict.answer, verdict.rule)
            found[code].setdefault(key, VerdictExample(person, case, verdict))
    return {
        code: tuple(sorted(examples.values(), key=lambda one: ORDER[one.verdict.answer]))
        for code, examples in found.items()
    }


ORDER: Mapping[EligibilityAnswer, int] = {
    EligibilityAnswer.CAN: 0,
    EligibilityAnswer.REVIEW: 1,
    EligibilityAnswer.LATER: 2,
    EligibilityAnswer.CANNOT: 3,
}
"""The order of the answers: who passes comes first."""

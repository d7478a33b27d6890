"""Which of the generated situations change their verdict between two folders of rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.retirement.age import AgeRules, read_age_rules
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.commands import AGE_RULES
from kiosk.retirement.eligibility import EligibilityAnswer, Verdict, judge_all
from kiosk.retirement.reading import read_catalogue
from kiosk.retirement.rule_review.model import SampledPerson


@dataclass(frozen=True)
class RuleFolder:
    """The rules of one folder like config/, as far as they decide verdicts."""

    catalogue: Catalogue
    ages: AgeRules

    def judge(self, person: SampledPerson) -> Mapping[str, Verdict]:
        """Return the verdict on every service for one person of the model."""
        return judge_all(self.catalogue, person.situation(self.ages))


@dataclass(frozen=True)
class VerdictChange:
    """One way in which verdicts on a service change, with how often and the plainest example.

    `before` is None for a service that is new, `after` for one that is gone. `answers_differ` is
    False when only words, basis or the deciding condition are others.
    """

    code: str
    before: Verdict | None
    after: Verdict | None
    answers_differ: bool
    person: SampledPerson
    count: int = 1


@dataclass(frozen=True)
class RuleComparison:
    """How many situations were judged, and all changes, by service, the most frequent first."""

    situations: int
    changes: tuple[VerdictChange, ...]


def read_rule_folder(folder: Path) -> RuleFolder:
    """Return the rules below `folder`. Raises ConfigError that names every wrong place."""
    return RuleFolder(read_catalogue(folder), read_age_rules(folder / AGE_RULES))


def compare_rules(
    old: RuleFolder, new: RuleFolder, people: Iterable[SampledPerson]
) -> RuleComparison:
    """Return which verdicts on `people` are others by the rules `new` than by `old`.

    Changes are counted together when service, answers and deciding rules are the same; the first of
    the people is the example.
    """
    found: dict[tuple[object, ...], VerdictChange] = {}
    situations = 0
    for person in people:
        situations += 1
        before, after = old.judge(person), new.judge(person)
        for code in (*before, *(one for one in after if one not in before)):
            was, now = before.get(code), after.get(code)
            if was == now:
                continue
            differ = answers_differ(was, now)
            key = (code, _rule_of(was), _rule_of(now), differ)
            seen = found.get(key)
            found[key] = (
                VerdictChange(code, was, now, differ, person)
                if seen is None
                else replace(seen, count=seen.count + 1)
            )
    changes = sorted(found.values(), key=lambda one: (one.code, -one.count))
    return RuleComparison(situations, tuple(changes))


def answers_differ(before: Verdict | None, after: Verdict | None) -> bool:
    """Return whether two verdicts differ in more than words; None is no such service.

    They do when the service can be filed in one case only, from another month, or when the person
    may insist in one case only.
    """
    return _answer_of(before) != _answer_of(after)


def _rule_of(verdict: Verdict | None) -> tuple[EligibilityAnswer, str] | None:
    return None if verdict is None else (verdict.answer, verdict.rule)


def _answer_of(verdict: Verdict | None) -> tuple[object, ...] | None:
    """Return what of a verdict decides whether and when the service can be filed."""
    if verdict is None:
        return None
    return verdict.answer, verdict.since, verdict.fileable, verdict.insistable

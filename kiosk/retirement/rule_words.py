"""The words of the command `rules`, from config/texts/rules.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.config.schema import load

FILE = Path("texts/rules.toml")


@dataclass(frozen=True)
class AgeWords:
    """Lines about the estimated age."""

    years: str
    years_and_months: str
    whose: str
    statutory: str
    earliest: str
    latest: str
    minimum: str
    estimate: str


@dataclass(frozen=True)
class VerdictLines:
    """Lines of one verdict."""

    since: str
    answer: str
    helper: str
    basis: str
    change: str


@dataclass(frozen=True)
class PlanWords:
    """Lines of a plan."""

    chosen: str
    fields: str
    questions: str
    papers: str
    paper: str
    order: str
    at_once: str
    waits: str
    part: str
    no_day: str
    same_day: str
    since: str
    due: str
    expected: str
    no_holidays: str


@dataclass(frozen=True)
class GuideWords:
    """Lines of the one notice (一次告知)."""

    service: str
    who: str
    papers: str
    days: str
    office: str
    basis: str


@dataclass(frozen=True)
class EstimateWords:
    """Lines about the estimated pension (`rules estimate`)."""

    title: str
    when: str
    basic: str
    account: str
    transition: str
    total: str
    exact: str
    between: str
    at_least: str
    later: str
    base: str
    index_unknown: str
    balance_unknown: str
    unverified: str
    months_missing: str
    months_short: str
    other_kind: str
    other_route: str
    age_outside: str
    index_shape: str
    balance_shape: str


@dataclass(frozen=True)
class ShowWords:
    """Lines about one service (`rules show`).

    `tests` by `Comparison`, `unmet` by `Unmet`; `values` by texts of the data that are no everyday
    words.
    """

    service: str
    basis: str
    kinds: str
    exclusive: str
    needs_any: str
    needs_all: str
    after: str
    after_pension: str
    not_after_pension: str
    manual: str
    no_condition: str
    conditions: str
    numbered: str
    unmet_reason: str
    consequence: str
    insist: str
    unknown: str
    change: str
    change_if: str
    condition_basis: str
    fact: str
    examples: str
    answer: str
    said: str
    command: str
    usual: str
    born: str
    comes: str
    retires: str
    known: str
    not_known: str
    insured: str
    yes: str
    no: str
    nothing: str
    no_service: str
    nearest: str
    tests: Mapping[str, str]
    unmet: Mapping[str, str]
    values: Mapping[str, str]


@dataclass(frozen=True)
class ProofWords:
    """Lines of a verdict as a proof (`rules proof`); `sources` by `FactSource`."""

    title: str
    facts: str
    fact: str
    not_known: str
    conditions: str
    condition: str
    met: str
    unmet: str
    open: str
    decides: str
    result: str
    reason: str
    helper: str
    law: str
    article: str
    digest: str
    paragraph: str
    unverified: str
    ours: str
    told: str
    sources: Mapping[str, str]


@dataclass(frozen=True)
class DiffWords:
    """Lines about the verdicts that change between two folders of rules (`rules diff`)."""

    counts: str
    verdict: str
    only_words: str
    example: str
    before: str
    after: str
    no_service: str


@dataclass(frozen=True)
class RefusalWords:
    """What was typed wrong, and what to write instead."""

    month_shape: str
    month_far: str
    day_shape: str
    day_far: str
    birth: str
    retire: str
    wait_until: str
    birth_late: str
    age_missing: str
    line_shape: str
    line: str
    insured_twice: str
    wait_over: str
    retire_outside: str
    old_area: str


@dataclass(frozen=True)
class RuleWords:
    """The file; `answers`, `ways` and `number` are by the values of their enums."""

    answers: Mapping[str, str]
    ways: Mapping[str, str]
    age: AgeWords
    verdict: VerdictLines
    plan: PlanWords
    guide: GuideWords
    estimate: EstimateWords
    show: ShowWords
    diff: DiffWords
    proof: ProofWords
    number: Mapping[str, str]
    refused: RefusalWords


def read_rule_words(config: Path) -> RuleWords:
    """Return the words below config/. Raises ConfigError when they can't be read."""
    return load(RuleWords, config / FILE)

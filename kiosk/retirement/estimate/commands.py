"""The command `rules estimate`: the monthly pension of one person, now and some months later."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from kiosk.date_words import age_words, length_words
from kiosk.retirement.age import read_age_rules
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.commands import AGE_RULES, RefusedArgumentsError, case_of
from kiosk.retirement.estimate.formula import (
    FEN,
    PensionEstimate,
    PensionFacts,
    estimate_pension,
    extra_pension,
)
from kiosk.retirement.estimate.outlook import KINDS
from kiosk.retirement.estimate.parameters import (
    EstimateParameters,
    Interval,
    SourceStatus,
    parse_decimal,
    read_estimate_parameters,
)
from kiosk.retirement.figures import credited_months, months_to_wait, number, paid_short
from kiosk.retirement.months import Month
from kiosk.retirement.reading import read_catalogue
from kiosk.retirement.rule_words import EstimateWords, RuleWords, read_rule_words
from kiosk.retirement.situation import Route, Situation


@dataclass(frozen=True)
class PensionOutlook:
    """The estimate for the chosen month, and how much more it is some months later."""

    retire: Month
    facts: PensionFacts
    estimate: PensionEstimate
    later: Mapping[int, Interval]


def show_estimate(asked: argparse.Namespace, config: Path, today: date) -> int:
    """Print the estimate in JSON or, with --explain, in words; return the exit code.

    `asked` are the options of `rules services` with `index` and `balance`; `config` is the folder
    config/, `today` the day against which births are checked. 2, with a sentence on standard error,
    where nothing can be estimated. Raises ConfigError when the rules can't be read.
    """
    words, catalogue = read_rule_words(config), read_catalogue(config)
    parameters = read_estimate_parameters(config)
    rules = read_age_rules(config / AGE_RULES)
    try:
        case = case_of(asked, catalogue, rules, today, words.refused)
        facts = _facts(asked, case, parameters, words, catalogue)
    except RefusedArgumentsError as refused:
        print(f"rules: {refused}", file=sys.stderr)
        return 2
    found = find_outlook(parameters, case, facts)
    if asked.explain:
        print("\n".join(outlook_lines(parameters, found, words.estimate)))
    else:
        print(json.dumps(_answer(parameters, found), ensure_ascii=False))
    return 0


def find_outlook(
    parameters: EstimateParameters, case: Situation, facts: PensionFacts
) -> PensionOutlook:
    """Return the estimate for the month of `case`, and the gain of each later one that is open."""
    last = max(case.estimate.latest, case.first)
    later = {
        months: extra_pension(parameters, facts, months)
        for months in parameters.what_if_months
        if case.retire.later(months) <= last and facts.age_months + months in parameters.ages
    }
    return PensionOutlook(case.retire, facts, estimate_pension(parameters, facts), later)


def _facts(
    asked: argparse.Namespace,
    case: Situation,
    parameters: EstimateParameters,
    words: RuleWords,
    catalogue: Catalogue,
) -> PensionFacts:
    """Return what decides the amount; who pays on until the chosen month has as many more months.

    Raises RefusedArgumentsError where nothing can be estimated.
    """
    said = words.estimate
    if asked.insured not in KINDS:
        kind = catalogue.words.kinds[asked.insured]
        raise RefusedArgumentsError(said.other_kind.format(kind=kind))
    if case.route is not Route.AGE:
        raise RefusedArgumentsError(
            said.other_route.format(route=catalogue.words.routes[case.route])
        )
    credited, deemed, short = credited_months(case), number(case, "deemed_months"), paid_short(case)
    if credited is None or deemed is None:
        raise RefusedArgumentsError(said.months_missing)
    wait = months_to_wait(case)
    if short is not None and short > wait:
        raise RefusedArgumentsError(said.months_short.format(length=length_words(short - wait)))
    age = case.retire.since(case.estimate.birth)
    if age not in parameters.ages:
        month = case.retire.words()
        raise RefusedArgumentsError(said.age_outside.format(month=month, age=age_words(age)))
    return PensionFacts(
        credited_months=credited + wait,
        deemed_months=deemed,
        age_months=age,
        index=_index(asked.index, parameters.index, said),
        balance=_balance(asked.balance, said),
    )


def _index(text: str | None, bounds: Interval, words: EstimateWords) -> Decimal | None:
    if text is None:
        return None
    index = parse_decimal(text)
    assert bounds.high is not None
    if index is None or not bounds.low <= index <= bounds.high:
        said = words.index_shape.format(text=text, low=bounds.low, high=bounds.high)
        raise RefusedArgumentsError(said)
    return index


def _balance(text: str | None, words: EstimateWords) -> Decimal | None:
    if text is None:
        return None
    balance = parse_decimal(text)
    if balance is None or balance != balance.quantize(FEN):
        raise RefusedArgumentsError(words.balance_shape.format(text=text))
    return balance


def outlook_lines(
    parameters: EstimateParameters, found: PensionOutlook, words: EstimateWords
) -> Iterator[str]:
    """Yield the estimate `found` in words, with what it rests on and what was not verified."""
    facts, estimate = found.facts, found.estimate
    yield words.title
    yield words.when.format(
        month=found.retire.words(),
        age=age_words(facts.age_months),
        length=length_words(facts.credited_months),
    )
    yield words.basic.format(amount=amount_words(estimate.basic, words))
    if facts.balance is not None:
        yield words.account.format(amount=amount_words(estimate.account, words))
    if facts.deemed_months:
        yield words.transition.format(amount=amount_words(estimate.transition, words))
    yield words.total.format(amount=amount_words(estimate.total, words))
    for months, extra in found.later.items():
        month = found.retire.later(months).words()
        yield words.later.format(month=month, months=months, amount=amount_words(extra, words))
    yield words.base.format(year=parameters.base_year, yuan=parameters.base)
    if facts.index is None:
        yield words.index_unknown.format(low=parameters.index.low, high=parameters.index.high)
    if facts.balance is None:
        yield words.balance_unknown
    for source in parameters.sources:
        if source.status is SourceStatus.UNVERIFIED:
            yield words.unverified.format(title=source.title)


def amount_words(amount: Interval, words: EstimateWords) -> str:
    """Return an amount in yuan and fen: about one number, from … to …, or at least …."""
    if amount.is_exact:
        return words.exact.format(low=f"{amount.low:.2f}")
    if amount.high is None:
        return words.at_least.format(low=f"{amount.low:.2f}")
    return words.between.format(low=f"{amount.low:.2f}", high=f"{amount.high:.2f}")


def _answer(parameters: EstimateParameters, found: PensionOutlook) -> Mapping[str, Any]:
    estimate = found.estimate
    return {
        "is_estimate": True,
        "retire": str(found.retire),
        "credited_months": found.facts.credited_months,
        "basic": _bounds(estimate.basic),
        "account": _bounds(estimate.account),
        "transition": _bounds(estimate.transition),
        "total": _bounds(estimate.total),
        "later": {str(months): _bounds(extra) for months, extra in found.later.items()},
        "base_year": parameters.base_year,
        "unverified": [
            one.title for one in parameters.sources if one.status is SourceStatus.UNVERIFIED
        ],
    }


def _bounds(amount: Interval) -> list[str | None]:
    """Return the least and the most as text, None where nothing bounds it."""
    return [f"{amount.low:.2f}", None if amount.high is None else f"{amount.high:.2f}"]

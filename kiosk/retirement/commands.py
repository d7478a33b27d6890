"""The command `rules`: questions about the rules, answered in JSON or, with --explain, in words."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from kiosk.people.id_number import abolished_area, birth_of, fault_of, normalise, sex_of
from kiosk.retirement.age import AgeRules, Category, estimate, read_age_rules
from kiosk.retirement.calendar import read_holidays
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.eligibility import Verdict
from kiosk.retirement.explanation import Explanation
from kiosk.retirement.facts import FactValue, parse_fact
from kiosk.retirement.guide import entries
from kiosk.retirement.months import Month
from kiosk.retirement.plan import Plan, Rulebook, make_plan
from kiosk.retirement.questions import read_questions
from kiosk.retirement.reading import read_catalogue
from kiosk.retirement.rule_words import RefusalWords, RuleWords, read_rule_words
from kiosk.retirement.situation import Route, Situation, assess

AGE_RULES = Path("rules/retirement_age.toml")
YEARS = range(1900, 2101)
PLAIN_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
Answer = Mapping[str, Any]


class RefusedArgumentsError(Exception):
    """The arguments cannot be answered; the message says what to write instead."""


def answer(
    asked: argparse.Namespace, config: Path, today: date, source: TextIO | None = None
) -> int:
    """Print the answer to one question on standard output; return the exit code.

    `asked` are the options of `rules age` and its neighbours, `config` is the folder config/.
    `today` is the day against which births are checked, `source` what `age --stdin` reads (standard
    input when None). Returns 2, with a sentence on standard error, when it cannot be answered.
    Raises ConfigError when the rules cannot be read.

    `config` is the folder config/.
    """
    words = read_rule_words(config)
    explanation = Explanation(words)
    try:
        if asked.command == "number":
            return _say_number(asked.number, today, words)
        if asked.command == "age":
            return _say_ages(asked, config, today, source or sys.stdin, explanation)
        book, rules = read_rulebook(config), read_age_rules(config / AGE_RULES)
        if asked.command == "guide":
            return _say_guide(asked, book.catalogue, explanation)
        case = case_of(asked, book.catalogue, rules, today, words.refused)
        plan = make_plan(book, case)
    except RefusedArgumentsError as refused:
        print(f"rules: {refused}", file=sys.stderr)
        return 2
    if asked.explain:
        of_services = asked.command == "services"
        explain = explanation.explain_verdicts if of_services else explanation.explain_plan
        print("\n".join(explain(book.catalogue, case, plan)))
    elif asked.command == "services":
        _print([_verdict(book.catalogue, one) for one in plan.verdicts.values()])
    else:
        _print(_plan(book.catalogue, plan, explanation))
    return 0


def read_rulebook(folder: Path) -> Rulebook:
    """Return all data of the rules below `folder`. Raises kiosk.config.schema.ConfigError."""
    catalogue = read_catalogue(folder)
    return Rulebook(
        catalogue,
        read_questions(folder / "questions.toml", catalogue.services),
        read_holidays(folder / "holidays.toml"),
    )


def _print(answer: object) -> None:
    print(json.dumps(answer, ensure_ascii=False))


def _month(text: str, what: str, words: RefusalWords) -> Month:
    try:
        month = Month.parse(text)
    except ValueError:
        raise RefusedArgumentsError(words.month_shape.format(what=what, text=text)) from None
    if month.year not in YEARS:
        first, last = YEARS[0], YEARS[-1]
        raise RefusedArgumentsError(
            words.month_far.format(what=what, text=text, first=first, last=last)
        )
    return month


def _day(text: str, words: RefusalWords) -> date:
    try:
        day = date.fromisoformat(text) if PLAIN_DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise RefusedArgumentsError(words.day_shape.format(text=text))
    if day.year not in YEARS:
        raise RefusedArgumentsError(words.day_far.format(text=text, first=YEARS[0], last=YEARS[-1]))
    return day


def _birth(text: str, on: date, words: RefusalWords) -> Month:
    birth = _month(text, words.birth, words)
    if birth > Month.of_day(on):
        raise RefusedArgumentsError(words.birth_late.format(birth=birth, on=on))
    return birth


# age


def _say_ages(
    asked: argparse.Namespace, config: Path, today: date, source: TextIO, explanation: Explanation
) -> int:
    rules, words = read_age_rules(config / AGE_RULES), explanation.words.refused
    if asked.stdin:
        return _say_lines(rules, source, today, words)
    if asked.category is None or asked.birth is None:
        raise RefusedArgumentsError(words.age_missing)
    found = estimate(rules, Category(asked.category), _birth(asked.birth, today, words))
    if asked.explain:
        print("\n".join(explanation.explain_age(rules, found)))
    else:
        _print(_age(rules, found.category, found.birth))
    return 0


def _say_lines(rules: AgeRules, source: Iterable[str], today: date, words: RefusalWords) -> int:
    """Print one answer for each line; return 2 when any line was wrong, else 0.

    A wrong line is answered by an object with `error`, and the lines after it are still answered.
    """
    wrong = False
    for number, line in enumerate(source, 1):
        typed = line.split()
        if not typed:
            continue
        try:
            if len(typed) != 2 or typed[0] not in set(Category):  # noqa: PLR2004
                raise RefusedArgumentsError(words.line_shape)  # noqa: TRY301
            _print(_age(rules, Category(typed[0]), _birth(typed[1], today, words)))
        except RefusedArgumentsError as refused:
            wrong = True
            _print({"error": words.line.format(number=number, words=refused)})
    return 2 if wrong else 0


def _age(rules: AgeRules, category: Category, birth: Month) -> Answer:
    found = estimate(rules, category, birth)
    return {
        "statutory": str(found.statutory),
        "earliest": str(found.earliest) if found.flexible else None,
        "latest": str(found.latest) if found.flexible else None,
        "delay_months": found.delay,
        "minimum_months": found.minimum_months,
    }


# services and plan


def case_of(
    asked: argparse.Namespace,
    catalogue: Catalogue,
    rules: AgeRules,
    today: date,
    words: RefusalWords,
) -> Situation:
    """Return the situation of the person whom `asked`, the options of `rules services`, describe.

    `today` is the day against which the birth is checked, `words` say what is wrong. Raises
    RefusedArgumentsError when something that was typed can't be.
    """
    on = _day(asked.on, words)
    facts: dict[str, FactValue] = {"citizen": True}
    for text in asked.fact:
        read = parse_fact(catalogue.facts, text)
        if isinstance(read, str):
            raise RefusedArgumentsError(read)
        facts[read[0]] = read[1]
    if facts.setdefault("kind", asked.insured) != asked.insured:
        raise RefusedArgumentsError(words.insured_twice)
    birth = _birth(asked.birth, min(on, today), words)
    case = assess(rules, Category(asked.category), birth, on, facts).along(Route(asked.route))
    if asked.wait_until:
        until = _month(asked.wait_until, words.wait_until, words)
        if until < case.today:
            raise RefusedArgumentsError(words.wait_over.format(until=until, today=case.today))
        case = case.waiting_until(until)
    if not asked.retire:
        return case
    return _retiring(case, _month(asked.retire, words.retire, words), words)


def _retiring(case: Situation, month: Month, words: RefusalWords) -> Situation:
    latest = max(case.estimate.latest, case.first)
    if not case.soonest <= month <= latest:
        said = words.retire_outside.format(month=month, first=case.soonest, last=latest)
        raise RefusedArgumentsError(said)
    return case.retiring(month)


def _verdict(catalogue: Catalogue, found: Verdict) -> Answer:
    return {
        "code": found.code,
        "name": catalogue.services[found.code].name,
        "verdict": found.answer.value,
        "from": str(found.since) if found.since else None,
        "reason": found.reason,
        "reason_helper": found.helper,
        "basis": found.basis,
        "changes": list(found.changes),
    }


def _plan(catalogue: Catalogue, plan: Plan, explanation: Explanation) -> Answer:
    return {
        "services": list(plan.chosen),
        "known": plan.tally.known,
        "fields": plan.tally.all,
        "questions": [
            {
                "field": one.field,
                "title": one.title,
                "spoken": one.sentence,
                "asking": one.asking.value,
                "check": one.check or None,
                "options": list(dict.fromkeys(option.value for option in one.options)),
            }
            for one in plan.questions
        ],
        "materials": [
            {
                "code": need.code,
                "name": need.name,
                "why": need.why,
                "services": list(need.services),
                "settled": need.settled.value if need.settled else None,
                "ways": [way.value for way in need.ways],
            }
            for need in plan.papers
        ],
        "order": list(_order(catalogue, plan)),
        "notes": list(explanation.plan_notes(plan)),
    }


def _order(catalogue: Catalogue, plan: Plan) -> Iterator[Answer]:
    for part in plan.parts.values():
        yield {
            "code": part.code,
            "name": catalogue.services[part.code].name,
            "begins_at_once": part.begins_at_once,
            "waits_any": list(part.waits_any),
            "waits_all": list(part.waits_all),
            "from": str(part.since) if part.since else None,
            "due": part.due.isoformat() if part.due else None,
            "basis": part.basis,
            "lawful": part.lawful.isoformat() if part.lawful else None,
            "expected": part.expected,
            "lawful_expected": bool(part.lawful_unannounced_years),
        }


# guide and numbers


def _say_guide(asked: argparse.Namespace, catalogue: Catalogue, explanation: Explanation) -> int:
    if asked.explain:
        print("\n".join(explanation.explain_guide(catalogue)))
    else:
        _print([vars(entry) for entry in entries(catalogue)])
    return 0


def _say_number(text: str, today: date, words: RuleWords) -> int:
    number = normalise(text)
    fault = fault_of(number, today)
    if fault is not None:
        raise RefusedArgumentsError(words.number[fault])
    if not number[0].isdigit():
        _print({"valid": True, "birth": None, "sex": None, "note": ""})
        return 0
    birth, area = birth_of(number), abolished_area(number)
    note = words.refused.old_area.format(area=area) if area else ""
    _print({"valid": True, "birth": str(birth), "sex": sex_of(number).value, "note": note})
    return 0

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
from kiosk.retirement.explanation import (
    explain_age,
    explain_guide,
    explain_plan,
    explain_verdicts,
    plan_notes,
)
from kiosk.retirement.facts import FactValue, parse_fact
from kiosk.retirement.guide import entries
from kiosk.retirement.months import Month
from kiosk.retirement.plan import Plan, Rulebook, make_plan
from kiosk.retirement.questions import read_questions
from kiosk.retirement.reading import read_catalogue
from kiosk.retirement.situation import Route, Situation, assess

AGE_RULES = Path("rules/retirement_age.toml")
YEARS = range(1900, 2101)
PLAIN_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
Answer = Mapping[str, Any]
NUMBER_WORDS: Mapping[str, str] = {
    "shape": "应是 18 位：17 个数字，最后一位是数字或 X，请对着证件再看一遍。",
    "of_files": "这是 15 位的旧号码，只在老档案里用，请看身份证上的 18 位号码。",
    "day": "号码里的出生日期，日历上没有，请对着证件再看一遍。",
    "future": "号码里的出生日期还没到，请对着证件再看一遍。",
    "check_digit": "最后一位对不上，前面多半有一位错了，请对着证件再看一遍。",
}


class _RefusedError(Exception):
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
    try:
        if asked.command == "number":
            return _say_number(asked.number, today)
        if asked.command == "age":
            return _say_ages(asked, config, today, source or sys.stdin)
        book, rules = read_rulebook(config), read_age_rules(config / AGE_RULES)
        if asked.command == "guide":
            return _say_guide(asked, book.catalogue)
        case = _case(asked, book.catalogue, rules, today)
        plan = make_plan(book, case)
    except _RefusedError as refused:
        print(f"rules: {refused}", file=sys.stderr)
        return 2
    if asked.explain:
        explain = explain_verdicts if asked.command == "services" else explain_plan
        print("\n".join(explain(book.catalogue, case, plan)))
    elif asked.command == "services":
        _print([_verdict(book.catalogue, one) for one in plan.verdicts.values()])
    else:
        _print(_plan(book.catalogue, plan))
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


def _month(text: str, what: str) -> Month:
    try:
        month = Month.parse(text)
    except ValueError:
        raise _RefusedError(f"{what}“{text}”应写成年月，如 1965-05。") from None
    if month.year not in YEARS:
        raise _RefusedError(f"{what}“{text}”太远了，应在 {YEARS[0]} 到 {YEARS[-1]} 年之间。")
    return month


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if PLAIN_DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise _RefusedError(f"办理日期“{text}”应写成年月日，如 2026-11-23。")
    if day.year not in YEARS:
        raise _RefusedError(f"办理日期“{text}”太远了，应在 {YEARS[0]} 到 {YEARS[-1]} 年之间。")
    return day


def _birth(text: str, on: date) -> Month:
    birth = _month(text, "出生年月")
    if birth > Month.of_day(on):
        raise _RefusedError(f"出生年月 {birth} 在 {on} 以后，请检查是不是写错了年份。")
    return birth


# age


def _say_ages(asked: argparse.Namespace, config: Path, today: date, source: TextIO) -> int:
    rules = read_age_rules(config / AGE_RULES)
    if asked.stdin:
        return _say_lines(rules, source, today)
    if asked.category is None or asked.birth is None:
        raise _RefusedError("要写 --category 和 --birth，或者用 --stdin 一行一个。")
    found = estimate(rules, Category(asked.category), _birth(asked.birth, today))
    if asked.explain:
        print("\n".join(explain_age(rules, found)))
    else:
        _print(_age(rules, found.category, found.birth))
    return 0


def _say_lines(rules: AgeRules, source: Iterable[str], today: date) -> int:
    """Print one answer for each line; return 2 when any line was wrong, else 0.

    A wrong line is answered by an object with `error`, and the lines after it are still answered.
    """
    wrong = False
    for number, line in enumerate(source, 1):
        words = line.split()
        if not words:
            continue
        try:
            if len(words) != 2 or words[0] not in set(Category):  # noqa: PLR2004
                raise _RefusedError("应写成 类别 出生年月，如 M60 1965-05。")  # noqa: TRY301
            _print(_age(rules, Category(words[0]), _birth(words[1], today)))
        except _RefusedError as refused:
            wrong = True
            _print({"error": f"第 {number} 行：{refused}"})
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


def _case(
    asked: argparse.Namespace, catalogue: Catalogue, rules: AgeRules, today: date
) -> Situation:
    on = _day(asked.on)
    facts: dict[str, FactValue] = {"citizen": True}
    for text in asked.fact:
        read = parse_fact(catalogue.facts, text)
        if isinstance(read, str):
            raise _RefusedError(read)
        facts[read[0]] = read[1]
    if facts.setdefault("kind", asked.insured) != asked.insured:
        raise _RefusedError("--insured 和 --fact kind 说的不一样，请只写 --insured。")
    birth = _birth(asked.birth, min(on, today))
    case = assess(rules, Category(asked.category), birth, on, facts).along(Route(asked.route))
    if asked.wait_until:
        until = _month(asked.wait_until, "等到的年月")
        if until < case.today:
            raise _RefusedError(f"等到的年月 {until} 已经过了，应不早于 {case.today}。")
        case = case.waiting_until(until)
    return _retiring(case, _month(asked.retire, "退休年月")) if asked.retire else case


def _retiring(case: Situation, month: Month) -> Situation:
    latest = max(case.estimate.latest, case.first)
    if not case.soonest <= month <= latest:
        raise _RefusedError(f"退休年月 {month} 选不了，应在 {case.soonest} 到 {latest} 之间。")
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


def _plan(catalogue: Catalogue, plan: Plan) -> Answer:
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
        "notes": list(plan_notes(plan)),
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
            "lawful_expected": bool(part.lawful_open_years),
        }


# guide and numbers


def _say_guide(asked: argparse.Namespace, catalogue: Catalogue) -> int:
    if asked.explain:
        print("\n".join(explain_guide(catalogue)))
    else:
        _print([vars(entry) for entry in entries(catalogue)])
    return 0


def _say_number(text: str, today: date) -> int:
    number = normalise(text)
    fault = fault_of(number, today)
    if fault is not None:
        raise _RefusedError(NUMBER_WORDS[fault])
    if not number[0].isdigit():
        _print({"valid": True, "birth": None, "sex": None, "note": ""})
        return 0
    birth, area = birth_of(number), abolished_area(number)
    note = f"号码前六位是原来的{area}，区划代码已撤销，号码照样有效，接着办就行。" if area else ""
    _print({"valid": True, "birth": str(birth), "sex": sex_of(number).value, "note": note})
    return 0

"""Bench of one person's full plan, and of plans for a whole city.

The floor is the bare month arithmetic of the same person, in the same run.
"""

from __future__ import annotations

import random
import statistics
import time
from array import array
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import psutil

from kiosk.people.facts import InsuredKind
from kiosk.retirement.age import Category, estimate, read_age_rules
from kiosk.retirement.commands import AGE_RULES, read_rulebook
from kiosk.retirement.facts import FactValue
from kiosk.retirement.months import Month
from kiosk.retirement.plan import make_plan
from kiosk.retirement.situation import Situation, assess
from kiosk.units import MIB
from script.benches.figures import BenchFigure, Report

CONFIG = Path(__file__).parents[3] / "config"
TODAY = date(2026, 11, 23)
MOST_MS = 5.0
MOST_GROWTH = 1.10
MOST_MEMORY_MIB = 5.0
PERSONS, PERSONS_QUICK = 100_000, 5_000
TIMED, TIMED_QUICK = 2_000, 300
SEED = 20261123


def people(count: int) -> Iterator[Situation]:
    """Yield `count` invented persons: every kind, category, and mixture of facts."""
    rules, dice = read_age_rules(CONFIG / AGE_RULES), random.Random(SEED)  # noqa: S311
    for _ in range(count):
        facts: dict[str, FactValue] = {
            "kind": dice.choice(list(InsuredKind)).value,
            "paid_months": dice.randrange(100, 480),
            "deemed_months": dice.choice((0, 0, 31)),
            "medical_months": dice.randrange(100, 480),
            "medical_months_needed": dice.choice((300, 360)),
            "earlier_places": dice.choice(((), ("阜阳市",))),
            "has_fund_account": dice.random() < 0.5,  # noqa: PLR2004
            "has_annuity": dice.random() < 0.2,  # noqa: PLR2004
            "only_child_certificate": dice.random() < 0.4,  # noqa: PLR2004
            "card_account_active": dice.random() < 0.9,  # noqa: PLR2004
            "household_matches": dice.random() < 0.95,  # noqa: PLR2004
        }
        known = {name: value for name, value in facts.items() if dice.random() < 0.95}  # noqa: PLR2004
        birth = Month.of(dice.randrange(1960, 1985), dice.randrange(1, 13))
        yield assess(rules, dice.choice(list(Category)), birth, TODAY, known)


def timed(action: Callable[[Situation], object], case: Situation) -> float:
    """Return the milliseconds that `action` takes."""
    began = time.perf_counter()
    action(case)
    return (time.perf_counter() - began) * 1000


def month_alone(case: Situation) -> object:
    """Return the bare month arithmetic's result, for the floor."""
    return estimate(case.rules, case.estimate.category, case.estimate.birth)


def measure(*, quick: bool = False) -> Report:
    """Time single plans, then plan for a whole city in tenths and compare first and last."""
    book = read_rulebook(CONFIG)
    plan = partial(make_plan, book)
    singles = list(people(TIMED_QUICK if quick else TIMED))
    plans = [timed(plan, case) for case in singles]
    floor = statistics.median(timed(month_alone, case) for case in singles)
    tenths, memory = plan_for_all(plan, PERSONS_QUICK if quick else PERSONS)
    growth = statistics.median(tenths[-3:]) / statistics.median(tenths[:3])
    return Report(
        "rules",
        {
            "plan_median": BenchFigure(statistics.median(plans), "ms", MOST_MS, floor),
            "plan_p95": BenchFigure(statistics.quantiles(plans, n=20)[-1], "ms"),
            "person_in_a_city": BenchFigure(statistics.fmean(tenths), "ms"),
            "last_against_first": BenchFigure(growth, "times", MOST_GROWTH),
            "memory_grown": BenchFigure(memory, "MiB", MOST_MEMORY_MIB),
        },
    )


def plan_for_all(plan: Callable[[Situation], object], count: int) -> tuple[list[float], float]:
    """Return the median milliseconds of a plan in each tenth, and MiB grown after the first."""
    tenths = [array("d") for _ in range(10)]
    process = psutil.Process()
    began = 0
    for number, case in enumerate(people(count)):
        tenths[number * 10 // count].append(timed(plan, case))
        if number == count // 10:
            began = process.memory_info().rss
    grown = (process.memory_info().rss - began) / MIB
    return [statistics.median(tenth) for tenth in tenths], grown

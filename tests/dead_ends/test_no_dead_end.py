"""No state is a dead end: over people, services and answers of offices (a bounded model).

Each state reaches a result, a named date, or a human where a rule names discretion. The counts per
kind are printed (`pytest -s`); docs/rules.md has today's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from central import tasks
from central.tasks import TaskState
from kiosk.people.facts import FinishedService
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.months import Month
from kiosk.retirement.plan import make_plan
from kiosk.retirement.situation import Route, Situation
from tests.dead_ends.exits import ExitFinder, WayOut
from tests.dead_ends.office_answers import MOVES, CaseState, OfficeModel, chains, is_over, stuck
from tests.dead_ends.situations import all_situations
from tests.kiosk.retirement.shipped import BOOK, CATALOGUE, FULL, TODAY, person, with_condition

ROOT = Path(__file__).parents[2]
FINISHED_ON = TODAY.isoformat()
KNOWN = {**FULL, "has_annuity": True, "earlier_places": ("上海市",), "medical_months": 331}
"""Facts with which most services are filed."""


def dead_ends(
    catalogue: Catalogue, situations: Iterable[tuple[str, Situation]]
) -> tuple[Counter[WayOut], list[str]]:
    """Return how many verdicts have each kind of way out, and those that have none."""
    finder = ExitFinder(replace(BOOK, catalogue=catalogue))
    counts: Counter[WayOut] = Counter()
    dead: list[str] = []
    for name, case in situations:
        for code, way in finder.find(case).items():
            if way is None:
                dead.append(f"{code}: {name}")
            else:
                counts[way] += 1
    return counts, dead


def printed(counts: Mapping[str, int]) -> str:
    """Return the counts, a line a kind."""
    lines = [f"{number:>9,}  {kind}" for kind, number in sorted(counts.items())]
    return "\n".join([*lines, f"{sum(counts.values()):>9,}  in all"])


def prove_in_a_process() -> tuple[Counter[WayOut], list[str]]:
    """Return what `dead_ends` finds over all situations.

    The process is not measured: coverage makes the proof several times as long.
    """
    own = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE_")}
    command = [sys.executable, "-m", "tests.dead_ends"]
    told = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=True)
    found = json.loads(told.stdout)
    return Counter({WayOut(way): n for way, n in found["counts"].items()}), found["dead"]


@pytest.mark.slow
def test_no_situation_is_a_dead_end() -> None:
    counts, dead = prove_in_a_process()
    sys.stdout.write(f"\n{printed(counts)}\n")
    assert dead == [], f"{len(dead)} dead ends, such as {dead[:5]}"
    assert set(WayOut) - counts.keys() <= {WayOut.UNDER_WAY, WayOut.OTHER_MONTH}, (
        "a kind nobody comes to"
    )


def few_situations() -> Iterator[tuple[str, Situation]]:
    """Yield every 97th situation: each value of each axis is among them."""
    yield from (one for number, one in enumerate(all_situations()) if number % 97 == 0)


def test_few_situations_are_no_dead_end_either() -> None:
    assert dead_ends(CATALOGUE, few_situations())[1] == []


@pytest.mark.parametrize(
    ("catalogue", "code"),
    [
        (with_condition("fund_account", insist=False), "R14"),
        (with_condition("only_child", changes=("请打 12356",)), "R15"),
        (with_condition("paid_enough", from_month="on_month"), "R01"),
        (with_condition("merged", basis=""), "R01"),
    ],
    ids=["not-insistable", "only-a-telephone", "month-that-is-over", "no-rule"],
)
def test_control_a_removed_row_is_found(catalogue: Catalogue, code: str) -> None:
    dead = dead_ends(catalogue, few_situations())[1]
    assert {one[:3] for one in dead} >= {code}


def filed_cases() -> Mapping[frozenset[str], Situation]:
    """Return the sets of services that people of each kind file, with such a person."""
    found: dict[frozenset[str], Situation] = {}
    for kind in ("JG", "QY", "LH"):
        for route in Route:
            birth = "1966-06" if route is Route.AGE else "1971-06"
            case = person(birth=birth, route=route, known={**KNOWN, "kind": kind})
            found.setdefault(frozenset(make_plan(BOOK, case).chosen), case)
    return found


NEEDS = {
    code: (one.needs_any, one.needs_all, one.after) for code, one in CATALOGUE.services.items()
}
MODEL = OfficeModel(NEEDS)
CHAINS = {
    chain: case for filed, case in filed_cases().items() for chain in chains(filed, NEEDS).values()
}
"""Services that decide of each other, with a person who files them."""


def unheld(state: CaseState, model: OfficeModel) -> Iterator[str]:
    """Yield services that have not ended, and that neither an office nor the person holds."""
    open_ones = {code for code, at in state if at not in tasks.ENDS}
    for code, at in state:
        waits_for = {one for group in model.needs[code] for one in group} & open_ones
        if at is TaskState.WAITING and not waits_for:
            yield code
        if at not in (TaskState.WAITING, *tasks.ENDS) and not model.moves.get(at):
            yield code


def test_no_answer_of_an_office_leaves_a_case_stuck() -> None:
    counts: Counter[str] = Counter()
    for chain in CHAINS:
        reached = MODEL.explore(chain)
        assert stuck(reached) == frozenset(), sorted(chain)
        assert [one for state in reached for one in unheld(state, MODEL)] == []
        counts["states of cases"] += len(reached)
        counts["ends of cases"] += sum(map(is_over, reached))
    sys.stdout.write(f"\n{printed(counts)}\n")
    assert len(CHAINS) >= 18


@pytest.mark.parametrize("state", MOVES)
def test_control_a_removed_answer_leaves_cases_stuck(state: TaskState) -> None:
    model = OfficeModel(NEEDS, {at: to for at, to in MOVES.items() if at is not state})
    assert any(stuck(model.explore(chain)) for chain in CHAINS)


def comes_again(case: Situation, state: CaseState) -> Situation:
    """Return the person who comes again while the case stands so."""
    done = tuple(FinishedService(code, FINISHED_ON) for code, at in state if at is TaskState.DONE)
    facts = {
        **case.facts,
        "services_done": done,
        "services_refused": tuple(code for code, at in state if at in tasks.WITHOUT),
        "services_open": tuple(code for code, at in state if at not in tasks.ENDS),
    }
    if "R06" in {one.code for one in done}:
        facts["draws_since"] = Month.of_day(TODAY)
    return replace(case, facts=facts)


def test_whatever_the_offices_decided_the_person_can_go_on() -> None:
    finder = ExitFinder(BOOK)
    counts: Counter[str] = Counter()
    dead = []
    for chain, case in CHAINS.items():
        for state in MODEL.explore(chain):
            found = finder.find(comes_again(case, state))
            counts.update(str(found[code]) for code, _ in state)
            dead += [f"{code}: {dict(state)}" for code, _ in state if found[code] is None]
    sys.stdout.write(f"\n{printed(counts)}\n")
    assert dead == [], f"{len(dead)} dead ends, such as {dead[:5]}"

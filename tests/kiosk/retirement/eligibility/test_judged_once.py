"""Verdicts are worked out once for a situation, and each condition once for all services."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from kiosk.retirement import eligibility
from kiosk.retirement.conditions import Condition, holds
from kiosk.retirement.eligibility import judge_all
from kiosk.retirement.situation import Situation
from tests.kiosk.retirement.shipped import CATALOGUE, changed, person


def test_each_condition_is_put_to_the_facts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[str] = Counter()

    def counted(condition: Condition, case: Situation) -> bool | None:
        asked[condition.helper] += 1
        return holds(condition, case)

    monkeypatch.setattr(eligibility, "holds", counted)
    judge_all(CATALOGUE, person())
    assert asked
    assert set(asked.values()) == {1}


def test_verdicts_are_kept_with_the_situation_alone() -> None:
    case = person()
    found = judge_all(CATALOGUE, case)
    assert judge_all(CATALOGUE, case) is found
    again = judge_all(CATALOGUE, replace(case))
    assert again is not found
    assert again == found


def test_other_rules_and_other_objections_are_judged_anew() -> None:
    case = person("M60", "1966-10", paid_months=100, paid_scope="everywhere")
    found = judge_all(CATALOGUE, case)
    assert judge_all(CATALOGUE, case, ("R05",)) != found
    other = changed("R08", plain="另一个名字")
    assert judge_all(other, case) is not found
    assert judge_all(CATALOGUE, case) == found

"""Verdicts are judged once for one situation, and forgotten with it."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

from kiosk.retirement.eligibility import judge_all
from kiosk.visit.last_verdicts import LastVerdicts
from tests.kiosk.retirement.shipped import CATALOGUE, person


def test_the_same_situation_is_judged_once() -> None:
    last, case = LastVerdicts(), person()
    found = last.judge(CATALOGUE, case, frozenset())
    assert found == judge_all(CATALOGUE, case)
    assert last.judge(CATALOGUE, case, frozenset()) is found


def test_whatever_differs_is_judged_anew() -> None:
    last, case = LastVerdicts(), person("M60", "1966-10")
    found = last.judge(CATALOGUE, case, frozenset())
    other = person("M60", "1970-06")
    assert last.judge(CATALOGUE, other, frozenset()) == judge_all(CATALOGUE, other) != found
    insisted = frozenset({"R01"})
    against = last.judge(CATALOGUE, other, insisted)
    assert against == judge_all(CATALOGUE, other, insisted)
    assert last.judge(replace(CATALOGUE), other, insisted) is not against, "of other rules"


def test_verdicts_go_with_their_situation() -> None:
    last = LastVerdicts()
    case = person()
    judged = weakref.ref(last.judge(CATALOGUE, case, frozenset())["R01"])
    assert judged() is not None
    del case
    gc.collect()
    assert judged() is None


def test_a_later_situation_is_kept_when_an_earlier_one_goes() -> None:
    last, earlier, case = LastVerdicts(), person("M60", "1966-10"), person()
    last.judge(CATALOGUE, earlier, frozenset())
    found = last.judge(CATALOGUE, case, frozenset())
    del earlier
    gc.collect()
    assert last.judge(CATALOGUE, case, frozenset()) is found

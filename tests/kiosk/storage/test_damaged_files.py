"""A damaged file is whole, cured or named at the next start, and never silently new."""

from __future__ import annotations

from collections import Counter

import pytest

from script.benches.storage.damaged_files import StartVerdict, Trial, try_damage

SEED = 20261129
WRONG = (StartVerdict.SILENT, StartVerdict.BROKEN)


def wrong(trials: list[Trial]) -> list[Trial]:
    return [one for one in trials if one.verdict in WRONG]


def test_damage_is_cured_or_named_and_the_control_is_silent() -> None:
    assert wrong(try_damage(60, SEED)) == []
    silent = [
        one for one in try_damage(20, SEED, copies=False) if one.verdict is StartVerdict.SILENT
    ]
    assert silent


@pytest.mark.slow
def test_six_hundred_damaged_files_have_a_verdict_each() -> None:
    trials = try_damage(600, SEED)
    assert wrong(trials) == []
    found = Counter(one.verdict for one in trials)
    assert found.total() == 600
    assert (
        min(found[one] for one in (StartVerdict.WHOLE, StartVerdict.CURED, StartVerdict.NAMED)) > 30
    )

"""The short run of `script/bench attack`: nothing ends the program, and every control is seen."""

from __future__ import annotations

import pytest

from script.benches import attack
from script.benches.figures import BenchFigure


@pytest.mark.slow
def test_no_attack_ends_the_program_and_each_control_is_seen() -> None:
    report = attack.measure(quick=True)
    assert {name: one for name, one in report.figures.items() if not one.holds} == {}
    parts = {name.partition(".")[0] for name in report.figures}
    assert parts == {"hostile", "links", "gateway", "damage", "exceptions"}


def test_a_bench_that_tried_too_little_does_not_hold() -> None:
    assert not attack.too_few(500, BenchFigure(499, "images")).holds
    assert attack.too_few(500, BenchFigure(500, "images")).holds

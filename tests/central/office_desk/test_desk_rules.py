"""The rules of the offices' desk: the shipped file, and what is said of a wrong one."""

from __future__ import annotations

import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from central.office_desk.acts import MOVES, DeskAct, decisions_in
from central.office_desk.rules import FILE, DeskRules, read_desk_rules
from central.tasks import ENDS, TaskState
from kiosk.config.schema import ConfigError
from kiosk.retirement.reading import read_catalogue
from tests.central.standing import CONFIG

SERVICES = read_catalogue(CONFIG).services


def rules() -> DeskRules:
    return read_desk_rules(CONFIG, SERVICES)


def test_each_service_has_a_unit_and_refusals_are_looked_at_twice() -> None:
    for code in SERVICES:
        assert rules().unit_of(code)
        assert DeskAct.REFUSE in rules().second_looks()[code]
        assert rules().refusals_of(code)
    assert rules().unit_of("R99") == ""


def test_a_reason_may_be_of_some_services_alone() -> None:
    assert "elsewhere" in rules().refusals_of("R01")
    assert "elsewhere" not in rules().refusals_of("R08")


def test_a_state_has_its_decisions() -> None:
    assert decisions_in(TaskState.SUSPENDED) == (DeskAct.RESUME,)
    assert decisions_in(TaskState.CORRECTION) == ()
    assert decisions_in(TaskState.CORRECTION, is_late=True) == (DeskAct.REFUSE,)
    at_work = [decisions_in(one) for one in (TaskState.READY, TaskState.WORKING, TaskState.RESUMED)]
    assert all(one == other for one, other in pairwise(at_work))
    assert {*at_work[0], DeskAct.RESUME} == set(MOVES)
    for state in (*ENDS, TaskState.WAITING):
        assert decisions_in(state, is_late=True) == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("usual_days = 10", "usual_days = 61", "limits"),
        ("most_letters = 200", "most_letters = 0", "limits"),
        (r"\[services.R07\]", "[services.R77]", "services.R07"),
        (r'services = \["R01"', 'services = ["R99"', "services.R99"),
        (r'second_look = \["finish", "refuse"\]', 'second_look = ["take"]', "second_look"),
        (r'second_look = \["finish", "refuse"\]', 'second_look = ["sign"]', "sign"),
        (r'words = "不符合这一项的条件"', "", "refusals.conditions.words"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / FILE
    shutil.copy(CONFIG / FILE, path)
    said = re.sub(old, new, path.read_text("utf-8"), count=1)
    path.write_text(said, "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_desk_rules(tmp_path, SERVICES)
    assert words in str(caught.value)


def test_at_least_one_reason_is_needed(tmp_path: Path) -> None:
    said = (CONFIG / FILE).read_text("utf-8")
    head, tail = said.split("[refusals.conditions]")
    (tmp_path / FILE).write_text(
        head + "[refusals]\n\n[services.R01]" + tail.split("[services.R01]")[1]
    )
    with pytest.raises(ConfigError, match="不予办理"):
        read_desk_rules(tmp_path, SERVICES)

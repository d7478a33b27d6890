"""The states of services follow from their needs, whatever the order of settling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.app_context import case_number
from central.tasks import ENDS, TaskState, begin, follow
from tests.central.standing import NEEDS

W, R, D, X = TaskState.WAITING, TaskState.READY, TaskState.DONE, TaskState.REFUSED


def states(**known: TaskState) -> dict[str, TaskState]:
    return known


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (states(R01=W, R06=W, R07=W), states(R01=R, R06=W, R07=W)),
        (states(R01=D, R06=W, R07=W), states(R01=D, R06=R, R07=W)),
        (states(R01=D, R06=D, R07=W), states(R01=D, R06=D, R07=R)),
        (states(R01=X, R02=R, R06=W), states(R01=X, R02=R, R06=W)),
        (states(R01=X, R02=D, R06=W), states(R01=X, R02=D, R06=R)),
        (states(R01=X, R06=W, R07=W), states(R01=X, R06=X, R07=X)),
        (states(R06=W, R07=W), states(R06=R, R07=W)),
        (states(R07=W), states(R07=R)),
        # what is only handled before holds nothing back once it has ended, however it did
        (states(R04=R, R01=W, R06=W), states(R04=R, R01=W, R06=W)),
        (states(R04=D, R01=W, R06=W), states(R04=D, R01=R, R06=W)),
        (states(R04=X, R01=W, R06=W), states(R04=X, R01=R, R06=W)),
        ({}, {}),
    ],
)
def test_what_follows(before: dict[str, TaskState], after: dict[str, TaskState]) -> None:
    assert follow(before, NEEDS) == after


@given(st.sets(st.sampled_from(sorted(NEEDS))), st.data())
def test_every_application_comes_to_an_end(services: set[str], data: st.DataObject) -> None:
    now = begin(services, NEEDS)
    while ready := sorted(code for code, state in now.items() if state is R):
        code = data.draw(st.sampled_from(ready))
        end = data.draw(st.sampled_from(ENDS))
        now = follow({**now, code: end}, NEEDS)
    assert all(state in ENDS for state in now.values())


def test_case_numbers() -> None:
    assert case_number(427138) == "亳退 0042 7138"

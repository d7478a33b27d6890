"""A new program is installed when nobody is there, kept when it is fit, else taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.fleet.update import (
    GATE_SECONDS,
    LONGEST_NOTE,
    MachineReport,
    Reason,
    Update,
    UpdateAction,
    UpdateFailure,
    UpdateStage,
    decide,
    failure_of,
    from_json,
    note_of,
    read_note,
    to_json,
)

CALM = MachineReport("1.0", False, True, True, frozenset(), has_new=True, has_old=True)
TRYING = Update(UpdateStage.TRYING, "1.0", "2.0", began=100.0)
NEW = replace(CALM, installed="2.0")
RETURNING = Update(
    UpdateStage.RETURNING, "1.0", "2.0", 100.0, refused=("2.0",), reason=Reason.NOT_READY
)
REST = Update()


def test_a_wanted_version_is_installed_when_nobody_is_there() -> None:
    faults = replace(CALM, faults=frozenset({"printer"}))
    update, action = decide(REST, "2.0", faults, 100.0)
    assert action is UpdateAction.INSTALL
    assert update == replace(TRYING, faults=("printer",))


@pytest.mark.parametrize("wanted", ["", "1.0", "2.0;reboot", "../2", "-1"])
def test_what_runs_and_what_is_no_version_is_left_alone(wanted: str) -> None:
    assert decide(REST, wanted, CALM, 100.0) == (REST, UpdateAction.NOTHING)


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (replace(CALM, has_new=False), Reason.NOT_HERE),
        (replace(CALM, has_old=False), Reason.NO_WAY_BACK),
        (replace(CALM, busy=True), Reason.BUSY),
        (replace(CALM, readable=False), Reason.OUTBOX),
    ],
)
def test_it_waits_for_its_hour(seen: MachineReport, reason: Reason) -> None:
    update, action = decide(REST, "2.0", seen, 100.0)
    assert (action, update.stage, update.reason) == (
        UpdateAction.NOTHING,
        UpdateStage.RESTING,
        reason,
    )


def test_a_fit_one_stays() -> None:
    update, action = decide(TRYING, "2.0", NEW, 101.0)
    assert (action, update.stage, update.refused) == (UpdateAction.NOTHING, UpdateStage.RESTING, ())


def test_what_was_broken_before_may_stay_so() -> None:
    seen = replace(NEW, faults=frozenset({"printer"}))
    assert (
        decide(replace(TRYING, faults=("printer",)), "2.0", seen, 101.0)[0].stage
        is UpdateStage.RESTING
    )
    assert decide(TRYING, "2.0", seen, 101.0)[1] is UpdateAction.WAIT


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (replace(NEW, ready=False), Reason.NOT_READY),
        (replace(NEW, faults=None), Reason.NOT_READY),
        (replace(NEW, faults=frozenset({"camera"})), Reason.NOT_READY),
        (replace(NEW, readable=False), Reason.OUTBOX),
    ],
)
def test_an_unfit_one_goes_back_in_time_and_is_not_tried_again(
    seen: MachineReport, reason: Reason
) -> None:
    last = TRYING.began + GATE_SECONDS
    assert decide(TRYING, "2.0", seen, last)[1] is UpdateAction.WAIT
    update, action = decide(TRYING, "2.0", seen, last + 0.1)
    assert (update.stage, action, update.reason) == (
        UpdateStage.RETURNING,
        UpdateAction.GO_BACK,
        reason,
    )
    rested, action = decide(update, "2.0", CALM, last + 1)
    assert (rested.stage, action, rested.refused) == (
        UpdateStage.RESTING,
        UpdateAction.NOTHING,
        ("2.0",),
    )
    assert decide(rested, "2.0", CALM, last + 2)[1] is UpdateAction.NOTHING
    assert decide(rested, "3.0", CALM, last + 2)[1] is UpdateAction.INSTALL


def test_a_clock_that_is_set_back_ends_the_try() -> None:
    assert decide(TRYING, "2.0", replace(NEW, ready=False), 5.0)[1] is UpdateAction.GO_BACK


def test_that_it_served_for_a_while_is_remembered() -> None:
    """What it took then must not be put away."""
    seen = replace(NEW, faults=frozenset({"camera"}))
    update, _ = decide(TRYING, "2.0", seen, 101.0)
    update, _ = decide(update, "2.0", replace(seen, ready=False), 102.0)
    assert update == replace(TRYING, served=True)
    going, action = decide(update, "2.0", replace(seen, ready=False), 500.0)
    assert (going.served, action) == (True, UpdateAction.GO_BACK)


def test_an_install_that_broke_off_goes_back_at_once() -> None:
    update, action = decide(TRYING, "2.0", CALM, 100.0)
    assert (action, update.reason) == (UpdateAction.GO_BACK, Reason.NOT_INSTALLED)


def test_going_back_is_tried_until_it_is_done() -> None:
    assert decide(RETURNING, "2.0", NEW, 101.0) == (RETURNING, UpdateAction.GO_BACK)
    waits = replace(CALM, ready=False)
    assert decide(RETURNING, "2.0", waits, 101.0) == (RETURNING, UpdateAction.WAIT)


@pytest.mark.parametrize(
    "seen",
    [NEW, replace(CALM, ready=False), replace(CALM, readable=False)],
    ids=["new", "not ready", "no outbox"],
)
def test_who_cannot_go_back_calls_for_somebody(seen: MachineReport) -> None:
    update, action = decide(RETURNING, "2.0", seen, 100.0 + GATE_SECONDS + 1)
    assert (update.stage, action) == (UpdateStage.STUCK, UpdateAction.NOTHING)
    assert (
        decide(update, "3.0", CALM, 500.0)[1] is UpdateAction.INSTALL
    )  # the next version may be better


def test_the_state_outlasts_a_power_cut() -> None:
    assert from_json(to_json(RETURNING)) == RETURNING


@pytest.mark.parametrize("said", ["", "{", "[]", '{"stage": "flying"}', "null"])
def test_a_state_that_cannot_be_read_is_none(said: str) -> None:
    assert from_json(said) == REST


@pytest.mark.parametrize("wanted", ["2.0", "1.0", ""])
def test_why_a_version_was_given_up_is_told_until_another_is_tried(wanted: str) -> None:
    rested, _ = decide(RETURNING, "2.0", CALM, 101.0)
    for night in range(1, 4):
        rested, action = decide(rested, wanted, CALM, 86_400.0 * night)
        assert action is UpdateAction.NOTHING
        assert failure_of(rested) == UpdateFailure("2.0", Reason.NOT_READY)
    trying, action = decide(rested, "3.0", CALM, 400_000.0)
    assert (action, failure_of(trying)) == (UpdateAction.INSTALL, None)
    fit, _ = decide(trying, "3.0", replace(CALM, installed="3.0"), 400_001.0)
    assert failure_of(decide(fit, "", replace(CALM, installed="3.0"), 500_000.0)[0]) is None


def test_what_only_waits_is_told_as_long_as_it_is_wanted() -> None:
    waits, _ = decide(REST, "2.0", replace(CALM, has_new=False), 100.0)
    assert failure_of(waits) == UpdateFailure("2.0", Reason.NOT_HERE)
    assert failure_of(decide(waits, "", CALM, 200.0)[0]) is None


def test_the_kiosk_reads_what_the_updater_notes() -> None:
    assert read_note(note_of(RETURNING)) == UpdateFailure("2.0", Reason.NOT_READY)
    assert note_of(TRYING) == ""
    longest = replace(RETURNING, new="1" + 39 * "~" + "9", reason=max(Reason, key=len))
    assert len(note_of(longest)) <= LONGEST_NOTE


@pytest.mark.parametrize(
    "said",
    [
        "",
        "{",
        "[]",
        "null",
        '{"version": "2.0"}',
        '{"version": "2.0", "reason": "bored"}',
        '{"version": "../2", "reason": "not_ready"}',
    ],
)
def test_a_note_that_is_none_says_nothing(said: str) -> None:
    assert read_note(said) is None


SEEN = st.builds(
    MachineReport,
    st.sampled_from(["1.0", "2.0"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.none() | st.frozensets(st.sampled_from(["printer", "camera"])),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(SEEN, min_size=60, max_size=60), st.sampled_from(["", "1.0", "2.0"]))
def test_whatever_comes_it_never_installs_at_the_wrong_time_nor_waits_for_ever(
    looks: list[MachineReport], wanted: str
) -> None:
    update, action, waited = REST, UpdateAction.NOTHING, 0
    for number, seen in enumerate(looks):
        before = update
        update, action = decide(update, wanted, seen, number * 10.0)
        if action is UpdateAction.INSTALL:
            assert before.stage in (UpdateStage.RESTING, UpdateStage.STUCK)
            assert (seen.busy, seen.has_new, seen.has_old) == (False, True, True)
            assert seen.readable
            assert update.new not in update.refused
        waited = waited + 1 if action in (UpdateAction.WAIT, UpdateAction.GO_BACK) else 0
        assert waited <= 2 * GATE_SECONDS / 10.0 + 3

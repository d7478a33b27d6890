"""A try of changed settings: kept when all is ready again in time, given up otherwise, and never lost."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kiosk.config.bundle import Bundle, layer_names
from kiosk.config.rollout import (
    ENDED,
    RolloutState,
    RolloutVerdict,
    accept,
    go_back,
    judge,
    keep,
    put_off,
    read_standing,
    start,
    start_one,
    written,
)
from kiosk.config.settings_store import SettingsStore

OLD = Bundle(1, (("city.toml", b"a = 1\n"),))
NEW = Bundle(2, (("city.toml", b"a = 2\n"), ("point/BZ-DEMO.toml", b"")))
TRYING = RolloutState(good=OLD.id, candidate=NEW.id, begun=True, needed=("camera", "idcard"))


def test_a_try_from_the_news_to_its_good_end():
    standing = accept(RolloutState(good=OLD.id), NEW.id, ["idcard", "camera"], again=False)
    assert standing.in_force == OLD.id
    standing = start(standing)
    assert standing == TRYING
    assert standing.in_force == NEW.id
    assert keep(standing) == RolloutState(good=NEW.id)


def test_a_try_that_broke_off_is_gone_back_from():
    """The file was written before the try: a crash and a power cut look the same, and both go back."""
    after = start(TRYING)
    assert after == RolloutState(good=OLD.id, refused=NEW.id, lacking=(ENDED,), noted=False)
    assert after.in_force == OLD.id
    assert start(after) == after


def test_a_try_that_ends_in_good_order_begins_anew():
    """Somebody switched the terminal off: that says nothing about the settings."""
    after = put_off(TRYING)
    assert after.in_force == OLD.id
    assert start(after) == TRYING


def test_without_a_candidate_a_start_changes_nothing():
    assert start(RolloutState(good=OLD.id)) == RolloutState(good=OLD.id)
    assert start(RolloutState()).in_force == ""


def test_two_that_wait_are_tried_one_after_the_other():
    waiting, other = put_off(TRYING), RolloutState(candidate=OLD.id)
    assert start_one((waiting, other)) == (TRYING, other)
    assert start_one((other, waiting)) == (replace(other, begun=True), waiting)


def test_one_that_broke_off_makes_room_for_the_other():
    other = RolloutState(candidate=OLD.id)
    back, begun = start_one((TRYING, other))
    assert (back.refused, back.lacking) == (NEW.id, (ENDED,))
    assert begun.begun
    assert start_one((other, TRYING))[1].lacking == (ENDED,)


@pytest.mark.parametrize(
    ("ready", "drawn", "seconds", "verdict"),
    [
        ({"camera", "idcard"}, True, 0.0, RolloutVerdict.KEEP),
        ({"camera", "idcard", "printer"}, True, 119.0, RolloutVerdict.KEEP),
        (
            {"camera", "idcard"},
            True,
            500.0,
            RolloutVerdict.KEEP,
        ),  # ready, if late: nothing is lost by it
        ({"camera", "idcard"}, False, 119.9, RolloutVerdict.WAIT),
        ({"camera", "idcard"}, False, 120.0, RolloutVerdict.BACK),
        ({"camera"}, True, 119.9, RolloutVerdict.WAIT),
        ({"camera"}, True, 120.0, RolloutVerdict.BACK),
        (set(), True, 120.0, RolloutVerdict.BACK),
    ],
)
def test_when_a_try_ends(ready, drawn, seconds, verdict):
    assert judge(TRYING, ready, drawn=drawn, seconds=seconds, limit=120.0) is verdict


def test_what_was_not_ready_before_is_not_needed():
    """A printer without paper since Monday must not keep settings out."""
    lone = replace(TRYING, needed=())
    assert judge(lone, (), drawn=True, seconds=1.0, limit=120.0) is RolloutVerdict.KEEP


def test_what_was_given_up_is_not_tried_again_by_itself():
    refused = go_back(TRYING, ["idcard"])
    assert refused.lacking == ("idcard",)
    assert accept(refused, NEW.id, ["idcard"], again=False) == refused
    assert accept(refused, NEW.id, ["idcard"], again=True).candidate == NEW.id


def test_news_during_a_try_wait_for_its_end():
    assert accept(TRYING, OLD.id, [], again=True) == TRYING


def test_the_settings_in_force_are_no_news():
    waiting = RolloutState(good=OLD.id, candidate=NEW.id)
    assert accept(waiting, OLD.id, [], again=False) == RolloutState(
        good=OLD.id
    )  # it was taken back
    assert accept(waiting, NEW.id, ["x"], again=False) == waiting


@given(
    st.builds(
        RolloutState,
        good=st.text(max_size=12),
        candidate=st.text(max_size=12),
        begun=st.booleans(),
        needed=st.lists(st.text(max_size=5), max_size=3).map(tuple),
        refused=st.text(max_size=12),
        lacking=st.lists(st.text(max_size=5), max_size=3).map(tuple),
        noted=st.booleans(),
    )
)
def test_a_standing_is_read_as_it_was_written(standing):
    assert read_standing(written(standing)) == standing


@given(
    st.one_of(st.text(max_size=40), st.binary(max_size=40).map(lambda one: one.decode("latin-1")))
)
def test_anything_else_is_no_standing(text):
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's error is one
        read_standing(text)


@pytest.mark.parametrize(
    ("name", "value"),
    [("good", 1), ("begun", "yes"), ("needed", "idcard"), ("lacking", None), ("more", 1)],
)
def test_a_standing_of_another_form(name, value):
    said = json.loads(written(TRYING)) | {name: value}
    with pytest.raises(ValueError, match="not a standing"):
        read_standing(json.dumps(said))


# on the disk


@pytest.fixture
def settings_store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(tmp_path / "configuration")


def test_a_set_is_kept_and_found(settings_store):
    files = settings_store.put(NEW)
    assert [one.read_bytes() for one in files] == [b"a = 2\n", b""]
    assert [one.name for one in files] == ["00-city.toml", "01-point%2FBZ-DEMO.toml"]
    assert settings_store.files(NEW.id) == files
    assert settings_store.put(NEW) == files
    assert settings_store.files(OLD.id) is None
    assert settings_store.files("") is None


@pytest.mark.parametrize("how", ["zeros", "gone", "more", "renamed"])
def test_a_damaged_set_is_not_used(how, settings_store):
    first, second = settings_store.put(NEW)
    match how:
        case "zeros":
            first.write_bytes(bytes(6))
        case "gone":
            second.unlink()
        case "more":
            first.with_name("02-x.toml").write_bytes(b"")
        case "renamed":
            second.rename(second.with_name("01-city.toml"))
    assert settings_store.files(NEW.id) is None
    settings_store.put(NEW)
    assert settings_store.files(NEW.id) is not None


def test_no_layers_are_a_set_too(settings_store):
    """When all is withdrawn, terminals go back to their own files."""
    assert settings_store.put(Bundle(3, ())) == ()
    assert settings_store.files(Bundle(3, ()).id) == ()


def test_sets_that_nobody_names_go(settings_store):
    settings_store.put(OLD)
    settings_store.put(NEW)
    settings_store.keep(RolloutState(good=NEW.id))
    assert settings_store.files(OLD.id) is None
    assert settings_store.files(NEW.id) is not None


def test_a_standing_survives_and_a_broken_one_is_none(settings_store):
    assert settings_store.standing() == RolloutState()
    settings_store.keep(TRYING)
    assert settings_store.standing() == TRYING
    assert [one.name for one in settings_store.folder.iterdir()] == ["standing.json"]
    (settings_store.folder / "standing.json").write_bytes(b"\0" * 100)
    assert settings_store.standing() == RolloutState()
    (settings_store.folder / "standing.json").write_bytes(b"\xff")
    assert settings_store.standing() == RolloutState()


def test_what_was_ready_is_remembered(settings_store):
    assert settings_store.ready() == frozenset()
    settings_store.record_ready(frozenset({"idcard", "camera"}))
    before = (settings_store.folder / "ready").stat().st_mtime_ns
    settings_store.record_ready(frozenset({"camera", "idcard"}))
    assert (settings_store.folder / "ready").stat().st_mtime_ns == before
    assert settings_store.ready() == {"idcard", "camera"}
    (settings_store.folder / "ready").write_bytes(b"\xff")
    assert settings_store.ready() == frozenset()


def test_names_of_layers_and_of_sets():
    layers = ("city.toml", "district/D.toml", "point/P.toml")
    assert layer_names("P", "D") == ("phones.toml", "employers.csv", *layers)
    ids = {OLD.id, NEW.id, Bundle(9, ()).id, Bundle(1, (("city.toma", b"la = 1\n"),)).id}
    assert len(ids) == 4
    assert all(one.isalpha() and len(one) == 12 for one in ids)
    assert replace(OLD, version=7).id == OLD.id


# any order of news, starts, cuts


class RolloutMachine(RuleBasedStateMachine):
    """Whatever happens to two slots, what is in force stood the test once, or one try runs."""

    def __init__(self) -> None:
        super().__init__()
        self.disk = [written(RolloutState()), written(RolloutState())]
        self.proved = [{""}, {""}]

    def _now(self) -> tuple[RolloutState, ...]:
        return tuple(read_standing(one) for one in self.disk)

    @rule(at=st.sampled_from([0, 1]), found=st.sampled_from("abc"), again=st.booleans())
    def news(self, at, found, again):
        self.disk[at] = written(accept(self._now()[at], found, ["x"], again=again))

    @rule()
    def boot(self):
        self.disk = [written(one) for one in start_one(self._now())]

    @rule(full=st.sampled_from([0, 1]))
    def boot_on_a_disk_that_takes_one_of_two(self, full):
        """The power went, or the disk was full, between the two."""
        self.disk[full] = written(start_one(self._now())[full])

    @rule()
    def end_in_good_order(self):
        self.disk = [written(put_off(one) if one.begun else one) for one in self._now()]

    @rule(ready=st.booleans(), seconds=st.sampled_from([1.0, 120.0]))
    def look(self, ready, seconds):
        for at, standing in enumerate(self._now()):
            if not standing.begun:
                continue
            there = {"x"} if ready else set()
            found = judge(standing, there, drawn=True, seconds=seconds, limit=120.0)
            if found is RolloutVerdict.KEEP:
                self.proved[at].add(standing.candidate)
                self.disk[at] = written(keep(standing))
            elif found is RolloutVerdict.BACK:
                self.disk[at] = written(go_back(standing, ["x"]))

    @invariant()
    def what_is_good_was_proved(self):
        for standing, proved in zip(self._now(), self.proved, strict=True):
            assert standing.good in proved
            assert not standing.begun or standing.candidate

    @invariant()
    def never_two_at_once(self):
        assert sum(one.begun for one in start_one(self._now())) <= 1

    @invariant()
    def a_few_starts_in_a_row_end_on_proved_ground(self):
        standings = self._now()
        for _ in range(4):  # two tries, each begun and broken off
            standings = start_one(standings)
        for standing, proved in zip(standings, self.proved, strict=True):
            assert standing.in_force in proved


RolloutMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestLife = RolloutMachine.TestCase

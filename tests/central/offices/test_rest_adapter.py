"""An office's own system over the wire: each of its faults has its value, and nothing is lost."""

from __future__ import annotations

import socket
import ssl
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from central.offices.adapter import Assignment, OfficeFailure, OfficeTrouble, OfficeWait
from central.offices.office_system import (
    OfficeSystem,
    client_tls,
    read_office_system,
    read_office_systems,
    read_secret,
)
from central.offices.rest_adapter import RestAdapter, idempotency_key
from central.offices.simulated_system import OfficeFault, OfficeSystemState, simulated_office
from central.tasks import TaskMove, TaskState
from kiosk.config.schema import ConfigError
from kiosk.operator_texts import texts_of
from tests.central.standing import CONFIG, NOON, numbered, result_rules

EXAMPLE = CONFIG / "offices" / "system.example.toml"
TOKEN = "a secret of the office"
LIMIT = 65_536
TASK = Assignment(
    application_id=numbered(1),
    serial=1,
    service="R06",
    round=0,
    state=TaskState.READY,
    since=NOON,
    due_on="",
    view={"applicant": {"name": "刘长青"}},
)


@pytest.fixture
def system() -> OfficeSystem:
    return replace(read_office_system(EXAMPLE), longest_bytes=LIMIT)


@pytest.fixture
def office(system: OfficeSystem) -> Iterator[tuple[RestAdapter, OfficeSystemState]]:
    with simulated_office(TOKEN) as (url, state):
        yield RestAdapter(replace(system, address=url), TOKEN, result_rules()), state


def test_a_task_is_handed_over_and_done(office: tuple[RestAdapter, OfficeSystemState]) -> None:
    adapter, state = office
    assert adapter.handle(TASK, NOON) == TaskMove(TaskState.DONE)
    assert state.views == {idempotency_key(TASK): {"applicant": {"name": "刘长青"}}}


EXPECTED = {
    OfficeFault.REFUSED_LINE: (OfficeTrouble.UNREACHABLE, 0),
    OfficeFault.BUSY: (OfficeTrouble.BUSY, 0),
    OfficeFault.STRANGER: (OfficeTrouble.NOT_AUTHORISED, 0),
    OfficeFault.LOST_ANSWER: (OfficeTrouble.UNREACHABLE, 1),
    OfficeFault.HALF_ANSWER: (OfficeTrouble.UNREACHABLE, 1),
    OfficeFault.HTML: (OfficeTrouble.NOT_JSON, 1),
    OfficeFault.OTHER_CASE: (OfficeTrouble.OTHER_CASE, 1),
    OfficeFault.UNKNOWN_RESULT: (OfficeTrouble.UNKNOWN_RESULT, 1),
    OfficeFault.HUGE_FILE: (OfficeTrouble.TOO_LONG, 1),
    OfficeFault.ENDLESS_FILE: (OfficeTrouble.TOO_LONG, 1),
    OfficeFault.NO_REASON: (OfficeTrouble.INCOMPLETE, 1),
    OfficeFault.NOT_FOUND: (OfficeTrouble.REQUEST_REFUSED, 1),
    OfficeFault.REDIRECT: (OfficeTrouble.REQUEST_REFUSED, 1),
}


@pytest.mark.parametrize("fault", EXPECTED, ids=lambda one: one.value)
def test_a_fault_is_a_value_and_the_next_call_finds_the_one_effect(
    office: tuple[RestAdapter, OfficeSystemState], fault: OfficeFault
) -> None:
    adapter, state = office
    state.faults.append(fault)
    trouble, effects = EXPECTED[fault]
    assert adapter.handle(TASK, NOON) == OfficeFailure(trouble)
    assert len(state.effects) == effects
    assert adapter.handle(TASK, NOON) == TaskMove(TaskState.DONE)
    assert (len(state.effects), state.repeated) == (1, effects)


@pytest.mark.parametrize("fault", [OfficeFault.SLOW, OfficeFault.NEVER], ids=lambda one: one.value)
def test_an_answer_that_never_ends_is_cut(
    office: tuple[RestAdapter, OfficeSystemState], fault: OfficeFault
) -> None:
    """Bytes keep coming, so that no wait for a piece runs out: only the whole deadline does."""
    adapter, state = office
    hasty = replace(adapter, system=replace(adapter.system, timeout_seconds=0.3))
    state.faults.append(fault)
    assert hasty.handle(TASK, NOON) == OfficeFailure(OfficeTrouble.SLOW)
    assert adapter.handle(TASK, NOON) == TaskMove(TaskState.DONE)
    assert len(state.effects) == 1


def test_the_answer_twice_is_one(office: tuple[RestAdapter, OfficeSystemState]) -> None:
    adapter, state = office
    state.faults.append(OfficeFault.TWICE)
    assert adapter.handle(TASK, NOON) == TaskMove(TaskState.DONE)
    assert adapter.handle(TASK, NOON) == TaskMove(TaskState.DONE)
    assert len(state.effects) == 1
    # The copy may come only after the second call was sent; then it is the answer to it.
    assert (state.calls, state.repeated) in ((2, 1), (1, 0))


def test_nobody_listens(system: OfficeSystem) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    adapter = RestAdapter(replace(system, address=f"http://127.0.0.1:{port}"), "", result_rules())
    assert adapter.handle(TASK, NOON) == OfficeFailure(OfficeTrouble.UNREACHABLE)


def test_a_wrong_secret(office: tuple[RestAdapter, OfficeSystemState]) -> None:
    adapter, state = office
    wrong = replace(adapter, secret="another")
    assert wrong.handle(TASK, NOON) == OfficeFailure(OfficeTrouble.NOT_AUTHORISED)
    assert not state.effects


def _after(office: OfficeSystemState, adapter: RestAdapter, now: TaskState, **said: Any) -> object:
    office.change(idempotency_key(TASK), **said)
    return adapter.handle(replace(TASK, state=now), NOON)


def test_what_an_office_says_becomes_a_move(
    office: tuple[RestAdapter, OfficeSystemState],
) -> None:
    adapter, state = office
    wait = OfficeWait(NOON + timedelta(seconds=adapter.system.poll_seconds))
    assert _after(state, adapter, TaskState.READY, state="received") == wait
    assert _after(state, adapter, TaskState.READY, state="accepted") == TaskMove(TaskState.WORKING)
    assert _after(state, adapter, TaskState.RESUMED, state="accepted") == wait
    paused = {"state": "paused", "reason": "在等外省回函"}
    suspended = TaskMove(TaskState.SUSPENDED, "在等外省回函")
    assert _after(state, adapter, TaskState.WORKING, **paused) == suspended
    assert _after(state, adapter, TaskState.SUSPENDED, **paused) == wait
    resumed = TaskMove(TaskState.RESUMED)
    assert _after(state, adapter, TaskState.SUSPENDED, state="accepted") == resumed
    asked = {"state": "correction", "reason": "照片看不清", "due_on": "2026-11-30"}
    correction = TaskMove(TaskState.CORRECTION, "照片看不清", "2026-11-30")
    assert _after(state, adapter, TaskState.WORKING, **asked) == correction


@pytest.mark.parametrize(
    "said",
    [
        {"state": "correction", "reason": "照片看不清"},
        {"state": "correction", "reason": "照片看不清", "due_on": "soon"},
        {"state": "correction", "reason": "照片看不清", "due_on": "2026-11-22"},
        {"state": "correction", "due_on": "2026-11-30"},
        {"state": "finished", "reason": 5},
        {"state": "finished", "due_on": None},
        {"state": "finished", "reason": "长" * 501},
    ],
    ids=["no day", "no date", "a past day", "no reason", "a number", "a null", "a long reason"],
)
def test_an_incomplete_answer(
    office: tuple[RestAdapter, OfficeSystemState], said: dict[str, Any]
) -> None:
    adapter, state = office
    assert _after(state, adapter, TaskState.WORKING, **said) == OfficeFailure(
        OfficeTrouble.INCOMPLETE
    )


def test_a_correction_hands_the_task_over_anew(
    office: tuple[RestAdapter, OfficeSystemState],
) -> None:
    adapter, state = office
    adapter.handle(TASK, NOON)
    adapter.handle(replace(TASK, round=1), NOON)
    assert list(state.effects) == [f"{numbered(1)}.R06.0", f"{numbered(1)}.R06.1"]


def test_names_and_states_of_another_api(system: OfficeSystem) -> None:
    """An office that says it in its own words needs its settings, and no code."""
    names = {"case": "case", "service": "service", "state": "status", "reason": "opinion"}
    theirs = replace(
        system,
        answer=replace(system.answer, **names),
        states={"9": TaskState.REFUSED, "1": TaskState.DONE},
    )
    with simulated_office(decide=lambda _: {"status": "9", "opinion": "年限不够"}) as (url, _state):
        adapter = RestAdapter(replace(theirs, address=url), "", result_rules())
        assert adapter.handle(TASK, NOON) == TaskMove(TaskState.REFUSED, "年限不够")


def test_what_an_office_may_see_goes_nowhere_else(
    office: tuple[RestAdapter, OfficeSystemState], caplog: pytest.LogCaptureFixture
) -> None:
    """Not to where a redirect leads, and into no log and no text of the values on the way."""
    adapter, state = office
    state.faults.append(OfficeFault.REDIRECT)
    failure = adapter.handle(TASK, NOON)
    assert state.calls == 1
    said = f"{failure} {TASK} {adapter} {state} {caplog.text}"
    assert "刘长青" not in said
    assert TOKEN not in said


def test_every_trouble_has_its_words() -> None:
    words = texts_of("central.office_troubles")
    assert set(words) == {one.value for one in OfficeTrouble}


def written(folder: Path, **changes: str) -> Path:
    """Write the example with some lines changed; `address="..."` replaces that line."""
    lines = EXAMPLE.read_text("utf-8").splitlines()
    for key, value in changes.items():
        lines = [f"{key} = {value}" if line.startswith(f"{key} =") else line for line in lines]
    path = folder / "RS.toml"
    path.write_text("\n".join(lines), "utf-8")
    assert tomllib.loads(path.read_text("utf-8"))
    return path


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("address", '"http://office.example"'),
        ("address", '"ftp://127.0.0.1"'),
        ("address", '"https://"'),
        ("path", '"/tasks"'),
        ("path", '"tasks/{key}"'),
        ("header", '"Two Words"'),
        ("finished", '"ended"'),
        ("finished", '"finished"'),
        ("timeout_seconds", "0.0"),
        ("timeout_seconds", "nan"),
        ("longest_seconds", "inf"),
        ("failures", "0"),
        ("concurrency", "-1"),
    ],
)
def test_settings_that_can_not_be_used_are_named(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read_office_system(written(tmp_path, **{key: value}))
    (problem,) = raised.value.problems
    assert problem.line
    assert problem.key.split(".")[-1] in (key, "states")


def test_the_offices_of_a_folder(tmp_path: Path) -> None:
    path = written(tmp_path, address='"https://office.example/api/"')
    assert read_office_systems(tmp_path) == {"RS": read_office_system(path)}


def test_the_secret_is_of_the_environment_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: OfficeSystem
) -> None:
    path, named = written(tmp_path), system.credentials
    monkeypatch.setenv("KIOSK_OFFICE_RS", f"{TOKEN}\n")
    assert read_secret(path, named) == TOKEN
    assert read_secret(path, replace(named, environment="")) == ""
    from_file = replace(named, environment="", file="rs.secret")
    (tmp_path / "rs.secret").write_text("of the file\n", "ascii")
    assert read_secret(path, from_file) == "of the file"
    monkeypatch.delenv("KIOSK_OFFICE_RS")
    (tmp_path / "rs.secret").write_text("two\nlines", "ascii")
    for wrong in (named, from_file, replace(from_file, file="absent")):
        with pytest.raises(ConfigError):
            read_secret(path, wrong)


def test_tls_for_https_alone(tmp_path: Path, system: OfficeSystem) -> None:
    path = written(tmp_path)
    assert client_tls(path, system) is None
    secure = replace(system, address="https://office.example")
    found = client_tls(path, secure)
    assert found is not None
    assert found.verify_mode is ssl.CERT_REQUIRED
    absent = replace(secure, credentials=replace(system.credentials, certificate="absent.pem"))
    with pytest.raises(ConfigError):
        client_tls(path, absent)

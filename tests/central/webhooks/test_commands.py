"""`central offices-api …webhook…` as an operator runs it, and the contract of the events."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from central import offices
from central.store.webhook_events import TaskEvent, event_of
from central.tasks import ENDS, TaskState
from tests.central.offices_api.test_client_commands import add
from tests.central.test_operator import OperatorShell

URL = "https://office.example.invalid/events"


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> OperatorShell:
    made = OperatorShell(tmp_path / "data", capsys)
    made.run("init")
    return made


def test_a_webhook_is_set_listed_retried_and_dropped(shell: OperatorShell, tmp_path: Path) -> None:
    add(shell, tmp_path)
    ((key,),) = shell.run("offices-api", "set-webhook", "SYS-1", "--url", URL)
    assert key.startswith("whpk_")
    assert shell.run("offices-api", "webhooks")[1:] == [["SYS-1", "RS", URL, "0", "0", "0", ""]]
    other = f"{URL}/other"
    assert shell.run("offices-api", "set-webhook", "SYS-1", "--url", other) == [[key]]
    assert shell.run("offices-api", "webhooks")[1][2] == other
    assert shell.run("offices-api", "retry-webhook", "SYS-1") == [["0"]]
    assert shell.run("offices-api", "drop-webhook", "SYS-1") == []
    assert len(shell.run("offices-api", "webhooks")) == 1
    kinds = [row[3:] for row in shell.run("accounts", "audit") if "webhook" in row]
    assert [row[-1] for row in kinds] == [URL, other, "dropped"]


def test_the_contract_names_every_event() -> None:
    path = Path(offices.__file__).with_name("openapi.yaml")
    document = yaml.safe_load(path.read_text("utf-8"))
    said = document["components"]["schemas"]["TaskEvent"]["properties"]["type"]["enum"]
    assert set(said) == {one.value for one in TaskEvent}
    assert set(document["webhooks"]) == {"task"}


@pytest.mark.parametrize("before", TaskState)
@pytest.mark.parametrize("after", TaskState)
def test_every_move_that_an_office_does_not_make_by_claiming_is_an_event(
    before: TaskState, after: TaskState
) -> None:
    found = event_of(before, after)
    if after in (TaskState.WAITING, TaskState.WORKING):
        assert found is None
    elif before is TaskState.WAITING:
        assert found is (TaskEvent.ASSIGNED if after is TaskState.READY else None)
    else:
        assert found is not None
        assert (found is TaskEvent.SUPPLEMENTED) is (
            before is TaskState.CORRECTION and after is TaskState.READY
        )
        assert (after in ENDS) is (
            found in (TaskEvent.FINISHED, TaskEvent.REFUSED, TaskEvent.WITHDRAWN)
        )

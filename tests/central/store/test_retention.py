"""Plain columns of closed cases are blanked in time; no byte of them stays in the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from central.offline_monitor import SilenceWatch
from central.store.tables import ApplicationRow, ConfirmationRow, MessageRow, TaskRow
from central.tasks import TaskState
from tests.central.filing import PRESENT, FilingService, filing
from tests.central.standing import WANG, Standing, numbered

REASON = "银行卡开户行写错了，已经退回"


@pytest.fixture
def here(central: Standing, client: TestClient) -> Iterator[FilingService]:
    with filing(central, client) as found:
        yield found


def plain(central: Standing) -> set[str]:
    """Everything in the columns that the rule names."""
    columns = (
        (ApplicationRow.masked_name,),
        (ConfirmationRow.filer, ConfirmationRow.relation),
        (TaskRow.reason,),
        (MessageRow.mobile, MessageRow.text),
    )
    return {text for one in columns for row in central.rows(one) for text in row if text}


def finish(central: Standing) -> None:
    for service in ("R01", "R06", "R07", "R17"):
        central.settle(
            service,
            TaskState.REFUSED,
            central.clock[0].isoformat(timespec="seconds"),
            reason=REASON,
        )


def test_what_a_closed_case_says_in_plain_is_blanked(
    here: FilingService, central: Standing, tmp_path: Path
) -> None:
    here.put(1, **PRESENT)
    here.work()
    finish(central)
    assert central.rows((ApplicationRow.open,)) == [(False,)]
    told = plain(central)
    assert {"刘**", REASON} <= told
    assert len(told) >= 5  # filer, relation, number and text of a message besides
    central.clock[0] += timedelta(days=90)
    SilenceWatch(central.office).look()
    assert plain(central) == told
    central.clock[0] += timedelta(minutes=1)
    SilenceWatch(central.office).look()
    assert plain(central) == set()
    states = {str(state) for _code, state in central.rows((TaskRow.service, TaskRow.state))}
    assert len(states) == 1  # the case record stays
    central.office.store.close()
    files = [one for one in tmp_path.glob("central.db*") if one.is_file()]
    for text in told:
        holders = [one.name for one in files if text.encode() in one.read_bytes()]
        assert holders == [], text


def test_an_open_case_keeps_them(here: FilingService, central: Standing) -> None:
    here.put(1, **PRESENT)
    here.put(2, WANG)
    central.settle("R01", TaskState.REFUSED, "2026-11-23T12:00:00+08:00", reason=REASON)
    before = plain(central)
    central.clock[0] += timedelta(days=900)
    SilenceWatch(central.office).look()
    assert plain(central) == before
    assert central.office.store.cases.progress(numbered(1)) is not None

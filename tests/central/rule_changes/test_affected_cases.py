"""`central rules affected`: open cases that an invented change of the rules affects."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import main
from central.rule_changes.question import RuleChangeLook
from central.store.tables import ApplicationRow
from central.tasks import TaskMove, TaskState
from central.vault.access_log import AccessLog
from central.vault.child import FOLDER
from central.vault_port import VaultRefusal
from kiosk.retirement.rule_review.rule_texts import collect_rule_texts
from kiosk.visit.steps.facts.events import FactsKnown
from tests.central.intake.test_promised_dates import Counter
from tests.central.standing import CONFIG, NOON, Standing, all_needs, numbered, standing
from tests.central.terminals.test_terminal_side import TerminalSide, side_of
from tests.kiosk.invented_people import InventedVisitor, persona
from tests.kiosk.retirement.shipped import edit

CARD, FACTS = persona("liu")
SECRETS = (CARD.name, CARD.number, FACTS.account, FACTS.unit_name, str(FACTS.paid_months))
REASON = "a draft of the rules of 2027"


@pytest.fixture
def central(tmp_path: Path, database: str) -> Iterator[Standing]:
    """A service with all services, on each kind of database."""
    with standing(tmp_path, database, needs=all_needs()) as built:
        yield built


@pytest.fixture
def side(central: Standing, client: TestClient, tmp_path: Path) -> Iterator[TerminalSide]:
    side = side_of(central, client, tmp_path)
    yield side
    side.store.close()


@pytest.fixture
def new_rules(tmp_path: Path) -> Path:
    return shutil.copytree(CONFIG, tmp_path / "new")


@pytest.fixture
def filed(central: Standing, side: TerminalSide) -> Counter:
    """Liu, filed at a terminal."""
    visitor = InventedVisitor(now=NOON).proved().happen(FactsKnown(FACTS))
    return Counter(central, side, visitor).file()


def affected(central: Standing, database: str, new: Path) -> int:
    folder = central.keys.folder
    url = database or f"sqlite:///{folder.parent / 'central.db'}"
    asked = ["--data", str(folder), "--database", url, "--config", str(CONFIG)]
    who = ["--operator", "Q-0001", "--reason", REASON]
    return main.main(["central", "rules", "affected", str(CONFIG), str(new), *asked, *who])


def ask_for_more_months(config: Path) -> None:
    """Let a pension need 480 paid months; Liu has 431."""
    ages = config / "rules" / "retirement_age.toml"
    edit(ages, "^base = 180", "base = 480")
    edit(ages, "^cap = 240", "cap = 480")


def test_a_change_of_the_rules_lists_the_parts_it_touches_and_no_change_lists_none(
    central: Standing,
    database: str,
    filed: Counter,
    new_rules: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert affected(central, database, new_rules) == 0
    out, err = capsys.readouterr()
    head, counts = out.splitlines()
    assert (counts, err) == ("# 1 open cases: affected 0, unreadable 0", "")
    ask_for_more_months(new_rules)
    assert affected(central, database, new_rules) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines()[0] == head
    rows = [line.split("\t") for line in out.splitlines()[1:-1]]
    found = {row[3]: row[1:] for row in rows}
    assert found["R01"] == [filed.id, "RS", "R01", "can", "review", "yes"]
    assert found["R18"] == [filed.id, "RS", "R18", "can", "cannot", "no"], "it hangs on paid_scope"
    assert found.keys() <= filed.states().keys() - {"R04", "R08", "R17"}
    assert out.splitlines()[-1] == "# 1 open cases: affected 1, unreadable 0"
    for secret in SECRETS:
        assert secret not in out


def test_what_has_ended_is_not_listed_and_every_look_is_recorded(
    central: Standing,
    database: str,
    filed: Counter,
    new_rules: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask_for_more_months(new_rules)
    work = central.office.store.work
    work.settle(filed.id, "R01", TaskMove(TaskState.DONE), "later")
    assert affected(central, database, new_rules) == 0
    assert "\tR01\t" not in capsys.readouterr().out
    for code in filed.states():
        work.settle(filed.id, code, TaskMove(TaskState.DONE), "later")
    assert affected(central, database, new_rules) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["# 0 open cases: affected 0, unreadable 0"]
    log = AccessLog(central.keys.folder / FOLDER)
    looks = [one for one in log.entries() if one["operation"] == "rule_changes"]
    (look,) = [(one["account"], one["application_id"]) for one in looks]
    assert look == ("Q-0001", filed.id)
    assert looks[0]["detail"].endswith(f": {REASON}")
    assert log.first_broken() is None
    (access,) = (central.keys.folder / FOLDER).glob("*.jsonl")
    for secret in SECRETS:
        assert secret.encode() not in access.read_bytes()


def test_an_application_of_another_program_is_named_to_be_looked_at(
    central: Standing,
    client: TestClient,
    database: str,
    new_rules: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = f"/v1/applications/{numbered(1)}"
    body = central.body()  # it says nothing of the retirement
    assert client.put(path, content=body, headers=central.headers()).is_success
    ask_for_more_months(new_rules)
    assert affected(central, database, new_rules) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[1:] == ["# 1 open cases: affected 0, unreadable 1"]
    (number,) = central.rows((ApplicationRow.case_number,))[0]
    assert err.startswith(f"{number} 读不出来")


def test_a_folder_with_a_gap_is_said_with_its_line_and_nothing_is_asked(
    central: Standing, database: str, new_rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(new_rules / "services" / "R15.toml", "^basis = .*$", "")
    assert affected(central, database, new_rules) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "R15.toml" in err
    assert "basis：缺少这一项" in err


@pytest.mark.parametrize(
    "texts",
    [
        {"facts.toml": ""},
        {**collect_rule_texts(CONFIG), "../personas/x.toml": ""},
        {**collect_rule_texts(CONFIG), "services/../../x.toml": ""},
    ],
    ids=["a gap", "another folder", "upwards"],
)
def test_the_vault_takes_nothing_else_than_rules(tmp_path: Path, texts: dict[str, str]) -> None:
    with standing(tmp_path) as central:
        good = collect_rule_texts(CONFIG)
        for pair in ((texts, good), (good, texts)):
            look = RuleChangeLook("Q-0001", REASON, *pair, ())
            assert central.opening.rule_changes(look) is VaultRefusal.UNREADABLE

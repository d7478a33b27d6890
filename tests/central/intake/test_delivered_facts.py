"""From the terminal's pages to the offices' views: every listed field with value or reason."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import main
from central.intake.delivered_views import DeliveredViews, JoinedFacts
from central.intake.recorded_facts import CHANGED, FACTS_NOT_ALLOWED, VERSION_UNKNOWN, wrong_facts
from kiosk.application.recorded_facts import AbsenceReason
from kiosk.crypto.envelope import canonical, digest
from kiosk.people.facts import SharedFacts
from kiosk.visit.steps.facts.events import FactsKnown
from tests.central.intake.test_promised_dates import Counter, central, side
from tests.central.standing import NOON, Standing
from tests.central.terminals.test_terminal_side import TerminalSide
from tests.kiosk.invented_people import InventedVisitor, handbook, persona
from tests.kiosk.visit.steps.filing_for_another import HELPER_ABSENT, handed_in
from tests.kiosk.visit.steps.filing_for_another import walk as walk_for_another

Document = dict[str, Any]
LIU_FACTS = persona("liu")[1]
BOOK = handbook()
FIELDS = BOOK.catalogue.fields


__all__ = ["central", "side"]  # fixtures


def test_the_command_prints_each_pair_of_a_delivered_application(
    central: Standing, side: TerminalSide, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    visitor = InventedVisitor(now=NOON).proved().happen(FactsKnown(LIU_FACTS))
    counter = Counter(central, side, visitor).file()
    where = ("--data", str(tmp_path / "data"), "--database", f"sqlite:///{tmp_path / 'central.db'}")
    why = ("--operator", "O-0001", "--reason", "电话核对  账号")
    assert main.main(["central", "fields", counter.id, "--values", *why, *where]) == 0
    head, *rows, total = capsys.readouterr().out.splitlines()
    assert head.split("\t")[:3] == ["service", "field", "value"]
    assert len(rows) == 46
    lines = [row.split("\t") for row in rows]
    assert sum(bool(line[2]) for line in lines) >= 35
    assert {line[-1] for line in lines} <= {"", *AbsenceReason}
    assert total.startswith("# 46 pairs: ")
    found = {(line[0], line[1]): line[2:5] for line in lines}
    assert found["R06", "account"] == ["6200000000000306688", "office", "RS"]
    assert main.main(["central", "fields", counter.id, *where]) == 0
    assert LIU_FACTS.account not in capsys.readouterr().out, "masked unless it is asked for"
    assert main.main(["central", "fields", "x", *where]) == 1
    assert main.main(["central", "fields", counter.id, "--values", *why[:2], *where]) == 1
    assert "--reason" in capsys.readouterr().err
    assert main.main(["central", "reads", *where]) == 0
    looks = capsys.readouterr().out.splitlines()
    assert [look.split("\t")[1:] for look in looks[1:]] == [
        [counter.id, "O-0001", "fields", "电话核对 账号"]
    ], "one look, though three times something was printed or refused"


def of_absent() -> Document:
    said: Document = handed_in(walk_for_another(*HELPER_ABSENT))
    return said


def test_who_files_for_an_absent_person_signs_no_fact_of_an_office() -> None:
    document = of_absent()
    assert "office" not in {one.get("source") for one in document["facts"].values()}
    assert document["facts"]["account"] == {"reason": "person_absent", "office": "RS"}
    assert wrong_facts(document, FIELDS) is None
    assert "示范机械厂" not in json.dumps(document, ensure_ascii=False)


def views_with(known: dict[str, SharedFacts]) -> DeliveredViews:
    return DeliveredViews(BOOK.views.view_of, JoinedFacts(known, FIELDS, repr))


def test_office_facts_are_joined_at_the_centre() -> None:
    document = of_absent()
    known = {document["applicant"]["number"]: LIU_FACTS}
    views = views_with(known)
    facts = views.of(document, "R06", NOON)["facts"]
    assert facts["account"]["value"] == LIU_FACTS.account
    assert (facts["account"]["state"], facts["account"]["office"]) == ("joined", "RS")
    assert facts["mobile"] == {"reason": "person_absent"}
    unknown = views_with({})
    assert unknown.of(document, "R06", NOON)["facts"]["account"]["reason"] == "office_unreachable"
    nothing = {number: replace(one, account="") for number, one in known.items()}
    empty = views_with(nothing)
    assert empty.of(document, "R06", NOON)["facts"]["account"]["reason"] == "no_record"


def test_an_account_that_somebody_else_typed_reaches_no_office() -> None:
    typed = {"value": "6200000000000999999", "source": "person", "at": "x", "state": "confirmed"}
    document = of_absent()
    document = {**document, "facts": {**document["facts"], "account": typed}}
    views = views_with({})
    assert typed["value"] not in str(views.of(document, "R06", NOON))


def resigned(document: Document) -> Document:
    rest = {name: one for name, one in document.items() if name != "signature"}
    said = {**document["signature"], "signed_digest": digest(canonical(rest))}
    return {**rest, "signature": said}


def test_what_is_refused() -> None:
    document = of_absent()
    office = {
        "value": "x",
        "source": "office",
        "office": "RS",
        "at": "2026-11-23T09:30:00+08:00",
        "state": "confirmed",
    }
    with_office = {**document, "facts": {**document["facts"], "unit_name": office}}
    assert wrong_facts(with_office, FIELDS) is CHANGED, "one fact was changed after signing"
    assert wrong_facts(resigned(with_office), FIELDS) is FACTS_NOT_ALLOWED
    assert wrong_facts({**document, "version": 4}, FIELDS) is VERSION_UNKNOWN
    assert wrong_facts({**document, "version": 2}, FIELDS) is None
    malformed = wrong_facts({**document, "facts": {"name": "x"}}, FIELDS)
    assert malformed is not None
    assert malformed.status.value == 422


def test_a_version_without_facts_is_said(
    central: Standing, client: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = "/v1/applications/0198c0de-0000-7000-8000-000000000001"
    assert client.put(path, content=central.body(1), headers=central.headers()).is_success
    where = ("--data", str(tmp_path / "data"), "--database", f"sqlite:///{tmp_path / 'central.db'}")
    assert main.main(["central", "fields", path.rpartition("/")[2], *where]) == 1
    assert "carries no facts" in capsys.readouterr().err

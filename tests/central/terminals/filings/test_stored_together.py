"""What is stored of applications that come at the same time is what each alone would leave."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
import sqlalchemy.orm
from httpx2 import Request
from starlette.testclient import TestClient

from central.signatures import KnownTerminal, SignatureUse, Signed
from central.store.cases import cases
from central.store.tables import (
    ApplicationRow,
    ArrivalRow,
    AuditHeadRow,
    Base,
    Mark,
    NonceRow,
    TaskRow,
    WitnessRow,
)
from drivers.central.signing import sign
from kiosk.crypto.envelope import digest
from kiosk.crypto.terminal_key import TerminalKey
from tests.central.filing import PRESENT as HELPED
from tests.central.standing import (
    LIU,
    OTHER_TERMINAL,
    SIGNER,
    TERMINAL,
    WANG,
    Standing,
    numbered,
)
from tests.central.terminals.filings.together import (
    SentFiling,
    good,
    send,
    together,
    with_headers,
)

HEAD = "a" * 64


def _rows(session: sa.orm.Session, wanted: sa.Select[Any]) -> list[dict[str, Any]]:
    return [dict(one._mapping) for one in session.execute(wanted)]


def rows_of(central: Standing, number: int) -> dict[str, list[dict[str, Any]]]:
    """The rows of an application in all tables, without what differs from one to another."""
    mine, found = numbered(number), {}
    for table in Base.metadata.sorted_tables:
        if "application_id" not in table.columns:
            continue
        wanted = sa.select(table).where(table.c.application_id == mine)
        rows = central.office.store.database.read(partial(_rows, wanted=wanted))
        own = ("application_id", "person", "serial", "number", "digest", "mobile", "text")
        found[table.name] = [{k: v for k, v in one.items() if k not in own} for one in rows]
    return found


def test_rows_are_those_of_an_application_that_came_alone(
    central: Standing, client: TestClient
) -> None:
    own = central.office.store.database
    marked: dict[str, Any] = {
        "answers": {"account": "6228480402564890018", "mobile": "13800138000"}
    }
    assert send(client, good(central, 1, LIU, **marked)).status_code == 201
    alone = rows_of(central, 1)
    marks: dict[str, Any] = {"answers": {"account": "6228480402564890026", "mobile": "13800138001"}}
    more: dict[str, Any] = {"answers": {"account": "6228480402564890034", "mobile": "13800138002"}}
    answers = together(
        central,
        good(central, 2, "341622196606150028", **marks),
        good(central, 3, WANG, OTHER_TERMINAL, **more),
    )
    assert [one.status_code for one in answers] == [201, 201]
    for number in (2, 3):
        assert rows_of(central, number) == alone
    assert len(alone["task"]) == 4
    assert len(central.rows((Mark.mark,))) == 6
    kept = central.rows((ApplicationRow.serial, ApplicationRow.case_number, ApplicationRow.open))
    assert len({serial for serial, _, _ in kept}) == len({one for _, one, _ in kept}) == 3
    bodies = dict(central.rows((ApplicationRow.id, ApplicationRow.envelope)))
    assert central.document(bodies[numbered(2)])["id"] == numbered(2)
    assert central.document(bodies[numbered(3)])["id"] == numbered(3)
    assert own.read(lambda session: session.scalar(sa.select(sa.func.count(NonceRow.name)))) == 3


def test_two_of_one_person_or_one_id_see_each_other(central: Standing) -> None:
    mine = good(central, 1, LIU)
    same = together(central, mine, mine, good(central, 2, LIU, OTHER_TERMINAL))
    mine_first, other_first = [200, 201, 409], [201, 409, 409]  # threads come in any order
    assert sorted(one.status_code for one in same) in (mine_first, other_first)
    receipts = {one.content for one in same if one.status_code != 409}
    assert len(receipts) == 1
    assert len(central.rows((ApplicationRow.id,))) == 1
    assert len(central.rows((TaskRow.service,))) == 4


def test_number_and_head_of_each_terminal_are_kept_and_compared(central: Standing) -> None:
    def named(number: int, person: str, terminal: str, sequence: int, head: str) -> SentFiling:
        marks = {"Kiosk-Sequence": str(sequence), "Kiosk-Audit": head}
        return with_headers(good(central, number, person, terminal), **marks)

    first = together(
        central,
        named(1, LIU, TERMINAL, 4, f"9:{HEAD}"),
        named(2, WANG, OTHER_TERMINAL, 7, f"3:{HEAD}"),
    )
    assert [one.status_code for one in first] == [201, 201]
    assert sorted(central.rows((ArrivalRow.terminal, ArrivalRow.sequence))) == [
        (TERMINAL, 4),
        (OTHER_TERMINAL, 7),
    ]
    assert sorted(central.rows((AuditHeadRow.terminal, AuditHeadRow.sequence))) == [
        (TERMINAL, 9),
        (OTHER_TERMINAL, 3),
    ]
    late = together(
        central,
        named(5, "341622196606150044", TERMINAL, 5, f"8:{HEAD}"),  # it was under way for longer
        named(6, "341622196606150052", OTHER_TERMINAL, 9, f"4:{HEAD}"),
    )
    assert [one.status_code for one in late] == [201, 201]
    assert sorted(central.rows((AuditHeadRow.terminal, AuditHeadRow.sequence))) == [
        (TERMINAL, 9),
        (OTHER_TERMINAL, 3),
        (OTHER_TERMINAL, 4),
    ]
    assert central.alarms() == []
    central.clock[0] = central.clock[0].replace(minute=5)
    second = together(
        central,
        named(3, "341622196606150028", TERMINAL, 4, f"2:{HEAD}"),  # both were told before
        named(4, "341622196606150036", OTHER_TERMINAL, 8, f"5:{HEAD}"),
    )
    assert [one.status_code for one in second] == [201, 201]
    assert sorted(kind for kind, _ in central.alarms()) == ["audit-rewound", "sequence-reused"]
    assert sorted(central.rows((WitnessRow.terminal, WitnessRow.sequence))) == [
        (TERMINAL, 2),
        (OTHER_TERMINAL, 5),
    ]


def test_a_helped_filing_beside_others_keeps_its_own_rules(central: Standing) -> None:
    answers = together(
        central,
        good(central, 1, LIU, **HELPED),
        good(central, 2, WANG, OTHER_TERMINAL),
        good(central, 3, "341622196606150028", OTHER_TERMINAL),
    )
    assert [one.status_code for one in answers] == [201, 201, 201]


def test_what_the_database_refuses_together_is_stored_one_by_one(
    central: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_said: Any) -> None:
        raise sa.exc.DataError("", None, ValueError())

    monkeypatch.setattr(cases, "look_at_cases", fail)
    monkeypatch.setattr(cases.Cases, "_accept_each", fail)
    answers = together(central, good(central, 1, LIU), good(central, 2, WANG, OTHER_TERMINAL))
    assert [one.status_code for one in answers] == [201, 201]


def test_a_signature_counts_once_within_a_batch_too(central: Standing) -> None:
    nonces = central.office.signatures.seen
    known = KnownTerminal(TERMINAL, revoked=False)
    uses = [SignatureUse(Signed(known, "k"), nonce, 5.0) for nonce in ("1", "2", "1")]
    assert nonces.note_all(uses, 1.0) == [True, True, False]
    assert nonces.note_all(uses[:1], 1.0) == [False]
    more = [replace(uses[0], nonce="3"), uses[1]]
    assert nonces.note_all(more, 1.0) == [True, False]
    assert not nonces.note("k", "3", 5.0, 1.0)


def test_a_request_that_is_sent_twice_is_taken_once(central: Standing) -> None:
    mine = good(central, 1, LIU)
    request = Request(
        "PUT",
        f"http://testserver/v1/applications/{numbered(1)}",
        content=mine.body,
        headers={name: value for name, value in mine.headers.items() if name != SIGNER},
    )
    sign(request, central.key(), central.clock[0], os.urandom)
    signed = SentFiling(mine.body, 1, dict(request.headers))
    answers = together(central, signed, signed)
    assert sorted(one.status_code for one in answers) == [201, 425]


def test_terminals_are_known_together_as_each_alone(central: Standing) -> None:
    terminals, public = central.office.store.terminals, central.key().public
    made_here = dict(central.keys.terminals)
    own, following = (TerminalKey(os.urandom(32)).public for _ in range(2))
    assert terminals.announce("BZ-DEMO-0003", own)
    terminals.end_old_key("BZ-DEMO-0003")
    assert terminals.announce("BZ-DEMO-0003", following)
    terminals.revoke(OTHER_TERMINAL)
    names = [digest(one)[:16] for one in (own, following, public)] + ["none", *made_here]
    asked = {name: made_here.get(name, ("", b"")) for name in names}
    found = terminals.known_all(asked)
    assert found == {name: terminals.known(name, *said) for name, said in asked.items()}
    assert sum(one is not None for one in found.values()) == len(found) - 1

"""Applications that come at the same time are answered as they would be one by one."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
import sqlalchemy.orm
from fastapi import FastAPI
from httpx2 import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response as Answer
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
from central.terminals.app import build_app
from central.terminals.direct import direct_routes
from central.terminals.filings.filing_batch import FilingCall, answer_together
from central.vault_port import VaultUnavailable
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
    Signing,
    Standing,
    content,
    numbered,
)

HEAD = "a" * 64
LONG = {one.path for one in direct_routes()}


@dataclass
class Gathered:
    """A queue that answers once `count` calls are there, all of them together."""

    count: int
    answer: Callable[[Sequence[FilingCall]], None]
    calls: list[FilingCall] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def respond(self, call: FilingCall) -> Answer:
        with self.lock:
            self.calls.append(call)
            is_last = len(self.calls) == self.count
        if is_last:
            await run_in_threadpool(self.answer, self.calls)
            self.done.set()
        await run_in_threadpool(self.done.wait, 60)
        assert call.answer is not None
        if isinstance(call.answer, Exception):
            raise call.answer
        return call.answer


@dataclass(frozen=True)
class Sent:
    """A request to hand in an application: by default a good one."""

    body: bytes
    number: int = 1
    headers: dict[str, str] = field(default_factory=dict)


def client_of(central: Standing, app: FastAPI) -> TestClient:
    client = TestClient(app, raise_server_exceptions=False)
    client.auth = Signing(central)
    return client


def send(client: TestClient, sent: Sent) -> Response:
    return client.put(
        f"/v1/applications/{numbered(sent.number)}", content=sent.body, headers=sent.headers
    )


def together(central: Standing, *sent: Sent) -> list[Response]:
    """The answers to requests that are handled as one batch."""
    app = build_app(central.office)
    app.state.filings = Gathered(len(sent), lambda calls: answer_together(calls, central.office))
    with ThreadPoolExecutor(len(sent)) as pool:
        return list(pool.map(lambda one: send(client_of(central, app), one), sent))


def the_long_way(central: Standing) -> TestClient:
    """A client of the service as it is without its short ways."""
    app = build_app(central.office)
    short = direct_routes()
    app.router.routes[:] = [
        one for one in app.router.routes if type(one) is not type(short[0]) or one.path not in LONG
    ]
    return client_of(central, app)


def good(
    central: Standing, number: int, person: str, terminal: str = TERMINAL, **more: Any
) -> Sent:
    envelope = central.envelope(content(numbered(number), person, **more), terminal=terminal)
    return Sent(envelope.encode(), number, central.headers(terminal))


def with_headers(sent: Sent, **changed: str) -> Sent:
    return replace(sent, headers=sent.headers | changed)


def broken(central: Standing) -> dict[str, Sent]:
    """One request of each kind that is refused without a change of the database."""
    mine = good(central, 1, LIU)
    other_id = good(central, 5, LIU)
    return {
        "nobody signed": Sent(mine.body, 1, {"Content-Type": mine.headers["Content-Type"]}),
        "another kind of content": with_headers(mine, **{"Content-Type": "application/json"}),
        "content with parameters": with_headers(
            mine, **{"Content-Type": mine.headers["Content-Type"] + "; charset=utf-8"}
        ),
        "no content type": Sent(mine.body, 1, {SIGNER: TERMINAL}),
        "malformed number": with_headers(mine, **{"Kiosk-Sequence": "0"}),
        "malformed head": with_headers(mine, **{"Kiosk-Audit": "x"}),
        "no envelope": Sent(b"{}", 1, mine.headers),
        "no JSON": Sent(b"\xff\xfe", 1, mine.headers),
        "nothing": Sent(b"", 1, mine.headers),
        "the id of another": replace(mine, body=other_id.body),
        "of another terminal": replace(mine, headers=central.headers(OTHER_TERMINAL)),
        "unknown service": good(central, 1, LIU, services=["R99"]),
        "no presence": good(central, 1, LIU, proof={"method": "none"}),
        "not opened": Sent(
            central.envelope(content(numbered(1)), digest="0" * 64).encode(), 1, mine.headers
        ),
        "too long": Sent(b"x" * 400_000, 1, mine.headers),
    }


NAMES = (
    "nobody signed",
    "another kind of content",
    "content with parameters",
    "no content type",
    "malformed number",
    "malformed head",
    "no envelope",
    "no JSON",
    "nothing",
    "the id of another",
    "of another terminal",
    "unknown service",
    "no presence",
    "not opened",
    "too long",
)


def said(answer: Response) -> tuple[int, dict[str, str], bytes]:
    return answer.status_code, dict(answer.headers), answer.content


@pytest.mark.parametrize("name", NAMES)
def test_a_refusal_is_the_same_alone_together_and_on_the_long_way(
    central: Standing, client: TestClient, name: str
) -> None:
    cases_of = broken(central)
    assert tuple(cases_of) == NAMES
    wrong = cases_of[name]
    expected = said(send(the_long_way(central), wrong))
    assert said(send(client, wrong)) == expected
    assert expected[0] >= 400
    if name == "too long":  # it is refused before it comes to any queue
        return
    beside = good(central, 2, WANG, OTHER_TERMINAL)
    answers = together(central, wrong, beside)
    assert said(answers[0]) == expected
    assert answers[1].status_code == 201


def test_what_was_stored_is_answered_the_same_on_all_ways(
    central: Standing, client: TestClient
) -> None:
    mine, other = good(central, 1, LIU), good(central, 2, WANG, OTHER_TERMINAL)
    first = together(central, mine, other)
    assert [one.status_code for one in first] == [201, 201]
    long = the_long_way(central)
    differs = replace(good(central, 1, LIU, way="self", services=["R01"]), number=1)
    open_case = good(central, 3, LIU)
    for sent in (mine, other, differs, open_case):
        expected = said(send(long, sent))
        assert said(send(client, sent)) == expected
        assert said(together(central, sent, good(central, 9, WANG, OTHER_TERMINAL))[0]) == expected
    assert said(send(long, mine))[2] == first[0].content
    assert len(central.rows((ApplicationRow.id,))) == 2


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
    assert sorted(one.status_code for one in same) == [200, 201, 409]
    receipts = {one.content for one in same if one.status_code != 409}
    assert len(receipts) == 1
    assert len(central.rows((ApplicationRow.id,))) == 1
    assert len(central.rows((TaskRow.service,))) == 4


def test_number_and_head_of_each_terminal_are_kept_and_compared(central: Standing) -> None:
    def named(number: int, person: str, terminal: str, sequence: int, head: str) -> Sent:
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
    central.clock[0] = central.clock[0].replace(minute=5)
    second = together(
        central,
        named(3, "341622196606150028", TERMINAL, 4, f"2:{HEAD}"),  # both were told before
        named(4, "341622196606150036", OTHER_TERMINAL, 8, f"4:{HEAD}"),
    )
    assert [one.status_code for one in second] == [201, 201]
    assert sorted(kind for kind, _ in central.alarms()) == ["audit-rewound", "sequence-reused"]
    assert sorted(central.rows((WitnessRow.terminal, WitnessRow.sequence))) == [
        (TERMINAL, 2),
        (OTHER_TERMINAL, 4),
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


def test_a_fault_with_one_leaves_the_others(
    central: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the vault with an application, and a bug before it: only their own calls fail."""
    examine = type(central.opening.examiner).application

    def faulty(self: Any, body: bytes, application_id: str, *more: Any) -> Any:
        if application_id == numbered(1):
            raise KeyError
        return examine(self, body, application_id, *more)

    with monkeypatch.context() as wrong:
        wrong.setattr(type(central.opening.examiner), "application", faulty)
        answers = together(central, good(central, 1, LIU), good(central, 2, WANG, OTHER_TERMINAL))
    assert [one.status_code for one in answers] == [503, 201]
    assert answers[0].headers["retry-after"]
    verify = type(central.office.signatures).verify

    def stumbling(self: Any, message: Any, *more: Any) -> Any:
        if numbered(3) in message.url:
            raise KeyError
        return verify(self, message, *more)

    with monkeypatch.context() as wrong:
        wrong.setattr(type(central.office.signatures), "verify", stumbling)
        others = together(
            central,
            good(central, 3, "341622196606150028"),
            good(central, 4, "341622196606150036", OTHER_TERMINAL),
        )
    assert [one.status_code for one in others] == [500, 201]


@contextmanager
def failing(central: Standing, error: Exception, name: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as wrong:

        def fail(*_said: Any, **_more: Any) -> None:
            raise error

        wrong.setattr(type(central.opening), name, fail)
        yield


def test_a_vault_or_database_that_is_away_is_told_to_all(central: Standing) -> None:
    sent = good(central, 1, LIU), good(central, 2, WANG, OTHER_TERMINAL)
    with failing(central, VaultUnavailable("away"), "examine_applications"):
        answers = together(central, *sent)
    assert [one.status_code for one in answers] == [503, 503]
    assert {one.headers["retry-after"] for one in answers} == {"10"}
    away = sa.exc.OperationalError("", None, ValueError())
    with pytest.MonkeyPatch.context() as wrong:

        def fail(*_said: Any, **_more: Any) -> None:
            raise away

        wrong.setattr(type(central.office.store.database), "run", fail)
        answers = together(central, *sent)
    assert [one.status_code for one in answers] == [503, 503]
    assert [one.status_code for one in together(central, *sent)] == [201, 201]


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
    signed = Sent(mine.body, 1, dict(request.headers))
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

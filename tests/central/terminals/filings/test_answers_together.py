"""Applications that come at the same time are answered as they would be one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
import sqlalchemy.orm
from httpx2 import Response
from starlette.testclient import TestClient

from central.store.tables import (
    ApplicationRow,
)
from central.vault_port import VaultUnavailable
from tests.central.standing import (
    LIU,
    OTHER_TERMINAL,
    SIGNER,
    TERMINAL,
    WANG,
    Standing,
    content,
    numbered,
)
from tests.central.terminals.filings.together import (
    SentFiling,
    good,
    send,
    the_long_way,
    together,
    with_headers,
)


def broken(central: Standing) -> dict[str, SentFiling]:
    """One request of each kind that is refused without a change of the database."""
    mine = good(central, 1, LIU)
    other_id = good(central, 5, LIU)
    return {
        "nobody signed": SentFiling(mine.body, 1, {"Content-Type": mine.headers["Content-Type"]}),
        "another kind of content": with_headers(mine, **{"Content-Type": "application/json"}),
        "content with parameters": with_headers(
            mine, **{"Content-Type": mine.headers["Content-Type"] + "; charset=utf-8"}
        ),
        "no content type": SentFiling(mine.body, 1, {SIGNER: TERMINAL}),
        "malformed number": with_headers(mine, **{"Kiosk-Sequence": "0"}),
        "malformed head": with_headers(mine, **{"Kiosk-Audit": "x"}),
        "no envelope": SentFiling(b"{}", 1, mine.headers),
        "no JSON": SentFiling(b"\xff\xfe", 1, mine.headers),
        "nothing": SentFiling(b"", 1, mine.headers),
        "the id of another": replace(mine, body=other_id.body),
        "of another terminal": replace(mine, headers=central.headers(OTHER_TERMINAL)),
        "unknown service": good(central, 1, LIU, services=["R99"]),
        "no presence": good(central, 1, LIU, proof={"method": "none"}),
        "not opened": SentFiling(
            central.envelope(content(numbered(1)), digest="0" * 64).encode(), 1, mine.headers
        ),
        "too long": SentFiling(b"x" * 400_000, 1, mine.headers),
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

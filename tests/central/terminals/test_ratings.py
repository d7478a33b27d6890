"""Each stage is rated once, and the terminal gets a signed acknowledgement."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from kiosk.crypto.envelope import digest
from kiosk.crypto.receipt import verify_acknowledgement
from tests.central.standing import NOON, SIGNER, TERMINAL, Standing, numbered

Rate = Callable[..., Response]
PATH = f"/v1/ratings/{numbered(1)}/receipt"


@pytest.fixture
def rate(central: Standing, client: TestClient) -> Rate:
    def call(grade: object, stage: str = "receipt", **more: object) -> Response:
        path = f"/v1/ratings/{numbered(1)}/{stage}"
        headers = {SIGNER: TERMINAL}
        return client.put(path, json={"grade": grade, **more}, headers=headers)

    return call


def said(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("type", "")


def test_ratings_are_kept_once(rate: Rate) -> None:
    assert said(rate(5, reasons=["快"])) == (201, "")
    assert said(rate(5, reasons=["快"])) == (200, "")
    assert said(rate(5)) == (409, "already-rated")
    assert said(rate(4, reasons=["快"])) == (409, "already-rated")
    assert said(rate(1, "progress")) == (201, "")


def test_parts_and_second_ratings_have_stages_of_their_own(rate: Rate) -> None:
    for stage in ("R01", "R01_again", "filing_again"):
        assert said(rate(3, stage)) == (201, "")
        assert said(rate(4, stage)) == (409, "already-rated")


@pytest.mark.parametrize("grade", [0, 6, "5", 4.5, None, True])
def test_other_grades(rate: Rate, grade: Any) -> None:
    assert said(rate(grade)) == (422, "malformed")


@pytest.mark.parametrize(
    "more",
    [{"reasons": ["x"] * 21}, {"reasons": ["x" * 201]}, {"name": "刘"}, {"stage": "other-one"}],
)
def test_other_ratings(rate: Rate, more: dict[str, Any]) -> None:
    assert said(rate(5, **more)) == (422, "malformed")


def test_a_rating_is_acknowledged(central: Standing, client: TestClient) -> None:
    key = central.keys.signing.receipt_key
    for body, status in ((b'{"grade":5}', 201), (b'{"grade": 5}', 200)):
        answer = client.put(
            PATH, content=body, headers=central.headers(content_type="application/json")
        )
        assert answer.status_code == HTTPStatus(status)
        central.clock[0] = central.clock[0].replace(year=2027)
        word = verify_acknowledgement(answer.content, key, PATH, digest(body))
        assert word is not None
        assert (word.terminal, word.received_at) == (TERMINAL, NOON.replace(microsecond=0))

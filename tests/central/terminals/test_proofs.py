"""A draft is given once, to who shows its token; cards get the answers that they expect."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from central.drafts import SealedDraft, StartedDraft, new_token, seal_draft
from central.terminals.app import build_app
from drivers.simulated.cards.ss_card_keys import (
    EXTERNAL_KEY_ID,
    external_response,
    internal_response,
)
from kiosk.crypto.envelope import base64_of, bytes_of
from tests.central.standing import LIU, Standing

DRAFT = StartedDraft(
    id_number=LIU,
    name="刘长青",
    services=("R01", "R17"),
    answers={"mobile": "13900001234"},
    begun_at="2026-11-23T11:50:00+08:00",
)
IDENTIFIER, RANDOM = bytes(range(16)), bytes(range(8))
CHALLENGE = {
    "card_identifier": IDENTIFIER.hex().upper(),
    "spec_version": "3.00",
    "random": base64_of(RANDOM),
    "fields": [],
}


def post(central: Standing, client: TestClient, path: str, body: object) -> Response:
    headers = central.headers(content_type="application/json")
    return client.post(path, json=body, headers=headers)


def claim(central: Standing, client: TestClient, token: str) -> Response:
    return post(central, client, "/v1/drafts/claim", {"token": token})


def begin(central: Standing) -> str:
    token = new_token(os.urandom)
    central.office.store.drafts.keep(seal_draft(token, DRAFT), central.clock[0])
    return token


def test_a_draft_is_given_once(central: Standing, client: TestClient) -> None:
    token, other = begin(central), begin(central)
    assert claim(central, client, token).json() == {
        "version": 1,
        "id_number": LIU,
        "name": "刘长青",
        "services": ["R01", "R17"],
        "answers": {"mobile": "13900001234"},
        "begun_at": "2026-11-23T11:50:00+08:00",
    }
    assert claim(central, client, token).json()["type"] == "unknown"
    assert claim(central, client, other).status_code == 200


@pytest.mark.parametrize(("minutes", "status"), [(30, 200), (31, 404)])
def test_a_draft_is_not_kept_for_long(
    central: Standing, client: TestClient, minutes: int, status: int
) -> None:
    token = begin(central)
    central.clock[0] += timedelta(minutes=minutes)
    assert claim(central, client, token).status_code == status


def test_drafts_that_are_not_there(central: Standing, client: TestClient) -> None:
    begin(central)
    assert claim(central, client, "guess").status_code == 404
    for body in ({}, {"token": ""}, {"token": "x" * 201}, {"token": 5}):
        answer = post(central, client, "/v1/drafts/claim", body)
        assert (answer.status_code, answer.json()["type"]) == (422, "malformed")


def test_nobody_without_the_token_reads_it(central: Standing) -> None:
    sealed: SealedDraft = seal_draft("token", DRAFT)
    assert LIU.encode() not in sealed.sealed
    assert LIU not in repr((DRAFT, sealed))


def test_a_card_is_answered(central: Standing, client: TestClient) -> None:
    answer = post(central, client, "/v1/cards/answer", CHALLENGE).json()
    external = external_response(IDENTIFIER, EXTERNAL_KEY_ID, RANDOM)
    internal = internal_response(IDENTIFIER, EXTERNAL_KEY_ID, RANDOM)
    assert bytes_of(answer["external"]) == external
    assert bytes_of(answer["internal"]) == internal


def test_a_vendors_library_is_answered(central: Standing, client: TestClient) -> None:
    said = CHALLENGE | {"card_identifier": "", "random": "", "fields": ["341600", "x"]}
    first = post(central, client, "/v1/cards/answer", said).json()
    other = post(central, client, "/v1/cards/answer", said | {"fields": ["y"]}).json()
    assert len({*first.values(), *other.values()}) == 4


@pytest.mark.parametrize(
    "changes",
    [
        {"card_identifier": "00"},
        {"card_identifier": ""},
        {"fields": ["x"]},
        {"random": "?"},
        {"random": base64_of(bytes(7))},
        {"fields": ["x"] * 21},
        {"fields": ["x" * 201]},
        {"spec_version": 3},
    ],
)
def test_other_challenges(central: Standing, client: TestClient, changes: dict[str, Any]) -> None:
    answer = post(central, client, "/v1/cards/answer", CHALLENGE | changes)
    assert (answer.status_code, answer.json()["type"]) == (422, "malformed")


def test_without_a_key_module(central: Standing, tmp_path: Path) -> None:
    app = build_app(replace(central.office, key_module=None))
    with replace(central, app=app).client() as client:
        answer = post(central, client, "/v1/cards/answer", CHALLENGE)
    assert (answer.status_code, answer.json()["type"]) == (503, "no-key-module")

"""Offers of help are kept once, as they came."""

from __future__ import annotations

from httpx2 import Response
from starlette.testclient import TestClient

from central.store.tables import Talent
from kiosk.crypto.envelope import digest
from kiosk.crypto.receipt import verify_acknowledgement
from tests.central.standing import Standing, numbered

ID = numbered(800)
PATH = f"/v1/talents/{ID}"
OFFER = {"version": 1, "id": ID, "talents": ["书法"], "mobile": "13900001234"}


def put(central: Standing, client: TestClient, body: bytes, **more: object) -> Response:
    return client.put(PATH, content=body, headers=central.headers(**more))


def test_an_offer_is_kept_once(central: Standing, client: TestClient) -> None:
    key = central.keys.signing.receipt_key
    for status in (201, 200):
        body = central.sealed("talent", OFFER)
        answer = put(central, client, body, kiosk_sequence=1 + status)
        assert answer.status_code == status
        assert verify_acknowledgement(answer.content, key, PATH, digest(body))
    assert len(central.rows((Talent.id,))) == 1


def test_offers_that_are_refused(central: Standing, client: TestClient) -> None:
    put(central, client, central.sealed("talent", OFFER))
    for body, more, status, kind in (
        (central.sealed("talent", OFFER | {"talents": []}), {}, 409, "other-digest"),
        (central.sealed("correction", OFFER), {}, 422, "malformed"),
        (central.sealed("talent", OFFER, id=numbered(801)), {}, 422, "malformed"),
        (b"", {"content_type": "application/json"}, 415, "media-type"),
    ):
        answer = put(central, client, body, **more)
        assert (answer.status_code, answer.json()["type"]) == (status, kind)

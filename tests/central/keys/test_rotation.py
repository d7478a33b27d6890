"""The service goes on over a change of keys, for terminals that know of it and that do not."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

from starlette.testclient import TestClient

from central.keys.service_keys import rotate
from kiosk.crypto.envelope import Envelope, parse_envelope
from kiosk.crypto.receipt import ReceiptKey, verify_receipt
from kiosk.crypto.rotation import follow
from tests.central.standing import NOON, PRESENT, WANG, Standing, numbered, standing

DAY = timedelta(days=1)


def receipt_holds(
    central: Standing, client: TestClient, number: int, body: bytes, key: ReceiptKey
) -> bool:
    path = f"/v1/applications/{numbered(number)}"
    answer = client.put(path, content=body, headers=central.headers())
    assert answer.is_success, answer.text
    envelope = parse_envelope(body)
    assert isinstance(envelope, Envelope)
    return verify_receipt(answer.content, key, envelope.id, envelope.digest) is not None


def test_a_change_of_keys(tmp_path: Path, database: str) -> None:
    with standing(tmp_path, database) as before, before.client() as client:
        pinned = before.keys.signing.receipt_key
        sealed_before = before.body(2, WANG)
        assert receipt_holds(before, client, 1, before.body(1), pinned)
        rotation = rotate(
            before.keys, NOON + 30 * DAY, os.urandom, before.office.vault.make_opening_key
        )
        assert rotation is not None
    with standing(tmp_path, database) as after, after.client() as client:
        assert receipt_holds(after, client, 2, sealed_before, pinned)
        after.clock[0] = NOON + 30 * DAY
        # What was received before keeps its receipt; what is new is signed anew.
        assert receipt_holds(after, client, 2, sealed_before, pinned)
        late = after.envelope(
            {
                "version": 2,
                "id": numbered(3),
                "services": ["R17"],
                "applicant": {"number": "a third"},
                **PRESENT,
            }
        ).encode()
        assert not receipt_holds(after, client, 3, late, pinned)
        statements = json.loads(client.get("/v1/keys").content)["rotations"]
        (known,) = follow(pinned, statements)
        assert receipt_holds(after, client, 3, late, known.receipt)
        assert json.loads(late)["key_id"] == known.sealing.id

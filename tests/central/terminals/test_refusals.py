"""Refusals: signed over path and digest, so that nothing on the way can set anything aside."""

from __future__ import annotations

import hashlib
import itertools
import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from starlette.testclient import TestClient

from central.terminals.server.http_server import GuardedConfig
from drivers.central.client import CentralClient
from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.envelope import object_of
from kiosk.crypto.receipt import verify_refusal
from kiosk.delivery.outbox import Delivered, Outbox, Quarantine, Retry
from kiosk.storage.store import OutboxRecord, OutboxState, Store, open_store
from script.benches.central.misrouted_gateway import GatewayAnswer, MisroutedGateway
from tests.central.listening import listening
from tests.central.standing import LIU, NOON, Standing, content, numbered

JSON = "application/json"
BLOB = "a" * 64
GUARD = 60.0


def refusals(central: Standing) -> Iterator[tuple[str, bytes, str, str, int]]:
    """Path, body, media type, and how each is refused: by a problem type and a status."""
    sealed = central.headers()["Content-Type"]
    application, rating = f"/v1/applications/{numbered(1)}", f"/v1/ratings/{numbered(1)}/filing"
    yield application, b"{}", sealed, "malformed", 422
    yield application, central.body(), "text/plain", "media-type", 415
    yield application, central.body(services=["R01"]), sealed, "other-digest", 409
    yield f"/v1/applications/{numbered(2)}", central.body(2), sealed, "open-case", 409
    yield rating, b'{"grade":9}', JSON, "malformed", 422
    yield rating, b'{"grade":1}', JSON, "already-rated", 409
    yield f"/v1/corrections/{numbered(3)}", b"{}", sealed, "malformed", 422
    yield f"/v1/talents/{numbered(3)}", b"{}", "text/plain", "media-type", 415
    yield f"/v1/blobs/{BLOB}/chunks/0?bytes=5", b"1234", "text/plain", "media-type", 415
    yield (
        f"/v1/blobs/{BLOB}/chunks/0?bytes=5",
        b"1234",
        "application/octet-stream",
        "malformed",
        422,
    )


def test_what_is_refused_for_good_is_signed(central: Standing, client: TestClient) -> None:
    first = client.put(
        f"/v1/applications/{numbered(1)}", content=central.body(), headers=central.headers()
    )
    rated = client.put(
        f"/v1/ratings/{numbered(1)}/filing",
        content=b'{"grade":5}',
        headers=central.headers(content_type=JSON),
    )
    assert (first.status_code, rated.status_code) == (201, 201)
    for path, body, media_type, kind, status in refusals(central):
        answer = client.put(path, content=body, headers=central.headers(content_type=media_type))
        assert (answer.status_code, answer.json()["type"]) == (status, kind)
        assert answer.headers["content-type"] == "application/problem+json"
        blob = path.startswith("/v1/blobs/")
        about = f"/v1/blobs/{BLOB}" if blob else path
        named = BLOB if blob else hashlib.sha256(body).hexdigest()
        trust = central.keys.signing.receipt_key
        found = verify_refusal(answer.content, trust, about, named)
        assert found is not None
        assert found.type == kind
        assert found.application_id == (numbered(1) if kind == "open-case" else "")
        assert verify_refusal(answer.content, trust, about + "x", named) is None
        assert verify_refusal(answer.content, trust, about, "b" * 64) is None


def test_not_now_and_not_you_are_not_signed(central: Standing, client: TestClient) -> None:
    path, body = f"/v1/applications/{numbered(1)}", central.body()
    answers = [
        client.put(path, content=body),
        client.put(path, content=body, headers=central.headers(kiosk_sequence="x")),
        client.get(f"/v1/blobs/{BLOB}", headers=central.headers()),
        client.put("/v1/nowhere", content=body, headers=central.headers()),
    ]
    assert [one.status_code for one in answers] == [401, 422, 404, 404]
    assert all("signature" not in one.json() for one in answers)


@contextmanager
def gateway_before(central: Standing) -> Iterator[MisroutedGateway]:
    config = GuardedConfig(
        central.app, central.office.policy.connections, None, log_level="warning"
    )
    with listening(config) as (port, _server), MisroutedGateway(port) as gateway:
        yield gateway


def confirmed(central: Standing, folder: Path, people: list[str]) -> Store:
    store = open_store(folder / "kiosk.db")
    assert isinstance(store, Store)
    for number, person in enumerate(people, start=1):
        name, body = numbered(number), central.body(number, person)
        named = (object_of(body) or {})["digest"]
        parcel = OutboxRecord(
            name, f"/v1/applications/{name}", central.headers()["Content-Type"], named, body
        )
        assert (
            store.confirm(lambda _, it=parcel: it, AuditEvent.CONFIRMED, NOON.isoformat(), {})
            is None
        )
    return store


def carrier(central: Standing, store: Store, port: int) -> Outbox:
    client = CentralClient(
        f"http://127.0.0.1:{port}", central.key, GUARD, time.monotonic, lambda: NOON
    )
    at = datetime(2026, 11, 23, tzinfo=UTC)
    trust = central.keys.signing.receipt_key
    return Outbox(store, client, trust, lambda: 100.0, lambda: at, Random(7))


def round_of(outbox: Outbox) -> Counter[str]:
    outbox.store.all_due()
    return Counter(type(judgement).__name__ for _parcel, judgement in outbox.deliver_due())


def test_a_misrouted_gateway_keeps_nothing_from_arriving(central: Standing, tmp_path: Path) -> None:
    people = [f"3416221966061500{number:02d}" for number in range(7)]
    folder = tmp_path / "terminal"
    folder.mkdir()
    store = confirmed(central, folder, people)
    with gateway_before(central) as gateway:
        outbox = carrier(central, store, gateway.port)
        foreign = (b"{}", b"", b'{"type":"open-case","application_id":"b"}', b"\xff")
        for status, body in itertools.product((404, 405, 413, 415, 400, 409, 410, 422), foreign):
            gateway.answer = GatewayAnswer(status, body)
            assert round_of(outbox) == {"Retry": 7}
        gateway.answer = None
        assert round_of(outbox) == {"Delivered": 7}
    assert store.counts() == {
        OutboxState.WAITING: 0,
        OutboxState.DELIVERED: 7,
        OutboxState.QUARANTINED: 0,
    }
    store.close()


def test_a_real_refusal_sets_aside_and_stands_for_no_other(
    central: Standing, tmp_path: Path
) -> None:
    folder = tmp_path / "terminal"
    folder.mkdir()
    store = confirmed(central, folder, [LIU, LIU, LIU])
    with gateway_before(central) as gateway:
        outbox = carrier(central, store, gateway.port)
        found = list(outbox.deliver_due())
        verdicts = [judgement for _parcel, judgement in found]
        assert isinstance(verdicts[0], Delivered)
        assert isinstance(verdicts[1], Quarantine)
        assert (verdicts[1].trouble, verdicts[1].open_case) == ("open-case", numbered(1))
        third = found[2][0]
        store.database.run(
            lambda it: it.exec_driver_sql("UPDATE outbox SET state = 'WAITING' WHERE sequence = 3")
        )
        gateway.answer = GatewayAnswer(409, gateway.kept[1])  # replayed for another parcel
        assert [one for _, one in outbox.deliver_due()] == [Retry("unsigned refusal, status 409")]
        assert third.sequence == 3
    assert json.loads(gateway.kept[1])["digest"] != json.loads(gateway.kept[2])["digest"]
    assert content(numbered(1))["applicant"]["number"] == LIU
    store.close()

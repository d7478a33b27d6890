"""Traces say what was done and how long it took: nothing of a person, and nothing when off."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from central.store.database import CentralDatabase
from central.store.tables import Base
from central.terminals.metrics import ServiceMetrics
from central.traces.calls import TracedCalls
from central.traces.otlp import SERVICE, open_tracer, tracing
from central.traces.policy import TracePolicy
from central.traces.spans import SpanAttribute, named, statement_span, vault_span
from kiosk.config.schema import ConfigError
from tests.central.intake.test_promised_dates import central, side
from tests.central.standing import (
    CONFIG,
    LIU,
    NAMES,
    TERMINAL,
    WANG,
    Signing,
    Standing,
    numbered,
    policy_of_config,
)
from tests.central.terminals.test_terminal_side import TerminalSide
from tests.central.traces.collector import Collector, collecting
from tests.central.vault.test_no_plaintext import filed, said_of_person

__all__ = ["central", "side"]  # fixtures
ALL = TracePolicy(
    share=1.0, waiting=4096, batch=512, pause_seconds=60, timeout_seconds=5, stop_seconds=30
)
TABLES = Base.metadata.tables
SECRETS = (LIU, NAMES[LIU], WANG, NAMES[WANG], TERMINAL, numbered(1))


def ask(central: Standing, collector: Collector) -> None:
    """File, look, ask for a person, be refused and fail."""
    with tracing(collector.address, ALL, TABLES) as tracer:
        name_of = ServiceMetrics(central.app).name_of
        client = TestClient(TracedCalls(central.app, tracer, name_of))
        client.auth = Signing(central)
        path, headers = f"/v1/applications/{numbered(1)}", central.headers()
        more = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01", "X-Name": "Liu"}
        body = central.body(1, WANG)
        assert client.put(path, content=body, headers=headers | more).status_code == 201
        assert client.get(f"{path}/progress", headers=headers).status_code == 200
        said = {"headers": headers, "json": central.visit(WANG)}
        assert client.post("/v1/people/facts", **said).status_code == 200
        assert client.get(f"/v1/{LIU}/x").status_code == 404
        with vault_span("examine"), pytest.raises(ValueError, match=LIU), vault_span("fields"):
            raise ValueError(LIU)


def attributes(span: object) -> dict[str, object]:
    found = {}
    for one in span.attributes:  # type: ignore[attr-defined]
        kind = one.value.WhichOneof("value")
        found[one.key] = getattr(one.value, kind)
    return found


def test_spans_of_request_vault_and_database_arrive(central: Standing) -> None:
    with collecting() as collector:
        ask(central, collector)
        spans = collector.taken()
        assert collector.resources() == {("service.name", SERVICE)}
    (put,) = (one for one in spans if one.name == "PUT /v1/applications")
    assert attributes(put) == {
        "http.request.method": "PUT",
        "http.route": "/v1/applications",
        "http.response.status_code": 201,
    }
    below = [one for one in spans if one.parent_span_id == put.span_id]
    statements = [attributes(one) for one in spans if "db.system.name" in attributes(one)]
    assert {"SELECT", "INSERT"} <= {one["db.operation.name"] for one in statements}
    assert "application" in {one["db.collection.name"] for one in statements}
    assert below or statements
    (failed,) = (one for one in spans if one.name == "vault fields")
    (around,) = (one for one in spans if one.name == "vault examine")
    assert attributes(failed) == {"vault.question": "fields", "error.type": "ValueError"}
    assert failed.parent_span_id == around.span_id
    assert put.trace_id != bytes.fromhex("a" * 32)


def test_nothing_of_a_person_is_in_the_bytes(central: Standing, side: TerminalSide) -> None:
    with collecting() as collector:
        with tracing(collector.address, ALL, TABLES):
            said = said_of_person(filed(central, side))
        ask(central, collector)
        whole = b"".join(collector.bodies)
        spans = collector.taken()
    assert len(said) >= 20
    assert b"applications" in whole  # the control: it is looked for where it would be
    for text in (*said, *SECRETS, "traceparent", "VALUES", "WHERE", "Liu"):
        assert text.encode() not in whole, text
    allowed = {one.value for one in SpanAttribute}
    assert {key for one in spans for key in attributes(one)} <= allowed
    assert not any(one.events or one.links or one.status.message for one in spans)


def test_a_collector_that_is_away_or_slow_harms_nothing(central: Standing) -> None:
    policy = replace(ALL, waiting=8, batch=4, pause_seconds=0.01, stop_seconds=0.2)
    with collecting(answers=False) as collector:
        for address in (collector.address, "http://127.0.0.1:9/v1/traces"):
            with tracing(address, policy, TABLES) as tracer:
                name_of = ServiceMetrics(central.app).name_of
                client = TestClient(TracedCalls(central.app, tracer, name_of))
                for _ in range(50):
                    assert client.get("/healthz").status_code == 200
                waiting = tracer.processor._batch_processor._queue
                assert len(waiting) <= policy.waiting
                begun = time.monotonic()
            assert time.monotonic() - begun < ALL.timeout_seconds
        assert collector.bodies == []


def test_without_a_collector_nothing_is_loaded_and_nothing_is_made(tmp_path: Path) -> None:
    words = (
        "import sys, central.commands, central.traces.spans as spans;"
        "one = spans.statement_span('SELECT 1', 'sqlite');"
        "assert one is spans.vault_span('fields');"
        "print([name for name in sys.modules if name.startswith('opentelemetry.sdk')"
        " or name.startswith('opentelemetry.exporter') or name == 'google.protobuf'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", words],
        check=True,
        capture_output=True,
        text=True,
        cwd=CONFIG.parent,
    )
    assert done.stdout == "[]\n"
    database = CentralDatabase(f"sqlite:///{tmp_path / 'one.db'}")
    with collecting() as collector:
        with tracing(collector.address, ALL, TABLES):
            pass
        database.run(lambda connection: connection.exec_driver_sql("SELECT 1"))  # it ended
        assert statement_span("SELECT 1", "sqlite") is vault_span("fields")
        assert collector.bodies == []
    database.close()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "collector",
        "ftp://collector/v1/traces",
        "http://collector.example/v1/traces",
        "https://name:word@collector.example/v1/traces",
    ],
)
def test_a_wrong_address_is_refused_with_words(address: str) -> None:
    with pytest.raises(ConfigError, match="KIOSK_CENTRAL_TRACES") as told:
        open_tracer(address, ALL)
    assert "name:word" not in str(told.value)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT a FROM application WHERE id = '34162219660615001X'", ("SELECT", "application")),
        ("INSERT INTO arrival VALUES (1)", ("INSERT", "arrival")),
        ('UPDATE "owner" SET service = service', ("UPDATE", "owner")),
        ("PRAGMA x", ("other", "other")),
        ("SELECT 1 FROM liu", ("SELECT", "other")),
        ("WITH a AS (SELECT 1 FROM b) DELETE FROM nonce", ("WITH", "nonce")),
    ],
)
def test_of_a_statement_only_kind_and_table_are_told(text: str, found: tuple[str, str]) -> None:
    assert named(text, frozenset(TABLES)) == found


def test_the_settings_are_read() -> None:
    assert 0 < policy_of_config().traces.share <= 1

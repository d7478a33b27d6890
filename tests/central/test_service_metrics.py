"""What Prometheus reads of the service: calls, waits, connections, and no person."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx2
from prometheus_client import generate_latest
from starlette.testclient import TestClient

from central.terminals.metrics import CountedCalls, ServiceMetrics, serving_metrics
from central.terminals.server.connections import LimitedConnections
from tests.central.standing import Signing, Standing, numbered
from wiring import places

DASHBOARD = places.ROOT / "deploy" / "grafana" / "central.json"


def told(metrics: ServiceMetrics) -> str:
    return generate_latest(metrics.registry).decode()


def measured(central: Standing) -> ServiceMetrics:
    metrics = ServiceMetrics(central.app)
    for kind in ("unverified", "kept"):
        metrics.watch_connections(kind, LimitedConnections(1, 1))
    return metrics


def test_calls_are_counted_by_what_they_are_and_name_nobody(central: Standing) -> None:
    metrics = measured(central)
    instants = iter((0.0, 0.02) * 10)
    client = TestClient(CountedCalls(central.app, metrics, lambda: next(instants)))
    client.auth = Signing(central)
    path, headers = f"/v1/applications/{numbered(1)}", central.headers()
    assert client.put(path, content=central.body(), headers=headers).status_code == 201
    assert client.get(f"{path}/progress", headers=headers).status_code == 200
    assert client.get(f"{path}/nothing").status_code == 404
    assert client.get("/v1/anything/at/all").status_code == 404
    assert client.put(f"/v1/ratings/{numbered(1)}/filing").status_code == 401
    said = told(metrics)
    for call, status in (
        ("/v1/applications", 201),
        ("/v1/applications/progress", 200),
        ("/v1/applications", 404),
        ("other", 404),
        ("/v1/ratings", 401),
    ):
        assert f'kiosk_central_answers_total{{call="{call}",status="{status}"}} 1.0' in said
    assert 'kiosk_central_call_seconds_bucket{call="other",le="0.025"} 1.0' in said
    assert numbered(1) not in said
    assert "anything" not in said


def test_waits_and_limits_are_told(central: Standing) -> None:
    metrics, slots = measured(central), central.app.state.terminal_slots
    assert slots.take("A") == 0
    with slots.held("A"):
        for _ in range(central.office.policy.load.of_one_terminal):
            slots.take("A")
        said = told(metrics)
    load = central.office.policy.load
    assert f"kiosk_central_in_flight {float(load.of_one_terminal)}" in said
    assert f"kiosk_central_in_flight_limit {float(load.in_flight)}" in said
    assert "kiosk_central_turned_away 1.0" in said
    assert "kiosk_central_connections_kept 0.0" in said


def test_prometheus_reads_them_on_this_machine(central: Standing) -> None:
    with serving_metrics(0, measured(central)) as port:
        answer = httpx2.get(f"http://127.0.0.1:{port}/metrics", trust_env=False)
    assert answer.status_code == 200
    assert "kiosk_central_in_flight_limit" in answer.text


def test_the_dashboard_asks_for_what_there_is_and_for_all_of_it(central: Standing) -> None:
    metrics = measured(central)
    metrics.count("/healthz", 200, 0.1)
    asked = re.findall(r"\b(?:kiosk_central|process)_[a-z_]+", Path(DASHBOARD).read_text("utf-8"))
    known = re.findall(r"^([a-z_]+)[ {]", told(metrics), re.MULTILINE)
    assert asked
    assert set(asked) <= set(known)
    exported = {one.name for one in metrics.registry.collect()}
    shown = {name.removesuffix("_total").removesuffix("_bucket") for name in asked}
    assert {name.removesuffix("_total") for name in exported} - shown == set()
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)

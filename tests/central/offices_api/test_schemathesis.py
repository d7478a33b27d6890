"""The running API answers only what central/offices/openapi.yaml says, asked at random."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from central.keys.certificates import open_certificates
from central.load import RateLimit
from central.offices_api.app import build_offices_app
from central.offices_api.commands import client_tls
from central.terminals.server.http_server import GuardedConfig
from tests.central.listening import listening
from tests.central.offices_api.api_office import ApiOffice
from tests.central.offices_api.test_contract import METHODS, YAML, written
from tests.central.standing import Standing
from wiring.places import ROOT

SEED, EXAMPLES, LIMIT = "20261130", 10, 600
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


@pytest.mark.slow
def test_nothing_undocumented_is_answered(
    office: ApiOffice, central: Standing, client: TestClient, tmp_path: Path
) -> None:
    assert client
    office.certified_at = datetime.now(UTC)
    office.context = replace(office.context, pace=RateLimit(100_000, 1000.0))
    system = office.system()
    assert system.claim().status_code == 200
    files = open_certificates(
        central.keys.folder, (), central.office.policy.certificates, datetime.now(UTC)
    )
    (tmp_path / "system.crt").write_text(system.credentials.pem)
    (tmp_path / "system.key").write_bytes(system.credentials.key)
    tls = client_tls(files.certificate, files.key, office.authority.path)
    app = build_offices_app(office.context)
    policy = central.office.policy.connections
    with listening(GuardedConfig(app, policy, tls, log_level="critical")) as (port, _server):
        said = subprocess.run(
            [
                *(Path(sys.executable).with_name("schemathesis"), "run", YAML),
                *("--url", f"https://localhost:{port}", "--tls-verify", files.authority),
                *("--request-cert", tmp_path / "system.crt"),
                *("--request-cert-key", tmp_path / "system.key"),
                *("--checks", ",".join(CHECKS), "--continue-on-failure"),
                *("--seed", SEED, "--max-examples", str(EXAMPLES), "--warnings", "off"),
                *("--generation-database", "none", "--no-color"),
            ],
            cwd=tmp_path,
            env=os.environ
            | {
                "SCHEMATHESIS_HOOKS": "tests.central.offices_api.schemathesis_token",
                "TOKEN": system.token,
                "STATUSES": str(tmp_path / "statuses"),
                "PYTHONPATH": str(ROOT),
            },
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
    assert said.returncode == 0, said.stdout[-5000:]
    lines = (tmp_path / "statuses").read_text().splitlines()
    statuses = Counter(line.split()[0] for line in lines)
    assert {"200", "404", "409", "422"} <= statuses.keys()
    read = [line for line in lines if line.startswith("422 POST /v1/tasks")]
    assert len(read) > EXAMPLES  # what was decided was read, not turned away before
    assert not {"500", "502"} & statuses.keys()
    assert statuses["401"] < statuses.total() / 10
    count = sum(method in METHODS for calls in written()["paths"].values() for method in calls)
    assert f"Tested: {count}" in said.stdout

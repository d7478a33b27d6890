"""The running service answers only what openapi.yaml says, asked at random."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

import central
from tests.central.test_commands import served

ROOT = Path(central.__file__).parents[1]
YAML = Path(central.__file__).with_name("openapi.yaml")
SEED, EXAMPLES, LIMIT = "20261124", "10", 600
METHODS = ("get", "put", "post", "head", "patch", "delete")
# The platform is not connected here, which its calls say as the contract does.
CONFIG = """
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", "503"]
"""
PLATFORM_CALLS = {"/v1/proofs/phone", "/v1/proofs/platform", "/v1/employers/login"}
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


def count_of_calls() -> int:
    paths = yaml.safe_load(Path(YAML).read_text("utf-8"))["paths"]
    return sum(method in METHODS for calls in paths.values() for method in calls)


@pytest.mark.slow
def test_nothing_undocumented_is_answered(tmp_path: Path, database: str) -> None:
    key = tmp_path / "card.key"
    key.write_bytes(b"a key")
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG, "utf-8")
    options = ["--card-key", str(key), "--point", "BZ-DEMO"]
    options += ["--database", database] if database else []
    with served(tmp_path / "data", *options) as (process, told):
        signing = {
            "SCHEMATHESIS_HOOKS": "tests.central.terminals.schemathesis_signing",
            "TERMINAL_KEY": str(Path(told["terminals"]) / "A-1"),
            "STATUSES": str(tmp_path / "statuses"),
            "PYTHONPATH": str(ROOT),
        }
        said = subprocess.run(
            [
                *(Path(sys.executable).with_name("schemathesis"), "--config-file", config),
                *("run", YAML),
                *("--url", told["url"]),
                *("--checks", ",".join(CHECKS), "--continue-on-failure"),
                *("--seed", SEED, "--max-examples", EXAMPLES, "--warnings", "off"),
                *("--generation-database", "none", "--no-color"),
            ],
            cwd=tmp_path,
            env=os.environ | signing,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        process.send_signal(signal.SIGTERM)
    assert said.returncode == 0, said.stdout[-5000:]
    answers = [line.split() for line in (tmp_path / "statuses").read_text().splitlines()]
    assert {path for status, path in answers if status == "503"} <= PLATFORM_CALLS
    statuses = Counter(status for status, _ in answers)
    assert {"200", "201", "404", "422"} <= statuses.keys()
    assert statuses["401"] < statuses.total() / 2
    assert f"Tested: {count_of_calls()}" in said.stdout

"""An office's own system as a process that calls the API over mutual TLS, with its faults."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from central.keys.certificates import Certificates, open_certificates
from central.offices.simulated_caller import CallerFault
from central.offices_api.app import build_offices_app
from central.offices_api.commands import client_tls
from central.terminals.server.http_server import GuardedConfig
from tests.central.listening import listening
from tests.central.offices_api.api_office import ApiOffice, api_over, file_case
from tests.central.standing import Standing, standing
from wiring.places import ROOT

LIMIT = 60.0
WAITS, OVER = (409, "decision-waits"), (409, "over")
RECORDED, UNTRUE = (202, ""), (401, "invalid-token")
ANSWERED = {
    CallerFault.TWICE: [RECORDED, WAITS],
    CallerFault.OLD_MARK: [OVER, RECORDED],
    CallerFault.OTHER_OFFICE: [RECORDED],
    CallerFault.FORGED_TOKEN: [UNTRUE, RECORDED],
    CallerFault.NO_TOKEN: [UNTRUE, RECORDED],
    CallerFault.UNKNOWN_RESULT: [(422, "wrong-result"), RECORDED],
    CallerFault.HUGE_FILE: [(413, "too-large"), RECORDED],
    CallerFault.NOT_JSON: [(422, "malformed"), RECORDED],
}
"""What the calls that end a task are answered, when the system makes a fault with it first."""
FAULTS = (CallerFault.LOST_ANSWER, *ANSWERED)
CASES = 3  # of three tasks each


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with standing(tmp_path_factory.mktemp("caller")) as built:
        yield built


@pytest.fixture(scope="module")
def office(central: Standing) -> Iterator[ApiOffice]:
    with api_over(central) as found:
        found.certified_at = datetime.now(UTC)
        with central.client() as client:
            for number in range(1, CASES + 1):
                file_case(central, client, number, f"person {number}")
        yield found


@pytest.fixture(scope="module")
def files(central: Standing) -> Certificates:
    policy = central.office.policy.certificates
    return open_certificates(central.keys.folder, (), policy, datetime.now(UTC))


def test_a_system_ends_its_tasks_once_whatever_it_does_wrong(
    office: ApiOffice, files: Certificates, tmp_path: Path
) -> None:
    mine = office.add("SYS-1")
    (tmp_path / "system.crt").write_text(mine.pem)
    (tmp_path / "system.key").write_bytes(mine.key)
    tls = client_tls(files.certificate, files.key, office.authority.path)
    policy = office.central.office.policy.connections
    app = build_offices_app(office.context)
    with listening(GuardedConfig(app, policy, tls, log_level="critical")) as (port, _server):
        pair = str(tmp_path / "system.crt"), str(tmp_path / "system.key")
        said = subprocess.run(
            [
                *(sys.executable, "-m", "central.offices.simulated_caller"),
                *(f"https://localhost:{port}", str(files.authority), *pair),
                *(fault.value for fault in FAULTS),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
    assert said.returncode == 0, said.stderr
    calls = [json.loads(line) for line in said.stdout.splitlines()]
    assert {"call": "GET /v1/tasks/1/R99/view", "status": 404, "type": "unknown"} in calls
    ends = [one for one in calls if one["call"].endswith("/finish")]
    tasks = list(dict.fromkeys(one["call"] for one in ends))
    answered = [
        [(one["status"], one["type"]) for one in ends if one["call"] == call] for call in tasks
    ]
    # Whether the call whose line was closed came through is the network's to say.
    assert answered[0] in ([WAITS], [RECORDED])
    assert answered[1:] == list(ANSWERED.values())
    assert office.acts() == ["finish"] * len(FAULTS), "each decision once"

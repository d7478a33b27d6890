"""`serve` starts, tells its address, keeps its secrets over a restart, and stops gracefully."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from secrets import randbelow
from typing import Any

import pytest

from central.app_context import AppContext
from central.commands import serve
from central.keys.service_keys import KeyTrouble
from central.open_service import ServiceOptions, open_context, open_offices, service_options
from central.operator.accounts import NewAccount, make_account
from central.operator.own_vault import open_vault
from central.vault.operations import VaultOperations
from drivers.simulated.cards.ss_card_keys import CENTRE_KEY
from kiosk.config.schema import ConfigError
from kiosk.staff.roles import Role
from tests.central.standing import CONFIG, LIU, WANG
from tests.kiosk.application.test_office_views import FULL as WHOLE
from tests.kiosk.invented_people import handbook
from tests.options import options_of

ROOT = CONFIG.parent
LIMIT = 60
START = "import sys; import main; sys.exit(main.main(['serve', *sys.argv[1:]]))"
ARGUMENTS = ["--config", str(CONFIG), "--people", str(CONFIG / "personas"), "--terminal", "A-1"]
CREATE = "--create"


def serve_options(*words: object) -> ServiceOptions:
    return service_options(options_of("serve", *words))


@contextmanager
def started(data: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    python = [sys.executable, "-W", "error", "-c", START]
    command = [*python, "--data", str(data), CREATE, *ARGUMENTS, *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
            assert process.wait(LIMIT) == 0
        finally:
            process.kill()


@contextmanager
def served(data: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    with started(data, *options) as process:
        assert process.stdout
        yield process, json.loads(process.stdout.readline())
        assert process.wait(LIMIT) == 0
        assert process.stdout.read() == ""


def got(url: str, path: str, trust: ssl.SSLContext | None = None) -> Any:
    with urllib.request.urlopen(url + path, timeout=LIMIT, context=trust) as answer:
        return json.load(answer)


def test_serve_twice_on_the_same_data(tmp_path: Path) -> None:
    keys = []
    for _ in range(2):
        with served(tmp_path / "data") as (process, told):
            assert got(told["url"], "/healthz") == {"status": "ok"}
            keys.append(got(told["url"], "/v1/keys"))
            assert json.loads(Path(told["keys"]).read_bytes()) == keys[-1]
            assert (Path(told["terminals"]) / "A-1").stat().st_mode & 0o777 == 0o600
            process.send_signal(signal.SIGTERM)
    assert keys[0] == keys[1]


def close_input(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.close()


def test_serve_with_its_parent(tmp_path: Path) -> None:
    with served(tmp_path / "data", "--with-parent") as (process, told):
        assert process.stdin
        process.stdin.write("what is said there says nothing\n")
        process.stdin.flush()
        assert got(told["url"], "/healthz") == {"status": "ok"}
        close_input(process)


def test_serve_without_input(tmp_path: Path) -> None:
    with served(tmp_path / "data") as (process, told):
        close_input(process)
        assert got(told["url"], "/healthz") == {"status": "ok"}
        process.send_signal(signal.SIGTERM)


def test_serve_by_tls(tmp_path: Path) -> None:
    with served(tmp_path / "data", "--tls", "--name", "central.example.invalid") as (process, told):
        trust = ssl.create_default_context(cafile=told["authority"])
        assert told["url"].startswith("https://127.0.0.1:")
        assert got(told["url"], "/healthz", trust) == {"status": "ok"}
        trust.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises(urllib.error.URLError, match=r"(?i)protocol"):
            got(told["url"], "/healthz", trust)
        process.send_signal(signal.SIGTERM)


def test_everything_named_is_read(tmp_path: Path) -> None:
    office = open_context(serve_options("--data", tmp_path, CREATE, *ARGUMENTS), open_vault)
    assert isinstance(office, AppContext)
    assert {LIU, WANG} <= set(office.people.facts)
    assert isinstance(office.vault, VaultOperations)
    assert len(office.vault.examiner.known_services) == 18
    assert office.vault.dates.catalogue.offices.promised.days == 15
    assert office.now().tzinfo is not None
    assert [code for code, _ in office.keys.terminals.values()] == ["A-1"]
    office.store.close()


def test_terminals_are_placed(tmp_path: Path) -> None:
    words = ["--data", str(tmp_path), CREATE, *ARGUMENTS, "--point", "BZ-DEMO"]
    office = open_context(serve_options(*words), open_vault)
    assert isinstance(office, AppContext)
    assert office.store.terminals.point_of("A-1") == "BZ-DEMO"
    assert office.store.terminals.point_of("A-2") == ""
    office.store.close()


def test_serve_with_offices(tmp_path: Path) -> None:
    script = str(CONFIG / "offices" / "demo.toml")
    with served(tmp_path / "data", "--offices", script, "--office-day", "1") as (process, told):
        assert got(told["url"], "/healthz") == {"status": "ok"}
        process.send_signal(signal.SIGTERM)


def test_offices_see_what_the_catalogue_says(tmp_path: Path) -> None:
    script = str(CONFIG / "offices" / "demo.toml")
    words = ["--data", str(tmp_path), CREATE, *ARGUMENTS, "--offices", script]
    options = serve_options(*words)
    office = open_context(options, open_vault)
    assert isinstance(office, AppContext)
    hours = open_offices(options, office)
    assert isinstance(office.vault, VaultOperations)
    seen = office.vault.views.of(WHOLE, "R06", office.now())
    assert seen == handbook().views.view_of(WHOLE, "R06")
    assert "child_birth" not in seen["answers"]
    hours.open()
    hours.close()
    office.store.close()


def test_a_wrong_folder_is_told(tmp_path: Path) -> None:
    options = serve_options("--data", tmp_path, CREATE, "--config", tmp_path)
    with pytest.raises(ConfigError):
        open_context(options, open_vault)


def test_nothing_is_made_unless_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    assert serve(options_of("serve", "--data", data)) == 2
    assert "central init" in capsys.readouterr().err
    assert not data.exists()


@pytest.mark.slow
def test_three_first_starts_at_once_serve_with_the_same_keys(tmp_path: Path) -> None:
    with ExitStack() as stack:
        starts = [stack.enter_context(started(tmp_path / "data", "--tls")) for _ in range(3)]
        told = [json.loads(process.stdout.readline()) for process in starts if process.stdout]
        trust = ssl.create_default_context(cafile=told[0]["authority"])
        keys = [got(one["url"], "/v1/keys", trust) for one in told]
        for process in starts:
            process.send_signal(signal.SIGTERM)
    assert len(keys) == 3
    assert keys[0] == keys[1] == keys[2]


def test_a_service_without_a_list_has_no_staff_and_knows_nobody(tmp_path: Path) -> None:
    office = open_context(serve_options("--data", tmp_path, CREATE), open_vault)
    assert isinstance(office, AppContext)
    assert (office.staff, office.people.facts) == ({}, {})
    office.store.close()


def test_a_folder_of_staff_that_is_not_there_is_named(tmp_path: Path) -> None:
    wanted = ServiceOptions(tmp_path / "data", create=True, staff=tmp_path / "typo")
    with pytest.raises(ConfigError, match="typo"):
        open_context(wanted, open_vault)


def opened(tmp_path: Path, *words: str) -> AppContext:
    office = open_context(serve_options("--data", tmp_path, CREATE, *words), open_vault)
    assert isinstance(office, AppContext), office
    office.store.close()
    return office


def test_production_serves_nobody_with_a_credential_of_the_repository(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "staff"
    folder.mkdir()
    demo = (CONFIG / "staff" / "BZ-DEMO.toml").read_text("utf-8")
    own = NewAccount("H-0012", Role.HELPER, "何帮民", WANG, date(2030, 12, 31))
    lines, _ = make_account(replace(own, number="341602198001010052"), randbelow, os.urandom)
    (folder / "BZ-DEMO.toml").write_text(f"{demo}\n{lines}", "utf-8")
    words = ("--staff", str(folder))
    served_now = opened(tmp_path / "data", *words).staff["BZ-DEMO"].accounts
    assert [one.id for one in served_now] == ["H-0012"]
    assert "BZ-DEMO: T-0001 is not served" in caplog.text
    shown = opened(tmp_path / "data", *words, "--demo").staff["BZ-DEMO"].accounts
    assert {one.id for one in shown} == {"H-0001", "T-0001", "W-0001", "W-0002", "H-0012"}


def test_only_practice_reads_a_few_invented_people_all_day(tmp_path: Path) -> None:
    found = opened(tmp_path / "data")
    limits, practice = found.policy.visits.limits, found.policy.visits.practice_limits
    assert (limits.readings_a_day, limits.people_an_hour) == (12, 60)
    assert found.store.card_reads.limits == limits
    assert opened(tmp_path / "data", "--demo").store.card_reads.limits == practice
    assert practice.readings_a_day > 100 * limits.readings_a_day


def test_production_takes_no_key_of_the_repository(tmp_path: Path) -> None:
    key = tmp_path / "card.key"
    key.write_bytes(CENTRE_KEY)
    with pytest.raises(ConfigError, match="card-key"):
        opened(tmp_path / "data", "--card-key", str(key))
    assert opened(tmp_path / "data", "--card-key", str(key), "--demo").key_module is not None
    opened(tmp_path / "data")
    (tmp_path / "data" / "receipt.key").write_bytes(bytes([9]) * 32)
    found = open_context(serve_options("--data", tmp_path / "data"), open_vault)
    assert found is KeyTrouble.KNOWN

"""The vault as a process of its own: how it starts, what it says when it does not, its keys."""

from __future__ import annotations

import hmac
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

import main
from central.keys.service_keys import KeyTrouble
from central.open_service import ServiceOptions, connect_vault, open_context
from central.operator.own_vault import open_vault
from central.service_data import DataSources
from central.vault.access_log import AccessLog, VaultAccess
from central.vault.child import FOLDER, ChildVault
from central.vault.client import VaultClient, VaultLink
from central.vault.opening_keys import move_opening_keys
from central.vault.protocol import LONGEST_ADDRESS, CallerRole
from central.vault.vault_commands import _roles
from tests.central.standing import CONFIG, LIU, NOON
from tests.central.test_commands import served
from tests.central.vault.test_socket import POLICY

KEYS = ("person.key", "sealing.key")


def central(*words: object) -> int:
    return main.main(["central", *map(str, words)])


def older_folder(data: Path) -> Path:
    """A data folder as versions before the vault left it."""
    assert central("init", "--data", data) == 0
    for name in KEYS:
        (data / FOLDER / name).rename(data / name)
    shutil.rmtree(data / FOLDER)
    (data / "first_sealing.json").unlink()
    return data


def test_a_data_folder_from_before_the_vault_goes_on(tmp_path: Path) -> None:
    data = older_folder(tmp_path / "data")
    before = {name: (data / name).read_bytes() for name in KEYS}
    public = json.loads((data / "keys.json").read_bytes())["sealing"]
    here = open_context(ServiceOptions(data), open_vault)
    assert not isinstance(here, KeyTrouble)
    here.close()
    assert {name: (data / FOLDER / name).read_bytes() for name in KEYS} == before
    assert not any((data / name).exists() for name in KEYS)
    assert json.loads((data / "first_sealing.json").read_bytes()) == public


@pytest.mark.slow
def test_serve_moves_them_and_serves_with_the_same_keys(tmp_path: Path) -> None:
    data = older_folder(tmp_path / "data")
    public = json.loads((data / "keys.json").read_bytes())
    with served(data) as (process, told):
        with urllib.request.urlopen(told["url"] + "/v1/keys", timeout=60) as answer:
            assert json.load(answer) == public
        process.send_signal(signal.SIGTERM)
    assert (data / FOLDER / "sealing.key").exists()


def test_with_a_socket_older_keys_are_moved_first(tmp_path: Path) -> None:
    data = older_folder(tmp_path / "data")
    wanted = ServiceOptions(data, vault=tmp_path / "socket")
    assert open_context(wanted, connect_vault) is KeyTrouble.UNMOVED
    assert central("vault-keys", "--data", tmp_path / "keys", "--move-from", data) == 0
    here = open_context(wanted, connect_vault)
    assert not isinstance(here, KeyTrouble)
    here.close()


def test_keys_of_two_services_are_never_mixed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = older_folder(tmp_path / "data")
    assert central("vault-keys", "--data", tmp_path / "keys") == 0
    kept = (tmp_path / "keys" / "sealing.key").read_bytes()
    assert central("vault-keys", "--data", tmp_path / "keys", "--move-from", data) == 1
    assert "two services" in capsys.readouterr().err
    assert (tmp_path / "keys" / "sealing.key").read_bytes() == kept
    assert all((data / name).exists() for name in KEYS)
    assert central("vault-keys", "--data", tmp_path / "keys", "--move-from", tmp_path) == 1


def test_a_move_that_was_cut_short_is_repeated(tmp_path: Path) -> None:
    data, keys = older_folder(tmp_path / "data"), tmp_path / "keys"
    keys.mkdir()
    shutil.copy(data / "person.key", keys)
    assert move_opening_keys(data, keys) == KEYS
    assert move_opening_keys(data, keys) == ()
    assert sorted(path.name for path in keys.iterdir()) == sorted(KEYS)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "vault-keys"),
        (("--create", "--service", "no-such-account"), 1, "no such account"),
        (("--create", "--socket", "/nowhere/socket"), 1, "/nowhere"),
        (("--create",), 1, "--socket"),
        (("--create", "--accounts", __file__), 1, "test_vault_commands.py"),
    ],
)
def test_a_vault_that_does_not_start_says_why(
    tmp_path: Path,
    words: tuple[str, ...],
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert central("vault", "--data", tmp_path / "keys", *words) == code
    assert said in capsys.readouterr().err


def test_each_account_of_the_machine_has_its_roles() -> None:
    service, pages, operator = (pwd.getpwnam(name).pw_uid for name in ("daemon", "nobody", "games"))
    roles = _roles(["daemon"], ["nobody"], ["games"])
    assert roles[service] == {CallerRole.SERVICE}
    assert roles[pages] == {CallerRole.PAGES}
    assert roles[operator] == {CallerRole.SERVICE, CallerRole.OPERATOR}
    assert roles[os.geteuid()] == set(CallerRole)
    both = _roles(["nobody"], ["nobody"], [])
    assert both[pages] == {CallerRole.SERVICE, CallerRole.PAGES}


def test_a_key_that_is_gone_is_not_made_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = tmp_path / "keys"
    assert central("vault-keys", "--data", keys) == 0
    (keys / "person.key").unlink()
    assert central("vault", "--data", keys, "--socket", tmp_path / "socket") == 2
    assert "a key is gone" in capsys.readouterr().err
    assert not (keys / "person.key").exists()


def test_who_looked_is_listed_and_a_changed_list_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = AccessLog(tmp_path)
    at = NOON.isoformat(timespec="seconds")
    for account in ("RS-1", "RS-2"):
        log.record(VaultAccess(at, "office_share", account, "an id", "R01", ""))
    assert central("vault-audit", "--data", tmp_path) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[3] for row in rows] == ["account", "RS-1", "RS-2"]
    path = tmp_path / "access.jsonl"
    path.write_text(path.read_text("utf-8").replace("RS-1", "RS-3"), "utf-8")
    assert central("vault-audit", "--data", tmp_path) == 1
    assert "entry 1" in capsys.readouterr().err


def test_an_operator_without_the_vault_hears_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    assert central("init", "--data", data) == 0
    draft = tmp_path / "draft.toml"
    draft.write_text(
        f'id_number = "{LIU}"\nname = "刘长青"\nunit = "示范厂"\nservices = ["R01"]\n'
        'begun_at = "2026-11-20T09:00:00+08:00"\n[answers]\n',
        "utf-8",
    )
    words = ("employer", "--data", data, "--vault", tmp_path / "socket", "--file", draft)
    assert central(*words) == 1
    assert "kiosk-vault" in capsys.readouterr().err


@pytest.mark.slow
def test_a_socket_in_a_deep_folder_is_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder for temporary files may have a longer path than a socket's address can be."""
    deep = tmp_path / ("deep" * 30)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with ChildVault(tmp_path / "data", DataSources(CONFIG), create=True) as child:
        assert len(str(child.socket)) > LONGEST_ADDRESS
        assert child.wait_ready()
        link = VaultLink(child.socket, POLICY)
        assert VaultClient(link).person("a number")
        link.close()


ACTIVATE = shutil.which("systemd-socket-activate")


@pytest.mark.slow
@pytest.mark.skipif(ACTIVATE is None, reason="no systemd-socket-activate here")
def test_the_socket_that_systemd_passes_is_served(tmp_path: Path) -> None:
    keys, path = tmp_path / "keys", tmp_path / "socket"
    assert central("vault-keys", "--data", keys) == 0
    words = [sys.executable, str(Path(main.__file__)), "central", "vault", "--data", str(keys)]
    process = subprocess.Popen(
        [str(ACTIVATE), "--listen", str(path), *words], stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        assert "Listening" in process.stderr.readline()
        link = VaultLink(path, replace(POLICY, deadline_seconds=60.0))
        person = VaultClient(link).person(LIU)
        link.close()
    finally:
        process.terminate()
        process.communicate()
    key = (keys / "person.key").read_bytes()
    assert person == hmac.new(key, f"{LIU}\nretirement".encode(), "sha256").hexdigest()

"""`central accounts` and `central web` as an operator runs them."""

from __future__ import annotations

import getpass
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from central.policy import read_policy
from central.store.upgrade import SchemaTrouble, open_database
from central.vault_port import VAULT_VARIABLE
from central.web.commands import _vault_of, serve_pages
from kiosk.staff.code import read_key
from tests.central.store.old_databases import TO_EIGHTH
from tests.central.store.old_databases import run as run_sql
from tests.central.test_operator import OperatorShell
from tests.options import options_of
from wiring.places import ROOT

LIMIT = 60
START = "import sys; import main; sys.exit(main.main(['central', 'web', *sys.argv[1:]]))"


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> OperatorShell:
    made = OperatorShell(tmp_path / "data", capsys)
    made.run("init")
    return made


def test_an_account_is_made_reset_disabled_and_listed(shell: OperatorShell) -> None:
    (secret, codes) = shell.run("accounts", "add", "S-0001", "--role", "supervisor")
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{8}-[0-9A-HJKMNP-TV-Z]{8}", secret[1])
    found = re.search(r"secret=([A-Z2-7]+)&algorithm=SHA256", codes[1])
    assert found
    assert read_key(found[1] + "=" * (-len(found[1]) % 8)) is not None
    shell.run("accounts", "add", "C-0001", "--role", "clerk", "--office", "RS")
    assert shell.run("accounts", "list") == [
        ["C-0001", "clerk", "RS", "waits for set-up"],
        ["S-0001", "supervisor", "", "waits for set-up"],
    ]
    again, _ = shell.run("accounts", "reset", "S-0001")
    assert again[1] != secret[1]
    shell.run("accounts", "disable", "C-0001")
    assert shell.run("accounts", "list")[0][3] == "disabled"
    told = [line[1:4:2] for line in shell.run("accounts", "audit")]
    assert told == [
        ["S-0001", "added"],
        ["C-0001", "added"],
        ["S-0001", "reset"],
        ["C-0001", "disabled"],
    ]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("add", "S-0001", "--role", "supervisor", "--office", "RS"), 2, "belongs to no office"),
        (("add", "C-0001", "--role", "clerk"), 2, "belongs to an office"),
        (("add", "C-0001", "--role", "clerk", "--office", "XX"), 2, "no such office"),
        (("reset", "S-0404"), 1, "no such account"),
        (("disable", "S-0404"), 1, "no such account"),
    ],
)
def test_what_can_not_be_is_said(
    shell: OperatorShell, words: tuple[str, ...], status: int, said: str
) -> None:
    assert said in shell.refused("accounts", *words, status=status)


def test_an_account_is_made_once(shell: OperatorShell) -> None:
    shell.run("accounts", "add", "S-0001", "--role", "supervisor")
    said = shell.refused("accounts", "add", "S-0001", "--role", "technician")
    assert "there is an account of this name" in said


@contextmanager
def served(*options: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-W", "error", "-c", START, *options]
    whole = {**os.environ, **environment}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, text=True, env=whole) as process:
        try:
            assert process.stdout
            yield process, json.loads(process.stdout.readline())["url"]
            process.send_signal(signal.SIGTERM)
            assert process.wait(LIMIT) == 0
        finally:
            process.kill()


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "pages.example.invalid")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


def test_the_pages_are_served_by_tls_without_the_services_folder(
    shell: OperatorShell, tmp_path: Path
) -> None:
    pem, key = certificate(tmp_path)
    url = f"sqlite:///{shell.data / 'central.db'}"
    tls = ("--certificate", str(pem), "--certificate-key", str(key), "--host", "127.0.0.1")
    with served(*tls, KIOSK_WEB_DATABASE=url) as (_, address):
        assert address.startswith("https://127.0.0.1:")
        trust = ssl.create_default_context(cafile=str(pem))
        trust.check_hostname = False
        with urllib.request.urlopen(f"{address}/login", timeout=LIMIT, context=trust) as answer:
            assert "登录" in answer.read().decode()
            assert "__Host-form=" in answer.headers["set-cookie"]
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{address}/nowhere", timeout=LIMIT, context=trust)


def test_without_a_certificate_it_listens_on_this_machine_alone(shell: OperatorShell) -> None:
    url = f"sqlite:///{shell.data / 'central.db'}"
    with served("--database", url) as (_, address):
        assert address.startswith("http://127.0.0.1:")


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = serve_pages(options_of("central", "web", *words))
    return status, capsys.readouterr().err


def test_the_vault_is_named_by_option_or_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = read_policy(ROOT / "config" / "central.toml")
    monkeypatch.delenv(VAULT_VARIABLE, raising=False)
    assert _vault_of(options_of("central", "web"), policy) is None
    monkeypatch.setenv(VAULT_VARIABLE, str(tmp_path / "one"))
    for words, path in (((), "one"), (("--vault", str(tmp_path / "two")), "two")):
        found = _vault_of(options_of("central", "web", *words), policy)
        assert found is not None
        assert found.link.path == tmp_path / path


def test_what_keeps_the_pages_from_starting_is_said(
    shell: OperatorShell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{shell.data / 'central.db'}"
    pem, key = certificate(tmp_path)
    for words, status, said in (
        ((), 1, "KIOSK_WEB_DATABASE"),
        (("--database", "mysql://x/y"), 1, "is no database that is supported"),
        (("--database", f"sqlite:///{tmp_path / 'none.db'}"), 2, "there is no database"),
        (("--database", url, "--host", "0.0.0.0"), 1, "for this machine alone"),
        (("--database", url, "--host", "pages.example.invalid"), 1, "for this machine alone"),
        (("--database", url, "--certificate", str(pem)), 1, "belong together"),
        (
            ("--database", url, "--certificate", str(key), "--certificate-key", str(pem)),
            1,
            "不是一对",
        ),
    ):
        assert refused(capsys, *words)[0] == status, words
        assert said in refused(capsys, *words)[1]
    assert not (tmp_path / "none.db").exists()
    with served("--database", url) as (_, address):
        port = address.rpartition(":")[2]
        words = ("--database", url, "--port", port)
        status, said = refused(capsys, *words)
        assert (status, "mend --host or --port" in said) == (1, True)


def test_a_key_of_forms_that_cannot_be_read_is_named_with_the_cure(
    shell: OperatorShell,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = f"sqlite:///{shell.data / 'central.db'}"
    monkeypatch.setenv("KIOSK_WEB_CHECK_KEY", str(tmp_path))  # a folder: tests may run as root
    status, said = refused(capsys, "--database", url)
    assert (status, f"chgrp {getpass.getuser()} {tmp_path}" in said) == (1, True)


def test_an_older_database_is_left_to_the_service(
    shell: OperatorShell, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{shell.data / 'central.db'}"
    run_sql(url, *TO_EIGHTH)
    assert open_database(url, create=False, upgrade=False) is SchemaTrouble.OLDER
    status, said = refused(capsys, "--database", url)
    assert (status, "start `serve` of this version first" in said) == (1, True)
    assert shell.run("accounts", "list") == []  # which brings it up to date
    with served("--database", url) as (_, address):
        assert address

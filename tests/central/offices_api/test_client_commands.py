"""`central offices-api …` as an operator runs it, and the process that it starts."""

from __future__ import annotations

import json
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from central.keys.certificates import read_certificate
from central.keys.office_certificates import read_request
from tests.central.offices_api.api_office import GRANT
from tests.central.test_operator import OperatorShell
from tests.central.web.test_commands import certificate
from wiring.places import ROOT

START = "import sys; import main; sys.exit(main.main(['central', 'offices-api', *sys.argv[1:]]))"
LIMIT = 60


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> OperatorShell:
    made = OperatorShell(tmp_path / "data", capsys)
    made.run("init")
    return made


def request(folder: Path, name: str = "system") -> Path:
    """A key and a request that a system made itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{name}.key").write_bytes(pem)
    path = folder / f"{name}.csr"
    path.write_bytes(made.public_bytes(Encoding.PEM))
    return path


def add(shell: OperatorShell, folder: Path, name: str = "SYS-1") -> list[list[str]]:
    csr, to = str(request(folder)), str(folder / "system.crt")
    words = ("offices-api", "add", name, "--office", "RS", "--request", csr, "--to", to)
    return shell.run(*words)


def test_an_account_is_made_certified_disabled_and_listed(
    shell: OperatorShell, tmp_path: Path
) -> None:
    said = add(shell, tmp_path)
    assert "system.crt" in said[0][0]
    made = read_certificate((tmp_path / "system.crt").read_bytes())
    usage = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    (first,) = shell.run("offices-api", "list")
    assert first[:3] == ["SYS-1", "RS", "used"]
    again = str(request(tmp_path, "next"))
    shell.run("offices-api", "certify", "SYS-1", "--request", again, "--to", f"{tmp_path}/next.crt")
    assert len(shell.run("offices-api", "list")[0][3].split()) == 2
    shell.run("offices-api", "disable", "SYS-1")
    assert shell.run("offices-api", "list")[0][2:] == ["disabled", ""]
    told = [line[1:4:2] for line in shell.run("accounts", "audit")]
    assert told == [["SYS-1", "added"], ["SYS-1", "certified"], ["SYS-1", "disabled"]]


def test_a_name_is_one_person_or_one_system(shell: OperatorShell, tmp_path: Path) -> None:
    add(shell, tmp_path)
    assert "SYS-1" in shell.refused("accounts", "add", "SYS-1", "--role", "clerk", "--office", "RS")
    shell.run("accounts", "add", "C-0001", "--role", "clerk", "--office", "RS")
    words = (
        "offices-api",
        "add",
        "C-0001",
        "--office",
        "RS",
        "--request",
        str(tmp_path / "system.csr"),
    )
    assert "C-0001" in shell.refused(*words, "--to", f"{tmp_path}/x.crt")
    assert not (tmp_path / "x.crt").exists()


def test_what_is_no_request_is_not_certified(tmp_path: Path) -> None:
    whole = request(tmp_path).read_bytes()
    assert read_request(whole) is not None
    weak = rsa.generate_private_key(65537, 1024)
    small = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(weak, SHA256())
    changed = whole.splitlines()
    changed[-2] = changed[-2][:-8] + b"AAAAAAA="
    for wrong in (b"", b"x", whole[:100], small.public_bytes(Encoding.PEM), b"\n".join(changed)):
        assert read_request(wrong) is None


@pytest.mark.slow
def test_the_process_lets_a_system_in(shell: OperatorShell, tmp_path: Path) -> None:
    """Seven seconds: the whole program is started as the unit starts it."""
    add(shell, tmp_path)
    data, state = tmp_path / "data", tmp_path / "state"
    chain, key = certificate(tmp_path)
    shell.run("offices-api", "authority", "--to", str(tmp_path / "authority.crt"))
    options = (
        *("serve", "--state", str(state), "--database", f"sqlite:///{data / 'central.db'}"),
        *("--certificate", str(chain), "--certificate-key", str(key)),
        *("--authority", str(tmp_path / "authority.crt")),
    )
    started = [sys.executable, "-c", START, *options]
    with subprocess.Popen(started, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = json.loads(process.stdout.readline())["url"]
            context = ssl.create_default_context(cafile=str(chain))
            context.check_hostname = False
            context.load_cert_chain(tmp_path / "system.crt", tmp_path / "system.key")
            with httpx2.Client(verify=context, base_url=url, trust_env=False) as client:
                token = client.post("/v1/token", data=GRANT).json()["access_token"]
                headers = {"Authorization": f"Bearer {token}"}
                assert client.get("/v1/tasks", headers=headers).json() == {"tasks": [], "count": 0}
            assert (state / "tokens.key").stat().st_mode & 0o777 == 0o600
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT) == 0

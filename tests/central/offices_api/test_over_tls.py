"""The API behind its own TLS: who comes by which certificate is what the handshake verified."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from starlette.testclient import TestClient

from central.keys.certificates import Certificates, open_certificates, read_certificate
from central.keys.office_certificates import AUTHORITY_NAME
from central.offices_api.app import build_offices_app
from central.offices_api.commands import client_tls
from central.terminals.server.http_server import GuardedConfig
from tests.central.listening import listening
from tests.central.offices_api.api_office import GRANT, ApiOffice, Credentials, api_over, file_case
from tests.central.standing import Standing, standing

SPOOFED = (
    "X-Client-Cert",
    "X-SSL-Client-Cert",
    "Client-Cert",  # RFC 9440
    "Client-Cert-Chain",
    "X-Forwarded-Client-Cert",
    "SSL_CLIENT_CERT",
)


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with standing(tmp_path_factory.mktemp("tls")) as built:
        yield built


@pytest.fixture(scope="module")
def office(central: Standing) -> Iterator[ApiOffice]:
    with central.client() as client:
        file_case(central, client)
    with api_over(central) as found:
        found.certified_at = datetime.now(UTC)
        yield found


@pytest.fixture(scope="module")
def files(central: Standing) -> Certificates:
    policy = central.office.policy.certificates
    return open_certificates(central.keys.folder, (), policy, datetime.now(UTC))


@pytest.fixture(scope="module")
def url(office: ApiOffice, files: Certificates) -> Iterator[str]:
    """The API as `central offices-api serve` opens it."""
    tls = client_tls(files.certificate, files.key, office.authority.path)
    policy = office.central.office.policy.connections
    app = build_offices_app(office.context)
    with listening(GuardedConfig(app, policy, tls, log_level="critical")) as (port, _server):
        yield f"https://localhost:{port}"


@pytest.fixture(scope="module")
def first(office: ApiOffice) -> Credentials:
    return office.add("SYS-1")


@pytest.fixture(scope="module")
def second(office: ApiOffice) -> Credentials:
    return office.add("SYS-2")


def client_of(
    files: Certificates, folder: Path, credentials: Credentials | None, url: str
) -> httpx2.Client:
    """An HTTP client with a system's certificate, or without one."""
    context = ssl.create_default_context(cafile=str(files.authority))
    if credentials is not None:
        pair = folder / "system.pem"
        pair.write_bytes(credentials.pem.encode() + credentials.key)
        context.load_cert_chain(pair)
    return httpx2.Client(verify=context, base_url=url, trust_env=False)


def token_of(client: httpx2.Client) -> str:
    return str(client.post("/v1/token", data=GRANT).json()["access_token"])


def test_a_system_comes_by_its_certificate_alone(
    files: Certificates, tmp_path: Path, url: str, first: Credentials, second: Credentials
) -> None:
    """A stolen token is nobody's over another certificate, whatever the headers say."""
    with client_of(files, tmp_path, first, url) as mine:
        token = token_of(mine)
        headers = {"Authorization": f"Bearer {token}"}
        assert mine.get("/v1/tasks", headers=headers).json()["count"] == 3
    with client_of(files, tmp_path, second, url) as thief:
        shown = " ".join(first.pem.split("\n")).strip()
        for name in SPOOFED:
            spoofed = headers | {name: shown}
            answer = thief.get("/v1/tasks", headers=spoofed)
            assert (answer.status_code, answer.json()["type"]) == (401, "invalid-token"), name
            asked = GRANT | {"client_id": "SYS-1"}
            other = thief.post("/v1/token", data=asked, headers={name: shown})
            assert (other.status_code, other.json()) == (401, {"error": "invalid_client"})


def test_without_a_certificate_of_the_authority_nobody_is_heard(
    office: ApiOffice, files: Certificates, tmp_path: Path, url: str
) -> None:
    """Neither without one, nor with the server's own, nor with one of another authority's."""
    key = office.authority.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    server = Credentials(read_certificate(files.certificate.read_bytes()), files.key.read_bytes())
    authority = Credentials(office.authority.certificate, key)
    assert AUTHORITY_NAME in office.authority.certificate.subject.rfc4514_string()
    for credentials in (None, server, authority):
        with (
            client_of(files, tmp_path, credentials, url) as client,
            pytest.raises((httpx2.TransportError, ssl.SSLError)),
        ):
            client.get("/v1/tasks")


def test_plain_http_is_no_way_in(url: str) -> None:
    host, port = url.removeprefix("https://").split(":")
    with socket.create_connection((host, int(port))) as plain:
        plain.sendall(b"GET /v1/tasks HTTP/1.1\r\nHost: x\r\n\r\n")
        assert not plain.recv(1024).startswith(b"HTTP/1.1 200")


def test_terminals_come_without_a_certificate_as_before(central: Standing) -> None:
    """Their server names none, so that nothing of it could be taken for a system's."""
    with TestClient(central.app) as client:
        assert client.get("/healthz").status_code == 200

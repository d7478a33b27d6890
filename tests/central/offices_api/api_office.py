"""The API over a service's database with one case, and systems of offices that call it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from httpx2 import Response
from starlette.testclient import TestClient

from central.keys.office_certificates import (
    OfficeAuthority,
    certify_office,
    open_office_authority,
    read_request,
    thumbprint_of,
)
from central.keys.token_key import open_token_key
from central.offices_api.api_context import ApiRules, OfficesApiContext, open_offices_api
from central.offices_api.app import build_offices_app
from central.offices_api.commands import read_api_rules
from central.offices_api.tokens import AccessTokens
from central.policy import read_policy
from central.store.web.tables import DeskActRow
from central.terminals.server.http_protocol import TLS
from central.vault.accounts import VaultAccount, VaultAccounts
from central.vault_port import CaseVaultPort
from central.web_accounts import ClientCertificate, OfficeClient, WebEvent, WebEventKind
from kiosk.retirement.reading import read_catalogue
from tests.central.standing import CONFIG, LIU, Standing, numbered
from tests.central.web.task_office import rounds

CHOSEN = ["R01", "R07", "R08", "R09", "R17"]
URL = "https://offices.example.invalid"
CERTIFICATE = "亳退审〔2026〕第 00417 号"
GRANT = {"grant_type": "client_credentials"}
TASK = "/v1/tasks/1/R08"
SAID: Mapping[str, Mapping[str, Any]] = {
    "ask": {"what": "户口簿首页", "reason": "照片看不清", "until": "2026-12-03"},
    "pause": {"reason": "等档案馆回信"},
    "resume": {"reason": "回信到了"},
    "finish": {
        "reason": "已经办好",
        "result": {"appointment": {"place": "社保卡服务中心", "at": "2026-12-10T09:30"}},
    },
    "refuse": {"ground": "conditions"},
}
AFTER = {
    "ask": "correction",
    "pause": "suspended",
    "resume": "resumed",
    "finish": "done",
    "refuse": "refused",
}


@dataclass(frozen=True)
class WithCertificate:
    """What the server does after a handshake: the client's certificate stands in the scope."""

    app: Any
    chain: tuple[str, ...]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        extensions = {TLS: {"client_cert_chain": list(self.chain)}}
        await self.app({**scope, "extensions": extensions}, receive, send)


@dataclass
class Credentials:
    """A system's key and certificate, as PEM."""

    certificate: x509.Certificate
    key: bytes = field(repr=False)

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()


@dataclass
class CallingSystem:
    """An office's system with its certificate."""

    client: TestClient
    credentials: Credentials
    name: str
    token: str = ""

    def log_in(self, **changes: str) -> Response:
        answer = self.client.post("/v1/token", data=GRANT | changes)
        self.token = answer.json().get("access_token", "")
        return answer

    def call(self, method: str, path: str, **options: Any) -> Response:
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        return self.client.request(method, path, headers=headers, **options)

    def claim(self, path: str = TASK) -> Response:
        return self.call("PUT", f"{path}/claim")

    def mark(self, path: str = TASK) -> str:
        return str(self.call("GET", path).json().get("mark", ""))

    def decide(self, act: str, path: str = TASK, **said: Any) -> Response:
        body = {"mark": self.mark(path)} | (said or dict(SAID[act]))
        return self.call("POST", f"{path}/{act}", json=body)


@dataclass
class ApiOffice:
    """The service, the API over its database, and the authority of the systems.

    `certified_at`: when certificates are issued, by default now by the service's clock; OpenSSL goes
    by the machine's.
    """

    central: Standing
    context: OfficesApiContext
    authority: OfficeAuthority
    certified_at: datetime | None = None

    def credentials(self, name: str, office: str, days: int = 30) -> Credentials:
        """A key that the system made, and the certificate that the operator issued for it."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([])
        signed = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, SHA256())
        request = read_request(signed.public_bytes(Encoding.PEM))
        assert request is not None
        lifetime = timedelta(days=days)
        now = self.certified_at or self.central.clock[0]
        made = certify_office(self.authority, request, name, office, now, lifetime)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return Credentials(made, pem)

    def add(self, name: str, office: str = "RS") -> Credentials:
        """Make an account as the operator does."""
        found = self.credentials(name, office)
        until = found.certificate.not_valid_after_utc.timestamp()
        listed = ClientCertificate(thumbprint_of(found.certificate), until)
        clients, client = self.central.office.store.office_clients, OfficeClient(name, office)
        assert clients.add(client, listed, self.event(name, WebEventKind.ADDED))
        return found

    def event(self, name: str, kind: WebEventKind) -> WebEvent:
        return WebEvent(self.context.said_at(), name, "", kind)

    def connected(self, name: str, credentials: Credentials | None) -> CallingSystem:
        """A system that comes by this certificate, with an account or without."""
        found = credentials or self.credentials(name, "RS")
        chain = (found.pem,) if credentials else ()
        app = WithCertificate(build_offices_app(self.context), chain)
        client = TestClient(app, base_url=URL, client=("10.0.0.9", 50000))
        return CallingSystem(client, found, name)

    def system(self, name: str = "SYS-1", office: str = "RS") -> CallingSystem:
        """An account's system that has a token."""
        found = self.connected(name, self.add(name, office))
        assert found.log_in().status_code == 200
        return found

    def carry_out(self) -> int:
        return rounds(self.central).carry_out()

    def state(self, service: str = "R08") -> dict[str, str]:
        progress = self.central.office.store.cases.progress(numbered(1))
        assert progress
        (found,) = (one for one in progress["services"] if one["code"] == service)
        return dict(found)

    def acts(self) -> list[str]:
        return [one for (one,) in self.central.rows((DeskActRow.act,)) if one in AFTER]

    def events(self) -> list[tuple[str, str, str]]:
        found = self.context.events.all()
        return [(one.account, one.kind.value, one.detail) for one in found]


@cache
def api_rules() -> ApiRules:
    return read_api_rules(CONFIG, read_policy(CONFIG / "central.toml"))


def vault_accounts() -> VaultAccounts:
    """The systems in the vault's own list, each with the services of its office."""
    services = read_catalogue(CONFIG).services
    of_office = {"SYS-1": "RS", "SYS-2": "RS", "SYS-9": "SJ", "C-0001": "RS", "R-0001": "RS"}
    found = {
        name: VaultAccount(
            tuple(code for code, one in services.items() if one.office == office), id=name
        )
        for name, office in of_office.items()
    }
    return VaultAccounts(found)


def file_case(central: Standing, client: TestClient, number: int = 1, person: str = LIU) -> None:
    body = central.body(number, person, services=CHOSEN, answers={"mobile": "13900001234"})
    path = f"/v1/applications/{numbered(number)}"
    assert client.put(path, content=body, headers=central.headers()).is_success


@contextmanager
def api_over(
    central: Standing, url: str = "", vault: CaseVaultPort | None = None
) -> Iterator[ApiOffice]:
    """Open the API over the database of a service; `url`: under another account of it."""
    owned = central.office.store.database.engine.url.render_as_string(hide_password=False)
    rules, folder = api_rules(), central.keys.folder
    key = open_token_key(folder / "api", os.urandom)
    context = open_offices_api(
        url or owned,
        rules,
        AccessTokens(key, rules.limits.token_seconds, os.urandom),
        vault or replace(central.opening, accounts=vault_accounts()),
        lambda: central.clock[0],
    )
    assert isinstance(context, OfficesApiContext), context
    policy = central.office.policy.certificates
    authority = open_office_authority(folder, policy, central.clock[0])
    try:
        yield ApiOffice(central, context, authority)
    finally:
        context.database.close()

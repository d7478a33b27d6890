"""Access tokens: by whom, for what, for how long; and what a stolen one is good for."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

from central.alarms import AlarmKind
from central.keys.office_certificates import thumbprint_of
from central.offices_api.tokens import ALGORITHM, AccessTokens
from central.offline_monitor import SilenceWatch
from central.web_accounts import ClientCertificate, OfficeClient, WebEventKind
from tests.central.offices_api.api_office import ApiOffice
from tests.central.standing import NOON


def test_a_token_is_bound_to_certificate_and_office(office: ApiOffice) -> None:
    system = office.connected("SYS-1", office.add("SYS-1"))
    answer = system.log_in(client_id="SYS-1", scope="office:RS")
    said = answer.json()
    assert (said["token_type"], said["expires_in"], said["scope"]) == ("Bearer", 600, "office:RS")
    assert answer.headers["cache-control"] == "no-store"
    claims = json.loads(urlsafe_b64decode(said["access_token"].split(".")[1].encode()))
    assert claims["cnf"] == {"x5t#S256": thumbprint_of(system.credentials.certificate)}
    assert (claims["sub"], claims["client_id"]) == ("SYS-1", "SYS-1")
    assert ("SYS-1", "issued", "") in office.events()


@pytest.mark.parametrize(
    ("sent", "status", "error"),
    [
        ({"data": {}}, 400, "invalid_request"),
        ({"data": {"grant_type": "password"}}, 400, "unsupported_grant_type"),
        (
            {"data": {"grant_type": "client_credentials", "scope": "office:SJ"}},
            400,
            "invalid_scope",
        ),
        (
            {"data": {"grant_type": "client_credentials", "client_id": "SYS-2"}},
            401,
            "invalid_client",
        ),
        ({"json": {"grant_type": "client_credentials"}}, 400, "invalid_request"),
        (
            {"content": b"grant_type=client_credentials&grant_type=x", "form": 1},
            400,
            "invalid_request",
        ),
        ({"content": b"\xff", "form": 1}, 400, "invalid_request"),
        (
            {"content": b"&".join(b"a%d=1" % n for n in range(99)), "form": 1},
            400,
            "invalid_request",
        ),
    ],
)
def test_what_is_wrong_with_a_request_is_said_as_rfc_6749_does(
    office: ApiOffice, sent: dict[str, Any], status: int, error: str
) -> None:
    system, office_two = office.connected("SYS-1", office.add("SYS-1")), office.add("SYS-2")
    assert office_two
    if sent.pop("form", 0):
        sent = {**sent, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
    answer = system.client.post("/v1/token", **sent)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_no_certificate_no_token(office: ApiOffice) -> None:
    office.add("SYS-1")
    nobody = office.connected("SYS-1", None)
    assert nobody.log_in().json()["type"] == "no-certificate"
    stranger = office.connected("SYS-1", office.credentials("SYS-1", "RS"))
    assert (stranger.log_in().status_code, stranger.log_in().json()["error"]) == (
        401,
        "invalid_client",
    )


def test_certificates_overlap_and_end(office: ApiOffice) -> None:
    """The operator adds the next one before the last one ends."""
    old = office.connected("SYS-1", office.add("SYS-1"))
    later = office.credentials("SYS-1", "RS", days=60)
    until = later.certificate.not_valid_after_utc.timestamp()
    listed = ClientCertificate(thumbprint_of(later.certificate), until)
    clients, event = office.central.office.store.office_clients, WebEventKind.CERTIFIED
    assert clients.certify("SYS-1", listed, office.event("SYS-1", event))
    assert not clients.certify("SYS-404", listed, office.event("SYS-404", event))
    new = office.connected("SYS-1", later)
    assert (old.log_in().status_code, new.log_in().status_code) == (200, 200)
    office.central.clock[0] += timedelta(days=31)
    assert (old.log_in().status_code, new.log_in().status_code) == (401, 200)
    assert new.call("GET", "/v1/tasks").status_code == 200


FORGED = ("none", "hmac", "other-key", "other-type", "changed", "other-audience")


def part(said: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(said).encode()).decode()


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_token_is_none(office: ApiOffice, how: str) -> None:
    system = office.system()
    good = system.token
    head, claims, _ = good.split(".")
    said = json.loads(urlsafe_b64decode(claims.encode()))
    public = office.context.tokens.key.public_key().public_bytes_raw()
    other = OKPKey.import_key(Ed25519PrivateKey.generate())
    own = OKPKey.import_key(office.context.tokens.key)
    header = {"alg": ALGORITHM, "typ": "at+jwt"}
    forged = {
        "none": f"{part({'alg': 'none', 'typ': 'at+jwt'})}.{claims}.",
        "hmac": jwt.encode({"alg": "HS256", "typ": "at+jwt"}, said, OctKey.import_key(public)),
        "other-key": jwt.encode(header, said, other, algorithms=[ALGORITHM]),
        "other-type": jwt.encode(header | {"typ": "JWT"}, said, own, algorithms=[ALGORITHM]),
        "changed": f"{head}.{part(said | {'exp': 2**40})}.x",
        "other-audience": jwt.encode(header, said | {"aud": "else"}, own, algorithms=[ALGORITHM]),
    }
    system.token = forged[how]
    assert system.call("GET", "/v1/tasks").json()["type"] == "invalid-token"
    system.token = good
    assert system.call("GET", "/v1/tasks").status_code == 200


def test_another_scheme_and_broken_words_are_no_token(office: ApiOffice) -> None:
    system = office.system()
    for words in ("", "Basic eDp5", f"Bearer{system.token}", "Bearer ", "Bearer ä.b.c"):
        answer = system.client.get("/v1/tasks", headers={"Authorization": words.encode()})
        assert answer.status_code == 401, words
    answer = system.client.get("/v1/tasks", headers={"Authorization": f"bearer  {system.token}"})
    assert answer.status_code == 200  # RFC 9110 §11.1: case does not count


def test_a_token_of_another_account_of_this_certificate_is_none() -> None:
    """As after an account was disabled, and its certificate given to another."""
    tokens = AccessTokens(Ed25519PrivateKey.generate(), 600, os.urandom)
    token = tokens.issue(OfficeClient("SYS-1", "RS"), "thumb", NOON)
    assert tokens.read(token, "thumb", NOON) == OfficeClient("SYS-1", "RS")
    assert tokens.read(token, "other", NOON) is None
    assert tokens.read(token, "thumb", NOON + timedelta(seconds=600)) is None


def test_a_system_that_asks_too_much_is_told_to_wait(office: ApiOffice) -> None:
    system = office.system()
    burst = office.context.rules.limits.burst
    answers = [system.call("GET", "/v1/tasks?limit=1") for _ in range(burst + 1)]
    assert (answers[0].status_code, answers[-1].status_code) == (200, 429)
    assert answers[-1].headers["retry-after"] == "1"
    assert office.system("SYS-2").call("GET", "/v1/tasks").status_code == 200


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "offset=-1", "offset=1e3"])
def test_a_wrong_page_of_the_list_is_malformed(office: ApiOffice, query: str) -> None:
    answer = office.system().call("GET", f"/v1/tasks?{query}")
    assert (answer.status_code, answer.json()["type"]) == (422, "malformed")


def test_the_list_comes_in_pages(office: ApiOffice) -> None:
    system = office.system()
    whole = system.call("GET", "/v1/tasks").json()
    pages = [
        system.call("GET", f"/v1/tasks?limit=1&offset={number}").json()
        for number in range(whole["count"] + 1)
    ]
    assert [task for page in pages for task in page["tasks"]] == whole["tasks"]
    assert {page["count"] for page in pages} == {3}


def test_a_certificate_that_ends_soon_is_an_alarm_until_there_is_another(
    office: ApiOffice,
) -> None:
    office.add("SYS-1")
    office.add("SYS-2", "SJ")
    store, watch = office.central.office.store, SilenceWatch(office.central.office)

    def told() -> list[tuple[str, bool]]:
        found = (one for one in store.alarms.all() if one.kind is AlarmKind.SYSTEM_CERTIFICATE)
        return [(one.detail, one.is_open) for one in found]

    until = ClientCertificate("later", office.central.clock[0].timestamp() + 400 * 86_400)
    certified = office.event("SYS-1", WebEventKind.CERTIFIED)
    assert store.office_clients.certify("SYS-1", until, certified)
    watch.look()
    assert told() == [("SYS-2", True)], "its one counts for thirty days"
    watch.look()
    assert told() == [("SYS-2", True)], "told once"
    office.central.clock[0] += timedelta(days=371)
    watch.look()
    assert told() == [("SYS-2", True), ("SYS-1", True)]
    newer = ClientCertificate("newer", office.central.clock[0].timestamp() + 40 * 86_400)
    assert store.office_clients.certify("SYS-1", newer, certified)
    assert store.office_clients.disable("SYS-2", office.event("SYS-2", WebEventKind.DISABLED))
    watch.look()
    assert told() == [("SYS-2", False), ("SYS-1", False)]

"""The vault believes terminals of its own list, whatever the service says of them."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from central.intake.examiner import Intake
from central.problems import CLOCK_WRONG, UNAUTHORISED
from central.signatures import SignedMessage
from central.vault_port import SealedRequest
from drivers.central.signing import sign
from kiosk.crypto.envelope import MEDIA_TYPE, base64_of, canonical
from kiosk.crypto.terminal_key import RENEWAL_PATH, TerminalKey, renewal_of
from tests.central.standing import (
    NOON,
    OTHER_TERMINAL,
    POINT,
    TERMINAL,
    Standing,
    numbered,
    standing,
)

NEXT = TerminalKey(b"n" * 32)


@pytest.fixture
def central(tmp_path: Path) -> Any:
    with standing(tmp_path) as built:
        yield built


def listed(central: Standing) -> None:
    keys = {name: (central.key(name).public,) for name in (TERMINAL, OTHER_TERMINAL)}
    assert central.opening.list_terminals(keys) == 2


def request(
    central: Standing, key: TerminalKey, body: bytes, path: str = f"/v1/applications/{numbered(1)}"
) -> SealedRequest:
    """A request as the service hands it on, signed with `key`."""
    url = f"https://central.example.invalid{path}"
    signed = httpx2.Request("PUT", url, content=body, headers={"Content-Type": MEDIA_TYPE})
    sign(signed, key, NOON.astimezone(UTC), os.urandom)
    message = SignedMessage("PUT", url, dict(signed.headers))
    return SealedRequest(message, body, path.rpartition("/")[2], TERMINAL, POINT, NOON)


def test_without_a_list_the_service_is_believed(central: Standing) -> None:
    unsigned = SealedRequest(
        SignedMessage("PUT", "https://x/", {}), central.body(), numbered(1), TERMINAL, POINT, NOON
    )
    assert isinstance(central.opening.examine_application(unsigned), Intake)
    assert not central.opening.admit_terminal("BZ-NEW", NEXT.public)
    listed(central)
    assert central.opening.examine_application(unsigned) is UNAUTHORISED


def test_what_a_terminal_signed_is_examined(central: Standing) -> None:
    listed(central)
    asked = request(central, central.key(), central.body())
    assert isinstance(central.opening.examine_application(asked), Intake)


def test_an_application_that_the_service_made_up_is_not(central: Standing) -> None:
    listed(central)
    made_up = request(central, NEXT, central.body())
    assert central.opening.examine_application(made_up) is UNAUTHORISED
    asked = request(central, central.key(), central.body())
    wrong = (
        replace(asked, body=central.body(1, "somebody else")),  # another body than was signed
        replace(asked, item_id=numbered(2)),
        replace(asked, terminal=OTHER_TERMINAL),  # another terminal's key
        replace(asked, terminal="BZ-UNKNOWN"),
    )
    for one in wrong:
        assert central.opening.examine_application(one) is UNAUTHORISED
        assert central.opening.examine_correction(one) is UNAUTHORISED
        assert central.opening.examine_talent(one) is UNAUTHORISED
    central.clock[0] = NOON + timedelta(hours=1)
    assert central.opening.examine_application(asked) is CLOCK_WRONG


def test_a_dismissed_terminal_is_believed_no_more(central: Standing) -> None:
    listed(central)
    asked = request(central, central.key(), central.body())
    assert central.opening.dismiss_terminal(TERMINAL)
    assert central.opening.examine_application(asked) is UNAUTHORISED
    assert central.opening.admit_terminal(TERMINAL, central.key().public)
    assert isinstance(central.opening.examine_application(asked), Intake)


def renewal(key: TerminalKey, terminal: str = TERMINAL) -> bytes:
    text = base64_of(key.public)
    proof = key.prove(renewal_of(terminal, text))
    return canonical({"version": 1, "public_key": text, "proof": proof})


def test_a_terminal_names_its_next_key_itself(central: Standing) -> None:
    listed(central)
    body = central.body()
    assert central.opening.examine_application(request(central, NEXT, body)) is UNAUTHORISED
    forged = request(central, NEXT, renewal(NEXT), RENEWAL_PATH)
    assert central.opening.renew_terminal_key(forged) is UNAUTHORISED
    said = request(central, central.key(), renewal(NEXT), RENEWAL_PATH)
    assert central.opening.renew_terminal_key(said) is None
    for key in (central.key(), NEXT):  # the first request that it signs ends the one before
        found = central.opening.examine_application(request(central, key, body))
        assert isinstance(found, Intake)
    other = request(central, central.key(), b"{}", RENEWAL_PATH)
    assert central.opening.renew_terminal_key(other) is UNAUTHORISED
    elsewhere = request(central, central.key(), renewal(NEXT), "/v1/points")
    assert central.opening.renew_terminal_key(elsewhere) is UNAUTHORISED


def test_over_the_line_a_listed_terminal_files_and_renews(central: Standing) -> None:
    listed(central)
    with central.client() as client:
        path = f"/v1/applications/{numbered(1)}"
        answer = client.put(path, content=central.body(), headers=central.headers())
        assert answer.is_success
        renewed = _renewed(client, central)
        assert renewed.status_code == 200, renewed.text
    keys = central.opening.terminals.register.read()
    assert keys is not None
    assert keys[TERMINAL] == (central.key().public, NEXT.public)


def _renewed(client: TestClient, central: Standing) -> httpx2.Response:
    headers = central.headers() | {"Content-Type": "application/json"}
    return client.put(RENEWAL_PATH, content=renewal(NEXT), headers=headers)

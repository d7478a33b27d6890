"""Results through the vault's socket, for requests that a terminal of its list signed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import httpx2
import pytest

from central.intake.visitor import NO_VISIT
from central.problems import UNAUTHORISED
from central.results.sealing import OpenedResult
from central.signatures import SignedMessage
from central.vault.access_log import AccessLog
from central.vault.child import FOLDER
from central.vault.client import VaultClient, VaultLink
from central.vault_port import SealedRequest
from drivers.central.signing import sign
from kiosk.crypto.envelope import canonical
from kiosk.crypto.terminal_key import TerminalKey
from tests.central.results.results import PDF, move
from tests.central.standing import LIU, NOON, POINT, TERMINAL, WANG, Standing, numbered, standing
from tests.central.vault.test_socket import POLICY, listening

AT = NOON.isoformat(timespec="seconds")
PATH = "/v1/people/results"


@pytest.fixture
def central(tmp_path: Path) -> Iterator[Standing]:
    path = tmp_path / "socket"
    link = VaultLink(path, POLICY)
    with (
        standing(tmp_path, reach=lambda _opening: VaultClient(link)) as built,
        listening(built.opening, path),
        built.client() as client,
    ):
        body, headers = built.body(), built.headers()
        address = f"/v1/applications/{numbered(1)}"
        assert client.put(address, content=body, headers=headers).is_success
        store = built.office.store.work
        assert store.settle(numbered(1), "R06", move("amount"), AT)
        assert store.settle(numbered(1), "R07", move("certificate", file=PDF), AT)
        yield built
    link.close()


def request(central: Standing, key: TerminalKey, number: str = LIU) -> SealedRequest:
    """A question for results as the service hands it on, signed with `key`."""
    url, body = f"https://central.example.invalid{PATH}", canonical(central.visit(number))
    signed = httpx2.Request("POST", url, content=body)
    sign(signed, key, NOON.astimezone(UTC), os.urandom)
    message = SignedMessage("POST", url, dict(signed.headers))
    return SealedRequest(message, body, "results", TERMINAL, POINT, NOON)


def test_the_person_hears_it_through_the_socket(central: Standing) -> None:
    with central.client() as client:
        answer = client.post(PATH, json=central.visit(), headers=central.headers())
    found = {one["service"]: one["content"] for one in answer.json()["results"]}
    assert set(found) == {"R06", "R07"}
    log = AccessLog(central.keys.folder / FOLDER)
    asked = [(one["operation"], one["account"], one["detail"]) for one in log.entries()]
    assert asked == [("person_results", TERMINAL, "2 of 2")]


def test_the_vault_believes_a_terminal_of_its_list_and_nobody_else(central: Standing) -> None:
    assert central.opening.list_terminals({TERMINAL: (central.key().public,)}) == 1
    vault, store = central.office.vault, central.office.store
    stored = store.results.of_person(vault.person(LIU), 30)
    kept = tuple(one.sealed for one in stored)
    asked = request(central, central.key())
    found = vault.person_results(asked, kept)
    assert isinstance(found, tuple)
    assert [one.subject.service for one in found] == ["R06", "R07"]
    assert all(isinstance(one, OpenedResult) for one in found)
    # A service that was taken over has everybody's rows, and no terminal's key.
    made_up = request(central, TerminalKey(b"n" * 32))
    assert vault.person_results(made_up, kept) == UNAUTHORISED
    assert vault.person_results(replace(asked, body=asked.body + b" "), kept) == UNAUTHORISED
    assert vault.person_results(request(central, central.key(), WANG), kept) == ()


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id_number": "1", "visit": null}'])
def test_a_body_that_proves_nobody(central: Standing, body: bytes) -> None:
    asked = replace(request(central, central.key()), body=body)
    assert central.opening.person_results(asked, ()) == NO_VISIT
    other = replace(request(central, central.key()), item_id="facts")
    assert central.opening.person_results(other, ()) == NO_VISIT

"""The service does what openapi.yaml, written first, says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from starlette.testclient import TestClient

import central
from kiosk.crypto.envelope import Envelope
from kiosk.crypto.receipt import Acknowledgement, Receipt
from kiosk.people.facts import SharedFacts
from tests.central.standing import Standing

YAML = Path(central.__file__).with_name("openapi.yaml")
Written = dict[str, Any]


def written() -> Written:
    document: Written = yaml.safe_load(YAML.read_text("utf-8"))
    return document


def calls(document: Written) -> dict[tuple[str, str], set[str]]:
    return {
        (path, method): set(operation["responses"])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def public(document: Written) -> set[str]:
    return {
        path
        for path, methods in document["paths"].items()
        for operation in methods.values()
        if not operation.get("security", document.get("security"))
    }


def test_paths_methods_and_statuses_agree(central: Standing) -> None:
    assert calls(central.app.openapi()) == calls(written())


def test_everything_but_health_keys_and_enrolment_needs_a_signature(central: Standing) -> None:
    enrolment = {"/v1/enrolments", "/v1/enrolments/{enrolment_id}"}
    assert public(written()) == {"/healthz", "/v1/keys", *enrolment}
    assert public(central.app.openapi()) == public(written())


def test_every_reference_leads_somewhere() -> None:
    document = written()

    def references(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            yield from (value for name, value in node.items() if name == "$ref")
        for inner in node.values() if isinstance(node, dict) else node:
            if isinstance(inner, dict | list):
                yield from references(inner)

    def leads_somewhere(reference: str) -> bool:
        found: Any = document
        for part in reference.removeprefix("#/").split("/"):
            found = found.get(part, {}) if isinstance(found, dict) else {}
        return bool(found)

    found = set(references(document))
    assert len(found) > 50
    assert [one for one in sorted(found) if not leads_somewhere(one)] == []


def test_schemas_name_the_fields_of_the_code() -> None:
    schemas = written()["components"]["schemas"]
    envelope = set(Envelope.__dataclass_fields__) | {"version", "kind", "suite"}
    receipt = set(Receipt.__dataclass_fields__) | {"version", "signature"}
    acknowledgement = set(Acknowledgement.__dataclass_fields__) | {"version", "signature"}
    assert set(schemas["Acknowledgement"]["properties"]) == acknowledgement
    assert set(schemas["Envelope"]["properties"]) == envelope
    assert set(schemas["Receipt"]["properties"]) == receipt
    assert set(schemas["SharedFacts"]["properties"]) <= set(SharedFacts.__dataclass_fields__)


def test_nothing_else_is_served(client: TestClient) -> None:
    for path in ("/", "/docs", "/redoc", "/openapi.json", "/v1/applications"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
    assert client.delete("/healthz").status_code == 405

"""The API does what central/offices/openapi.yaml, written first, says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from starlette.routing import Route

from central import offices
from central.office_desk.acts import MOVES
from central.offices_api.app import build_offices_app
from central.tasks import TaskState
from central.vault_port import OfficeForm
from kiosk.application.service_result import ResultKind
from tests.central.offices_api.api_office import ApiOffice

YAML = Path(offices.__file__).with_name("openapi.yaml")
METHODS = ("get", "put", "post", "delete")


def written() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(YAML.read_text("utf-8"))
    return document


def test_paths_and_methods_agree(office: ApiOffice) -> None:
    served = {
        (route.path.replace(":int", ""), method.lower())
        for route in build_offices_app(office.context).routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    said = {
        (path, method)
        for path, calls in written()["paths"].items()
        for method in calls
        if method in METHODS
    }
    assert served == said


def test_every_reference_leads_somewhere() -> None:
    document = written()

    def references(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            yield from (value for name, value in node.items() if name == "$ref")
        for inner in node.values() if isinstance(node, dict) else node:  # type: ignore[attr-defined]
            if isinstance(inner, dict | list):
                yield from references(inner)

    def leads_somewhere(reference: str) -> bool:
        found: Any = document
        for part in reference.removeprefix("#/").split("/"):
            found = found.get(part, {})
        return bool(found)

    named = set(references(document))
    assert named
    assert {one for one in named if not leads_somewhere(one)} == set()


def test_its_lists_are_those_of_the_program(office: ApiOffice) -> None:
    schemas = written()["components"]["schemas"]
    assert set(schemas["State"]["enum"]) == {one.value for one in TaskState}
    assert set(schemas["Act"]["enum"]) == {one.value for one in MOVES}
    assert set(schemas["ResultKind"]["enum"]) == {one.value for one in ResultKind} - {"refusal"}
    (form,) = (
        one
        for one in written()["paths"]["/v1/tasks/{case}/{service}/forms/{form}"]["parameters"]
        if one.get("name") == "form"
    )
    assert set(form["schema"]["enum"]) == {one.value for one in OfficeForm}
    limit = written()["paths"]["/v1/tasks"]["get"]["parameters"][0]["schema"]
    assert limit["maximum"] == office.context.rules.limits.most_tasks


def test_nothing_else_is_served(office: ApiOffice) -> None:
    system = office.system()
    for path in (
        "/",
        "/docs",
        "/openapi.json",
        "/v1/tasks/",
        "/v1/tasks/x/R08",
        "/v1/applications",
    ):
        answer = system.call("GET", path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
    assert system.call("DELETE", "/v1/tasks").status_code == 405

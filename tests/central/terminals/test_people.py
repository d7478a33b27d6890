"""Facts and portraits are given as the contract says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from central.people import read_people
from central.registries.ports import RegistryPerson
from central.tasks import TaskState
from kiosk.config.schema import ConfigError
from kiosk.people.facts import InsuredKind, Marital, SharedFacts
from tests.central.standing import CONFIG, JPEG, LIU, SIGNER, TERMINAL, WANG, Standing, numbered

FACTS, PORTRAIT = "/v1/people/facts", "/v1/people/portrait"


def headers(central: Standing) -> dict[str, str]:
    return {SIGNER: TERMINAL}


def test_facts(central: Standing, client: TestClient) -> None:
    answer = client.post(FACTS, json=central.visit(LIU.lower()), headers=headers(central))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    words = answer.json()
    assert set(words) == set(SharedFacts.__dataclass_fields__) - {"draws_pension", "state_manager"}
    assert (words["kind"], words["paid_months"], words["marital"]) == ("QY", 402, "married")
    assert words["earlier_places"] == ["阜阳市"]
    assert words["open_case"] == ""


def test_facts_name_the_open_case(central: Standing, client: TestClient) -> None:
    path = f"/v1/applications/{numbered(1)}"
    client.put(path, content=central.body(), headers=central.headers())
    for person, expected in ((LIU, numbered(1)), (WANG, "")):
        answer = client.post(FACTS, json=central.visit(person), headers=headers(central))
        assert answer.json()["open_case"] == expected


def test_facts_say_how_the_services_of_all_cases_stand(
    central: Standing, client: TestClient
) -> None:
    def told(person: str = LIU) -> list[object]:
        answer = client.post(FACTS, json=central.visit(person), headers=headers(central)).json()
        return [answer[f"services_{name}"] for name in ("done", "open", "refused")]

    def put(number: int, **more: Any) -> None:
        path = f"/v1/applications/{numbered(number)}"
        sent = client.put(path, content=central.body(number, **more), headers=central.headers())
        assert sent.status_code == 201

    assert told() == [[], [], []]
    put(1)
    assert told() == [[], ["R01", "R06", "R07", "R17"], []]
    central.settle("R17", TaskState.REFUSED, "2026-11-24T09:00:00+08:00")
    central.settle("R01", TaskState.DONE, "2026-11-25T09:00:00+08:00")
    done = [{"code": "R01", "on": "2026-11-25"}]
    assert told() == [done, ["R06", "R07"], ["R17"]]
    put(2, services=["R17"])
    assert told() == [done, ["R06", "R07", "R17"], []]
    assert told(WANG) == [[], [], []]


def test_a_portrait(central: Standing, client: TestClient) -> None:
    answer = client.post(PORTRAIT, json=central.visit(proof=None), headers=headers(central))
    assert (answer.headers["content-type"], answer.content) == ("image/jpeg", JPEG)


@pytest.mark.parametrize("path", [FACTS, PORTRAIT])
def test_unknown_people(central: Standing, client: TestClient, path: str) -> None:
    answer = client.post(
        path, json=central.visit("34160219500808000X", name="某人"), headers=headers(central)
    )
    assert (answer.status_code, answer.json()["type"]) == (404, "unknown")


@pytest.mark.parametrize("path", [FACTS, PORTRAIT])
@pytest.mark.parametrize(
    "body", [{}, {"id_number": ""}, {"id_number": 5}, {"id_number": LIU, "name": "x"}, [LIU]]
)
def test_other_questions(central: Standing, client: TestClient, path: str, body: object) -> None:
    answer = client.post(path, json=body, headers=headers(central))
    assert (answer.status_code, answer.json()["type"]) == (422, "malformed")
    assert LIU not in answer.text


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"NaN"])
def test_bodies_that_are_no_json(central: Standing, client: TestClient, body: bytes) -> None:
    said = headers(central) | {"Content-Type": "application/json"}
    answer = client.post(FACTS, content=body, headers=said)
    assert (answer.status_code, answer.json()["type"]) == (422, "malformed")


def test_people_are_read_from_their_files(tmp_path: Path) -> None:
    people = read_people(CONFIG / "personas", None)
    assert {LIU, WANG} <= set(people.facts)
    assert people.facts[WANG].kind is InsuredKind.ENTERPRISE
    assert people.facts[WANG].marital is Marital.WIDOWED
    assert people.portrait_of(RegistryPerson(LIU, "")) is None
    assert read_people(CONFIG / "personas", tmp_path / "absent.jpg").portrait is None


def test_a_wrong_file_is_refused(tmp_path: Path) -> None:
    text = (CONFIG / "personas" / "liu.toml").read_text("utf-8")
    (tmp_path / "x.toml").write_text(text.replace("paid_months = 402", 'paid_months = "402"'))
    with pytest.raises(ConfigError, match="paid_months"):
        read_people(tmp_path, None)


def test_keys_and_health(central: Standing, client: TestClient) -> None:
    assert client.get("/v1/keys").json() == central.keys.public()
    assert client.get("/healthz").json() == {"status": "ok"}

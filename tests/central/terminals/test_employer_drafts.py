"""What an employer began waits for its person, and for nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from central.employer_drafts import EmployerDraft, open_handed, seal_handed
from tests.central.standing import LIU, WANG, Standing, numbered

UNIT = "亳州市示范机械厂"
DRAFT = EmployerDraft(LIU, "刘长青", UNIT, ("R01", "R06"), {"mobile": "13900001234"}, "2026-11-20")


def keep(central: Standing, draft: EmployerDraft = DRAFT) -> None:
    here = central.office
    key = here.vault.handed_key(draft.id_number)
    sealed = seal_handed(draft, key, here.random)
    here.store.handed.keep(here.vault.person(draft.id_number), draft.unit, sealed)


def ask(central: Standing, client: TestClient, what: str, number: str = LIU) -> Any:
    answer = client.post(
        f"/v1/people/{what}", json=central.visit(number), headers=central.headers()
    )
    return answer.json()


def test_it_waits_for_its_person(central: Standing, client: TestClient) -> None:
    assert ask(central, client, "facts")["waiting_unit"] == ""
    assert ask(central, client, "draft")["type"] == "unknown"
    keep(central)
    assert ask(central, client, "facts")["waiting_unit"] == UNIT
    assert ask(central, client, "facts", WANG)["waiting_unit"] == ""
    for _ in range(2):  # who breaks off finds it again
        assert ask(central, client, "draft", LIU.lower()) == DRAFT.document()
    assert ask(central, client, "draft", WANG)["type"] == "unknown"


@pytest.mark.parametrize("way", ["self", "phone", "employer"])
def test_once_the_person_files_it_is_gone(central: Standing, client: TestClient, way: str) -> None:
    keep(central)
    path = f"/v1/applications/{numbered(1)}"
    answer = client.put(path, content=central.body(way=way), headers=central.headers())
    assert answer.status_code == 201
    assert ask(central, client, "draft")["type"] == "unknown"


def test_the_newest_counts(central: Standing, client: TestClient) -> None:
    keep(central)
    keep(central, EmployerDraft(LIU, "刘长青", "另一家", (), {}, "2026-11-21"))
    assert ask(central, client, "draft")["unit"] == "另一家"


def test_nobody_reads_it_without_the_number(central: Standing, tmp_path: Path) -> None:
    keep(central)
    central.office.store.close()
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for secret in (LIU, "刘长青", "13900001234"):
        assert not [one for one in files if secret.encode() in one]
    sealed = seal_handed(DRAFT, b"k" * 32, lambda count: b"n" * count)
    assert open_handed(sealed, b"k" * 32) == DRAFT.document()
    with pytest.raises(ValueError, match="another person"):
        open_handed(sealed, b"l" * 32)

"""A terminal that came by a card is let in by two different technicians, and by nobody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from central.fleet.enrolment_cards import PlannedTerminal
from central.operator.enrol_card_commands import print_cards
from central.operator.enrol_commands import (
    HOUR_SECONDS,
    admit_confirmed,
    admit_until,
    over_after,
)
from central.vault_port import VaultUnavailable
from central.web_accounts import WebRole
from kiosk.crypto.envelope import base64_of
from kiosk.crypto.terminal_key import TerminalKey, claim_of, fingerprint
from tests.central.standing import NOON, SIGNER, Signing, Standing, numbered
from tests.central.web.conftest import desk
from tests.central.web.desk import Browser, WebDesk

__all__ = ["desk"]
KEY, OTHER_KEY = TerminalKey(b"\x01" * 32, NOON), TerminalKey(b"\x02" * 32, NOON)
DIGITS = fingerprint(KEY.public)
NAME = "BZ-CARD-1"


@pytest.fixture
def code(central: Standing, tmp_path: Path) -> str:
    planned = (PlannedTerminal(NAME, "BZ-DEMO", "desk"),)
    (card,) = print_cards(central.office, planned, tmp_path / "cards.html", timedelta(days=14))
    return card.code


def scan(client: TestClient, code: str, key: TerminalKey = KEY) -> Response:
    public = base64_of(key.public)
    proof = key.prove(claim_of(code, public))
    return client.post("/v1/enrolments", json={"code": code, "public_key": public, "proof": proof})


def ask(client: TestClient, number: str, key: TerminalKey = KEY) -> dict[str, Any]:
    path = f"/v1/enrolments/{number}"
    found: dict[str, Any] = client.get(
        path, headers={"Kiosk-Proof": key.prove(path.encode())}
    ).json()
    return found


def confirm(browser: Browser, number: str, digits: str = DIGITS) -> Response:
    return browser.post(f"/fleet/enrolments/{number}/confirm", {"digits": digits}, "/fleet")


def technicians(desk: WebDesk) -> tuple[Browser, Browser]:
    first, second = (desk.logged_in(f"T-000{one}", WebRole.TECHNICIAN) for one in (1, 2))
    return first, second


def test_two_different_people_let_it_in(
    desk: WebDesk, central: Standing, client: TestClient, code: str
) -> None:
    number = scan(client, code).json()["id"]
    first, second = technicians(desk)
    page = first.get("/fleet").text
    assert NAME in page
    assert "台式机" in page
    assert DIGITS not in page  # who confirms reads them off the terminal
    assert confirm(first, number, f"{DIGITS[:3]} {DIGITS[3:]}").status_code == 303
    assert "同一个人填两遍不算" in first.get("/fleet").text
    assert admit_confirmed(central.office) == ()
    assert ask(client, number)["state"] == "pending"
    assert "2 个人里已有 1 个同意：T-0001" in second.get("/fleet").text
    assert confirm(second, number).status_code == 303
    (admitted,) = admit_confirmed(central.office)
    assert admitted.id == number
    said = ask(client, number)
    assert (said["state"], said["terminal"], said["profile"]) == ("confirmed", NAME, "desk")
    assert central.office.store.terminals.point_of(NAME) == "BZ-DEMO"
    assert "等着登记的机器" not in first.get("/fleet").text
    kinds = [(who, kind) for who, kind, detail in desk.events() if detail == number]
    assert kinds == [("T-0001", "enrol-confirmed"), ("T-0002", "enrol-confirmed")]


def test_one_person_twice_is_refused_with_words(
    desk: WebDesk, central: Standing, client: TestClient, code: str
) -> None:
    number = scan(client, code).json()["id"]
    first, _ = technicians(desk)
    confirm(first, number)
    again = confirm(first, number)
    assert again.status_code == 422
    assert "同一个人两次不算" in again.text
    assert admit_confirmed(central.office) == ()


def test_other_digits_are_refused_with_words_and_recorded(
    desk: WebDesk, central: Standing, client: TestClient, code: str
) -> None:
    number = scan(client, code).json()["id"]
    first, second = technicians(desk)
    wrong = confirm(first, number, fingerprint(OTHER_KEY.public))
    assert wrong.status_code == 422
    assert "数字和这台机器的不一样" in wrong.text
    assert ("T-0001", "enrol-differs", number) in desk.events()
    confirm(second, number)
    assert admit_confirmed(central.office) == ()
    assert confirm(first, number).status_code == 303  # a slip of the hand is no word
    assert len(admit_confirmed(central.office)) == 1


def test_one_refusal_is_enough(
    desk: WebDesk, central: Standing, client: TestClient, code: str
) -> None:
    number = scan(client, code).json()["id"]
    first, second = technicians(desk)
    confirm(first, number)
    path = f"/fleet/enrolments/{number}/refuse"
    assert second.post(path, {"reason": ""}, "/fleet").status_code == 422
    assert second.post(path, {"reason": "机器不在那里"}, "/fleet").status_code == 303
    assert "有人拒绝了" in first.get("/fleet").text
    third = desk.logged_in("T-0003", WebRole.TECHNICIAN)
    confirm(third, number)
    assert admit_confirmed(central.office) == ()
    assert ask(client, number)["state"] == "refused"
    assert confirm(third, number).status_code == 404


def test_who_is_no_technician_any_more_does_not_count(
    desk: WebDesk, central: Standing, client: TestClient, code: str
) -> None:
    number = scan(client, code).json()["id"]
    first, second = technicians(desk)
    confirm(first, number)
    confirm(second, number)
    event = desk.context.events.all()[0]
    assert central.office.store.web_accounts.disable("T-0002", event)
    assert admit_confirmed(central.office) == ()


def test_the_words_are_of_the_very_key(
    desk: WebDesk, central: Standing, client: TestClient, code: str
) -> None:
    """A card that is used is another terminal's no more, whoever confirmed before."""
    number = scan(client, code).json()["id"]
    first, second = technicians(desk)
    confirm(first, number)
    other = scan(client, code, OTHER_KEY)
    assert (other.status_code, other.json()["why"]) == (410, "used")
    assert confirm(second, number, fingerprint(OTHER_KEY.public)).status_code == 422
    confirm(second, number)
    assert [one.public_key for one in admit_confirmed(central.office)] == [KEY.public]


def test_a_card_says_why_it_lets_nobody_in(
    central: Standing, client: TestClient, code: str, tmp_path: Path
) -> None:
    central.clock[0] += timedelta(days=15)
    assert scan(client, code).json()["why"] == "expired"
    assert scan(client, "0" * 16).json()["why"] == "unknown"
    planned = (PlannedTerminal(NAME, "BZ-DEMO"),)
    print_cards(central.office, planned, tmp_path / "again.html", timedelta(days=1))
    assert scan(client, code).json()["why"] == "unknown"  # printed anew


def test_what_does_not_wait_is_not_found(
    desk: WebDesk, central: Standing, client: TestClient, code: str
) -> None:
    scan(client, code)
    first, _ = technicians(desk)
    assert confirm(first, numbered(9)).status_code == 404


def test_a_terminal_that_is_cloned_with_its_key_is_seen(
    desk: WebDesk, central: Standing, client: TestClient, code: str
) -> None:
    """Both machines sign as one; the second audit chain gives them away."""
    number = scan(client, code).json()["id"]
    first, second = technicians(desk)
    confirm(first, number)
    confirm(second, number)
    admit_confirmed(central.office)
    auth = client.auth
    assert isinstance(auth, Signing)
    auth.keys[NAME] = KEY
    path = f"/v1/applications/{numbered(1)}/progress"
    for head in (f"9:{'a' * 64}", f"9:{'b' * 64}"):
        said = {SIGNER: NAME, "Kiosk-Audit": head}
        assert client.get(path, headers=said).status_code == 404
    page = first.get("/fleet").text
    assert "可能有一台拷了它密钥的机器" in page
    central.office.store.terminals.revoke(NAME)
    assert client.get(path, headers={SIGNER: NAME}).status_code == 403


def test_the_watch_lets_in_what_comes_while_it_runs(
    desk: WebDesk,
    central: Standing,
    client: TestClient,
    code: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    number = scan(client, code).json()["id"]
    turns = iter(technicians(desk))

    def wait() -> bool:
        browser = next(turns, None)
        if browser is None:
            return True
        confirm(browser, number)
        return False

    admit_until(central.office, wait)
    assert capsys.readouterr().out == f"{number}\t{NAME}\tBZ-DEMO\n"
    assert ask(client, number)["state"] == "confirmed"


def test_a_vault_that_is_away_is_said_once_and_the_watch_goes_on(
    desk: WebDesk,
    central: Standing,
    client: TestClient,
    code: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = scan(client, code).json()["id"]
    for browser in technicians(desk):
        confirm(browser, number)
    vault, rounds = type(central.office.vault), iter(range(3))

    def away(*_said: object) -> bool:
        raise VaultUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(vault, "admit_terminal", away)
        admit_until(central.office, lambda: next(rounds, None) is None, patient=True)
        assert ask(client, number)["state"] == "pending"
        with pytest.raises(VaultUnavailable):
            admit_until(central.office, lambda: True)
    said = capsys.readouterr()
    assert (said.out, said.err.count("the vault does not answer")) == ("", 1)
    admit_until(central.office, lambda: True, patient=True)
    assert capsys.readouterr().out == f"{number}\t{NAME}\tBZ-DEMO\n"


def test_the_watch_is_over_after_its_hours() -> None:
    seconds = iter((5.0, 5.0 + 10 * HOUR_SECONDS - 1, 5.0 + 10 * HOUR_SECONDS, 0.0))
    is_over = over_after(10, lambda: next(seconds))
    assert (is_over(), is_over()) == (False, True)
    assert not over_after(None, lambda: next(seconds))()

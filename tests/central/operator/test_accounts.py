"""An account that the operator makes lets its owner in, and nobody else."""

from __future__ import annotations

import re
import secrets
import tomllib
from datetime import date
from pathlib import Path

import pytest

import main
from central.operator.accounts import NewAccount, make_account
from central.staff import read_staff
from kiosk.staff.pin import is_right, is_weak
from kiosk.staff.roles import Role
from kiosk.staff.roster import hash_card

NUMBER = "341602198809010029"
WANTED = NewAccount("H-0012", Role.HELPER, "何“帮”民", NUMBER, date(2028, 12, 31))


def said(*changes: str) -> list[str]:
    plain = {"--id": "H-0012", "--role": "helper", "--name": "何帮民", "--number": NUMBER}
    plain |= {"--until": "2028-12-31"} | dict(zip(changes[::2], changes[1::2], strict=True))
    return ["central", "staff", *(word for pair in plain.items() for word in pair)]


def test_what_is_printed_is_an_account(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(said()) == 0
    printed = capsys.readouterr()
    (tmp_path / "BZ-X.toml").write_text(printed.out)
    (account,) = read_staff(tmp_path)["BZ-X"].accounts
    (pin,) = re.findall(r"\b\d{6}\b", printed.err)
    assert is_right(pin, account.pin_hash)
    assert not is_weak(pin)
    assert account.card_hash == hash_card(NUMBER)
    assert NUMBER not in printed.out
    assert pin not in printed.out
    assert set(account.rights) >= {"file_for", "vouch"}


def test_a_weak_pin_is_never_drawn_and_quotes_do_no_harm() -> None:
    drawn = iter([123456, 918273])
    lines, pin = make_account(WANTED, lambda _: next(drawn), secrets.token_bytes)
    assert pin == "918273"
    (account,) = tomllib.loads(lines)["accounts"]
    assert account["name"] == WANTED.name


@pytest.mark.parametrize("changes", [("--id", "helen"), ("--number", "34160219880901002X")])
def test_wrong_words_have_their_cure(
    changes: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(said(*changes)) == 2
    assert "central staff: " in capsys.readouterr().err


TECHNICIAN = NewAccount("T-0007", Role.TECHNICIAN, "金修远", NUMBER, date(2028, 12, 31))


def test_a_technician_gets_a_code_of_this_point(tmp_path: Path, capsys) -> None:
    for point in ("BZ-X", "BZ-Y"):
        lines, _ = make_account(TECHNICIAN, secrets.randbelow, secrets.token_bytes)
        (tmp_path / f"{point}.toml").write_text(lines)
    keys = {one.accounts[0].code_key for one in read_staff(tmp_path).values()}
    assert len(keys) == 2
    asked = ["central", "code", "--id", "T-0007", "--point", "BZ-X", "--staff", str(tmp_path)]
    assert main.main(asked) == 0
    assert re.fullmatch(r"\d{6}\n", capsys.readouterr().out)
    assert main.main([*asked, "--url"]) == 0
    assert capsys.readouterr().out.startswith("otpauth://totp/BZ-X%3AT-0007?")


@pytest.mark.parametrize("changes", [("T-0008", "BZ-X"), ("T-0007", "BZ-Z")])
def test_nobody_else_has_a_code(tmp_path: Path, capsys, changes: tuple[str, str]) -> None:
    lines, _ = make_account(TECHNICIAN, secrets.randbelow, secrets.token_bytes)
    (tmp_path / "BZ-X.toml").write_text(lines)
    name, point = changes
    assert (
        main.main(["central", "code", "--id", name, "--point", point, "--staff", str(tmp_path)])
        == 1
    )
    assert name in capsys.readouterr().err


def test_a_helper_has_none() -> None:
    lines, _ = make_account(WANTED, secrets.randbelow, secrets.token_bytes)
    assert "code_key" not in lines

"""`central forms`: the forms of a delivered application, made again; each look is recorded."""

from __future__ import annotations

import json
import re
import stat
import zlib
from pathlib import Path

import pytest

import main
from kiosk.visit.steps.facts.events import FactsKnown
from tests.central.intake.test_promised_dates import Counter, central, side
from tests.central.standing import NOON, Standing
from tests.central.terminals.test_terminal_side import TerminalSide
from tests.kiosk.invented_people import InventedVisitor, persona

LIU_FACTS = persona("liu")[1]
WHO = ("--operator", "O-0001", "--reason", "the office asked")

__all__ = ["central", "side"]  # fixtures


@pytest.fixture
def delivered(central: Standing, side: TerminalSide) -> str:
    visitor = InventedVisitor(now=NOON).proved().happen(FactsKnown(LIU_FACTS))
    return Counter(central, side, visitor).file().id


def where(folder: Path) -> tuple[str, ...]:
    database = f"sqlite:///{folder / 'central.db'}"
    return ("--data", str(folder / "data"), "--database", database)


def attachment_of(pdf: bytes) -> dict[str, object]:
    """Return the JSON object that is attached to a PDF."""
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            plain = zlib.decompress(found[1])
        except zlib.error:
            continue
        if plain.startswith(b"{"):
            told: dict[str, object] = json.loads(plain)
            return told
    raise AssertionError("nothing is attached")


def test_every_form_is_made_again_and_is_the_one_that_was_signed(
    delivered: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "forms"
    command = ["central", "forms", delivered, "--out", str(out), *WHO, *where(tmp_path)]
    assert main.main(command) == 0
    head, *rows = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert head == ["form", "checked", "seal", "file"]
    assert {row[2] for row in rows} == {"none"}
    assert {row[1] for row in rows} == {"same"}
    assert {row[0] for row in rows} >= {"merged", "commitment", "R06"}
    files = {file.stem: file for file in out.iterdir()}
    assert set(files) == {row[0] for row in rows}
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files.values())
    assert attachment_of(files["merged"].read_bytes())["kind"] == "application"


def test_one_service_s_form_carries_its_office_s_view_and_nothing_else(
    delivered: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "forms"
    command = ["central", "forms", delivered, "--service", "R07", "--out", str(out)]
    assert main.main([*command, *WHO, *where(tmp_path)]) == 0
    assert [file.name for file in out.iterdir()] == ["R07.pdf"]
    view = attachment_of((out / "R07.pdf").read_bytes())
    assert (view["kind"], view["service"]) == ("view", "R07")
    assert LIU_FACTS.account not in json.dumps(view)
    capsys.readouterr()
    assert main.main(["central", "reads", *where(tmp_path)]) == 0
    assert f"{delivered}\tO-0001\tforms R07\tthe office asked" in capsys.readouterr().out


def test_nobody_looks_without_a_name_and_a_reason(
    delivered: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "forms"
    command = ["central", "forms", delivered, "--out", str(out), *where(tmp_path)]
    assert main.main(command) == 1
    assert main.main([*command, "--operator", "O-0001", "--reason", " "]) == 1
    assert "--operator and --reason" in capsys.readouterr().err
    assert not out.exists()


def test_what_is_not_there(
    delivered: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ("--out", str(tmp_path / "forms"), *WHO, *where(tmp_path))
    assert main.main(["central", "forms", "x", *out]) == 1
    assert main.main(["central", "forms", delivered, "--service", "R02", *out]) == 1
    assert "R02 is none of its services" in capsys.readouterr().err

"""Cards for a list of terminals: printed once, spent once, for one point, until their day."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from central.fleet.card_sheet import card_sheet
from central.fleet.enrolment_cards import (
    EnrolmentCard,
    PlannedTerminal,
    card_code,
    read_plan,
    troubles_in,
)
from central.fleet.enrolments import ALPHABET
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.fleet.enrolment_card import code_in
from tests.central.fleet.printed_cards import card_texts
from tests.central.standing import NOON
from tests.central.test_operator import DEMO_POINTS, OperatorShell

KEY, OTHER_KEY = TerminalKey(bytes(32)), TerminalKey(b"\x01" * 32)
LIST = "terminal,point\nBZ-0001,BZ-DEMO\nBZ-0002,BZ-DEMO\n"


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> OperatorShell:
    made = OperatorShell(tmp_path / "data", capsys)
    made.run("init")
    made.run("points", "import", DEMO_POINTS)
    return made


def codes_on(sheet: Path) -> list[str]:
    """Return the codes of a printed page, read off the pictures as a scanner reads them."""
    codes = [code_in(text) for text in card_texts(sheet)]
    assert None not in codes
    return [code for code in codes if code is not None]


def printed(desk: OperatorShell, folder: Path, text: str = LIST, name: str = "cards.html") -> Path:
    plan, sheet = folder / "plan.csv", folder / name
    plan.write_text(text, "utf-8")
    desk.run("enrol", "cards", str(plan), "--to", str(sheet))
    return sheet


def test_each_card_lets_its_terminal_in_once(desk: OperatorShell, tmp_path: Path) -> None:
    sheet = printed(desk, tmp_path)
    assert sheet.stat().st_mode & 0o777 == 0o600
    first, second = codes_on(sheet)
    office = desk.office()
    found = office.store.enrolments.use(first, KEY.public, office.now())
    assert found is not None
    assert (found.terminal, found.point) == ("BZ-0001", "BZ-DEMO")
    assert office.store.enrolments.use(first, OTHER_KEY.public, office.now()) is None
    other = office.store.enrolments.use(second, OTHER_KEY.public, office.now())
    assert other is not None
    assert other.terminal == "BZ-0002"
    office.close()


@pytest.mark.parametrize(("days", "counts"), [(13, True), (15, False)])
def test_a_card_ends_with_its_day(
    desk: OperatorShell, tmp_path: Path, days: int, *, counts: bool
) -> None:
    code = codes_on(printed(desk, tmp_path))[0]
    office = desk.office()
    then = office.now() + timedelta(days=days)
    assert (office.store.enrolments.use(code, KEY.public, then) is not None) is counts
    office.close()


def test_a_card_that_was_printed_anew_is_void(desk: OperatorShell, tmp_path: Path) -> None:
    old = codes_on(printed(desk, tmp_path))[0]
    (new,) = codes_on(printed(desk, tmp_path, "terminal,point\nBZ-0001,BZ-DEMO\n", "again.html"))
    office = desk.office()
    assert office.store.enrolments.use(old, KEY.public, office.now()) is None
    assert office.store.enrolments.use(new, KEY.public, office.now()) is not None
    office.close()


def test_a_page_that_is_there_is_left(desk: OperatorShell, tmp_path: Path) -> None:
    sheet = printed(desk, tmp_path)
    before = sheet.read_bytes()
    words = ("enrol", "cards", str(tmp_path / "plan.csv"), "--to", str(sheet))
    assert "is there already" in desk.refused(*words)
    assert sheet.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "terminal,point"),
        ("terminal\nBZ-0001\n", "terminal,point"),
        ("terminal,point\n", "no terminals"),
        ("terminal,point\nBZ 1,BZ-DEMO\n", "line 2: 'BZ 1' is no code"),
        ("terminal,point\nBZ-1,NOWHERE\n", "line 2: NOWHERE: no such service point"),
        ("terminal,point\nBZ-1,BZ-DEMO\nBZ-1,BZ-DEMO\n", "line 3: BZ-1 is in the list twice"),
        ("terminal,point\n" + "BZ 1,BZ-DEMO\n" * 30, "and 10 more lines"),
    ],
)
def test_one_wrong_line_and_nothing_is_made(
    desk: OperatorShell, tmp_path: Path, text: str, said: str
) -> None:
    plan, sheet = tmp_path / "plan.csv", tmp_path / "cards.html"
    plan.write_text(text, "utf-8")
    assert said in desk.refused("enrol", "cards", str(plan), "--to", str(sheet))
    assert not sheet.exists()


def test_a_list_with_a_quotation_mark_that_nobody_closes_is_refused() -> None:
    assert read_plan('terminal,point\n"' + "B" * 140_000) == "a quotation mark is not closed"


def test_a_terminal_that_is_in_gets_no_card() -> None:
    planned = read_plan(LIST)
    assert isinstance(planned, tuple)
    (said,) = troubles_in(planned, {"BZ-0002"}, lambda _point: "")
    assert said.startswith("line 3: BZ-0002 is enrolled already")


def test_a_page_loads_nothing_and_shows_names_as_text() -> None:
    planned = PlannedTerminal("BZ-0001", "BZ-QC-01")
    sheet = card_sheet([EnrolmentCard(planned, "<b>花戏楼</b>", "0123456789ABCDEF", NOON)])
    assert "&lt;b&gt;花戏楼&lt;/b&gt;" in sheet
    assert "2026" in sheet
    assert not re.search(r"\b(src|href)=|url\(|@import|<script", sheet)
    assert "0123456789ABCDEF" not in sheet  # it is in the picture alone


def test_a_code_of_a_card_is_long() -> None:
    assert card_code(lambda count: b"\xff" * count) == "Z" * 16
    assert card_code(lambda count: bytes(count - 1) + b"\x01") == "0" * 15 + "1"
    assert set(card_code(lambda count: bytes(range(count)))) <= set(ALPHABET)

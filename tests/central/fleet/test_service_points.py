"""Service points: imported with checks, signed for terminals, and asked of every command."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from central.fleet.point_register import PointRegister, read_copy
from central.keys.service_keys import open_service_keys, rotate
from central.vault.opening_keys import FileKeyStore
from kiosk.crypto.envelope import canonical, digest
from kiosk.fleet.point_list import FILE, PointList, read_point_list
from kiosk.retirement.points import PointKind, ServicePoint
from tests.central.standing import NOON, Standing
from tests.central.test_operator import OperatorShell

HALL = ServicePoint("BZ-QC-01", "花戏楼社区便民服务点", PointKind.COMMUNITY, "341602001001")
LISTED = PointList(NOON.replace(microsecond=0), {HALL.code: HALL})
HEADER = "code,name,kind,division\n"
LINE = "BZ-QC-01,花戏楼社区便民服务点,community,341602001001\n"


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> OperatorShell:
    made = OperatorShell(tmp_path / "data", capsys)
    made.run("init")
    return made


def csv(folder: Path, text: str, encoding: str = "utf-8") -> str:
    path = folder / "points.csv"
    path.write_text(text, encoding)
    return str(path)


def test_terminals_get_the_list_signed(central: Standing, client: TestClient) -> None:
    ask = {"headers": central.headers()}
    assert client.get("/v1/points", **ask).status_code == 404
    central.office.points.replace(LISTED)
    answer = client.get("/v1/points", **ask)
    key = central.keys.signing.receipt_key
    assert read_point_list(answer.content, key) == LISTED
    assert answer.headers["etag"] == f'"{digest(answer.content)[:32]}"'
    known = central.headers(if_none_match=answer.headers["etag"])
    assert client.get("/v1/points", headers=known).status_code == 304
    assert client.get("/v1/points").status_code == 401
    garbled = central.headers(kiosk_audit="")
    assert client.get("/v1/points", headers=garbled).status_code == 422


def test_a_later_key_signs_it_anew(central: Standing, tmp_path: Path) -> None:
    make = FileKeyStore(tmp_path / "vault", os.urandom).make
    first = open_service_keys(tmp_path, [], bytes, lambda: NOON, make)
    register = PointRegister(tmp_path / FILE, central.office.store.service_points)
    register.replace(LISTED)
    before = register.signed(first.signing)
    assert register.signed(first.signing) is before
    assert rotate(first, NOON, lambda size: bytes([size]) * size, make) is not None
    second = open_service_keys(tmp_path, [], bytes, lambda: NOON + timedelta(days=1), make)
    assert read_point_list(register.signed(second.signing), second.signing.receipt_key) == LISTED
    assert register.signed(second.signing) != before


def test_the_list_of_an_older_version_is_taken_over_once(central: Standing, tmp_path: Path) -> None:
    path, store = tmp_path / FILE, central.office.store.service_points
    assert PointRegister(path, store).read() is None
    path.write_bytes(canonical(LISTED.document()))
    register = PointRegister(path, store)
    assert register.read() == LISTED
    assert [(one.point, one.account) for one in store.history(9)] == [(HALL.code, "")]
    path.unlink()
    assert PointRegister(path, store).read() == LISTED
    assert read_copy(path) == LISTED


def test_the_copy_follows_what_somebody_else_changed(central: Standing, tmp_path: Path) -> None:
    store = central.office.store.service_points
    register = PointRegister(tmp_path / FILE, store)
    register.replace(LISTED)
    assert register.name_of(HALL.code) == HALL.name
    assert register.name_of("NOWHERE") == ""
    renamed = replace(HALL, name="花戏楼", hours="天天", phone="12345", staff=2, is_invented=True)
    store.replace({HALL.code: renamed}, NOON)
    assert register.name_of(HALL.code) == "花戏楼"
    kept = read_copy(tmp_path / FILE)
    assert kept is not None
    assert kept.points == {HALL.code: renamed}
    assert kept.issued_at == LISTED.issued_at + timedelta(seconds=1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_an_operator_imports_a_list(desk: OperatorShell, tmp_path: Path, encoding: str) -> None:
    assert "points import" in desk.refused("points", "list")
    desk.run("points", "import", csv(tmp_path, HEADER + LINE, encoding))
    assert desk.run("points", "list") == [LINE.strip().split(",")]
    desk.run("points", "import", csv(tmp_path, HEADER + LINE.replace("01,", "02,") + LINE))
    assert [row[0] for row in desk.run("points", "list")] == ["BZ-QC-02", "BZ-QC-01"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "四列的 CSV"),
        (HEADER, "no service points"),
        (HEADER + LINE + LINE, "写了两次"),
        (HEADER + "BZ QC,一号点,community,341602001001\n", "字母、数字和短横"),
        (HEADER + "BZ-1,一号点,shop,341602001001\n", "community、bank、hall"),
        (HEADER + "BZ-1,一号点,community,999999\n", "不存在或已撤销"),
        (HEADER + "BZ-1,,community,341602001001\n", "都要写"),
    ],
)
def test_a_wrong_file_changes_nothing(
    desk: OperatorShell, tmp_path: Path, text: str, words: str
) -> None:
    desk.run("points", "import", csv(tmp_path, HEADER + LINE))
    assert words in desk.refused("points", "import", csv(tmp_path, text))
    assert [row[0] for row in desk.run("points", "list")] == ["BZ-QC-01"]


def test_a_spreadsheet_in_another_encoding_is_told_so(desk: OperatorShell, tmp_path: Path) -> None:
    assert "存成 UTF-8" in desk.refused("points", "import", csv(tmp_path, HEADER + LINE, "gbk"))
    nowhere = str(tmp_path / "nowhere.csv")
    assert "no such file" in desk.refused("points", "import", nowhere, status=2)


def test_no_terminal_loses_its_point(desk: OperatorShell, tmp_path: Path) -> None:
    """As of one that was enrolled at the demo's point by an older version."""
    office = desk.office()
    office.store.terminals.place("BZ-0007", "BZ-DEMO")
    office.store.close()
    said = desk.refused("points", "import", csv(tmp_path, HEADER + LINE))
    assert "BZ-0007 at BZ-DEMO" in said
    assert "nothing was changed" in said
    desk.run("enrol", "revoke", "BZ-0007")
    desk.run("points", "import", csv(tmp_path, HEADER + LINE))


def test_a_clock_that_was_set_back_makes_no_older_list(desk: OperatorShell, tmp_path: Path) -> None:
    office = desk.office()
    later = office.now().replace(microsecond=0) + timedelta(days=30)
    office.points.replace(PointList(later, LISTED.points))
    office.store.close()
    desk.run("points", "import", csv(tmp_path, HEADER + LINE.replace("花戏楼", "咸宁街")))
    office = desk.office()
    found = office.points.read()
    office.store.close()
    assert found is not None
    assert found.issued_at == later + timedelta(seconds=1)


def test_codes_are_only_given_out_for_points_that_exist(
    desk: OperatorShell, tmp_path: Path
) -> None:
    words = ("enrol", "new", "--terminal", "BZ-0007", "--point")
    assert "points import" in desk.refused(*words, "BZ-QC-01")
    desk.run("points", "import", csv(tmp_path, HEADER + LINE))
    assert "is it BZ-QC-01?" in desk.refused(*words, "BZ-QC-10")
    assert "no such service point" in desk.refused(*words, "NOWHERE")
    assert desk.run("enrol", "list") == []
    assert len(desk.run(*words, "BZ-QC-01")) == 1


def test_nothing_is_signed_for_a_place_that_does_not_exist(
    desk: OperatorShell, tmp_path: Path
) -> None:
    keys = ("--keys", str(tmp_path / "keys"))
    layer = tmp_path / "layer.toml"
    layer.write_text("[visit]\ndraft_hours = 12\n")
    publish = ("bundle", "publish", *keys)
    desk.run("bundle", "begin", *keys)
    assert "points import" in desk.refused(*publish, "--point", "BZ-QC-01", str(layer))
    desk.run("points", "import", csv(tmp_path, HEADER + LINE))
    said = desk.refused(
        *publish, "--point", "BZ-QC-10", str(layer), "--district", "341620", str(layer)
    )
    assert "is it BZ-QC-01?" in said
    assert "341620: no such district" in said
    desk.run(*publish, "--point", "BZ-QC-01", str(layer), "--district", "341602", str(layer))
    listed = desk.run("bundle", "list", *keys)
    assert listed == [["district/341602.toml"], ["point/BZ-QC-01.toml"]]

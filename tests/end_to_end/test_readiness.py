"""The sheet is all green on a desk in order, and names what a real terminal lacks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import main
from drivers.simulated.desk import DemoDesk
from kiosk.failures import Failure, read_cures
from wiring import places

TERMINAL = "BZ-DEMO-0001"
DEMO = places.CONFIG / "profiles" / "demo.toml"
CURES = read_cures(places.CONFIG / "texts" / "failures.toml")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory):
    with DemoDesk(places.ROOT, tmp_path_factory.mktemp("desk") / "run", TERMINAL) as found:
        found.write_site()
        yield found


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, dict]]:
    code = main.main(["readiness", "--json", *map(str, arguments)])
    lines = json.loads(capsys.readouterr().out)["lines"]
    return code, {one["name"]: one for one in lines}


def test_a_desk_in_order_is_all_green(desk, capsys, tmp_path):
    site = desk.folder / "site.toml"
    code, lines = told(capsys, DEMO, site, "--out", tmp_path, "--print")
    assert {one["state"] for one in lines.values()} == {"green"}
    assert code == 0
    assert "05.03-" in lines["device.idcard"]["evidence"]
    assert {one.name for one in tmp_path.iterdir()} == {
        "readiness.json",
        "readiness.txt",
        "readiness.html",
    }
    assert "全部正常，可以开始服务" in desk.bench.last_slip_texts()
    assert desk.bench.unknown_bytes() == []


def test_what_is_amiss_at_the_desk_is_red(desk, capsys):
    site = desk.folder / "site.toml"
    desk.bench.cover_open(is_open=True)
    desk.bench.unplug_reader()
    try:
        code, lines = told(capsys, DEMO, site)
    finally:
        desk.bench.cover_open(is_open=False)
        desk.bench.plug_reader()
    assert code == 1
    assert lines["device.printer"]["cure"] == CURES[Failure.COVER_OPEN]
    assert "没有接上" in lines["device.idcard"]["evidence"]
    assert main.main(["readiness", "--print", str(DEMO), str(site)]) == 0


def test_in_production_each_absent_device_is_named_with_its_cure(capsys):
    code, lines = told(capsys)
    assert code == 1
    for name in ("device.idcard", "device.camera", "device.printer"):
        assert lines[name]["state"] == "red"
        assert "请" in lines[name]["cure"]
    assert not any(one["cure"] for one in lines.values() if one["state"] == "green")


def test_wrong_settings_are_told_with_their_line(tmp_path, capsys):
    wrong = tmp_path / "site.toml"
    wrong.write_text("[printer]\nurl = 7\n")
    assert main.main(["readiness", str(wrong)]) == 2
    assert "site.toml 第 2 行" in capsys.readouterr().err


def test_a_printer_that_is_gone_prints_no_sheet(tmp_path: Path, capsys):
    site = tmp_path / "site.toml"
    site.write_text('[printer]\nurl = "tcp://192.0.2.1:9"\n')
    assert main.main(["readiness", "--print", str(site)]) == 1
    assert CURES[Failure.PRINTER_LOST] in capsys.readouterr().err


def test_before_it_is_let_in_the_line_is_tried_all_the_same(desk, tmp_path, capsys):
    own = tmp_path / "own.toml"
    own.write_text(f'[central]\nidentity = "file:{tmp_path / "none"}"\n')
    code, lines = told(capsys, DEMO, desk.folder / "site.toml", own)
    assert code == 1
    passed = [name for name in lines if name.startswith("network.") and not lines[name]["cure"]]
    assert passed == [f"network.{one}" for one in ("address", "dns", "tcp", "tls", "time")]
    assert lines["network.central"]["cure"] == CURES[Failure.TOKEN_REFUSED]

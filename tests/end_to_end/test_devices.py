"""Does a terminal notice what is pulled out, and tell a technician what is amiss? On the real desk."""

from __future__ import annotations

from pathlib import Path

import pytest

import main
from drivers.commands import Exit
from drivers.simulated.desk import DemoDesk
from drivers.supervision.life import Condition
from kiosk.failures import Failure
from kiosk.visit.page import Act
from kiosk.visit.stages import Stage
from tests.end_to_end.conftest import TERMINAL, Terminal
from wiring import places

DEMO = places.CONFIG / "profiles" / "demo.toml"


def conditions(terminal: Terminal) -> dict[str, Condition]:
    return {
        name: life.condition for name, life in terminal.kiosk.backroom.supervisor.lives().items()
    }


def until_ready(terminal: Terminal) -> None:
    terminal.kiosk.backroom  # noqa: B018 - waited for
    terminal.loop.run_until(lambda: set(conditions(terminal).values()) == {Condition.READY})


def test_a_reader_that_goes_while_nobody_is_there_and_comes_back(terminal: Terminal):
    until_ready(terminal)
    bench, lives = terminal.desk.bench, terminal.kiosk.backroom.supervisor.lives
    link = Path(bench.urls()["id_card_reader"])
    for round_ in (1, 2):
        bench.unplug_reader()
        terminal.until(Stage.OUT_OF_SERVICE)  # nobody asked for it
        assert terminal.visit.failure is Failure.READER_LOST
        bench.plug_reader()
        terminal.until(Stage.IDLE)
        assert link.resolve().exists()
        assert lives()["idcard"].counters.faults >= round_
    terminal.press(Act.START_SELF)
    terminal.press(Act.AGREE_WITHOUT_FACE)
    bench.place_card("liu")
    terminal.until(Stage.OTHER_PROOF)
    terminal.go_home()


def test_a_reader_that_the_kiosk_holds_is_not_tested_beside_it(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
):
    until_ready(terminal)
    site = terminal.desk.folder / "site.toml"
    wrong = main.main(["devices", "test", "idcard", "--config", str(DEMO), "--config", str(site)])
    assert wrong == Exit.DEVICE_FAULT
    assert "别的程序正占着" in capsys.readouterr().err


def test_the_devices_of_the_demo_desk_are_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with DemoDesk(places.ROOT, tmp_path / "run", TERMINAL) as desk:
        layers = ["--config", str(DEMO), "--config", str(desk.write_site())]
        for name in ("idcard", "camera", "printer"):
            assert main.main(["devices", "test", name, *layers]) == Exit.READ
        assert main.main(["devices", "list", *layers]) == Exit.READ
    out, err = capsys.readouterr()
    assert out.count("好用") == 4
    assert err == ""

"""A terminal notices what is pulled out, and tells a technician. On the real desk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import main
from drivers.commands import Exit
from drivers.simulated.desk import DemoDesk, free_port
from drivers.supervision.life import DeviceCondition
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.stages import Stage
from tests.drivers.test_metrics import scrape
from tests.end_to_end.conftest import TERMINAL, WholeTerminal
from wiring import places
from wiring.fleet.telemetry import open_metrics

DEMO = places.CONFIG / "profiles" / "demo.toml"


def conditions(terminal: WholeTerminal) -> dict[str, DeviceCondition]:
    return {
        name: life.condition for name, life in terminal.kiosk.services.supervisor.lives().items()
    }


def until_ready(terminal: WholeTerminal) -> None:
    terminal.kiosk.services  # noqa: B018 - waited for
    terminal.loop.run_until(lambda: set(conditions(terminal).values()) == {DeviceCondition.READY})


def test_a_reader_that_goes_while_nobody_is_there_and_comes_back(terminal: WholeTerminal):
    until_ready(terminal)
    bench, lives = terminal.desk.bench, terminal.kiosk.services.supervisor.lives
    link = Path(bench.urls()["id_card_reader"])
    for round_ in (1, 2):
        bench.unplug_reader()
        terminal.until(Stage.OUT_OF_SERVICE)  # nobody asked for it
        assert terminal.visit.failure is Failure.READER_LOST
        bench.plug_reader()
        terminal.until(Stage.IDLE)
        assert link.resolve().exists()
        assert lives()["idcard"].counters.faults >= round_
    terminal.press(Press.START_SELF)
    terminal.press(Press.AGREE_WITHOUT_FACE)
    bench.place_card("liu")
    terminal.until(Stage.OTHER_PROOF)
    terminal.go_home()


def test_a_reader_that_the_kiosk_holds_is_not_tested_beside_it(
    terminal: WholeTerminal, capsys: pytest.CaptureFixture[str]
):
    until_ready(terminal)
    site = terminal.desk.folder / "site.toml"
    wrong = main.main(["devices", "test", "idcard", "--config", str(DEMO), "--config", str(site)])
    assert wrong == Exit.DEVICE_FAULT
    assert "别的程序正占着" in capsys.readouterr().err


@pytest.mark.slow
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


@pytest.mark.slow
def test_what_a_terminal_tells_of_itself(terminal: WholeTerminal):
    until_ready(terminal)
    heart = terminal.kiosk.services.heart
    terminal.loop.run_until(lambda: heart.reached)
    said = heart.members()
    assert (said["waiting"], said["quarantined"], said["paper"]) == (0, 0, "ok")
    assert said["states"] == dict.fromkeys(conditions(terminal), "ready")
    assert int(str(said["disk_free_mib"])) > 0
    assert abs(int(str(said["clock_ahead_seconds"]))) < 60
    assert said["ratings_lost"] == 0
    assert len(heart.body()) < 700
    terminal.desk.bench.paper_out(out=True)
    terminal.loop.run_until(lambda: heart.members()["paper"] == "out")
    terminal.desk.bench.paper_out(out=False)


@pytest.mark.slow
def test_whoever_may_scrape_sees_it_and_nobody_else_can_while_it_is_off(terminal: WholeTerminal):
    until_ready(terminal)
    settings = terminal.kiosk.runner.table.book.settings
    heart, port = terminal.kiosk.services.heart, free_port()
    open_metrics(settings, heart)()  # off: nothing to end
    on = replace(settings, metrics=replace(settings.metrics, port=port))
    end = open_metrics(on, heart)
    open_metrics(on, heart)()  # taken: told in the log, and nothing else happens
    assert ("kiosk_device", (("device", "idcard"), ("state", "ready")), 1.0) in scrape(port)
    end()
    with pytest.raises(OSError, match="refused"):
        scrape(port)

"""A technician brings signed settings on a stick, through the pages of a running terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.audit.audit_events import AuditEvent
from kiosk.config.layers import read_layers
from kiosk.config.rollout import RolloutState
from kiosk.config.settings_store import SettingsStore
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.stages import Stage
from tests.drivers.central.bundles import CITY, BundleDesk
from tests.end_to_end.conftest import WholeTerminal
from tests.end_to_end.test_maintenance import DEMO, come_in
from wiring.configuration import select_settings
from wiring.maintenance_ports import TerminalMaintenanceTools


def trusting(terminal: WholeTerminal, desk: BundleDesk) -> list[Path]:
    """Let the terminal take signed settings; return its files."""
    local = terminal.desk.folder / "local.toml"
    lines = [
        (terminal.desk.folder / "site.toml").read_text("utf-8"),
        "[configuration]",
        f"folder = {json.dumps(str(desk.folder / 'configuration'))}",
        f"root = {json.dumps(str(desk.root))}",
        "[maintenance]",
        f"stick = {json.dumps(str(desk.stick))}",
    ]
    local.write_text("\n".join(lines) + "\n", "utf-8")
    here = terminal.kiosk.services.equipment.maintenance
    assert isinstance(here, TerminalMaintenanceTools)
    here.site = select_settings([DEMO, local])
    here.settings = read_layers(here.site.layers)
    return [DEMO, local]


@pytest.mark.slow
def test_a_stick_is_shown_confirmed_and_tried_at_the_next_start(
    terminal: WholeTerminal, tmp_path: Path
) -> None:
    desk = BundleDesk(tmp_path)
    files = trusting(terminal, desk)
    settings_store = SettingsStore(desk.folder / "configuration")
    desk.publish(city=CITY)
    come_in(terminal)
    terminal.press(Press.SEEK)
    terminal.press(Press.IMPORT)
    terminal.until_said("优盘读不出，请插好，或换一个。")

    desk.copy()
    next(desk.stick.glob("targets/*.city.toml")).unlink()  # it was pulled too early
    terminal.press(Press.TRY_AGAIN)
    terminal.until_said("文件没拷全，请整个再拷一遍。")
    assert "整个文件夹重新拷贝" in terminal.page.rows[0].reason

    desk.copy()
    terminal.press(Press.TRY_AGAIN)
    terminal.until_said("点试用才会换，不点不换。")
    assert settings_store.standing() == RolloutState()
    offer = terminal.visit.maintenance.offer
    assert offer is not None
    assert offer.id in terminal.page.rows[0].reason
    terminal.press(Press.WRITE)
    terminal.until_said("收好了，退出后就试，不行自己退回。")
    assert settings_store.standing().candidate == offer.id
    noted = [one.event for one in terminal.kiosk.services.store.audit()]
    assert noted.count(AuditEvent.SETTINGS_TAKEN) == 1
    assert noted.count(AuditEvent.SETTINGS_REFUSED) == 1

    terminal.desk.bench.lift_card()
    terminal.press(Press.QUIT)
    terminal.until(Stage.IDLE)
    assert read_layers(select_settings(files).layers).terminal.maintainer == "市里的运维"
    assert settings_store.standing().begun
    assert Failure.SETTINGS_INCOMPLETE.value in {
        one.detail.get("failure") for one in terminal.kiosk.services.store.audit()
    }

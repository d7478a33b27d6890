"""The scripted technician's inputs in a tour, and the outcome of the readiness sheet."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.civil_time import civil_now
from kiosk.maintenance.readiness_report import LineState
from wiring.maintenance_ports import FOLDER
from wiring.places import CONFIG

if TYPE_CHECKING:
    from drivers.simulated.desk import DemoDesk
    from screens.scripted.technician import ScriptedTechnician
    from wiring.terminal import Kiosk

POINT, ACCOUNT, PERSONA = "BZ-DEMO", "T-0001", "technician"  # config/staff


def code_now() -> str:
    """Return the demo technician's code of this half minute, as `central code` prints it."""
    from central.staff import read_staff
    from kiosk.staff.code import code_of, read_key, step_of

    accounts = read_staff(CONFIG / "staff")[POINT].accounts
    key = read_key(next(one.code_key for one in accounts if one.id == ACCOUNT))
    assert key is not None
    return code_of(key, step_of(civil_now()))


def equip(person: ScriptedTechnician, desk: DemoDesk, kiosk: Kiosk) -> None:
    """Let the technician, `person`, hear the tones, read the slip and know the code."""

    def heard() -> str:
        trial = kiosk.runner.visit.maintenance.test
        return trial.lot if trial is not None else ""

    def slip() -> str:
        return next((one for one in desk.bench.last_slip_texts() if one.isdigit()), "")

    person.code, person.listen, person.read = code_now, heard, slip


def sheet_state(desk: DemoDesk, folder: Path) -> str:
    """Copy the exported sheet to `folder`; return its state, red when there is none."""
    exported = desk.folder / FOLDER
    if not exported.is_dir():
        return LineState.RED
    for file in exported.iterdir():
        shutil.copyfile(file, folder / file.name)
    document = json.loads((exported / "readiness.json").read_text("utf-8"))
    return str(document["state"])

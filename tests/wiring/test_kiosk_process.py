"""The kiosk's process: what is put off until the first page."""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.simulated.desk import DemoDesk
from script.benches.machine.terminated import running, wait_until
from wiring import places
from wiring.kiosk_process import run_kiosk

LIMIT_SECONDS = 300.0
# Runs main.py; once the file of the third word is written, says whether garbage is collected.
ASKED = """
import gc, runpy, sys, threading, time
from pathlib import Path

def ask(ready):
    while not (ready.exists() and ready.read_text()):
        time.sleep(0.02)
    print("collects", gc.isenabled(), flush=True)

threading.Thread(target=ask, args=(Path(sys.argv[1]),), daemon=True).start()
sys.argv = sys.argv[2:]
runpy.run_path("main.py", run_name="__main__")
"""
FROZEN = """
import gc
from wiring.kiosk_process import collect_garbage_from_now
gc.disable()
collect_garbage_from_now()
print(gc.isenabled(), gc.get_freeze_count() > 0)
"""


def test_garbage_is_collected_again_from_the_first_page_on(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    with DemoDesk(places.ROOT, tmp_path / "run", "BZ-DEMO-0001") as desk:
        demo = places.CONFIG / "profiles" / "demo.toml"
        words = ("main.py", "run", "--ready", str(ready), str(demo), str(desk.write_site()))
        command = (sys.executable, "-c", ASKED, str(ready), *words)
        with running(command, tmp_path / "kiosk") as one:
            wait_until(lambda one: "collects" in one.said(), one, LIMIT_SECONDS)
            assert "collects True" in one.said()
            assert json.loads(ready.read_text())["at"] > 0


def test_garbage_is_collected_again_when_it_cannot_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gc.enable()
    missing = tmp_path / "missing.toml"
    assert run_kiosk(argparse.Namespace(settings=[missing], ready=None)) == 1
    assert str(missing) in capsys.readouterr().err
    assert gc.isenabled()


def test_what_was_made_until_the_first_page_is_not_looked_through_again() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FROZEN], cwd=places.ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "True"]

"""Does systemd understand the units, and may the program do no more than it has to?

`systemd-analyze verify` ends with 0 even for a key that it does not know: any word of it counts.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from wiring import places

DEPLOY = places.ROOT / "deploy"
UNIT = "kiosk.service"
WORST_SCORE = 20  # tenths of systemd's exposure level; it may only get smaller
ANALYZE = shutil.which("systemd-analyze")
pytestmark = pytest.mark.skipif(ANALYZE is None, reason="no systemd-analyze here")


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ANALYZE), *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def installed(folder: Path, said: str) -> Path:
    """Write the unit as it would lie there, with programs and accounts that are here."""
    for program in ("/usr/bin/cage", "/usr/bin/retirement-kiosk"):
        said = said.replace(program, sys.executable)
    account = "root"  # the package makes its own, by sysusers
    for line in ("User=kiosk", "Group=kiosk"):
        said = said.replace(line, line.replace("kiosk", account))
    path = folder / UNIT
    path.write_text(said)
    return path


def shipped() -> str:
    return (DEPLOY / "systemd" / UNIT).read_text()


def test_systemd_has_nothing_to_say_of_the_unit(tmp_path: Path) -> None:
    done = analyze("verify", "--man=no", str(installed(tmp_path, shipped())))
    words = [line for line in done.stderr.splitlines() if UNIT in line]
    assert (words, done.returncode) == ([], 0)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("WatchdogSec=20", "WatchdogSecs=20"), ("Type=notify", "Type=notified")],
)
def test_a_wrong_unit_is_found(tmp_path: Path, right: str, wrong: str) -> None:
    """The control: what is looked for can be found."""
    assert right in shipped()
    done = analyze("verify", "--man=no", str(installed(tmp_path, shipped().replace(right, wrong))))
    assert UNIT in done.stderr


def test_the_score_does_not_get_worse(tmp_path: Path) -> None:
    path = str(installed(tmp_path, shipped()))
    done = analyze("security", "--offline=yes", f"--threshold={WORST_SCORE}", path)
    assert done.returncode == 0, done.stdout.splitlines()[-1]


def test_the_watchdog_is_fed_often_enough() -> None:
    """The promise: a frozen screen is noticed within 20 s."""
    assert "WatchdogSec=20\n" in shipped()


def test_nothing_of_a_person_gets_into_a_core_file() -> None:
    assert "LimitCORE=0\n" in shipped()
    assert "EnvironmentFile=" in shipped()


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="no systemd-sysusers here")
def test_the_account_can_be_made() -> None:
    done = subprocess.run(
        ["systemd-sysusers", "--dry-run", str(DEPLOY / "sysusers" / "retirement-kiosk.conf")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Creating user 'kiosk'" in done.stdout + done.stderr

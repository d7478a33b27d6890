"""Is the environment made once when two begin together, and again where the clone has moved?"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from wiring import places

# Stands in for Python: notes each environment that is made, and makes it out of itself.
PYTHON = """#!/bin/sh
case "$1 $2" in
"-m venv") [ ! -e "$3" ] || exit 9; mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; echo made >> made ;;
*install*) [ ! -e .venv/stamp ] || exit 9 ;;
esac
"""
DPKG_QUERY = "#!/bin/sh\necho install ok installed\n"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    clone = tmp_path / "clone"
    (clone / "script").mkdir(parents=True)
    shutil.copy(places.ROOT / "script" / "bootstrap", clone / "script")
    (clone / "requirements.lock").write_text("setuptools==80\n")
    for name, text in {"python": PYTHON, "dpkg-query": DPKG_QUERY}.items():
        program = tmp_path / name
        program.write_text(text)
        program.chmod(0o755)
    return clone


def begin(clone: Path) -> subprocess.Popen[bytes]:
    tools = clone.parent
    environment = {
        **os.environ,
        "PATH": f"{tools}:{os.environ['PATH']}",
        "KIOSK_PYTHON": str(tools / "python"),
    }
    return subprocess.Popen(
        [str(clone / "script" / "bootstrap")], env=environment, stderr=subprocess.DEVNULL
    )


def bootstrap(clone: Path, at_once: int = 1) -> None:
    running = [begin(clone) for _ in range(at_once)]
    assert [process.wait(60) for process in running] == [0] * at_once


def made(clone: Path) -> int:
    return len((clone / "made").read_text().splitlines())


def test_two_at_once_make_one_environment(clone: Path) -> None:
    bootstrap(clone, at_once=4)
    assert made(clone) == 1
    bootstrap(clone)
    assert made(clone) == 1


def test_a_moved_clone_makes_its_own(clone: Path) -> None:
    bootstrap(clone)
    moved = clone.rename(clone.with_name("elsewhere"))
    bootstrap(moved)
    assert made(moved) == 2


def test_a_way_through_a_link_is_the_same_clone(clone: Path) -> None:
    bootstrap(clone)
    link = clone.with_name("link")
    link.symlink_to(clone)
    bootstrap(link)
    assert made(clone) == 1


def test_a_half_made_environment_is_made_anew(clone: Path) -> None:
    bootstrap(clone)
    (clone / ".venv" / "stamp").unlink()
    bootstrap(clone)
    assert made(clone) == 2


@pytest.mark.parametrize(("lacking", "code"), [("alsa-utils opus-tools", 0), ("libgl1 git", 1)])
def test_without_rights_only_sound_may_be_missing(clone: Path, lacking: str, code: int) -> None:
    stand_ins = {
        "id": "#!/bin/sh\necho 1000\n",
        "sudo": "#!/bin/sh\nexit 1\n",
        "dpkg-query": f"#!/bin/sh\nfor one in {lacking}; do [ $one = $4 ] && exit 1; done\n"
        + DPKG_QUERY.partition("\n")[2],
    }
    for name, text in stand_ins.items():
        program = clone.parent / name
        program.write_text(text)
        program.chmod(0o755)
    assert begin(clone).wait(60) == code
    assert (clone / "made").exists() is (code == 0)

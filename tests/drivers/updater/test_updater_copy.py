"""The updater works from the copy that its start script makes, without the rest of the program."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from wiring.places import ROOT

SCRIPT = ROOT / "deploy" / "bin" / "retirement-kiosk-update"
COPIED = re.compile(r"for file in (.+?); do", re.DOTALL)
SAY = """
from drivers.updater.commands import words_of
from kiosk.fleet.update import Update, UpdateStage
print(words_of(Update(stage=UpdateStage.STUCK), ""))
"""


def test_the_copy_has_all_that_the_updater_needs(tmp_path: Path) -> None:
    copied = COPIED.search(SCRIPT.read_text("utf-8"))
    assert copied is not None
    for name in copied[1].replace("\\\n", " ").split():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    bare = [sys.executable, "-S", "-s", "-c", SAY]  # -S: no site-packages
    here = {"PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(
        bare, env=here, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    said = "现在是 没有装好，新程序不好使，原来的也没有起来，要有人来看。\n"
    assert done.stdout == said, done.stderr

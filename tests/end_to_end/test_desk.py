"""The simulated devices and the central service end with the process that began them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tests.end_to_end.conftest import TERMINAL
from wiring import places

DESK = f"""
import json, signal, sys
from pathlib import Path
from drivers.simulated.desk import DemoDesk

with DemoDesk(Path.cwd(), Path(sys.argv[1]), {TERMINAL!r}) as desk:
    print(json.dumps([child.pid for child in desk._children.values()]), flush=True)
    signal.pause()
"""
PATIENCE = 60


def test_nothing_outlives_a_killed_demo(tmp_path: Path) -> None:
    command = [sys.executable, "-c", DESK, str(tmp_path / "run")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=places.ROOT, stdout=pipe, stderr=pipe, text=True) as demo:
        assert demo.stdout
        children = json.loads(demo.stdout.readline())
        demo.kill()
        try:
            # Its children write to the same standard error: that ends when the last of them does.
            demo.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            for child in children:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            raise
        assert len(children) == 2

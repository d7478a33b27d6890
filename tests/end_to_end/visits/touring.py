"""What tests of whole tours share: running one, and looking at what it left."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

from wiring import places


def tour(*arguments: str, tools: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(places.ROOT / "main.py"), "demo", *arguments]
    environment = dict(os.environ)
    if tools is not None:
        environment["PATH"] = f"{tools}:{environment['PATH']}"
    return subprocess.run(
        command, capture_output=True, text=True, timeout=180, check=False, env=environment
    )


def loudspeaker(folder: Path) -> Path:
    """Make the simulated loudspeaker the player of this machine; return what it records."""
    recording, player = folder / "recording", folder / "tools" / "aplay"
    player.parent.mkdir()
    simulated = places.ROOT / "drivers" / "simulated" / "loudspeaker.py"
    player.write_text(f"#!/bin/sh\nexec {sys.executable} {simulated} {recording} --drinks 150000\n")
    player.chmod(0o755)
    return recording


def heard(recording: Path) -> Counter[str]:
    return Counter(json.loads(line)["event"] for line in recording.read_text().splitlines())


def outbox(run: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(run / "kiosk.db")) as database:
        return database.execute(
            "select id, state from outbox where path like '/v1/applications/%' order by sequence"
        ).fetchall()


def applications(run: Path) -> list[str]:
    with closing(sqlite3.connect(run / "central" / "central.db")) as database:
        return [row[0] for row in database.execute("select id from application")]


def confirmed(run: Path) -> dict[str, str]:
    with closing(sqlite3.connect(run / "kiosk.db")) as database:
        ((detail,),) = database.execute("select detail from audit where event = 'CONFIRMED'")
    found: dict[str, str] = json.loads(detail)
    return found

"""The installed command adds the terminal's settings where none are named, and nowhere else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from wiring.places import ROOT

SITE = "/etc/retirement-kiosk/site.toml"


@pytest.fixture
def command(tmp_path: Path) -> Path:
    """Return the command, with the program replaced by one that prints its arguments."""
    said = (ROOT / "deploy/bin/retirement-kiosk").read_text("utf-8")
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\nshift\nprintf "%s\\n" "$*"\n')
    nobody = tmp_path / "id"
    nobody.write_text("#!/bin/sh\necho 4711\n")
    (tmp_path / "memory.env").touch()
    said = said.replace("/usr/bin/python3.13", str(program))
    said = said.replace("home=/usr/lib/retirement-kiosk", f"home={tmp_path}")
    said = said.replace("/etc/retirement-kiosk/session.env", str(tmp_path / "session.env"))
    for one in (program, nobody):
        one.chmod(0o755)
    found = tmp_path / "retirement-kiosk"
    found.write_text(said)
    return found


@pytest.mark.parametrize(
    ("words", "passed"),
    [
        ("", ""),
        ("--help", "--help"),
        ("run", f"run {SITE}"),
        ("doctor --json", f"doctor --json {SITE}"),
        ("check-config other.toml", "check-config other.toml"),
        ("outbox list", f"outbox list --settings {SITE}"),
        ("outbox retry all", f"outbox retry all --settings {SITE}"),
        ("config import /media/usb", f"config import /media/usb --settings {SITE}"),
        ("logs show --settings other.toml", "logs show --settings other.toml"),
        ("outbox", "outbox"),
        ("outbox --help", "outbox --help"),
        ("config", "config"),
        ("rules age --help", "rules age --help"),
    ],
)
def test_settings_are_added(command: Path, words: str, passed: str) -> None:
    done = subprocess.run(
        ["/bin/sh", str(command), *words.split()],
        env={"PATH": f"{command.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == passed


@pytest.mark.parametrize(
    ("locale", "kept"),
    [
        ({}, "zh_CN.UTF-8"),
        ({"LANG": ""}, "zh_CN.UTF-8"),
        ({"LANG": "en_GB.UTF-8"}, ""),
        ({"LC_ALL": "C"}, ""),
        ({"LC_MESSAGES": "de_DE.UTF-8"}, "de_DE.UTF-8"),
    ],
)
def test_without_a_locale_the_command_speaks_chinese(
    command: Path, locale: dict[str, str], kept: str
) -> None:
    (command.parent / "program").write_text('#!/bin/sh\nprintf "%s" "${LC_MESSAGES:-}"\n')
    done = subprocess.run(
        ["/bin/sh", str(command), "--help"],
        env={"PATH": f"{command.parent}:{os.environ['PATH']}", **locale},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == kept

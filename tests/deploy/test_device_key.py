"""The machine's secret is made once, whole, and a copied disk is told apart from a power cut."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from wiring.places import ROOT

SCRIPT = ROOT / "deploy" / "libexec" / "device-key"
# A stand-in: what this "machine" sealed begins with its name.
CREDS = """#!/bin/sh
case "$1" in
encrypt) [ -z "${CUT:-}" ] || { printf half >"$4"; kill -9 $PPID; }
    { printf %s "$MACHINE:"; cat; } >"$4" ;;
decrypt) grep -q "^$MACHINE:" "$3" ;;
esac
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bin").mkdir()
    creds = tmp_path / "bin" / "systemd-creds"
    creds.write_text(CREDS)
    creds.chmod(0o755)
    (tmp_path / "state").mkdir()
    return tmp_path


def make(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    around = {
        "PATH": f"{folder}/bin:{os.environ['PATH']}",
        "KIOSK_STATE": str(folder / "state"),
        "MACHINE": "one",
        **more,
    }
    return subprocess.run(
        [str(SCRIPT), str(folder / "key")],
        env=around,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_it_is_made_once(folder: Path) -> None:
    assert make(folder).returncode == 0
    before = (folder / "key").read_bytes()
    assert len(before) == len(b"one:") + 32
    assert make(folder).returncode == 0
    assert (folder / "key").read_bytes() == before
    assert not (folder / "key.new").exists()


def test_a_power_cut_while_it_is_made_leaves_none(folder: Path) -> None:
    assert make(folder, CUT="yes").returncode != 0
    assert not (folder / "key").exists()
    assert make(folder).returncode == 0
    assert (folder / "key").read_bytes().startswith(b"one:")


@pytest.mark.parametrize("left", [b"", b"half"])
def test_half_a_file_is_made_anew_while_nothing_was_sealed_under_it(
    folder: Path, left: bytes
) -> None:
    (folder / "key").write_bytes(left)
    assert make(folder).returncode == 0
    assert (folder / "key").read_bytes().startswith(b"one:")


def test_a_disk_of_another_machine_has_words_and_is_left(folder: Path) -> None:
    make(folder)
    (folder / "state" / "identity").write_bytes(b"sealed")
    before = (folder / "key").read_bytes()
    done = make(folder, MACHINE="two")
    assert done.returncode == 1
    assert "磁盘是从别的机器拷来的" in done.stderr
    assert (folder / "key").read_bytes() == before

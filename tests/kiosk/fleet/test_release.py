"""The wanted version is written down for the updater, and only when it is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.fleet.release import ReleaseNote, release_of


@pytest.mark.parametrize(
    ("body", "version"),
    [
        (b'{"version": 1, "release": "0.2.0~rc1"}', "0.2.0~rc1"),
        (b'{"version": 1}', ""),
        (b'{"release": "0.2.0; reboot"}', ""),
        (b'{"release": 2}', ""),
        (b"<html>", ""),
    ],
)
def test_only_a_version_is_taken(body: bytes, version: str) -> None:
    assert release_of(body) == version


def test_it_is_written_when_it_changes(tmp_path: Path) -> None:
    path, written = tmp_path / "release", []
    note = ReleaseNote(path, lambda where, said: written.append((where, said)))
    for said in ("", "", "0.2.0", "0.2.0", ""):
        note.write_version(said)
    assert written == [(path, ""), (path, "0.2.0"), (path, "")]
    ReleaseNote(path).write_version("0.2.0")
    assert path.read_text() == "0.2.0"


def test_a_full_disk_is_asked_again(tmp_path: Path) -> None:
    note = ReleaseNote(tmp_path / "nowhere" / "release")
    note.write_version("0.2.0")
    (tmp_path / "nowhere").mkdir()
    note.write_version("0.2.0")
    assert note.path.read_text() == "0.2.0"

"""A bench that needs a whole Debian says what is missing, and how to get it."""

from __future__ import annotations

from pathlib import Path

import pytest

from script.benches.machine import folder_system, install, update
from script.benches.machine.folder_system import PACKAGE_OF, hindrance

HERE = """Types: deb
URIs: https://debian.example.invalid/debian
Suites: trixie trixie-updates
Components: main

Types: deb
URIs: file:/mirror
Suites: trixie
Components: main
"""


@pytest.fixture
def ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that has everything; its programs lie in bin."""
    programs, sources = tmp_path / "bin", tmp_path / "apt" / "sources.list.d"
    programs.mkdir()
    sources.mkdir(parents=True)
    for name in PACKAGE_OF:
        (programs / name).touch(mode=0o755)
    (sources / "debian.sources").write_text(HERE)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(folder_system, "SOURCES", tmp_path / "apt")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    return tmp_path


def test_nothing_is_missing(ready: Path) -> None:
    assert hindrance() == ""
    assert folder_system.own_sources().count("URIs") == 1


@pytest.mark.parametrize("bench", [install, update])
def test_what_is_missing_can_be_installed_by_the_line(ready: Path, bench: object) -> None:
    for name in ("mmdebstrap", "systemd-nspawn"):
        (ready / "bin" / name).unlink()
    with pytest.raises(SystemExit) as said:
        bench.measure(quick=False)  # type: ignore[attr-defined]
    assert "--no-install-recommends mmdebstrap systemd-container" in str(said.value)
    assert "\n" not in str(said.value)


def test_others_than_root(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert "sudo" in hindrance()


def test_no_sources(ready: Path) -> None:
    (ready / "apt" / "sources.list.d" / "debian.sources").unlink()
    assert "trixie" in hindrance()

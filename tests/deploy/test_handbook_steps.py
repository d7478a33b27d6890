"""The technician's handbook prints each command that the benches run."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import main
from script.benches.machine.handbook_steps import steps

WANTED = (
    "install",
    "keep",
    "settings",
    "enrol",
    "readiness",
    "start",
    "training",
    "no-training",
    "upgrade",
    "waiting",
    "remove",
    "purge",
)


def test_every_step_is_printed_once_and_is_shell() -> None:
    found = steps()
    assert set(WANTED) <= set(found)
    for lines in found.values():
        subprocess.run(["dash", "-n"], input=lines, text=True, check=True)


def test_the_settings_it_prints_are_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = steps()["settings"].split("<<'END'\n")[1].split("END\n")[0]
    site = tmp_path / "site.toml"
    authority = tmp_path / "authority.crt"
    authority.touch()  # the handbook copies it from the stick
    site.write_text(said.replace("/var/lib/retirement-kiosk/authority.crt", str(authority)))
    assert main.main(["check-config", str(site)]) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert "服务点 BZ-QC-01 还没有和中心的名单核对过" in first
    assert last == "设置正确"


def test_a_name_comes_once(tmp_path: Path) -> None:
    book = tmp_path / "book.md"
    book.write_text("```sh one\na\n```\n\n```text\nno\n```\n\n```sh one\nb\n```\n")
    with pytest.raises(ValueError, match="one"):
        steps(book)

"""Any bytes in any file that is read as configuration end in a cure, never in a traceback.

A control beside it: a reader with the fault that each of these finds must be found out. At length:
`script/bench config`.
"""

from __future__ import annotations

import shutil
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli import commands
from kiosk.config.schema import ConfigError
from script.benches.fuzzing.broken_files import (
    CONFIG,
    FILES,
    both_ways,
    broken,
    mistaken,
    toml,
    try_many,
)

QUICK, SLOW = 60, 15


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(CONFIG, tmp_path_factory.mktemp("fuzz") / "config"))


SHORT = ("kiosk.toml", "profiles/demo.toml", "texts/failures.toml", "service_points.csv")


@pytest.mark.parametrize("name", SHORT)
def test_a_broken_file_has_a_cure(name, copy):
    both_ways(name, FILES[name], copy, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FILES))
def test_every_broken_file_has_a_cure(name, copy):
    assert both_ways(name, FILES[name], copy, SLOW) >= SLOW


def careless(config: Path) -> object:
    """A reader that trusts what stands there: the control that must fail."""
    table = tomllib.loads((config / "profiles" / "demo.toml").read_text("utf-8"))
    return table["store"]["min_free_mib"] + 1


@pytest.mark.parametrize("way", ["broken", "mistaken"])
def test_a_careless_reader_is_found_out(way, copy):
    right = (CONFIG / "profiles" / "demo.toml").read_bytes()
    wrong = mistaken(tomllib.loads(right.decode())).map(str.encode)
    contents = broken(right) if way == "broken" else wrong
    with pytest.raises((Exception, ExceptionGroup)) as caught:
        try_many(contents, careless, copy, "profiles/demo.toml", QUICK)
    assert not isinstance(caught.value, ConfigError)


@pytest.mark.parametrize("how", ["folder", "forbidden", "deep", "giant", "zero", "bom"])
def test_files_that_are_none(how, tmp_path, capsys, monkeypatch):
    path = tmp_path / "site.toml"
    match how:
        case "folder":
            path.mkdir()
        case "deep":
            path.write_text("a = " + "[" * 100_000, "utf-8")
        case "giant":
            path.write_text("[panel]\nwidth_px = " + "9" * 5000, "utf-8")
        case "zero":
            path.write_bytes(b"\0" * 4096)  # what a power cut leaves of a file
        case "bom":
            path.write_bytes(b"\xef\xbb\xbf[panel]\n")
        case "forbidden":
            path.write_text("", "utf-8")
            refused = PermissionError(13, "Permission denied", str(path))
            real = Path.read_text

            def read_text(self: Path, *rest: Any, **more: Any) -> str:
                if self == path:
                    raise refused
                return real(self, *rest, **more)

            monkeypatch.setattr(Path, "read_text", read_text)
    assert commands.check_config([path], CONFIG, CONFIG.parent / "assets") == 1
    assert str(path) in capsys.readouterr().out


def test_dates_are_written_as_such():
    assert tomllib.loads(f"a = {toml(date(2026, 1, 2))}") == {"a": date(2026, 1, 2)}

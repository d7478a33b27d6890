"""Settings under the names of earlier versions: read as before, with a warning; both: refused."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import get_type_hints

import pytest

import main
from kiosk.config.layers import Layers, layers_of, read_layers, refused_in
from kiosk.config.renamed_settings import RENAMED, old_names_in
from kiosk.config.schema import ConfigError
from kiosk.config.settings import Settings
from kiosk.config.settings_reader import read_settings
from kiosk.config.site_rules import BOUNDS
from tests.kiosk.invented_people import CONFIG
from wiring.configuration import select_settings

DEFAULTS, DEMO = CONFIG / "kiosk.toml", CONFIG / "profiles" / "demo.toml"
VALUES = dict.fromkeys(RENAMED, "11") | {
    "store.ballast_mib": "71",
    "upkeep.stick": '"/media/other"',
    "upkeep.hottest_celsius": "77.0",
    "upkeep.slow_seconds": "1.7",
    "visit.idle_most_seconds": "111.0",
}
"""A value for each setting, unlike its default."""


def text_of(values: Mapping[str, str]) -> str:
    sections: dict[str, list[str]] = {}
    for key, value in values.items():
        section, _, name = key.partition(".")
        sections.setdefault(section, []).append(f"{name} = {value}")
    return "".join("\n".join([f"[{name}]", *lines, ""]) for name, lines in sections.items())


def write(path: Path, values: Mapping[str, str]) -> Path:
    path.write_text(text_of(values), "utf-8")
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A machine's file with every old name."""
    return write(tmp_path / "site.toml", VALUES)


def test_each_new_name_is_a_setting_and_no_old_one() -> None:
    kinds = get_type_hints(Settings)
    known = {f"{name}.{one.name}" for name in kinds for one in _fields(kinds[name])}
    assert set(RENAMED.values()) <= known
    assert not RENAMED.keys() & known
    assert len(set(RENAMED.values())) == len(RENAMED)


def _fields(kind: type) -> tuple:
    return fields(kind) if hasattr(kind, "__dataclass_fields__") else ()


def test_a_file_of_old_names_gives_the_same_settings(old: Path, tmp_path: Path) -> None:
    new = write(tmp_path / "new.toml", {RENAMED[name]: one for name, one in VALUES.items()})
    found = read_settings(DEFAULTS, DEMO, old)
    assert found == read_settings(DEFAULTS, DEMO, new)
    defaults = read_settings(DEFAULTS, DEMO)
    for key in RENAMED.values():
        assert attrgetter(key)(found) != attrgetter(key)(defaults)
    assert old_names_in([DEFAULTS, DEMO, new]) == ()


def test_each_old_name_is_warned_of_with_its_line(old: Path) -> None:
    lines = old.read_text("utf-8").splitlines()
    found = {one.old: one for one in old_names_in([DEFAULTS, old])}
    assert found.keys() == RENAMED.keys()
    for name, one in found.items():
        assert lines[one.line - 1].startswith(name.partition(".")[2])
        assert one.words() == (
            f"{old} 第 {one.line} 行：{name}：这一项改名叫 {RENAMED[name]} 了，旧名字还认，请改成新名字。"
        )


def test_check_config_prints_each(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["check-config", str(DEMO), str(old)]) == 0
    said = capsys.readouterr().out
    assert said.endswith("设置正确\n")
    assert all(f"改名叫 {new} 了" in said for new in RENAMED.values())


def test_the_log_names_each_at_the_start(
    old: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = json.dumps(str(tmp_path / "kiosk.db"))
    old.write_text(text_of(VALUES).replace("[store]", f"[store]\npath = {store}"), "utf-8")
    with caplog.at_level(logging.WARNING):
        select_settings([DEMO, old])
    said = [getattr(one, "kiosk_entry", None) for one in caplog.records]
    logged = {one.fields["setting"]: one.fields["renamed_to"] for one in said if one is not None}
    assert logged == RENAMED


@pytest.mark.parametrize("name", RENAMED)
def test_both_names_in_one_file_are_a_problem(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "both.toml", {name: VALUES[name], RENAMED[name]: VALUES[name]})
    with pytest.raises(ConfigError) as caught:
        read_settings(DEFAULTS, DEMO, path)
    (problem,) = caught.value.problems
    assert (problem.key, problem.file) == (name, str(path))
    assert problem.line
    assert f"新旧两个名字都写了，请只留 {RENAMED[name]}" in problem.words()


def test_a_stronger_file_wins_under_either_name(tmp_path: Path) -> None:
    weak = write(tmp_path / "model.toml", {"store.min_free_mib": "30"})
    strong = write(tmp_path / "site.toml", {"store.floor_mib": "40"})
    assert read_settings(DEFAULTS, weak, strong).store.min_free_mib == 40
    assert read_settings(DEFAULTS, strong, weak).store.min_free_mib == 30


def test_a_wrong_value_under_the_old_name_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text('[store]\npath = "x"\nfloor_mib = -1\n', "utf-8")
    with pytest.raises(ConfigError, match=r"site\.toml 第 3 行：store\.min_free_mib：应是不小于 0"):
        read_settings(DEFAULTS, path)


@pytest.mark.parametrize("text", ["upkeep = 3\n", "maintenance = 3\n[upkeep]\nstick = ''\n"])
def test_what_is_no_section_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "site.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r"site\.toml 第 1 行"):
        read_settings(DEFAULTS, path)


def test_signed_settings_may_say_under_the_old_name_what_they_may_say(tmp_path: Path) -> None:
    """An old name is neither a way around the list of what a site may say, nor cut off by it."""
    site = write(tmp_path / "00-city.toml", VALUES)
    layers = Layers(DEFAULTS, (), (site,))
    refused = {one.key: one.line for one in refused_in(layers)}
    assert refused.keys() == set(RENAMED.values()) - BOUNDS.keys()
    assert all(refused.values())
    assert read_layers(layers).visit.card_reminders_before_bell == 11
    assert {one.old for one in old_names_in(layers.paths)} == RENAMED.keys()


def test_config_show_says_which_names_are_old(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings_store = json.dumps(str(tmp_path / "configuration"))
    more = f"[configuration]\nfolder = {settings_store}\nroot = {settings_store}"
    old.write_text(text_of(VALUES).replace("[configuration]", more), "utf-8")
    assert main.main(["config", "show", "--settings", str(DEMO), str(old)]) == 0
    said = capsys.readouterr().out
    assert sum(line.startswith("旧名字\t") for line in said.splitlines()) == len(RENAMED)


def test_the_files_of_the_program_use_no_old_name() -> None:
    files = [DEFAULTS, *(CONFIG / "profiles").glob("*.toml")]
    assert old_names_in(files) == ()
    for file in files:
        read_layers(layers_of(DEFAULTS, [file]))

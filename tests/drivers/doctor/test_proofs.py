"""The technician's sheet says what a face match proves at this terminal, and why."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.doctor.finding import Finding, FindingLevel
from drivers.doctor.proofs import check_proofs
from kiosk.config.settings import Profile, Settings, SsCardReaderSettings
from kiosk.config.settings_reader import read_settings
from tests.drivers.doctor.house import TerminalTree, house
from wiring import places

__all__ = ["house"]
RULES = places.CONFIG / "proofs.toml"


def settings_with(**changes: object) -> Settings:
    return replace(read_settings(places.DEFAULTS), **changes)  # type: ignore[arg-type]


def finding(settings: Settings, rules: Path = RULES) -> Finding:
    (found,) = check_proofs(settings, rules)
    return found


def test_the_sheet_has_the_line(house: TerminalTree) -> None:
    assert [one for one in house.found() if one.what == "刷脸算不算数"]


def test_production_needs_a_second_factor_and_the_sheet_names_what_is_not_stopped() -> None:
    seen = finding(settings_with()).seen
    assert seen.startswith("单凭刷脸不够，还要再认一样（工作人员）：挡不住")
    reader = settings_with(ss_card_reader=SsCardReaderSettings("pcsc://"))
    assert finding(reader).seen.startswith("单凭刷脸不够，还要再认一样（社保卡加密码、工作人员）")
    assert "做动作时翻开的照片" in seen
    assert "还没测够摆着的照片" in seen


def test_a_demo_asks_for_nothing_more() -> None:
    assert finding(settings_with(profile=Profile.DEMO)).seen == (
        "只刷脸就算数：演示和培训不核对真人"
    )


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """The rules with each pattern replaced; a pattern that meets nothing is a fault of the test."""
    (tmp_path / "services").symlink_to(places.CONFIG / "services")
    text = RULES.read_text("utf-8")
    for pattern, new in changes:
        text, met = re.subn(pattern, new, text)
        assert met, pattern
    path = tmp_path / "proofs.toml"
    path.write_text(text, "utf-8")
    return path


# Patterns, as the figures change with every evaluation.
NONE_ACCEPTED = (r"(?m)^accepted = \d+$", "accepted = 0")
ENOUGH_CLIPS = (r"(?m)^clips = \d+$", "clips = 150")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([NONE_ACCEPTED], "还要再认一样（工作人员）：还没测够"),
        ([ENOUGH_CLIPS], "还要再认一样（工作人员）：挡不住"),
        ([NONE_ACCEPTED, ENOUGH_CLIPS], "只刷脸就算数：测过的攻击都挡住了"),
        ([('production = "measured"', 'production = "never"')], "规定不能只刷脸"),
    ],
)
def test_each_reason_has_its_words(tmp_path, changes, words) -> None:
    seen = finding(settings_with(), changed(tmp_path, *changes)).seen
    assert words in seen


def test_rules_that_contradict_themselves_are_a_fault(tmp_path) -> None:
    found = finding(settings_with(), changed(tmp_path, ("least_clips = 150", "least_clips = 0")))
    assert found.verdict is FindingLevel.FAULT
    assert "least_clips" in found.seen
    assert "proofs.toml" in found.cure

"""A catalogue that is not sound is refused, with file, key and cure."""

from __future__ import annotations

import re
import shutil

import pytest

from kiosk.retirement.catalogue import SERVICE_COUNT, read_catalogue
from kiosk.schema import ConfigError
from tests.kiosk.people import CONFIG


@pytest.fixture
def config(tmp_path):
    return shutil.copytree(CONFIG, tmp_path / "config")


def edit(path, pattern: str, new: str) -> int:
    """Replace the one place that `pattern` names; return its line."""
    text = path.read_text("utf-8")
    found = list(re.finditer(pattern, text, re.MULTILINE))
    assert len(found) == 1, pattern
    path.write_text(text[: found[0].start()] + new + text[found[0].end() :], "utf-8")
    return text[: found[0].start()].count("\n") + 1


def refused(config) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_catalogue(config)
    return str(caught.value).splitlines()


def test_the_shipped_catalogue_is_sound_and_in_order():
    catalogue = read_catalogue(CONFIG)
    order = [(one.stage, one.code) for one in catalogue.in_order()]
    assert len(order) == SERVICE_COUNT
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("service", "pattern", "new", "key", "cure"),
    [
        ("R06", r'"R01", "R02"', '"R01", "R99"', "needs_any", "“R99”不存在"),
        ("R06", r"^source", 'needs_all = ["R98"]\nsource', "needs_all", "“R98”不存在"),
        ("R06", r'"A1", "A4"', '"A1", "Z9"', "materials", "“Z9”不存在"),
        (
            "R01",
            r'"paid_enough", "reached_age"\]',
            '"paid_enough", "rich"]',
            "when",
            "“rich”不存在",
        ),
        ("R06", r"\Z", '\n[unmet]\nannuity = "later"\n', "unmet", "“annuity”不存在"),
        ("R06", r'office = "RS"', 'office = "XX"', "office", "“XX”不存在"),
        ("R06", r"^source", 'with_offices = ["YY"]\nsource', "with_offices", "“YY”不存在"),
        ("R06", r"stage = 2", "stage = 4", "stage", "“4”不存在"),
        ("R06", r"^can = .*$", 'other = "x"', "reasons.can", "缺少这一句说明"),
        (
            "R01",
            r"^reached_age = .*月.*$|^reached_age = \"\{.*$",
            "",
            "reasons.reached_age",
            "缺少",
        ),
        ("R01", r"^route = .*$", "", "reasons.route", "缺少这一句说明"),
        ("R06", r'"JG", "QY", "LH"', '"QY"', "reasons.kind", "缺少这一句说明"),
    ],
)
def test_unsound_service(config, service, pattern, new, key, cure):
    path = config / "services" / f"{service}.toml"
    edit(path, pattern, new)
    named = [
        line for line in refused(config) if line.startswith(str(path)) and f"：{key}：" in line
    ]
    assert len(named) == 1
    assert cure in named[0]


def test_the_line_is_named(config):
    path = config / "services" / "R06.toml"
    line = edit(path, r'office = "RS"', 'office = "XX"')
    assert refused(config) == [f"{path} 第 {line} 行：office：“XX”不存在。"]


def test_seventeen_services(config):
    (config / "services" / "R18.toml").unlink()
    home = config / "services"
    assert f"{home}：services：应正好 18 项，现在 17 项。" in refused(config)


def test_file_name_and_code_disagree(config):
    (config / "services" / "R18.toml").rename(config / "services" / "R28.toml")
    path = config / "services" / "R28.toml"
    (line,) = refused(config)
    assert line.startswith(f"{path} 第 ")
    assert "code：文件名是 R28.toml，编号应是 R28" in line


def test_a_circle_is_shown(config):
    edit(config / "services" / "R01.toml", r"^source", 'needs_all = ["R06"]\nsource')
    circle = [line for line in refused(config) if "绕成了圈" in line]
    assert len(circle) == 1
    assert "R01" in circle[0]
    assert "R06" in circle[0]


def test_two_exclusive_groups(config):
    edit(config / "services" / "R02.toml", r'"retire_route"', '"other_group"')
    assert f"{config / 'services'}：exclusive_group：应只有一组 retire_route。" in refused(config)


def test_unknown_condition_of_a_paper(config):
    path = config / "materials.toml"
    line = edit(path, r'when = \["flexible_month"\]', 'when = ["full_moon"]')
    assert refused(config) == [f"{path} 第 {line} 行：P6.when：没有“full_moon”这个条件。"]


def test_misspelt_key_of_a_paper(config):
    path = config / "materials.toml"
    path.write_text(path.read_text("utf-8").replace("promise = true", "promis = true", 1), "utf-8")
    assert any("P2.promis：没有这一项" in line and "“promise”" in line for line in refused(config))


def test_every_unsound_place_is_named_at_once(config):
    edit(config / "services" / "R06.toml", r'office = "RS"', 'office = "XX"')
    edit(config / "services" / "R02.toml", r'"retire_route"', '"other_group"')
    edit(config / "materials.toml", r'when = \["flexible_month"\]', 'when = ["full_moon"]')
    assert len(refused(config)) == 3

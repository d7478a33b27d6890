"""`rules diff`: counts, examples, exit codes, and rules that have a gap."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kiosk.retirement.rule_review.commands import show_changes
from kiosk.retirement.rule_review.comparison import compare_rules, read_rule_folder
from kiosk.retirement.rule_review.model import read_people_model
from tests.kiosk.retirement.rule_review.small_config import use_small_model
from tests.kiosk.retirement.shipped import CATALOGUE, CONFIG, edit, number_of
from wiring.command_line import main


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return use_small_model(shutil.copytree(CONFIG, tmp_path / "small"))


def refuse_others(config: Path) -> None:
    """Let R15 be refused to who is not insured through an enterprise."""
    edit(
        config / "conditions.toml", r'(?<=values = \["QY"\]\n)unmet = "review"', 'unmet = "cannot"'
    )


def test_the_same_rules_change_nothing(
    config: Path, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show_changes(CONFIG, config, small) == 0
    assert capsys.readouterr() == ("比了 4 种情形：0 个答案变了，0 个只有说法变了。\n", "")


def test_a_changed_verdict_has_its_count_and_an_example(
    config: Path, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refuse_others(config)
    assert show_changes(CONFIG, config, small) == 1
    out = capsys.readouterr().out
    helper = (
        "给帮办员：亳州的奖励发给企业退休职工；全国的事项是城镇独生子女父母奖励金，企业以外的由卫健部门核对。"
        "依据：人口与计划生育法 第三十一条"
    )
    assert out.startswith(
        "比了 4 种情形：2 个答案变了，0 个只有说法变了。\n\n"
        "R15 独生子女奖励：人工审核 → 不用办，1 种情形\n"
        "    例：“参保类型”：灵活就业\n"
        f"    原来：企业以外的，由卫健部门来核（{helper}）\n"
        f"    现在：企业以外的，由卫健部门来核（{helper}）\n\n"
        "R15 独生子女奖励：以后办，2029年11月起 → 不用办，1 种情形\n"
        "    例：选 2029年11月 退休；“参保类型”：灵活就业\n"
    )
    assert out.count("种情形\n") == 2


def test_other_words_alone_are_told_apart(
    config: Path, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(config / "services" / "R08.toml", "^reason = .*$", 'reason = "换卡"')
    assert show_changes(CONFIG, config, small) == 1
    out = capsys.readouterr().out
    assert out.startswith(
        "比了 4 种情形：0 个答案变了，4 个只有说法变了。\n\nR08 社保卡和乘车优待："
    )
    assert "能办，只有说法变了，4 种情形\n    例：没有另外说的\n    原来：" in out
    assert "    现在：换卡（给帮办员：" in out


def test_a_moved_month_is_a_changed_verdict(
    config: Path, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(config / "rules" / "retirement_age.toml", r"^flexible_months = 36", "flexible_months = 24")
    assert show_changes(CONFIG, config, small) == 1
    out = capsys.readouterr().out
    assert "R01 领养老金的资格：以后办，2029年11月起 → 以后办，2028年11月起，2 种情形\n" in out
    assert "    例：选 2028年11月 退休\n" in out


def test_a_service_that_comes_and_one_that_goes(
    config: Path, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = config / "services"
    (home / "R18.toml").rename(home / "R19.toml")
    edit(home / "R19.toml", '^code = "R18"', 'code = "R19"')
    assert show_changes(CONFIG, config, small) == 1
    out = capsys.readouterr().out
    assert "R18 档案转到社区：能办 → 没有这一项，2 种情形\n" in out
    assert "R19 档案转到社区：没有这一项 → 能办，2 种情形\n" in out
    assert out.count("    原来：") == out.count("    现在：") == 2


def test_changes_stand_by_service_and_the_most_frequent_first(config: Path) -> None:
    edit(config / "services" / "R08.toml", "^reason = .*$", 'reason = "换卡"')
    refuse_others(config)
    people = read_people_model(CONFIG, CATALOGUE.facts).people(2)
    found = compare_rules(read_rule_folder(CONFIG), read_rule_folder(config), people)
    keys = [(one.code, -one.count) for one in found.changes]
    assert keys == sorted(keys)
    assert {one.code for one in found.changes} == {"R08", "R15"}
    assert found.situations == sum(one.count for one in found.changes if one.code == "R08"), (
        "the card is for everybody"
    )
    example = next(one for one in found.changes if one.code == "R15")
    assert example.person.distance == 1, "the plainest person is the example"


GAPS = [
    ("services/R15.toml", "^basis = .*$", "", "basis：缺少这一项"),
    ("services/R15.toml", "^only_child = .*$", "", "reasons.only_child：缺少这一句说明"),
    ("rules/retirement_age.toml", r"^\[categories\.F50\]\n(?:.+\n)+", "", "categories：应正好是"),
    ("rules/retirement_age.toml", "^rises_from_year = .*$", "", "minimum.rises_from_year：缺少"),
    ("conditions.toml", '^than = "minimum_months"$', "", "paid_enough.than：比较时要写"),
    ("verdicts.toml", "^LH = .*$", "", "kinds.LH：缺少这一句说明"),
]


@pytest.mark.parametrize(("name", "pattern", "new", "words"), GAPS, ids=range(len(GAPS)))
@pytest.mark.parametrize("side", ["old", "new"])
def test_a_gap_in_a_table_is_said_with_file_line_and_words(
    config: Path,
    capsys: pytest.CaptureFixture[str],
    side: str,
    name: str,
    pattern: str,
    new: str,
    words: str,
) -> None:
    edit(config / name, pattern, new)
    folders = [str(config), str(CONFIG)] if side == "old" else [str(CONFIG), str(config)]
    assert main(["rules", "diff", *folders]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert f"{config / name}" in err
    assert words in err
    assert "Traceback" not in err


def test_the_line_of_a_gap_is_that_of_its_table(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = config / "rules" / "retirement_age.toml"
    edit(path, "^rises_from_year = .*$", "")
    assert main(["rules", "diff", str(CONFIG), str(config)]) == 2
    assert (
        f"{path} 第 {number_of(path, '[minimum]')} 行：minimum.rises_from_year：缺少这一项"
        in capsys.readouterr().err
    )


def test_a_service_that_is_missing_is_a_gap(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (config / "services" / "R18.toml").unlink()
    assert main(["rules", "diff", str(CONFIG), str(config)]) == 2
    assert "services：应正好 18 项，现在 17 项" in capsys.readouterr().err

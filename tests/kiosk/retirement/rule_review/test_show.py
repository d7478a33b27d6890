"""`rules show`: sentences from the data, and examples each of which answers as it says."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import pytest

from kiosk.cli.dispatch import Invocation, parse
from kiosk.retirement.commands import case_of
from kiosk.retirement.eligibility import judge_all
from kiosk.retirement.rule_review.description import ServiceDescription
from kiosk.retirement.rule_review.examples import find_examples
from kiosk.retirement.rule_review.model import read_people_model
from kiosk.retirement.rule_words import read_rule_words
from tests.kiosk.retirement.shipped import CATALOGUE, CONFIG, RULES, TODAY
from wiring.command_line import main, make_parser

MODEL = read_people_model(CONFIG, CATALOGUE.facts)
EXAMPLES = find_examples(CATALOGUE, RULES, MODEL)
WORDS = read_rule_words(CONFIG)
DESCRIPTION = ServiceDescription(CATALOGUE, WORDS, RULES, MODEL.usual)
ANSWERS = {"能办": "can", "以后办": "later", "不用办": "cannot", "人工审核": "review"}
COMMAND = "     验证："


def conditions_of(code: str) -> str:
    return "\n".join(("", *DESCRIPTION.service_lines(code), ""))


def examples_of(code: str) -> str:
    return "\n".join(("", *DESCRIPTION.example_lines(EXAMPLES[code]), ""))


def read_examples(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield answer, sentence and command of each example as printed."""
    answer, reason, is_next = "", "", False
    for line in text.splitlines()[2:]:
        if not line.startswith(" "):
            answer = ANSWERS[line.removesuffix("：")]
        elif line.startswith(COMMAND):
            yield answer, reason, shlex.split(line.removeprefix(COMMAND))
        elif line[2].isdigit():
            is_next = True
        elif is_next:
            reason, is_next = line.strip(), False


@pytest.mark.parametrize("code", CATALOGUE.services)
def test_every_example_answers_as_it_says(code: str) -> None:
    """The command that is printed with it leads to the answer and sentence that are printed."""
    found = list(read_examples(examples_of(code)))
    assert len(found) == len(EXAMPLES[code])
    for answer, reason, command in found:
        chosen = parse(make_parser(), command[1:])
        assert isinstance(chosen, Invocation)
        case = case_of(chosen.options, CATALOGUE, RULES, TODAY, WORDS.refused)
        said = judge_all(CATALOGUE, case)[code]
        assert said.answer == answer, command
        assert reason.startswith(said.reason), command


def test_the_command_prints_both_and_its_examples_can_be_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["rules", "show", "R15"]) == 0
    assert capsys.readouterr() == (f"{conditions_of('R15')}{examples_of('R15')}".lstrip("\n"), "")
    _, reason, command = next(read_examples(examples_of("R15")))
    assert main(command[1:]) == 0
    assert f"R15 独生子女奖励：能办\n    {reason}\n" in capsys.readouterr().out


@pytest.mark.parametrize("code", [code for code in CATALOGUE.services if code != "R08"])
def test_somebody_passes_or_is_reviewed_and_somebody_does_not(code: str) -> None:
    """Only R08 is for everybody: the card."""
    answers = {one.verdict.answer.value for one in EXAMPLES[code]}
    assert answers & {"can", "review"}
    assert answers & {"cannot", "later"}


NEVER_DECIDES = {("R06", "paid_enough")}
"""R06 waits for R01, which has the same condition."""


def test_every_condition_has_an_example_that_it_decides() -> None:
    missing = set()
    for code, service in CATALOGUE.services.items():
        rules = {one.verdict.rule for one in EXAMPLES[code]}
        missing |= {(code, name) for name in service.when if name not in rules}
    assert missing == NEVER_DECIDES


@pytest.mark.slow
def test_people_with_more_differences_show_no_other_verdict() -> None:
    few = {
        (code, one.verdict.answer, one.verdict.rule)
        for code, examples in EXAMPLES.items()
        for one in examples
    }
    everybody = set()
    for person in MODEL.people():
        if "kind" in person.facts:
            for code, one in judge_all(CATALOGUE, person.situation(RULES)).items():
                everybody.add((code, one.answer, one.rule))
    assert everybody == few


def test_the_usual_person_alone_shows_one_verdict_of_each_service() -> None:
    found = find_examples(CATALOGUE, RULES, MODEL, 0)
    assert found.keys() == CATALOGUE.services.keys()
    assert [one.verdict.rule for one in found["R01"]] == ["fits"]


def test_the_conditions_in_sentences() -> None:
    text = conditions_of("R15").lstrip()
    assert text.startswith(
        "R15 独生子女奖励（企业退休职工独生子女父母光荣证一次性奖励）\n"
        "依据：人口与计划生育法 第三十一条\n"
        "参保类型：机关事业单位、企业、灵活就业；别的类型不办。\n"
        "先都办成，用不着办的不算：R06 按月领养老金。\n"
        "已经在领养老金的，不再办；原来没办成的，可以再交。\n"
        "条件，要都满足：\n"
        "  1. “到退休月份缴费还差得多”：否\n"
        "     不满足时对本人说：不用办：还没有养老金\n"
        "     不满足：办不了。\n"
        "     还不知道时：先一起交，由部门来核对\n"
        "     怎样会变：接着交满 “最低缴费月数”，领上养老金再办\n"
        "     依据：社会保险法 第十六条\n"
        "  2. “有独生子女光荣证”：是\n"
        "     不满足时对本人说：不用办：没有光荣证\n"
        "     不满足：办不了。\n"
        "     本人坚持说满足的，可以照样申请，由部门核对。\n"
        "     还不知道时：有光荣证就可以领\n"
    )
    assert "  3. “参保类型”：是企业\n" in text
    assert "     不满足：可以交，由人来核。\n" in text


def test_the_other_kinds_of_sentences() -> None:
    text = conditions_of("R01")
    for line in (
        "退休的路只能选一条：R01 领养老金的资格、R02 特殊工种提前退休、R03 病残津贴。",
        "一起交的时候排在后面：R04 社保关系转移；前面的不管办没办成，这一项都接着办。",
        "  3. “打算退休的年月”不晚于“办理年月”",
        "     不满足：以后办，从“打算退休的年月”起。",
        "  4. “养老累计缴费月数”不少于“最低缴费月数”",
        "     怎样会变（“2011年7月前参保”：是的时候）：到年龄后接着交 5 年，还不够的，可以一次交齐",
        "  8. “过了法定月份，可能不适用弹性延迟”：否",
    ):
        assert f"\n{line}\n" in text
    assert "先办成" not in text
    assert "先都办成" not in text
    assert "先办成其中一项：R01 领养老金的资格、R02 特殊工种提前退休。" in conditions_of("R06")
    assert "\n这一项都由人审核。\n" in conditions_of("R02")
    card = conditions_of("R08")
    assert "\n已经在领养老金的，也能办，办过还能再办。\n没有别的条件。\n" in card
    assert "“养老视同缴费月数”：有，不是零" in conditions_of("R10")
    assert "“法定退休年月”晚于“办理年月”" in conditions_of("R02")


@pytest.mark.parametrize("code", CATALOGUE.services)
def test_every_condition_of_every_service_is_said(code: str) -> None:
    text = conditions_of(code)
    assert text.count("     不满足：") == len(CATALOGUE.services[code].when)
    assert "{" not in text


def test_how_the_people_of_examples_differ() -> None:
    text = examples_of("R01")
    assert (
        "\n例子。没有另外说的都是：男职工，1966年6月生，2026年11月23日来办，按到年龄退休，"
        "“参保类型”：企业，“养老实际缴费月数”：33 年半，“养老视同缴费月数”：2 年，"
        "“在外地交过的地方”：没有，“有公积金账户”：是，"
    ) in text
    for line in (
        "能办：\n  1. 没有另外说的\n     到年龄了，缴费也满 15 年\n",
        ". 不知道：“养老实际缴费月数”“养老视同缴费月数”“在外地交过的地方”\n",
        ". 1966年10月生；选 2026年11月 退休\n     提前退，书面告知由人来核\n",
        ". 1965年6月生；“电子户口核对一致”：否；“在国有单位担任管理职务”：是\n     过了法定月份，要单位确认\n",
        "；“户口所在的市”：亳州市；“各地的缴费月数”：亳州市 5 年、上海市 12 年\n",
        "；“实际缴费月数怎么算的”：只算了亳州的；",
        ". “参保类型”：城乡居民\n",
        "     缴费还差 2 个月，接着交就够，2027年1月起\n",
        ". 按特殊工种退休\n",
    ):
        assert line in text, line
    assert ". “有公积金账户”：否；" in examples_of("R14")


@pytest.mark.parametrize("said", ["r08", "社保卡和乘车优待", CATALOGUE.services["R08"].name])
def test_a_service_is_found_by_code_and_both_names(
    capsys: pytest.CaptureFixture[str], said: str
) -> None:
    assert main(["rules", "show", said]) == 0
    assert capsys.readouterr().out.startswith("R08 ")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("R99", "rules: 没有“R99”这一项。是不是想写“R09”？可以写的有：R01 领养老金的资格、"),
        ("公积金", "rules: 没有“公积金”这一项。是不是想写“提取公积金”？可以写的有："),
        ("?", "rules: 没有“?”这一项。可以写的有：R01 领养老金的资格、"),
    ],
)
def test_an_unknown_service_is_answered_by_all_names(
    capsys: pytest.CaptureFixture[str], said: str, words: str
) -> None:
    assert main(["rules", "show", said]) == 2
    out, err = capsys.readouterr()
    assert (out, err[: len(words)]) == ("", words)

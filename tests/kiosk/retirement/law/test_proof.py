"""`rules proof`: a verdict with all that it rests on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.retirement.eligibility import judge_all
from kiosk.retirement.law.corpus import read_law_corpus
from kiosk.retirement.law.proof import VerdictProof
from kiosk.retirement.rule_review.sentences import FactSentences
from kiosk.retirement.rule_words import read_rule_words
from kiosk.retirement.situation import Situation
from tests.kiosk.retirement.shipped import CATALOGUE, CONFIG, person
from wiring.command_line import main

SENTENCES = FactSentences(CATALOGUE, read_rule_words(CONFIG))
CORPUS = read_law_corpus(CONFIG)


def proof_of(code: str, case: Situation) -> list[str]:
    verdict = judge_all(CATALOGUE, case)[code]
    return list(VerdictProof(SENTENCES, CORPUS, case, verdict).lines())


def test_who_can() -> None:
    lines = proof_of("R15", person())
    assert lines[0] == "R15 独生子女奖励，2026-11-23 的判断"
    assert lines[1:8] == [
        "事实：",
        "    “参保类型”：企业（部门的数据）",
        "    “到退休月份缴费还差得多”：否（按规则算出）",
        "    “有独生子女光荣证”：是（部门的数据）",
        "条件：",
        "    “到退休月份缴费还差得多”：否：满足",
        "    “有独生子女光荣证”：是：满足",
    ]
    assert "结果：能办" in lines
    assert "    对本人说：有光荣证就可以领" in lines
    at = lines.index("依据：")
    assert lines[at + 1].startswith("    人口与计划生育法 第三十一条（2026-11-30 读自 https://")
    digest = CORPUS.laws["人口与计划生育法"].articles["第三十一条"].sha256
    assert lines[at + 2] == f"        SHA-256 {digest}"
    assert lines[at + 3].startswith("        在国家提倡一对夫妻生育一个子女期间，")
    assert sum("人口与计划生育法 第三十一条" in line for line in lines) == 1, "each article once"


def test_who_cannot_sees_which_condition_decides() -> None:
    lines = proof_of("R15", person(only_child_certificate=False))
    assert "    “有独生子女光荣证”：是：不满足，答案由它来定" in lines
    assert "结果：不用办" in lines


def test_what_is_not_known_is_said() -> None:
    lines = proof_of("R15", person(known={"kind": "QY"}))
    assert "    “有独生子女光荣证”：不知道（部门的数据）" in lines
    assert "    “有独生子女光荣证”：是：还不知道" in lines


def test_what_was_not_read_is_said_to_be_unverified() -> None:
    lines = proof_of("R01", person())
    assert "    关于实施渐进式延迟法定退休年龄的决定 第一条（没有核对过原文）" in lines
    assert any(line.startswith("    社会保险法 第十六条（2026-11-30 读自") for line in lines)


def test_a_service_without_conditions_has_none_in_its_proof() -> None:
    lines = proof_of("R08", person())
    assert "条件：" not in lines
    assert "    “参保类型”：企业（部门的数据）" in lines


def test_a_basis_that_is_no_law_is_ours() -> None:
    case = person()
    verdict = replace(judge_all(CATALOGUE, case)["R08"], basis="退休一次办 对外承诺")
    lines = list(VerdictProof(SENTENCES, CORPUS, case, verdict).lines())
    assert "    退休一次办 对外承诺（本系统的约定，不是法律条文）" in lines


@pytest.mark.parametrize("code", CATALOGUE.services)
def test_every_verdict_has_a_proof_that_ends_in_its_law(code: str) -> None:
    for case in (person(), person(known={}), person(known={"kind": "JM"}), person(birth="1971-06")):
        lines = proof_of(code, case)
        assert len(lines) > lines.index("依据：") + 1


PERSON = ("--insured", "QY", "--category", "M60", "--birth", "1966-06", "--on", "2026-11-23")


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "proof", "独生子女奖励", *PERSON]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("R15 独生子女奖励，2026-11-23 的判断\n事实：\n")
    assert err == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("R99", *PERSON), "rules: 没有“R99”这一项。"),
        (("R15", *PERSON, "--fact", "x"), "rules: “x”应写成 名字=值，"),
    ],
)
def test_what_cannot_be_proved(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert main(["rules", "proof", *arguments]) == 2
    assert capsys.readouterr().err.startswith(words)

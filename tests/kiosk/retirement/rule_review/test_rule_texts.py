"""Rule folders as texts, and which verdicts count as different."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.config.schema import ConfigError
from kiosk.retirement.eligibility import EligibilityAnswer, Verdict
from kiosk.retirement.months import Month
from kiosk.retirement.rule_review.comparison import answers_differ
from kiosk.retirement.rule_review.rule_texts import collect_rule_texts, read_rule_texts
from tests.kiosk.retirement.shipped import CATALOGUE, CONFIG, RULES, edit

CAN = Verdict("R01", EligibilityAnswer.CAN, "到年龄了", "够了", "决定", "fits")


def test_rules_read_from_texts_are_those_of_the_folder(config: Path) -> None:
    texts = collect_rule_texts(CONFIG)
    assert len(texts) == 8 + 18
    found = read_rule_texts(texts)
    assert (found.catalogue, found.ages) == (CATALOGUE, RULES)
    edit(config / "services" / "R08.toml", "^reason = .*$", 'reason = "换卡"')
    assert read_rule_texts(collect_rule_texts(config)).catalogue.services["R08"].reason == "换卡"


@pytest.mark.parametrize(
    "name",
    [
        "questions.toml",
        "x/facts.toml",
        "services/R01.toml.bak",
        "services/../R01.toml",
        "/R01.toml",
    ],
)
def test_no_other_file_is_written(name: str) -> None:
    with pytest.raises(ValueError, match=r"R01|questions|facts"):
        read_rule_texts({**collect_rule_texts(CONFIG), name: ""})


def test_a_missing_file_is_a_gap() -> None:
    texts = {**collect_rule_texts(CONFIG)}
    del texts["verdicts.toml"]
    with pytest.raises(ConfigError, match=r"verdicts\.toml"):
        read_rule_texts(texts)


@pytest.mark.parametrize(
    ("other", "differ"),
    [
        (CAN, False),
        (replace(CAN, reason="别的话", helper="", basis="", rule="manual", changes=("x",)), False),
        (replace(CAN, answer=EligibilityAnswer.REVIEW), True),
        (replace(CAN, since=Month.parse("2027-01")), True),
        (replace(CAN, fileable=False), True),
        (replace(CAN, insistable=True), True),
        (None, True),
    ],
)
def test_words_alone_are_no_difference(other: Verdict | None, *, differ: bool) -> None:
    assert answers_differ(CAN, other) is differ
    assert answers_differ(other, CAN) is differ
    assert not answers_differ(None, None)

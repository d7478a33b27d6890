"""Numbers that are typed are checked; a question with an unknown check is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.failures import Failure
from kiosk.retirement.questions import (
    CHECKS,
    check_account,
    check_mobile,
    check_past_day,
    read_questions,
)
from kiosk.schema import ConfigError
from tests.kiosk.people import CONFIG

TODAY = date(2026, 11, 23)
digits = st.text("0123456789", max_size=24)


def with_luhn(body: str) -> str:
    return next(body + str(end) for end in range(10) if luhn_sum(body + str(end)) % 10 == 0)


def luhn_sum(number: str) -> int:
    """Add up as the standard's table does, written apart from the code under test."""
    table = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    total = 0
    for place, digit in enumerate(reversed(number)):
        total += table[int(digit)] if place % 2 else int(digit)
    return total


@pytest.mark.parametrize("number", ["4111111111111111", "6200000000000000000", "5555555555554444"])
def test_well_known_account_numbers(number):
    assert check_account(number, TODAY) is None


@given(st.text("0123456789", min_size=15, max_size=18))
def test_accounts_with_a_check_digit_are_taken(body):
    assert check_account(with_luhn(body), TODAY) is None


@given(st.text("0123456789", min_size=15, max_size=18), st.data())
def test_one_wrong_digit_of_an_account_is_always_seen(body, data):
    number = with_luhn(body)
    place = data.draw(st.integers(0, len(number) - 1))
    more = data.draw(st.integers(1, 9))
    changed = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert check_account(changed, TODAY) is Failure.ACCOUNT_WRONG


@given(digits.filter(lambda text: len(text) not in range(16, 20)))
def test_accounts_have_16_to_19_places(text):
    assert check_account(text, TODAY) is Failure.ACCOUNT_WRONG


def test_the_shortest_and_longest_account():
    assert check_account("0" * 15, TODAY) is Failure.ACCOUNT_WRONG
    assert check_account("0" * 16, TODAY) is None
    assert check_account("0" * 19, TODAY) is None
    assert check_account("0" * 20, TODAY) is Failure.ACCOUNT_WRONG


@given(st.from_regex(r"\A1[3-9][0-9]{9}\Z"))
def test_mobile_numbers_are_taken(text):
    assert check_mobile(text, TODAY) is None


@given(digits)
def test_other_digits_are_no_mobile_number(text):
    fine = len(text) == 11 and "13" <= text[:2] <= "19"
    assert check_mobile(text, TODAY) is (None if fine else Failure.MOBILE_WRONG)


@pytest.mark.parametrize("text", ["", "1", "12900001234", "23900001234", "139000012345"])
def test_no_mobile_number(text):
    assert check_mobile(text, TODAY) is Failure.MOBILE_WRONG


@given(st.dates(date(1900, 1, 1), TODAY))
@example(TODAY)
def test_past_days_are_taken(day):
    assert check_past_day(f"{day:%Y%m%d}", TODAY) is None


@given(st.dates(TODAY + timedelta(days=1), date(2999, 12, 31)))
@example(TODAY + timedelta(days=1))
def test_days_to_come_are_refused(day):
    assert check_past_day(f"{day:%Y%m%d}", TODAY) is Failure.DAY_WRONG


@pytest.mark.parametrize("text", ["", "1992031", "19920230", "19921301", "199203140", "1992-W01"])
def test_no_day(text):
    assert check_past_day(text, TODAY) is Failure.DAY_WRONG


def refused(tmp_path, old: str, new: str) -> str:
    path = tmp_path / "questions.toml"
    path.write_text((CONFIG / "questions.toml").read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_questions(path)
    return str(caught.value)


def test_unknown_check_names_the_known_ones(tmp_path):
    words = refused(tmp_path, 'check = "mobile"', 'check = "telephone"')
    assert "mobile.check：应是这几个之一：" + "、".join(CHECKS) in words
    assert "第 0 行" not in words


def test_misspelt_key_of_a_question(tmp_path):
    assert "mobile.lable：没有这一项" in refused(tmp_path, "label =", "lable =")

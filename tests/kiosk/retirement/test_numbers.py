"""Numbers that are typed are checked: published ones, each boundary, and one wrong digit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.failures import Failure
from kiosk.retirement.numbers import (
    CHECKS,
    check_account,
    check_credit_code,
    check_id_number,
    check_mobile,
    check_past_day,
    check_years,
)

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


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("0", False), ("1", True), ("9", True), ("60", True), ("61", False), ("", False), ("-1", False),
        ("1.5", False), ("٣", False), ("３", False), ("²", False), ("08", True),
    ],
)  # fmt: skip
def test_years_of_work(text, fine):
    assert check_years(text, TODAY) is (None if fine else Failure.YEARS_WRONG)


@pytest.mark.parametrize("text", ["４111111111111111", "4111-1111-1111-1111", "411111111111111x"])
def test_accounts_are_plain_digits(text):
    assert check_account(text, TODAY) is Failure.ACCOUNT_WRONG


PLACES = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100


def code_with_check(body: str) -> str:
    """Work out the 18th place as the standard's formula does."""
    total = sum(PLACES.index(one) * pow(3, place, 31) for place, one in enumerate(body))
    return body + PLACES[-total % 31]


@given(st.text("0123456789", min_size=6, max_size=6), st.text(PLACES, min_size=9, max_size=9))
def test_credit_codes_are_taken(area, organisation):
    assert check_credit_code(code_with_check("91" + area + organisation), TODAY) is None


@pytest.mark.parametrize("body", ["91341600MA0000001", "12341600MB0000002", "N2340000XXTUWRQPN"])
def test_a_credit_code_with_one_place_changed_is_refused(body):
    """Every place, every other character that a keyboard has, small letters and wide digits."""
    code = code_with_check(body)
    assert check_credit_code(code, TODAY) is None
    characters = {chr(one) for one in range(32, 127)} | set("０１９Ａ一·")
    for place, right in enumerate(code):
        for other in characters - {right}:
            changed = code[:place] + other + code[place + 1 :]
            assert check_credit_code(changed, TODAY) is Failure.CREDIT_CODE_WRONG, changed


@pytest.mark.parametrize("text", ["", "9134160", "91341600MA0000001R0", " 91341600MA0000001R"])
def test_a_credit_code_has_18_places(text):
    assert check_credit_code(text, TODAY) is Failure.CREDIT_CODE_WRONG


@given(st.integers(0, 30))
def test_a_wrong_check_place_of_a_credit_code_is_seen(more):
    right = code_with_check("91341600MA2MQ07T5")
    changed = right[:-1] + PLACES[(PLACES.index(right[-1]) + more) % 31]
    expected = None if changed == right else Failure.CREDIT_CODE_WRONG
    assert check_credit_code(changed, TODAY) is expected


@pytest.mark.parametrize("text", ["", "9134", "91341600MA2MQ07I5M"])
def test_no_credit_code(text):
    assert check_credit_code(text, TODAY) is Failure.CREDIT_CODE_WRONG


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("341602196501010015", True),
        (" 34162219660615001x ", True),
        ("341602196501010016", False),
        ("CHN000001234567", False),
        ("", False),
    ],
)
def test_identity_numbers(text, fine):
    assert check_id_number(text, TODAY) is (None if fine else Failure.ID_NUMBER_WRONG)


def test_a_day_to_come_is_seen_by_the_day_given():
    assert check_id_number("341602196501010015", date(1965, 1, 1)) is None
    assert check_id_number("341602196501010015", date(1964, 12, 31)) is Failure.ID_NUMBER_WRONG


def test_every_check_has_its_name():
    assert {
        "mobile": check_mobile,
        "account": check_account,
        "past_day": check_past_day,
        "years": check_years,
        "credit_code": check_credit_code,
        "id_number": check_id_number,
    } == CHECKS


@given(st.sampled_from(sorted(CHECKS)), st.text(max_size=20))
def test_any_text_is_judged(name, text):
    assert CHECKS[name](text, TODAY) is None or isinstance(CHECKS[name](text, TODAY), Failure)

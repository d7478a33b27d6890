"""A telephone number counts when two people of the city signed for it, and not otherwise."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kiosk.config.phone_list import read_approved_phones
from kiosk.config.schema import ConfigError
from kiosk.operator_texts import text_of
from tests.kiosk.config.phone_approvers import (
    LAST_DAY,
    NEW_PHONE,
    ONE,
    STRANGER,
    TWO,
    phone_list_text,
    public,
    write_approvers,
)


@pytest.fixture
def approvers(tmp_path):
    return write_approvers(tmp_path / "approvers.toml", ONE, TWO)


def approved(tmp_path, approvers, text, today: date | None = LAST_DAY):
    path = tmp_path / "phones.toml"
    path.write_text(text, "utf-8")
    return read_approved_phones(path, approvers, today)


def test_two_people_approve(tmp_path, approvers):
    text = phone_list_text(ONE, STRANGER, TWO)
    assert approved(tmp_path, approvers, text) == {NEW_PHONE, "0558-12333"}


@pytest.mark.parametrize(
    "text",
    [
        phone_list_text(),
        phone_list_text(ONE),
        phone_list_text(ONE, ONE),
        phone_list_text(ONE, STRANGER),
        phone_list_text(ONE, TWO, signed=("0558-12333",)),
        phone_list_text(ONE) + '[[signatures]]\nkey = "xx"\nsignature = "yy"\n',
        phone_list_text(ONE) + f'[[signatures]]\nkey = "{public(TWO)}"\nsignature = "yy"\n',
    ],
)
def test_one_person_is_not_enough(text, tmp_path, approvers):
    with pytest.raises(ConfigError, match=r"要 2 个人签，现在 [01] 个人的签名对得上"):
        approved(tmp_path, approvers, text)


def test_a_list_ends_and_what_was_taken_before_stays(tmp_path, approvers):
    text, after = phone_list_text(ONE, TWO), LAST_DAY + timedelta(days=1)
    with pytest.raises(ConfigError, match=text_of("config.phones_expired")):
        approved(tmp_path, approvers, text, after)
    assert NEW_PHONE in approved(tmp_path, approvers, text, None)


@pytest.mark.parametrize("phone", ["", "110", "0558-1234x", "打 13900000000", "1" * 30])
def test_only_numbers_are_in_a_list(phone, tmp_path, approvers):
    with pytest.raises(ConfigError, match=text_of("config.phone_shape")):
        approved(tmp_path, approvers, phone_list_text(ONE, TWO, phones=(phone,)))


def test_a_list_without_numbers_is_none(tmp_path, approvers):
    with pytest.raises(ConfigError, match=text_of("config.phone_shape")):
        approved(tmp_path, approvers, "valid_until = 2027-12-31\nphones = []\n")


@pytest.mark.parametrize("text", ["keys = []\n", f'keys = ["{"a" * 64}", "{"a" * 64}"]\n'])
def test_approvers_are_two_different_keys(text, tmp_path):
    path = tmp_path / "approvers.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        approved(tmp_path, path, phone_list_text(ONE, TWO))
    assert text_of("config.approver_keys", needed=2) in str(caught.value)


def test_a_key_of_another_shape_is_no_approver(tmp_path):
    path = tmp_path / "approvers.toml"
    path.write_text(f'keys = ["{public(ONE)}", "short"]\n', "utf-8")
    with pytest.raises(ConfigError):
        approved(tmp_path, path, phone_list_text(ONE, TWO))

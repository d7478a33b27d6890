"""Checks of written numbers, one for each kind that questions.toml and fields.toml name.

Each check returns None for a number that can be right, and else the failure to show. Bank cards and
social credit codes are checked by python-stdnum. Identity numbers are not: its `cn.ric` refuses a
person whose county got its code after the birth, which in Bozhou (codes of 2000) is everyone who
retires now.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from stdnum import luhn
from stdnum.cn import uscc

from kiosk.failures import Failure
from kiosk.people.id_number import is_valid, normalise

ACCOUNT_PLACES = range(16, 20)  # ISO/IEC 7812-1
MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
CREDIT_CODE_LETTERS = "ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: without I, O, S, V and Z
_PLACE = f"[0-9{CREDIT_CODE_LETTERS}]"
CREDIT_CODE = re.compile(f"{_PLACE}{{2}}[0-9]{{6}}{_PLACE}{{10}}")
PLAIN_DAY = re.compile(r"\d{8}", re.ASCII)
MOST_YEARS = 60  # nobody has worked longer at one trade


def check_mobile(text: str, _today: date) -> Failure | None:
    """Check a mainland mobile number: 11 digits, 13x to 19x."""
    return None if MOBILE.fullmatch(text) else Failure.MOBILE_WRONG


def check_account(text: str, _today: date) -> Failure | None:
    """Check a bank card number: 16 to 19 digits, Luhn (ISO/IEC 7812-1, annex B)."""
    fine = len(text) in ACCOUNT_PLACES and text.isascii() and luhn.is_valid(text)
    return None if fine else Failure.ACCOUNT_WRONG


def check_past_day(text: str, today: date) -> Failure | None:
    """Check a day written YYYYMMDD: it exists and is not in the future."""
    try:
        day = date.fromisoformat(text) if PLAIN_DAY.fullmatch(text) else None
    except ValueError:
        day = None
    return None if day is not None and day <= today else Failure.DAY_WRONG


def check_years(text: str, _today: date) -> Failure | None:
    """Check whole years of work, 1 to 60."""
    fine = text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_YEARS
    return None if fine else Failure.YEARS_WRONG


def check_credit_code(text: str, _today: date) -> Failure | None:
    """Check a unified social credit code: 18 places, modulo 31 (GB 32100).

    The form is checked here: python-stdnum also takes small letters, wide digits and spaces, and
    refuses the codes of village cooperatives, which begin with N2.
    """
    fine = CREDIT_CODE.fullmatch(text) is not None and uscc.calc_check_digit(text) == text[-1]
    return None if fine else Failure.CREDIT_CODE_WRONG


def check_id_number(text: str, today: date) -> Failure | None:
    """Check an identity number of citizens, J and I residents or the 2023 form (GB 11643)."""
    return None if is_valid(normalise(text), today) else Failure.ID_NUMBER_WRONG


Check = Callable[[str, date], Failure | None]
CHECKS: Mapping[str, Check] = {
    "mobile": check_mobile,
    "account": check_account,
    "past_day": check_past_day,
    "years": check_years,
    "credit_code": check_credit_code,
    "id_number": check_id_number,
}

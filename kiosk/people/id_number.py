"""Identity numbers of citizens and of residents (GB 11643): check, birth date and sex.

Own code: python-stdnum refuses who was born before the county got its code, and abolished codes
stand on cards of living people. Its table of area codes is used for a note that refuses nobody.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from stdnum import numdb

from kiosk.people.identity import Sex

WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))  # GB 11643, 附录 A
CHECK_DIGITS = "10X98765432"
SHAPE = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
SHAPE_2017 = re.compile(r"[A-Z]{3}\d{12}", re.ASCII)  # foreign permanent residents, first form
SHAPE_OF_FILES = re.compile(r"[1-9]\d{14}", re.ASCII)  # citizens before 1999
STILL_IN_FORCE = re.compile(r"\[\d{4}-\]|^[^\[]")
LAST_NAME = re.compile(r"([^\],]+)$")


class NumberFault(StrEnum):
    """What is wrong with a number; config/texts/rules.toml has the words."""

    SHAPE = "shape"
    OF_FILES = "of_files"  # 15 places: stands in old files, never on a card
    DAY = "day"  # no such day in the calendar
    FUTURE = "future"
    CHECK_DIGIT = "check_digit"


def normalise(text: str) -> str:
    """Return the number with full-width digits and a small x made plain, without blanks around."""
    plain = {0xFF10 + digit: str(digit) for digit in range(10)}
    return text.strip().translate({**plain, ord("Ｘ"): "X", ord("ｘ"): "X", ord("x"): "X"})


def birth_of(number: str) -> date | None:
    """Return the birth date inside an 18-place number; None when there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex_of(number: str) -> Sex:
    """Return the sex by the 17th place, which is odd for men."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def check_digit(body: str) -> str:
    """Return the 18th place for 17 digits (MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True))
    return CHECK_DIGITS[total % 11]


def fault_of(number: str, today: date) -> NumberFault | None:
    """Return what is wrong; None when shape, birth date and check digit agree.

    The area code is never judged. A number of 2017 has a shape only: its check is not published.
    """
    if SHAPE_2017.fullmatch(number):
        return None
    if SHAPE_OF_FILES.fullmatch(number):
        return NumberFault.OF_FILES
    if not SHAPE.fullmatch(number):
        return NumberFault.SHAPE
    birth = birth_of(number)
    if birth is None:
        return NumberFault.DAY
    if birth > today:
        return NumberFault.FUTURE
    return None if check_digit(number[:17]) == number[17] else NumberFault.CHECK_DIGIT


def is_valid(number: str, today: date) -> bool:
    """Return whether an 18-place number is correct."""
    return SHAPE.fullmatch(number) is not None and fault_of(number, today) is None


def abolished_area(number: str) -> str | None:
    """Return the last name of an area whose code is no longer in force; None for all others."""
    places = dict(numdb.get("cn/loc").info(number[:6])[-1][1])
    county = places.get("county", "")
    if not county or STILL_IN_FORCE.search(county):
        return None
    found = LAST_NAME.search(county)
    return found[1] if found else None


def mask(number: str) -> str:
    """Return the number with all but the first three and last four places hidden."""
    return number[:3] + "*" * (len(number) - 7) + number[-4:]

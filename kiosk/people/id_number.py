"""Is this a citizen, residence or permanent residence number, and what does it say? GB 11643.

Own code: the maintained libraries refuse area codes that were abolished, and those stand on
cards of living people.
"""

from __future__ import annotations

import re
from datetime import date

from kiosk.people.identity import Sex

WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))  # GB 11643, 附录 A
CHECK_DIGITS = "10X98765432"
SHAPE = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)


def normalise(text: str) -> str:
    """Return `text` with full-width digits and a small x made plain."""
    plain = {0xFF10 + digit: str(digit) for digit in range(10)}
    return text.strip().translate({**plain, ord("Ｘ"): "X", ord("ｘ"): "X", ord("x"): "X"})


def birth_of(number: str) -> date | None:
    """Return the birth date inside an 18-place number, None when there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex_of(number: str) -> Sex:
    """Return the sex by the 17th place: odd is male."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def check_digit(body: str) -> str:
    """Return the 18th place for 17 digits (MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True))
    return CHECK_DIGITS[total % 11]


def is_valid(number: str, today: date) -> bool:
    """Tell whether shape, birth date and check digit agree. The area code is never judged."""
    if not SHAPE.fullmatch(number):
        return False
    birth = birth_of(number)
    return birth is not None and birth <= today and check_digit(number[:17]) == number[17]


def mask(number: str) -> str:
    """Return the number with all but the first three and last four places hidden."""
    return number[:3] + "*" * (len(number) - 7) + number[-4:]

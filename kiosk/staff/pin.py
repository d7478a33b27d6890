"""PINs of the staff: six digits, not too easy, kept as scrypt hashes (RFC 7914)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from binascii import Error
from collections.abc import Callable
from itertools import pairwise

DIGITS = 6
COST, BLOCK, LANES, KEY_BYTES, SALT_BYTES = 16384, 8, 1, 32, 16  # about 50 ms and 16 MiB a try
MOST_COST = 1 << 18
MEMORY = 64 << 20
SCHEME = "scrypt"
FEWEST_DIFFERENT = 3


def is_pin(typed: str) -> bool:
    """Return whether the text has the form of a PIN."""
    return len(typed) == DIGITS and typed.isascii() and typed.isdigit()


def is_weak(pin: str) -> bool:
    """Return whether a PIN is easy to guess: few digits, a run, a repeated half, a date."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    half, third = pin[: DIGITS // 2], pin[: DIGITS // 3]
    repeated = pin in (half * 2, third * 3, half + half[::-1])
    return len(set(pin)) < FEWEST_DIFFERENT or len(steps) == 1 or repeated or _is_date(pin)


def draw_pin(below: Callable[[int], int]) -> str:
    """Return a random PIN that is not weak; `below(n)` draws from 0 to n-1 (secrets.randbelow)."""
    while is_weak(pin := f"{below(10**DIGITS):0{DIGITS}}"):
        pass
    return pin


def hash_pin(pin: str, salt: bytes) -> str:
    """Return the hash that an account keeps: scrypt$N$r$p$salt$hash, the last two base64."""
    made = _scrypt(pin, salt, COST, BLOCK, LANES, KEY_BYTES)
    kept = (base64.b64encode(one).decode() for one in (salt, made))
    return "$".join((SCHEME, str(COST), str(BLOCK), str(LANES), *kept))


def is_right(pin: str, kept: str) -> bool:
    """Return whether the PIN fits an account's hash; False for a hash that can't be read."""
    try:
        scheme, cost, block, lanes, salt, made = kept.split("$")
        wanted = base64.b64decode(made, validate=True)
        numbers = int(cost), int(block), int(lanes)
        if scheme != SCHEME or numbers[0] > MOST_COST or len(wanted) != KEY_BYTES:
            return False
        found = _scrypt(pin, base64.b64decode(salt, validate=True), *numbers, len(wanted))
    except (ValueError, Error):
        return False
    return hmac.compare_digest(found, wanted)


def _scrypt(pin: str, salt: bytes, cost: int, block: int, lanes: int, length: int) -> bytes:
    return hashlib.scrypt(
        pin.encode(), salt=salt, n=cost, r=block, p=lanes, maxmem=MEMORY, dklen=length
    )


def _is_date(pin: str) -> bool:
    """Return whether it reads as a birthday: 650413 or 041365."""
    first, second, third = (int(pin[at : at + 2]) for at in (0, 2, 4))
    return _is_day(second, third) or _is_day(first, second)


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31  # noqa: PLR2004 - months and days

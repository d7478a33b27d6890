"""One-time codes of technicians: TOTP (RFC 6238) over SHA-256, six digits.

The second factor, and the cryptographic one (GB/T 22239-2019, level 3): the terminal can check it
without the network for as long as the signed list is good. The key belongs to one account at one
service point, so that a stolen terminal opens no other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from binascii import Error
from datetime import datetime
from urllib.parse import quote

DIGITS = 6
SECONDS = 30
KEY_BYTES = 32  # RFC 4226 §4, R6: at least 16; as long as the hash is recommended
WINDOW = (0, -1, 1)  # steps: a clock may be half a minute off (RFC 6238 §5.2)
LOW_HALF = 0x0F
NO_SIGN = 0x7FFFFFFF
COUNTER_BYTES = 8
NEVER = -1


def step_of(now: datetime) -> int:
    """Return the number of the time step of 30 seconds."""
    return int(now.timestamp()) // SECONDS


def code_of(key: bytes, step: int) -> str:
    """Return the code of this step (RFC 4226 §5.3, truncation)."""
    made = hmac.digest(key, step.to_bytes(COUNTER_BYTES, "big"), hashlib.sha256)
    at = made[-1] & LOW_HALF
    number = int.from_bytes(made[at : at + 4], "big") & NO_SIGN
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(kept: str, typed: str, now: datetime, last: int) -> int | None:
    """Return the step whose code was typed; None for none, or for one at or before `last`.

    `kept` is the key as the list holds it. A code that was used once is used up, so `last` is the
    step that was used before.
    """
    key = read_key(kept)
    if key is None:
        return None
    steps = (step_of(now) + away for away in WINDOW)
    return next(
        (one for one in steps if one > last and hmac.compare_digest(code_of(key, one), typed)), None
    )


def read_key(kept: str) -> bytes | None:
    """Return the key in base32; None when it is not one."""
    try:
        key = base64.b32decode(kept)
    except (Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def write_key(key: bytes) -> str:
    """Return the key as accounts hold it and authenticator programs take it: base32."""
    return base64.b32encode(key).decode()


def enrolment_url(kept: str, account: str, point: str) -> str:
    """Return the URL that an authenticator program reads from a QR code.

    `kept` is the key in base32, `account` the pseudonym and `point` the point's code.
    """
    label = quote(f"{point}:{account}")
    return (
        f"otpauth://totp/{label}?secret={kept.rstrip('=')}&algorithm=SHA256&issuer={quote(point)}"
    )

"""The code by which anybody who holds a form can ask whether it is genuine.

It derives from the signed application, so that terminal and central service know it and nobody
else does: who reads the database there finds keyed hashes alone.
"""

from __future__ import annotations

import hashlib
import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
LENGTH = 20  # characters of 5 bits each: 100 bits
GROUP = 5
_SAME = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def check_code(content: bytes, form: str) -> str:
    """Return the code of the form named `form`; `content` is the signed application's JSON."""
    found = int.from_bytes(hmac.digest(content, f"form-check\n{form}".encode(), hashlib.sha256))
    return "".join(ALPHABET[found >> (5 * place) & 31] for place in range(LENGTH))


def typed_code(typed: str) -> str:
    """Return the code that a person typed or scanned, "" for what can't be one."""
    code = typed.upper().translate(_SAME)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def grouped_code(code: str) -> str:
    """Return the code in groups of five, as it is printed."""
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))

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


def check_secret(content: bytes) -> bytes:
    """Return what all codes of one application derive from; `content` is its signed JSON.

    It can't be computed from the digest of the application, which stands in the database. A key of
    HMAC longer than a block would be replaced by exactly that digest (RFC 2104 §3).
    """
    return hashlib.sha256(b"form-check\n" + content).digest()


def check_code(secret: bytes, form: str) -> str:
    """Return the code of the form named `form`; `secret` is the application's `check_secret`."""
    found = int.from_bytes(hmac.digest(secret, form.encode(), hashlib.sha256))
    return "".join(ALPHABET[found >> (5 * place) & 31] for place in range(LENGTH))


def typed_code(typed: str) -> str:
    """Return the code that a person typed or scanned, "" for what can't be one."""
    code = typed.upper().translate(_SAME)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def grouped_code(code: str) -> str:
    """Return the code in groups of five, as it is printed."""
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))

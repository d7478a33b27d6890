"""The one decoder of JSON from outside: limits of size, depth and numbers, and no second meaning.

What it refuses, `json.loads` takes, or fails on with another exception than ValueError: numbers
that overflow when they are used, nesting that exhausts the stack, a name that stands there twice,
half a surrogate pair that can't be encoded again. The rules are those of I-JSON (RFC 7493 §2).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kiosk.units import MIB

LARGEST = 2**53 - 1  # RFC 7493 §2.2: what every reader takes for the same number
_LONGEST_NUMBER = 400  # characters; a float of 17 digits is whole, 1e308 written out has 309
# A string that does not end is taken to the end, or each quote in it would be tried as a beginning.
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
# Tables for bytes.translate(), which is many times as fast as a search by pattern.
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_SQUARE = bytes.maketrans(b"{}", b"[]")
_SIXTEEN = b"0" * 16  # digits
_ZEROS = bytes.maketrans(b"123456789", b"000000000")


@dataclass(frozen=True)
class JsonLimits:
    """The largest length in bytes, and the deepest nesting of lists and objects."""

    length: int = MIB
    depth: int = 32


def decode(body: bytes | str, limits: JsonLimits = JsonLimits()) -> Any:
    """Return what the UTF-8 JSON in `body` says.

    Raises ValueError, and nothing else, for any other input, and beyond the `limits` of length and
    depth.
    """
    if len(body) > limits.length:
        raise ValueError("too long")
    text = body.decode("utf-8") if isinstance(body, bytes) else body
    bare = _STRING.sub("", text).encode("utf-8", "replace")
    if not _is_flat(bare, limits.depth):
        raise ValueError("too deep")
    # A call for each number costs more than all the rest: a signature has hundreds.
    found = (_CAREFUL if _has_perhaps_large(bare) else _QUICK).decode(text)
    if "\\u" in text or isinstance(body, str):
        _refuse_surrogates(found)
    return found


def decode_object(body: bytes | str, limits: JsonLimits = JsonLimits()) -> dict[str, Any] | None:
    """Return a JSON object; None for anything else."""
    try:
        found = decode(body, limits)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def has_nul(found: Any) -> bool:
    """Return whether a string or a name in the decoded value `found` has the character NUL."""
    return any("\0" in text for text in _strings_in(found))


def _is_flat(bare: bytes, depth: int) -> bool:
    """Tell whether brackets are nested at most so deep in a text without its strings.

    Each round takes away the innermost ones. What is left of brackets without their other half is
    no JSON, however deep.
    """
    left = bare.translate(_SQUARE, _NO_BRACKETS)
    for _ in range(depth):
        left = left.replace(b"[]", b"")
    return not left


def _has_perhaps_large(bare: bytes) -> bool:
    """Tell whether a number in a text without its strings may be infinite, or above LARGEST."""
    if any(letter in bare for letter in (b"E", b"I", b"N")):
        return True
    flat = bare.translate(_ZEROS)
    return b"0e" in flat or _SIXTEEN in flat


def _integer(digits: str) -> int:
    if len(digits) > len(str(-LARGEST)) or abs(number := int(digits)) > LARGEST:
        raise ValueError("too large a number")
    return number


def _number(digits: str) -> float:
    if len(digits) > _LONGEST_NUMBER or not math.isfinite(number := float(digits)):
        raise ValueError("too large a number")
    return number


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found


# Made once: a decoder takes as long to make as a short text to read.
_QUICK = json.JSONDecoder(object_pairs_hook=_object)
_CAREFUL = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_number,
    parse_constant=_no_number,
)


def _refuse_surrogates(found: Any) -> None:
    """Raise ValueError (UnicodeEncodeError is one) where a string can't be encoded again."""
    for text in _strings_in(found):
        text.encode("utf-8")


def _strings_in(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, list):
        for one in found:
            yield from _strings_in(one)
    elif isinstance(found, dict):
        for name, one in found.items():
            yield name
            yield from _strings_in(one)

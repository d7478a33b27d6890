"""The one decoder of JSON from outside: limits of size, depth and numbers, and no second meaning.

What it refuses, `json.loads` takes, or fails on with another exception than ValueError: numbers
that overflow when they are used, nesting that exhausts the stack, a name that stands there twice,
half a surrogate pair that can't be encoded again. The rules are those of I-JSON (RFC 7493 §2).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.units import MIB

LARGEST = 2**53 - 1  # RFC 7493 §2.2: what every reader takes for the same number
_LONGEST_NUMBER = 400  # characters; a float of 17 digits is whole, 1e308 written out has 309
# A string that does not end is taken to the end, or each quote in it would be tried as a beginning.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_NO_BRACKET = re.compile(r"[^][{}]+")
# Every number without these is finite, and no larger than LARGEST.
_PERHAPS_LARGE = re.compile(r"[0-9][eE]|[0-9]{16}|[IN]")


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
    bare = _STRING.sub("", text)
    if _depth_of(bare) > limits.depth:
        raise ValueError("too deep")
    # A call for each number costs more than all the rest: a signature has hundreds.
    numbers = _CHECKED if _PERHAPS_LARGE.search(bare) else {}
    found = json.loads(text, object_pairs_hook=_object, **numbers)
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


def _depth_of(bare: str) -> int:
    """Return how deep brackets are nested in a text without its strings."""
    depth = deepest = 0
    for bracket in _NO_BRACKET.sub("", bare):
        if bracket in "[{":
            depth += 1
            if depth > deepest:  # noqa: PLR1730 - a call of max() is most of the loop
                deepest = depth
        else:
            depth -= 1
    return deepest


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


_CHECKED: Mapping[str, Any] = {
    "parse_int": _integer,
    "parse_float": _number,
    "parse_constant": _no_number,
}


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found


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

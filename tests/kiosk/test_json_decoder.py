"""JSON from outside: what is sound is read as ever, everything else is refused by ValueError."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.json_decoder import LARGEST, JsonLimits, decode, decode_object, has_nul

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_what_is_sound_is_read_as_ever(value: Any, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert decode(text.encode()) == decode(text) == value


@given(
    st.binary()
    | st.text().map(str.encode)
    | st.text(alphabet='[]{}",:\\u0dE9e-+. ').map(str.encode)
)
def test_anything_is_read_or_refused(body: bytes) -> None:
    try:
        found = decode(body)
    except ValueError:
        return
    assert json.loads(json.dumps(found)) == found
    assert decode_object(body) == (found if isinstance(found, dict) else None)


REFUSED = {
    "empty": b"",
    "two values": b"{}{}",
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"a":1}',
    "no UTF-8": b'{"a":"\xff"}',
    "NaN": b'{"a":NaN}',
    "infinity": b'{"a":-Infinity}',
    "a number that overflows": b'{"a":1e999}',
    "one that overflows below": b'{"a":-1e999}',
    "a large integer": b'{"a":9007199254740992}',
    "a very large one": b'{"a":' + b"9" * 5000 + b"}",
    "a long fraction": b'{"a":0.' + b"9" * 5000 + b"}",
    "a name twice": b'{"a":1,"a":2}',
    "a name twice, written otherwise": b'{"a":1,"\\u0061":2}',
    "a name twice, deeper": b'{"b":[{"a":1,"a":2}]}',
    "half a surrogate pair": b'{"a":"\\ud800"}',
    "the other half": b'{"a":["\\udc00"]}',
    "in a name": b'{"\\ud800":1}',
    "a control character": b'{"a":"\n"}',
    "lists in lists": b"[" * 100_000 + b"]" * 100_000,
    "lists that do not end": b"[" * 100_000,
    "objects in objects": b'{"a":' * 100_000,
    "just too deep": b"[" * 33 + b"]" * 33,
    "too long": b'"' + b"a" * 1024 * 1024 + b'"',
    "quotes that do not end": b'"\\' * 400_000,
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_is_unsound_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any ValueError, and nothing else
        decode(body)
    assert decode_object(body) is None


def test_what_is_just_within_the_limits() -> None:
    assert decode(b"[" * 32 + b"]" * 32)
    assert decode(b'"' + b"[" * 100 + b'"') == "[" * 100
    assert decode(rb'"\"[[\\"', JsonLimits(depth=0)) == '"[[\\'
    assert decode(b'{"a":9007199254740991,"b":1e308,"c":"\\ud83d\\ude00"}') == {
        "a": LARGEST,
        "b": 1e308,
        "c": "\U0001f600",
    }
    assert decode_object(b"[]") is None


def test_half_a_pair_in_a_text_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        decode('{"a":"\ud800"}')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'{"a": ["b", {"c": "d\u0000"}]}', True),
        (r'{"a\u0000": 1}', True),
        (r'{"a": "\\u0000"}', False),
        (r'{"a": ["b", 1, null]}', False),
    ],
)
def test_has_nul(text: str, expected: bool) -> None:
    assert has_nul(decode(text)) is expected


def test_numbers_are_looked_at_one_by_one_only_where_one_may_be_too_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A signature has hundreds of them; texts with digits and an e in them do not count."""
    asked: list[str] = []
    careful = json.JSONDecoder(parse_int=asked.append, parse_float=asked.append)
    monkeypatch.setattr("kiosk.json_decoder._CAREFUL", careful)
    assert decode('{"a3e5": [0.25, true, null, 17, "9999999999999999 1e999"]}')
    assert asked == []
    decode("[0.5, 9999999999999999]")
    decode("[1e5]")
    assert asked == ["0.5", "9999999999999999", "1e5"]

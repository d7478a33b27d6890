"""What the process that reads papers says is taken only when it is a message."""

from __future__ import annotations

from datetime import date

import pytest

from drivers.papers.reading.messages import (
    PaperMessageError,
    ReadRequest,
    decode_request,
    decode_text,
    encode_request,
    encode_text,
)
from kiosk.paper_text import PaperText, ReadField

TEXT = PaperText((ReadField("sex", "女", is_checked=True),), quarter_turns=2)


def test_messages_come_back_as_they_went() -> None:
    request = ReadRequest("P2", date(2026, 11, 29))
    assert decode_request(encode_request(request)) == request
    assert decode_text(encode_text(TEXT)) == TEXT


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"[]",
        b'{"code": "P2"}',
        b'{"code": 1, "today": "2026-11-29"}',
        b'{"code": "P2", "today": "never"}',
    ],
)
def test_what_is_no_request(said: bytes) -> None:
    with pytest.raises(ValueError, match=r"request|JSON|Expecting|isoformat|text"):
        decode_request(said)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b'"fields": [', b'"fields": ["x", '),
        (b'"is_checked": true', b'"is_checked": 1'),
        (b'"fields": [', b'"fields": [' + b"1, " * 64),
        (b'"sex"', b'"' + b"a" * 4097 + b'"'),
        (b'"is_another"', b'"is_other"'),
        (b'"quarter_turns": 2', b'"quarter_turns": 4'),
        (b'"quarter_turns": 2', b'"quarter_turns": true'),
        (b'"name"', b'"names"'),
    ],
)
def test_what_is_no_text_of_a_paper(was: bytes, becomes: bytes) -> None:
    said = encode_text(TEXT)
    assert was in said
    with pytest.raises(PaperMessageError):
        decode_text(said.replace(was, becomes))

"""What a card's QR code holds, and what is read of it."""

from __future__ import annotations

import pytest

from kiosk.fleet.enrolment_card import code_in, payload_of


def test_what_a_card_holds_is_read_again() -> None:
    assert code_in(payload_of("0123456789ABCDEF")) == "0123456789ABCDEF"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("RKE1:ABCD1234\r\n", "ABCD1234"),
        ("rke1:abcd1234", "abcd1234"),
        ("abcd-1234", "abcd-1234"),
        (" ABCD1234 ", "ABCD1234"),
        ("", None),
        ("RKE1:", None),
        ("RKE1:ABC", None),
        ("RKE2:ABCD1234", None),
        ("https://elsewhere.example.invalid/ABCD1234", None),
        ('RKE1:ABCD1234\n[central]\nurl = "https://elsewhere.example.invalid"', None),
        ("RKE1:" + "A" * 21, None),
    ],
)
def test_only_a_code_is_taken(text: str, code: str | None) -> None:
    assert code_in(text) == code

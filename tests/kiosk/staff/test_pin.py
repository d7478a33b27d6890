"""PINs: which are weak, and what fits a hash."""

from __future__ import annotations

import random

import pytest

from kiosk.staff.pin import draw_pin, hash_pin, is_pin, is_right, is_weak
from tests.kiosk.staff_people import (
    OTHER_PIN,
    PIN,
    PIN_HASHES,
)


@pytest.mark.parametrize(
    "pin", ["000000", "112211", "123456", "987654", "135791", "121212", "123123", "650413", "041365",
            "123321", "740501"]
)  # fmt: skip
def test_easy_pins_are_refused(pin: str) -> None:
    assert is_weak(pin)


@pytest.mark.parametrize("pin", [PIN, OTHER_PIN, "918273", "604938"])
def test_others_are_not(pin: str) -> None:
    assert not is_weak(pin)


def test_pins_are_drawn_until_one_is_not_weak() -> None:
    drawn = iter([0, 123456, 918273])
    assert draw_pin(lambda _: next(drawn)) == "918273"
    below = random.Random(7).randrange
    assert not any(is_weak(draw_pin(below)) for _ in range(200))


@pytest.mark.parametrize("typed", ["12345", "1234567", "12345a", "１２３４５６", ""])
def test_what_is_no_pin(typed: str) -> None:
    assert not is_pin(typed)
    assert is_pin(PIN)


def test_a_pin_is_right_only_for_its_hash() -> None:
    assert is_right(PIN, PIN_HASHES[PIN])
    assert not is_right(OTHER_PIN, PIN_HASHES[PIN])
    assert hash_pin(PIN, b"t" * 16) != PIN_HASHES[PIN]


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "scrypt$16384$8$1$c2FsdA==$bm90IDMyIGJ5dGVz",
        "scrypt$16383$8$1$c2FsdA==$" + PIN_HASHES[PIN].rpartition("$")[2],
        "scrypt$1099511627776$8$1$c2FsdA==$" + PIN_HASHES[PIN].rpartition("$")[2],
        PIN_HASHES[PIN].replace("scrypt", "plain"),
        PIN_HASHES[PIN] + "!",
    ],
)
def test_a_broken_hash_lets_nobody_in(kept: str) -> None:
    assert not is_right(PIN, kept)

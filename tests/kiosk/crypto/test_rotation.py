"""A terminal follows only what its pinned key announced, and all of that."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.crypto.envelope import OpeningKey
from kiosk.crypto.receipt import SigningKey, sign_document
from kiosk.crypto.rotation import Rotation, follow, sign_rotation, verify_rotation

KEYS = [SigningKey(bytes([number]) * 32) for number in range(5)]
AT = datetime(2026, 12, 1, tzinfo=UTC)


def rotation(number: int, after: int | None = None) -> Rotation:
    before = KEYS[number - 1 if after is None else after]
    sealing = OpeningKey(bytes([50 + number]) * 32).sealing
    receipt = KEYS[number].receipt_key
    return Rotation(number, AT, sealing, receipt, before.receipt_key.id)


def statement(number: int, signer: int | None = None) -> Any:
    key = KEYS[number - 1 if signer is None else signer]
    return json.loads(sign_rotation(rotation(number), key))


def test_a_statement_comes_back_as_it_was() -> None:
    assert verify_rotation(statement(1), KEYS[0].receipt_key) == rotation(1)


def test_only_the_key_before_announces() -> None:
    assert verify_rotation(statement(2, signer=0), KEYS[0].receipt_key) is None
    assert verify_rotation(statement(1, signer=3), KEYS[0].receipt_key) is None


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
def test_the_chain_is_followed_from_anywhere(order: tuple[int, ...]) -> None:
    said = [statement(number) for number in order]
    for pinned in range(4):
        found = follow(KEYS[pinned].receipt_key, said)
        assert [one.number for one in found] == list(range(pinned + 1, 4))


def test_a_gap_ends_it() -> None:
    assert [one.number for one in follow(KEYS[0].receipt_key, [statement(1), statement(3)])] == [1]


def test_a_circle_ends() -> None:
    back = Rotation(
        2, AT, OpeningKey(bytes(32)).sealing, KEYS[0].receipt_key, KEYS[1].receipt_key.id
    )
    said = [statement(1), json.loads(sign_rotation(back, KEYS[1]))]
    assert [one.number for one in follow(KEYS[0].receipt_key, said)] == [1, 2]


@pytest.mark.parametrize("name", sorted(statement(1)))
def test_no_word_may_change(name: str) -> None:
    said = statement(1)
    said[name] = "other"
    assert follow(KEYS[0].receipt_key, [said]) == ()
    del said[name]
    assert follow(KEYS[0].receipt_key, [said]) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"kind": "receipt"},
        {"starts_at": 5},
        {"starts_at": "soon"},
        {"sealing": {}},
        {"sealing": 5},
        {"receipt": {}},
        {"number": "1"},
        {"number": True},
        {"more": 1, "critical": ["more"]},
    ],
)
def test_signed_statements_of_another_make(change: dict[str, Any]) -> None:
    said = json.loads(sign_document(rotation(1).document() | change, KEYS[0]))
    assert follow(KEYS[0].receipt_key, [said]) == ()


@pytest.mark.parametrize("said", [None, 5, [], {}, float("inf"), {"signature": "AA=="}])
def test_anything_is_judged(said: object) -> None:
    assert follow(KEYS[0].receipt_key, [said]) == ()

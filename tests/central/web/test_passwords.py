"""Hashes of passwords have the costs that are published as enough, and weak passwords are known."""

from __future__ import annotations

import pytest

from central.web.passwords import PasswordHashes, is_weak


def test_a_hash_is_argon2id_with_the_published_costs() -> None:
    hashes = PasswordHashes()
    kept = hashes.make("three plain words")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert kept != hashes.make("three plain words")
    assert hashes.matches("three plain words", kept)
    assert not hashes.matches("three plain word", kept)


@pytest.mark.parametrize("kept", ["", "no hash", "$argon2id$v=19$m=1,t=1,p=1$", "$2b$12$abc"])
def test_what_is_no_hash_matches_nothing(kept: str) -> None:
    assert not PasswordHashes().matches("", kept)


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("", True),
        ("eleven char", True),
        ("twelve chars", False),
        ("aaaaaaaaaaaaaaaa", True),
        ("abababababababab", True),
        ("三个普通的词，再加一个好记", False),
    ],
)
def test_weak_passwords_are_known(password: str, weak: bool) -> None:
    assert is_weak(password, 12) is weak

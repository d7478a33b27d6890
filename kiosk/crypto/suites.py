"""Cipher suites: one interface, with two sets of algorithms behind it.

"intl" is always there. "gm" (国密: SM2, SM3, SM4) needs the optional package gmalg, because the
OpenSSL inside `cryptography` has no SM2; without it a key of that suite is refused with its cure.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from importlib.util import find_spec
from typing import Protocol

from kiosk.crypto.suite_intl import Intl

GM_PACKAGE = "gmalg"


class Suite(StrEnum):
    """Sets of algorithms, by the name that keys and envelopes carry."""

    INTL = "intl"
    GM = "gm"


class Algorithms(Protocol):
    """The operations of a suite; `info` is bound to the sealed bytes and not stored in them."""

    def digest(self, content: bytes) -> str:
        """Return the hash of the content as 64 hex digits."""

    def new_private(self, random: Callable[[int], bytes]) -> bytes:
        """Return a private key, made from `random(n)`."""

    def public_of(self, private: bytes) -> bytes:
        """Return the public key that belongs to a private one."""

    def is_public(self, public: bytes) -> bool:
        """Return whether these bytes can be a public key."""

    def seal(self, content: bytes, public: bytes, info: bytes) -> bytes:
        """Return the content sealed so that only the private key of `public` can open it."""

    def open(self, sealed: bytes, private: bytes, info: bytes) -> bytes | None:
        """Return the content; None for another key, another info or other bytes.

        `private` is the key that belongs to the public one it was sealed with.
        """


def algorithms_of(suite: Suite) -> Algorithms | None:
    """Return the algorithms of a suite; None when this machine lacks its package."""
    if suite is Suite.INTL:
        return Intl()
    if find_spec(GM_PACKAGE) is None:
        return None
    from kiosk.crypto.suite_gm import Gm  # noqa: PLC0415 - an optional package

    return Gm()

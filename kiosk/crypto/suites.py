"""Which algorithms close and name an application? One small interface, two sets behind it.

"intl" is always there. "gm" (国密: SM2, SM3, SM4) needs the optional package gmalg, because the
OpenSSL inside `cryptography` has no SM2; a key of that suite is refused with its cure without it.
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
    """What a suite can do. `info` is bound to the sealed bytes and not stored in them."""

    def digest(self, content: bytes) -> str:
        """Return 64 hex digits that name the content."""

    def new_private(self, random: Callable[[int], bytes]) -> bytes:
        """Return a private key, made of `random(n)`."""

    def public_of(self, private: bytes) -> bytes:
        """Return the public half."""

    def is_public(self, public: bytes) -> bool:
        """Tell whether these bytes can be a public key."""

    def seal(self, content: bytes, public: bytes, info: bytes) -> bytes:
        """Return what only the private half can open."""

    def open(self, sealed: bytes, private: bytes, info: bytes) -> bytes | None:
        """Return the content; None for another key, another info or other bytes."""


def algorithms_of(suite: Suite) -> Algorithms | None:
    """Return the suite, None when this machine lacks its package."""
    if suite is Suite.INTL:
        return Intl()
    if find_spec(GM_PACKAGE) is None:
        return None
    from kiosk.crypto.suite_gm import Gm  # noqa: PLC0415 - an optional package

    return Gm()

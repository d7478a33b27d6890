"""Telephone numbers that a site may show: a list that two people of the city signed.

Who is refused at a terminal calls the number on its pages, so one person with the keys of signed
settings must not be able to change it. The list travels with the site's layers; whose signatures
count is written in a file of the machine itself (`configuration.approvers`). Signatures are Ed25519
(RFC 8032), as those of the settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.config.schema import ConfigError, Problem, line_of, load
from kiosk.operator_texts import text_of

FILE = "phones.toml"
NEEDED = 2
"""The number of people who must sign a list."""
PHONE = re.compile(r"[0-9][0-9-]{3,18}[0-9]")
PURPOSE = "retirement-kiosk phone list 1"
KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class PhoneSignature:
    """One person's Ed25519 signature and the public key to check it with, both in hex."""

    key: str
    signature: str


@dataclass(frozen=True)
class PhoneList:
    """The numbers and their signatures.

    `valid_until` is the last day on which a terminal takes the list; what it took stays.
    """

    valid_until: date
    phones: tuple[str, ...]
    signatures: tuple[PhoneSignature, ...] = ()

    def message(self) -> bytes:
        """Return the bytes that are signed."""
        return "\n".join((PURPOSE, self.valid_until.isoformat(), *self.phones)).encode()


@dataclass(frozen=True)
class PhoneApprovers:
    """Public keys, in hex, of the people of whom two must sign."""

    keys: tuple[str, ...]


def read_phone_list(path: Path) -> PhoneList:
    """Return a list, signed or not. Raises ConfigError for anything but telephone numbers."""
    found = load(PhoneList, path)
    wrong = [one for one in found.phones if PHONE.fullmatch(one) is None]
    if wrong or not found.phones:
        raise ConfigError((_problem(path, "phones", text_of("config.phone_shape")),))
    return found


def read_approvers(path: Path) -> PhoneApprovers:
    """Return whose signatures count. Raises ConfigError unless there are two different keys."""
    found = load(PhoneApprovers, path)
    if len(set(found.keys)) < NEEDED or not all(map(KEY.fullmatch, found.keys)):
        expected = text_of("config.approver_keys", needed=NEEDED)
        raise ConfigError((_problem(path, "keys", expected),))
    return found


def read_approved_phones(path: Path, approvers: Path, today: date | None = None) -> frozenset[str]:
    """Return the numbers that two of the approvers signed.

    `today`: refuse a list that ended before; None accepts one that was taken once. Raises
    ConfigError when fewer than two signed it.
    """
    found, trusted = read_phone_list(path), read_approvers(approvers)
    count = len(set(signers_of(found)) & set(trusted.keys))
    if count < NEEDED:
        expected = text_of("config.too_few_signed", needed=NEEDED, count=count)
        raise ConfigError((_problem(path, "signatures", expected),))
    if today is not None and found.valid_until < today:
        raise ConfigError((_problem(path, "valid_until", text_of("config.phones_expired")),))
    return frozenset(found.phones)


def signers_of(phones: PhoneList) -> Iterator[str]:
    """Yield the public keys whose signatures are valid."""
    for one in phones.signatures:
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(one.key))
            key.verify(bytes.fromhex(one.signature), phones.message())
        except (InvalidSignature, ValueError):
            continue
        yield one.key


def _problem(path: Path, key: str, expected: str) -> Problem:
    return Problem(str(path), line_of(path, key), key, expected)

"""`central phones …`: keys of the people who approve telephone numbers, and their signatures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from central.keys.service_keys import write_for_owner
from central.operator.data_commands import explain_wrong_files
from kiosk.atomic_file import write_atomically
from kiosk.config.phone_list import NEEDED, PhoneList, read_phone_list, signers_of

if TYPE_CHECKING:
    import argparse

APPROVERS_FILE = "phone_approvers.toml"
"""File in the operator's folder of keys; terminals name a copy as `configuration.approvers`."""
NO_KEY = "there is no private key in this file, or it can't be read: central phones key --key FILE"
KEY_THERE = "there is a file of this name already; it was left as it is"
SIGNED_ALREADY = "this key signed the list before; somebody else has to sign it"
SIGNED_OTHERWISE = (
    "a signature below belongs to another list: the numbers or the day were changed after it. "
    "Remove all [[signatures]] and let both sign again"
)
SIGNATURE = '\n[[signatures]]\nkey = "{key}"\nsignature = "{signature}"\n'
FOR_ALL = 0o644


@explain_wrong_files
def make_key(options: argparse.Namespace) -> int:
    """Make one person's key and print its public half; return the exit code."""
    if options.key.exists():
        return _refuse(options.key, KEY_THERE)
    key = Ed25519PrivateKey.generate()
    write_for_owner(
        options.key, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    print(_public(key))
    return 0


@explain_wrong_files
def sign_list(options: argparse.Namespace) -> int:
    """Sign a list of telephone numbers with one person's key; return the exit code."""
    phones = read_phone_list(options.list)
    try:
        key = load_pem_private_key(options.key.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        return _refuse(options.key, NO_KEY)
    valid = set(signers_of(phones))
    if len(valid) < len(phones.signatures):
        return _refuse(options.list, SIGNED_OTHERWISE)
    if _public(key) in valid:
        return _refuse(options.list, SIGNED_ALREADY)
    write_atomically(options.list, _signed_text(options.list, phones, key).encode(), FOR_ALL)
    print(*phones.phones, f"until {phones.valid_until}", sep="\n")
    print(f"signed by {len(valid) + 1} of {NEEDED}", file=sys.stderr)
    return 0


def _signed_text(path: Path, phones: PhoneList, key: Ed25519PrivateKey) -> str:
    signature = key.sign(phones.message()).hex()
    return path.read_text("utf-8") + SIGNATURE.format(key=_public(key), signature=signature)


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def _refuse(path: Path, words: str) -> int:
    print(f"{path}: {words}", file=sys.stderr)
    return 1

"""The key of the access tokens that offices' own systems get; nothing else is signed with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.keys.service_keys import kept
from kiosk.atomic_file import lock_folder, make_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOKEN_KEY_FILE = "tokens.key"  # noqa: S105 - the name of a file
_KEY_BYTES = 32


def open_token_key(folder: Path, random: Callable[[int], bytes]) -> Ed25519PrivateKey:
    """Return the key in `folder`, which is made first; `random` is os.urandom.

    Whoever loses it loses no more than the tokens that count just now: systems ask for new ones.
    """
    make_folder(folder)
    with lock_folder(folder):
        return Ed25519PrivateKey.from_private_bytes(
            kept(folder / TOKEN_KEY_FILE, lambda: random(_KEY_BYTES))
        )

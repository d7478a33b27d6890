"""Drafts that a person began on the portal, encrypted so that only the draft's token opens them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.crypto.envelope import KEY_BYTES, canonical, digest

_NONCE = bytes(12)  # each token makes one key, and each key seals once


@dataclass(frozen=True)
class StartedDraft:
    """A draft from the portal; whoever shows its token continues it, once."""

    id_number: str = field(repr=False)
    name: str = field(repr=False)
    services: tuple[str, ...]
    answers: dict[str, str] = field(repr=False)
    begun_at: str

    def document(self) -> dict[str, Any]:
        """Return the Draft of openapi.yaml."""
        return {"version": 1, **vars(self), "services": list(self.services)}


@dataclass(frozen=True)
class SealedDraft:
    """A stored draft: the token's digest as its name, the content encrypted with its key."""

    name: str
    sealed: bytes = field(repr=False)


def new_token(random: Callable[[int], bytes]) -> str:
    """Return a new token, as hex for a two-dimensional code; `random` is os.urandom."""
    return random(KEY_BYTES).hex()


def seal_draft(token: str, draft: StartedDraft) -> SealedDraft:
    """Return the draft encrypted with a new token's key."""
    content = canonical(draft.document())
    return SealedDraft(draft_name(token), _cipher(token).encrypt(_NONCE, content, None))


def draft_name(token: str) -> str:
    """Return the name under which a token's draft is stored: the token's digest."""
    return digest(token.encode())


def open_draft(token: str, sealed: bytes) -> dict[str, Any]:
    """Return the Draft of openapi.yaml that the token opens.

    Raises cryptography's InvalidTag when the token is not the draft's.
    """
    found: dict[str, Any] = json.loads(_cipher(token).decrypt(_NONCE, sealed, None))
    return found


def _cipher(token: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY_BYTES, None, b"draft").derive(token.encode()))

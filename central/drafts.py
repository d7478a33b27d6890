"""How is a draft from the portal kept so that only its token opens it?"""

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
    """What somebody began elsewhere; whoever shows the token goes on with it, once."""

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
    """What is stored: the token's digest as a name, and the draft under the token's key."""

    name: str
    sealed: bytes = field(repr=False)


def new_token(random: Callable[[int], bytes]) -> str:
    """Return a token for a two-dimensional code; `random` is os.urandom."""
    return random(KEY_BYTES).hex()


def seal_draft(token: str, draft: StartedDraft) -> SealedDraft:
    """Close it with a new token."""
    content = canonical(draft.document())
    return SealedDraft(draft_name(token), _cipher(token).encrypt(_NONCE, content, None))


def draft_name(token: str) -> str:
    """Return under which name a token's draft is stored."""
    return digest(token.encode())


def open_draft(token: str, sealed: bytes) -> dict[str, Any]:
    """Return the Draft of openapi.yaml."""
    found: dict[str, Any] = json.loads(_cipher(token).decrypt(_NONCE, sealed, None))
    return found


def _cipher(token: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY_BYTES, None, b"draft").derive(token.encode()))

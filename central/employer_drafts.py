"""Filings that an employer began for one of its people, encrypted with a key of that person.

The key is derived from the service's own secret and the person's number: a stolen database says
nothing, and neither does the secret alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kiosk.crypto.envelope import canonical
from kiosk.crypto.sealing import seal, unseal


@dataclass(frozen=True)
class EmployerDraft:
    """What an employer (`unit`) filed for one of its people, who has not signed yet."""

    id_number: str = field(repr=False)
    name: str = field(repr=False)
    unit: str
    services: tuple[str, ...]
    answers: dict[str, str] = field(repr=False)
    begun_at: str

    def document(self) -> dict[str, Any]:
        """Return the EmployerDraft of openapi.yaml."""
        return {"version": 1, **vars(self), "services": list(self.services)}


def seal_handed(draft: EmployerDraft, key: bytes, random: Callable[[int], bytes]) -> bytes:
    """Return nonce and AES-GCM ciphertext of the draft.

    `key`: the key of the draft's person, 32 bytes; `random` is os.urandom.
    """
    return seal(key, canonical(draft.document()), None, random)


def open_handed(sealed: bytes, key: bytes) -> dict[str, Any]:
    """Return the EmployerDraft of openapi.yaml that was `sealed`.

    Raises ValueError when `key` is another person's.
    """
    plain = unseal(key, sealed, None)
    if plain is None:
        raise ValueError("another person's key")
    found: dict[str, Any] = json.loads(plain)
    return found

"""Filings that an employer began for one of its people, encrypted with a key of that person.

The key is derived from the service's own secret and the person's number: a stolen database says
nothing, and neither does the secret alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from kiosk.crypto.envelope import canonical
from kiosk.crypto.sealing import seal, unseal

_REFERENCE_LENGTH = 32


@dataclass(frozen=True)
class SuppliedPage:
    """A page that an employer handed in.

    `digest` is that of the picture, `blob` and `bytes` are of what was sealed for the id
    `sealed_for`.
    """

    digest: str
    blob: str
    bytes: int
    sealed_for: str


@dataclass(frozen=True)
class SuppliedPaper:
    """The pages of one paper (`code`) that an employer handed in."""

    code: str
    pages: tuple[SuppliedPage, ...] = ()


@dataclass(frozen=True)
class EmployerDraft:
    """What an employer (`unit`) filed for one of its people, who has not signed yet."""

    id_number: str = field(repr=False)
    name: str = field(repr=False)
    unit: str
    services: tuple[str, ...]
    answers: dict[str, str] = field(repr=False)
    begun_at: str
    papers: tuple[SuppliedPaper, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return the EmployerDraft of openapi.yaml."""
        papers = [{**asdict(one), "pages": [*map(asdict, one.pages)]} for one in self.papers]
        return {"version": 1, **vars(self), "services": list(self.services), "papers": papers}


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


def handed_draft(document: dict[str, Any]) -> EmployerDraft:
    """Return the draft whose `document` `open_handed` returned; older ones have no papers."""
    papers = tuple(
        SuppliedPaper(one["code"], tuple(SuppliedPage(**page) for page in one["pages"]))
        for one in document.get("papers", ())
    )
    said = {name: value for name, value in document.items() if name != "version"}
    return EmployerDraft(**{**said, "services": tuple(said["services"]), "papers": papers})


def reference_of(token: str, id_number: str) -> str:
    """Return the name of one of a company's people for as long as the company is logged in.

    It stands in addresses of pages in place of the number; `token` is that of the log-in.
    """
    made = hmac.new(token.encode(), id_number.encode(), hashlib.sha256)
    return made.hexdigest()[:_REFERENCE_LENGTH]

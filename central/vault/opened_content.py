"""What the vault takes out of opened envelopes: one page of a paper, the words of a rating."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from central.intake.papers import pages_by_paper
from central.vault_port import VaultRefusal
from kiosk.crypto.envelope import EnvelopeKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from central.intake.opener import Opener
    from central.vault_port import WordsLook

UNREADABLE_ERRORS = (AssertionError, KeyError, TypeError, AttributeError, ValueError)
"""What reading an application raises that another terminal's software wrote."""


def open_page(
    opener: Opener, sealed: bytes, said: Sequence[Mapping[str, Any]], application_id: str
) -> bytes | VaultRefusal:
    """Return a page that one of the documents `said` names, opened.

    `sealed` is the page as it came, of the application `application_id`.
    """
    blob = hashlib.sha256(sealed).hexdigest()
    named = (page for one in said for _, page in pages_by_paper(one))
    page = next((one for one in named if one["blob"] == blob), None)
    if page is None:
        return VaultRefusal.NOT_THEIRS
    sealed_for = str(page.get("sealed_for", application_id))
    found = opener.open_blob(sealed, sealed_for, str(page.get("digest")))
    return VaultRefusal.UNREADABLE if found is None else found


def read_rating_words(opener: Opener, asked: WordsLook) -> tuple[str, str | VaultRefusal]:
    """Return the application that a rating's words name ("" when they can't be read), and them.

    Words that were sealed for another stage than the one asked about are not returned.
    """
    try:
        said = opener.document(asked.envelope, EnvelopeKind.RATING_WORDS)
        case, stage, words = str(said["id"]), said["stage"], str(said["words"])
    except UNREADABLE_ERRORS:
        return "", VaultRefusal.UNREADABLE
    return case, words if stage == asked.stage else VaultRefusal.NOT_THEIRS

"""Signatures of requests to the central service, over their content, too (RFC 9421)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from http_message_signatures import HTTPMessageSigner, MappingKeyResolver, algorithms
from http_message_signatures.httpx2 import adapt_message

from kiosk.crypto.terminal_key import LABEL, NONCE_BYTES, TAG, TerminalKey, covered

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import httpx2


def sign(
    request: httpx2.Request, key: TerminalKey, at: datetime, random: Callable[[int], bytes]
) -> None:
    """Sign a request in place, as made at the instant `at`; `random` makes the nonce."""
    signer = HTTPMessageSigner(
        signature_algorithm=algorithms.ED25519,
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={key.id: key.signer()}),
    )
    signer.sign(
        adapt_message(request),
        key_id=key.id,
        created=at,
        nonce=random(NONCE_BYTES).hex(),
        label=LABEL,
        tag=TAG,
        covered_component_ids=covered(request.headers),
        body=request.read(),
    )

"""Signs what schemathesis sends, so that it comes past the door; loaded by SCHEMATHESIS_HOOKS."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import schemathesis
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver, algorithms
from requests import PreparedRequest
from requests.auth import AuthBase

from kiosk.crypto.terminal_key import LABEL, TAG, TerminalKey, covered

STATUSES = Path(os.environ["STATUSES"])
KEY = TerminalKey(Path(os.environ["TERMINAL_KEY"]).read_bytes())
schemathesis.serializer.alias("application/x-ndjson", "text/plain")


class SchemathesisAuth(AuthBase):
    """Signs a request when everything else of it is there."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        keys = MappingKeyResolver(public_keys={}, private_keys={KEY.id: KEY.signer()})
        signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=keys)
        body = request.body or b""
        for name in ("Content-Digest", "Signature", "Signature-Input"):
            request.headers.pop(name, None)
        if not "".join(map(str, request.headers.values())).isascii():
            return request  # RFC 9421 signs ASCII alone: whoever sends this is a stranger
        signer.sign(
            request,
            key_id=KEY.id,
            created=datetime.now(UTC),
            nonce=os.urandom(16).hex(),
            label=LABEL,
            tag=TAG,
            covered_component_ids=covered(request.headers),
            body=body if isinstance(body, bytes) else body.encode(),
        )
        return request


@schemathesis.hook
def after_call(_context: object, case: Any, response: Any) -> None:
    """Keep what was answered: a signature that never counts would hide everything behind it."""
    with STATUSES.open("a") as file:
        file.write(f"{response.status_code} {case.operation.path}\n")


schemathesis.auth.set_from_requests(SchemathesisAuth())

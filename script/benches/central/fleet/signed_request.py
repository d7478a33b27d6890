"""A signed request as bytes, in the form that a terminal writes, made for load generators.

The terminal's own client signs by a library that writes any form of RFC 9421. That takes longer
than the service needs for the whole call, on the same two cores: a generator would measure itself.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from urllib.parse import urlsplit

from kiosk.crypto.terminal_key import LABEL, NONCE_BYTES, TAG, TerminalKey, covered


@dataclass(frozen=True)
class SigningTerminal:
    """A terminal that signs requests to the service at `url`; `random` makes its nonces.

    The port is named unless it is that of the scheme.
    """

    url: str
    key: TerminalKey
    random: Callable[[int], bytes]

    @cached_property
    def _signer(self) -> tuple[str, Callable[[bytes], bytes]]:
        return self.key.id, self.key.signer().sign

    @cached_property
    def _host(self) -> str:
        return urlsplit(self.url).netloc

    def request(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], at: datetime
    ) -> bytes:
        """Return a request of HTTP/1.1 as made `at` an instant; the path has no query."""
        said = {
            "Host": self._host,
            **headers,
            "Content-Length": str(len(body)),
            "Content-Digest": f"sha-256=:{b64encode(sha256(body).digest()).decode()}:",
        }
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
        lines += self._signature(method, path, said, at)
        return "\r\n".join((*lines, "", "")).encode("ascii") + body

    def _signature(
        self, method: str, path: str, said: Mapping[str, str], at: datetime
    ) -> tuple[str, str]:
        """Return both headers of the signature over a request with the headers `said`."""
        key_id, sign = self._signer
        fields = {name.lower(): value for name, value in said.items()}
        fields |= {"@method": method, "@authority": self._host, "@path": path, "@query": "?"}
        names = covered(fields)
        quoted = " ".join(f'"{name}"' for name in names)
        stated = f"({quoted});created={int(at.timestamp())}"
        stated += f';keyid="{key_id}";alg="ed25519";nonce="{self.random(NONCE_BYTES).hex()}"'
        stated += f';tag="{TAG}"'
        base = [f'"{name}": {fields[name]}' for name in names]
        base.append(f'"@signature-params": {stated}')
        signature = b64encode(sign("\n".join(base).encode("ascii"))).decode()
        return f"Signature-Input: {LABEL}={stated}", f"Signature: {LABEL}=:{signature}:"

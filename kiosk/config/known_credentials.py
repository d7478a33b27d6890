"""Credentials that stand in the project's repository: of the demo, and of its tests.

Whoever has the source has them, so a service or a terminal in production refuses them. The list
holds SHA-256 digests, not the credentials.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem
from kiosk.operator_texts import text_of

FILE = "known_credentials.txt"
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class KnownCredentials:
    """Hex SHA-256 digests of published credentials; empty where none is refused, as in a demo."""

    digests: frozenset[str] = frozenset()

    def has(self, credential: str | bytes) -> bool:
        """Return whether this PIN hash, card hash or key stands in the repository."""
        return bool(credential) and digest_of(credential) in self.digests


def digest_of(credential: str | bytes) -> str:
    """Return the digest by which a credential is listed."""
    content = credential.encode() if isinstance(credential, str) else credential
    return hashlib.sha256(content).hexdigest()


def read_known_credentials(folder: Path) -> KnownCredentials:
    """Return the list below `folder`, which is config/.

    Raises ConfigError when it is absent or malformed.
    """
    path = folder / FILE
    try:
        lines = path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    digests = [line for line in lines if line and not line.startswith("#")]
    if not digests or not all(map(DIGEST.fullmatch, digests)):
        expected = text_of("config.digest_rows")
        raise ConfigError((Problem(str(path), 0, text_of("config.format"), expected),))
    return KnownCredentials(frozenset(digests))

"""The terminal's own key: a systemd credential, or a file.

A systemd credential in use (systemd decrypts it with the machine's TPM or host key and shows it to
this service alone); a file of its own in demo and tests. A TPM that unseals it without systemd
would be a third function here.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from kiosk.config.settings import Settings

KEY_BYTES = 32
ONLY_OWNER = 0o600


@dataclass(frozen=True)
class SecretKey:
    """A `kiosk.ports.DeviceKey` over 32 secret bytes."""

    secret: bytes = field(repr=False)

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes, different ones for each purpose (HKDF-SHA256, RFC 5869)."""
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(self.secret)


def open_key_file(path: Path) -> SecretKey:
    """Return the key in a file, which is made at the first start.

    Raises OSError, and ValueError when others may read the file or it is no key.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_OWNER)
        with os.fdopen(made, "wb") as file:
            file.write(os.urandom(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
    if stat.S_IMODE(path.stat().st_mode) & ~ONLY_OWNER:
        raise ValueError(f"others may read {path}")
    return _key(path.read_bytes())


def read_credential(folder: Path, name: str) -> SecretKey:
    """Return the key in a systemd credential.

    Raises OSError when it was not passed on to this service, ValueError when it is no key.
    """
    return _key((folder / name).read_bytes())


def _key(secret: bytes) -> SecretKey:
    if len(secret) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return SecretKey(secret)


def make_device_key(settings: Settings, credentials: str) -> SecretKey:
    """Return the terminal's own key; raises OSError or ValueError when none may be used.

    `credentials` is systemd's $CREDENTIALS_DIRECTORY.
    """
    kind, _, place = settings.device_key.url.partition(":")
    if kind == "file":
        return open_key_file(Path(place))
    return read_credential(Path(credentials or "/nowhere"), place)

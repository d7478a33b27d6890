"""Where are the service's secrets? Files in its data folder, made on the first start."""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kiosk.filing.envelope import KEY_BYTES, OpeningKey, canonical, text_of
from kiosk.filing.receipt import SigningKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

PUBLIC_FILE = "keys.json"
AUTHORITY_FILE = "authority.crt"


@dataclass(frozen=True)
class Vault:
    """The private keys, and the token of each terminal."""

    opening: OpeningKey
    signing: SigningKey
    person: bytes = field(repr=False)
    tokens: Mapping[str, str] = field(repr=False)
    folder: Path = field(repr=False)

    @property
    def opening_keys(self) -> Mapping[str, OpeningKey]:
        """Return the keys that open what terminals seal, by key id."""
        return {self.opening.sealing.id: self.opening}

    def public(self) -> dict[str, Any]:
        """Return the Keys of openapi.yaml; a terminal keeps them as config/central_keys.json."""
        sealing, receipt = self.opening.sealing, self.signing.receipt_key
        return {"version": 1, "sealing": sealing.document(), "receipt": receipt.document()}

    def authority(self) -> str:
        """Return the certificate that terminals pin (PEM), "" where TLS ends elsewhere."""
        path = self.folder / AUTHORITY_FILE
        return path.read_text("ascii") if path.exists() else ""

    def terminal(self, token: str) -> str | None:
        """Return whose token this is; takes as long for a wrong token as for a right one."""
        found = None
        for terminal, own in self.tokens.items():
            if hmac.compare_digest(own.encode(), token.encode()):
                found = terminal
        return found


def open_vault(folder: Path, terminals: Iterable[str], random: Callable[[int], bytes]) -> Vault:
    """Read the folder; make what is missing, with mode 0600. `random` is os.urandom."""
    tokens = folder / "tokens"
    tokens.mkdir(mode=0o700, parents=True, exist_ok=True)
    for terminal in terminals:
        kept(tokens / terminal, lambda: text_of(random(KEY_BYTES)).encode())
    vault = Vault(
        OpeningKey(kept(folder / "sealing.key", lambda: random(KEY_BYTES))),
        SigningKey(kept(folder / "receipt.key", lambda: random(KEY_BYTES))),
        kept(folder / "person.key", lambda: random(KEY_BYTES)),
        {path.name: path.read_text().strip() for path in tokens.iterdir() if not path.suffix},
        folder,
    )
    (folder / PUBLIC_FILE).write_bytes(canonical(vault.public()))
    return vault


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the file's bytes, after making it when it was not there."""
    if not path.exists():
        keep(path, make())
    return path.read_bytes()


def keep(path: Path, content: bytes) -> None:
    """Write the file for its owner alone."""
    # Named only when it is whole: half a key after a power cut would lock everything out.
    unnamed = path.with_name(path.name + ".new")
    unnamed.unlink(missing_ok=True)
    with os.fdopen(os.open(unnamed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unnamed.rename(path)
